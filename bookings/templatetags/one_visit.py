"""What the desk's pages say about one visit: its clinician call, and every change of it."""

from django import template

from bookings.models import Appointment, ClinicianCall
from bookings.visit_history import Change, changes_of

register = template.Library()


@register.simple_tag
def clinician_call(visit: Appointment) -> ClinicianCall | None:
    """Return the latest call of a visit: the one that waits, else the one taken last. One query."""
    calls = ClinicianCall.objects.filter(appointment=visit).select_related("taken_by")
    return calls.order_by("-asked_at").first()


@register.simple_tag
def visit_changes(visit: Appointment) -> list[Change]:
    """Return everything that happened to a visit, the first on top. Three queries."""
    return changes_of(visit)
