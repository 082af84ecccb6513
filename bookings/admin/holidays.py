"""Public holidays at the desk: look at the days and whom they touch, close the chosen ones."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.actions import holidays
from bookings.errors import BookingError, LookFirst
from bookings.forms.look import look_in, looked
from bookings.public_holidays import FIRST_YEAR, LAST_YEAR, public_holidays
from clinic.audit import actor_of
from clinic.models import Location


class HolidaysForm(forms.Form):
    """Which holidays, and where they close."""

    country = forms.CharField(
        label=gettext_lazy("Country"),
        min_length=2,
        max_length=2,
        help_text=gettext_lazy("Two letters, such as CA."),
    )
    subdivision = forms.CharField(
        label=gettext_lazy("Province or state"),
        max_length=10,
        required=False,
        help_text=gettext_lazy("Such as AB. Empty: those of the whole country."),
    )
    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=FIRST_YEAR, max_value=LAST_YEAR)
    locations = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Close"),
        queryset=Location.objects.open(),
        widget=forms.CheckboxSelectMultiple,
    )


def first_values() -> dict[str, object]:
    """Return what the form begins with: next year's holidays where the clinic is, everywhere."""
    places = list(Location.objects.open())
    first = places[0] if places else None
    return {
        "country": first.country if first else "",
        "subdivision": first.region if first else "",
        "year": timezone.localdate().year + (timezone.localdate().month > 6),
        "locations": places,
    }


def import_view(model_admin, request):
    """First the days and the visits they touch; then the chosen days are closed."""
    if not model_admin.has_add_permission(request):
        raise PermissionDenied
    posted = request.method == "POST"
    form = HolidaysForm(request.POST if posted else None, initial=first_values())
    found = _found(form) if form.is_valid() else []
    chosen = set(request.POST.getlist("day"))
    shown = {"status": 422 if form.errors else 200}
    if found and "close" in request.POST:
        days = [holiday for holiday in found if holiday.key in chosen]
        try:
            return _close(model_admin, request, days)
        except LookFirst as error:
            missing = bool(request.POST.get("look-seen"))
            shown = {"status": 409, **looked(error.touched, missing=missing)}
    return model_admin.page(
        request,
        "admin/bookings/holidays.html",
        _("Public holidays"),
        form=form,
        found=found,
        chosen=chosen if "close" in request.POST else {holiday.key for holiday in found},
        **shown,
    )


def _close(model_admin, request, days):
    by = actor_of(request.user)
    done = holidays.close(days, by=by, now=timezone.now(), look=look_in(request.POST))
    if done.outcome.change:
        text = _("Closed on %(days)d days. %(n)d visits need another time.")
        text %= {"days": len(done.made), "n": len(done.outcome.touched)}
        model_admin.message_user(request, text)
        return redirect("admin:bookings_hourschange_change", done.outcome.change.pk)
    text = _("Closed on %(n)d days. No visit was changed.") % {"n": len(done.made)}
    model_admin.message_user(request, text)
    return redirect("admin:bookings_closure_changelist")


def _found(form: HolidaysForm) -> list[holidays.Holiday]:
    asked = form.cleaned_data
    try:
        days = public_holidays(asked["country"], asked["subdivision"], asked["year"])
    except BookingError as error:
        form.add_error("subdivision" if asked["subdivision"] else "country", str(error))
        return []
    return holidays.look(days, asked["locations"], now=timezone.now())
