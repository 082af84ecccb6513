"""Visits on ``/me/``, for whoever may read these patients' pages: those ahead, and receipts."""

from collections.abc import Sequence

from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone

from bookings.models import Appointment
from clinic.access import Request
from clinic.models import Patient
from clinic.sections import on_my_page

MOST_RECEIPTS = 24  # on the page; an older one is asked for at the desk


@on_my_page(10)
def upcoming_visits(request: Request, patients: Sequence[Patient]) -> str:
    """Return the visits ahead, soonest first, or nothing where there are none."""
    visits = ahead(patients)
    if not visits:
        return ""
    context = {"visits": visits, "several": len(patients) > 1}
    return render_to_string("bookings/_my_visits.html", context, request=request)


@on_my_page(30)
def receipts(request: Request, patients: Sequence[Patient]) -> str:
    """Return the visits that took place, the newest first, each with its receipt."""
    visits = done(patients)[:MOST_RECEIPTS]
    if not visits:
        return ""
    context = {"visits": visits, "several": len(patients) > 1}
    return render_to_string("bookings/_my_receipts.html", context, request=request)


def done(patients: Sequence[Patient]) -> QuerySet[Appointment]:
    """Return the visits of these patients that took place, the newest first."""
    found = Appointment.objects.filter(patient__in=patients, state=Appointment.State.COMPLETED)
    return found.with_people().order_by("-starts_at")


def ahead(patients: Sequence[Patient]) -> list[Appointment]:
    """Return the visits of these patients that are not over, in one query."""
    found = Appointment.objects.blocking().visits().filter(patient__in=patients)
    found = found.filter(ends_at__gt=timezone.now())
    return list(found.with_people().order_by("starts_at"))
