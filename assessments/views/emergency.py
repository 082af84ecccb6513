"""A record opened in an emergency: the patient found, the record opened, the record closed."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from bookings import limits
from bookings.errors import TooMany
from bookings.forms.fields import DAY_ERRORS, IN_RANGE, day_input
from bookings.views.answers import SeeOther, too_many
from clinic import access, emergency
from clinic.access import Request
from clinic.actions import emergency as actions
from clinic.models import EmergencyAccess, Patient
from clinic.models.emergency import SHORTEST


class FindForm(forms.Form):
    """Who it is, as it stands in the record."""

    first_name = forms.CharField(
        label=_("First name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    last_name = forms.CharField(
        label=_("Last name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    date_of_birth = forms.DateField(
        label=_("Date of birth"),
        widget=day_input(autocomplete="off"),
        validators=IN_RANGE,
        error_messages=DAY_ERRORS,
    )


class OpenForm(forms.Form):
    """Why, and once more who asks."""

    which = forms.TypedChoiceField(label=_("Which record"), coerce=int, widget=forms.RadioSelect)
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[("", _("because …")), *EmergencyAccess.Reason.choices],
        error_messages={"required": _("Choose a reason.")},
    )
    words = forms.CharField(
        label=_("What happened"),
        min_length=SHORTEST,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"min_length": actions.WhyMissing.text},
        help_text=_("At least 10 characters. A manager reads this: name no findings."),
    )
    secret = forms.CharField(
        label=_("Your password, or the code of your app"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args, found: list[Patient], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if len(found) == 1:
            del self.fields["which"]
        else:
            self.fields["which"].choices = [
                (at, _t("begun on %(day)s") % {"day": timezone.localdate(one.created_at)})
                for at, one in enumerate(found)
            ]


@require_http_methods(["GET", "HEAD", "POST"])
def chart_emergency(request: Request) -> HttpResponse:
    """Look for one patient by name and date of birth; a few times an hour."""
    practitioner = emergency.physio_of(request.user)
    form = FindForm(request.POST or None)
    if request.method != "POST":
        return _find_page(request, FindForm())
    if not form.is_valid():
        return _find_page(request, FindForm(request.POST), status=422)
    now = timezone.now()
    try:
        limits.take("emergency.search", str(request.user.pk), limits.EMERGENCY_SEARCHES, now=now)
    except TooMany as error:
        return too_many(request, error)
    said = form.cleaned_data
    found = emergency.find(said["first_name"], said["last_name"], said["date_of_birth"])
    actions.searched(found, by=request.user, now=now)
    if not found:
        form.add_error(None, _t("Nobody has exactly this name and date of birth."))
        return _find_page(request, form, status=422)
    mine = access.caseload(practitioner).filter(pk__in=[one.pk for one in found]).first()
    if mine is not None:
        messages.info(request, _t("You look after this patient: their record is open to you."))
        return SeeOther(reverse("chart-patient", args=[mine.pk]))
    emergency.remember(request, found)
    return SeeOther(reverse("chart-emergency-open"))


@require_http_methods(["GET", "HEAD", "POST"])
def chart_emergency_open(request: Request) -> HttpResponse:
    """Open the record of whoever was found, for a reason and with the password."""
    emergency.physio_of(request.user)
    found = emergency.remembered(request)
    if not found:
        return redirect("chart-emergency")
    if request.method != "POST":
        return _open_page(request, found, OpenForm(found=found))
    form = OpenForm(request.POST, found=found)
    if not form.is_valid():
        return _open_page(request, found, form, status=422)
    said, now = form.cleaned_data, timezone.now()
    patient = found[said.get("which", 0)]
    if not emergency.proved(request, said["secret"]):
        actions.refused(patient, by=request.user, now=now)
        form.add_error("secret", _t("This is not your password, nor a fresh code of your app."))
        return _open_page(request, found, form, status=422)
    try:
        opened = actions.open_record(
            patient, said["reason"], said["words"], by=request.user, now=now
        )
    except actions.WhyMissing as error:
        form.add_error("words", str(error))
        return _open_page(request, found, form, status=422)
    emergency.begin(request, opened)
    return SeeOther(reverse("chart-patient", args=[opened.patient_id]))


@require_POST
def chart_emergency_end(request: Request) -> HttpResponse:
    """Close the record before its half hour is over."""
    emergency.physio_of(request.user)
    opened = emergency.opened_here(request)
    if opened is not None:
        actions.end(opened, by=request.user, now=timezone.now())
        messages.success(request, _t("The record is closed."))
    emergency.leave(request)
    return SeeOther(reverse("chart-patients"))


def _find_page(request: Request, form: FindForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "opened": emergency.opened_here(request)}
    return render(request, "assessments/chart_emergency.html", context, status=status)


def _open_page(
    request: Request, found: list[Patient], form: OpenForm, *, status: int = 200
) -> HttpResponse:
    context = {"form": form, "patient": found[0]}
    return render(request, "assessments/chart_emergency_open.html", context, status=status)
