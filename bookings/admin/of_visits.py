"""Lists whose rows are each about one visit: its columns, and its page as theirs."""

from django.contrib import admin
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import formats
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from bookings import clock


class OfVisits:
    """For a ModelAdmin of rows with an ``appointment``, read by ``with_visits``."""

    list_display_links = None

    def get_queryset(self, request):
        return super().get_queryset(request).with_visits()  # type: ignore[misc]

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """The page of such a row is the page of its visit."""
        row = self.get_object(request, object_id) if object_id else None  # type: ignore[attr-defined]
        if row is None or not self.has_view_permission(request, row):  # type: ignore[attr-defined]
            raise Http404
        return redirect("admin:bookings_appointment_change", row.appointment_id)

    @admin.display(description=_("visit"))
    def visit(self, row):
        visit = row.appointment
        tz = visit.location.tz
        day = formats.date_format(visit.starts_at.astimezone(tz), "D j M Y")
        url = reverse("admin:bookings_appointment_change", args=[visit.pk])
        return format_html('<a href="{}">{}, {}</a>', url, day, clock.wall(visit.starts_at, tz))

    @admin.display(description=_("patient"))
    def patient(self, row) -> str:
        return str(row.appointment.patient)

    @admin.display(description=_("phone"))
    def phone(self, row) -> str:
        return str(row.appointment.patient.phone or "")

    @admin.display(description=_("practitioner"))
    def practitioner(self, row) -> str:
        return str(row.appointment.practitioner)

    @admin.display(description=_("location"))
    def location(self, row) -> str:
        return str(row.appointment.location)
