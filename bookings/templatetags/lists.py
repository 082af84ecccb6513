"""What the page of a visit says about the waiting list and about other times."""

from django import template

from bookings.actions.other_times import open_offer
from bookings.models import Appointment, OtherTimes, WaitingEntry

register = template.Library()


@register.simple_tag
def other_times_for(visit: Appointment) -> OtherTimes | None:
    """Return the offer of other times that waits for an answer, if the visit needs one."""
    return open_offer(visit)


@register.filter
def waits_for_sooner(visit: Appointment) -> bool:
    """Say whether the patient waits for an earlier time already."""
    return WaitingEntry.objects.waiting().filter(visit=visit).exists()
