"""What became free is written down for those who wait, in the transaction that freed it."""

from datetime import datetime

from bookings.models import Appointment, FreedTime, WaitingEntry
from clinic.models import Location, Practitioner


def note(
    practitioner: Practitioner,
    location: Location,
    starts_at: datetime,
    ends_at: datetime,
    *,
    source: str,
    now: datetime,
) -> bool:
    """Write down that a span became free; False if it is over or nobody waits for anything.

    source  names the event: the same one is written down once
    """
    starts_at = max(starts_at, now)
    if starts_at >= ends_at or not WaitingEntry.objects.waiting().exists():
        return False
    FreedTime.objects.get_or_create(
        source=source,
        defaults={
            "practitioner": practitioner,
            "location": location,
            "starts_at": starts_at,
            "ends_at": ends_at,
            "freed_at": now,
        },
    )
    return True


def source_of(visit: Appointment) -> str:
    """Name the end of a visit's time as it stands: before its version grows."""
    return f"visit:{visit.pk}:{visit.version}"
