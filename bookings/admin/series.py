"""A series of visits at the desk: say it, look at every visit, book all or the chosen ones."""

import uuid

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.actions import series
from bookings.actions.packages import visits_left
from bookings.admin.chosen import is_uuid, nobody_chosen, patient_field, to_search
from bookings.errors import BookingError, SeriesRefused
from bookings.forms.series import SeriesPattern, chosen, row_of
from bookings.models import Appointment, Series
from bookings.series_hints import hint_for
from clinic.admin.desk import DeskAdmin, history_of
from clinic.audit import actor_of
from clinic.models import Patient, Practitioner


class SeriesForm(SeriesPattern):
    """Ten visits, Tue and Fri 08:30, from a day on; whose, and with whom."""

    patient = patient_field("series")
    practitioner = forms.ModelChoiceField(
        label=gettext_lazy("Practitioner"), queryset=Practitioner.objects.working()
    )


@admin.register(Series)
class SeriesAdmin(DeskAdmin):
    """What was booked together; each visit then lives its own life."""

    list_display = ["patient", "service", "practitioner", "location", "made_at"]
    list_filter = ["practitioner", "location"]
    list_select_related = ["patient", "service", "practitioner", "location"]
    search_fields = ["patient__found_by"]
    searched_by = "patient"
    ordering = ["-made_at", "pk"]
    actions = None

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Django's own form would save past the actions: these two pages take its place."""
        if object_id is None:
            return self._plan(request)
        made = self.get_object(request, str(object_id))
        if made is None:
            raise Http404
        if not self.has_view_permission(request, made):
            raise PermissionDenied
        visits = Appointment.objects.with_people().filter(series_visit__series=made)
        context = {"visits": visits.order_by("starts_at"), "history": history_of(made)}
        return self._page(request, "series", str(made.patient), series=made, **context)

    def _plan(self, request) -> TemplateResponse:
        """Say it and look; with visits chosen, book them."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        if nobody_chosen(request):
            return to_search("series")
        data = None
        if request.method == "POST":
            data = request.POST.copy()
            data["form_key"] = data.get("form_key") or str(uuid.uuid4())
        form = SeriesForm(data, initial=self._initial(request))
        if not form.is_valid():
            return self._looked(request, form, None, 422 if form.is_bound else 200)
        if "book" in request.POST:
            return self._book(request, form)
        return self._look(request, form)

    def _initial(self, request) -> dict[str, object]:
        """Fill in the patient of the address, and what their plan suggests."""
        asked = request.GET.get("patient", "")
        first = {"first_day": timezone.localdate()}
        patient = Patient.objects.current().filter(pk=asked).first() if is_uuid(asked) else None
        hint = hint_for(patient) if patient else None
        if hint:
            first |= {"count": hint.count, "weekdays": list(hint.weekdays)}
        return {**first, "patient": patient}

    def _look(self, request, form, *, error="", status=200) -> TemplateResponse:
        now = timezone.now()
        try:
            planned = series.preview(form.wanted(), now=now)
        except BookingError as refused:
            form.add_error(None, str(refused))
            return self._looked(request, form, None, 422)
        rows = [row_of(number, planned_visit) for number, planned_visit in enumerate(planned)]
        patient = form.cleaned_data["patient"]
        left = visits_left([patient], now=now).get(patient.pk, [])
        packages = [each for each in left if not each.over]
        return self._looked(request, form, rows, status, error=error, packages=packages)

    def _book(self, request, form):
        """Book what was chosen; refused, nothing is booked and the page says why."""
        starts = chosen(request.POST)
        if not starts:
            return self._look(request, form, error=_("Choose at least one visit."), status=422)
        try:
            made = series.book_series(
                form.wanted(), starts, by=actor_of(request.user), now=timezone.now(),
                form_key=form.cleaned_data["form_key"],
            )  # fmt: skip
        except SeriesRefused as error:
            return self._look(request, form, error=str(error), status=409)
        except (BookingError, ValueError) as error:
            return self._look(request, form, error=str(error), status=422)
        text = _("Booked: %(n)d visits.") % {"n": made.visits.count()}
        self.message_user(request, text, messages.SUCCESS)
        return redirect("admin:bookings_series_change", made.pk)

    def _looked(self, request, form, rows, status, **context) -> TemplateResponse:
        title = _("Book a series")
        return self._page(
            request, "series_add", title, status=status, form=form, rows=rows, **context
        )

    def _page(self, request, name: str, title: str, **context) -> TemplateResponse:
        return self.page(request, f"admin/bookings/{name}.html", title, **context)
