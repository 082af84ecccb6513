"""What the desk may do and should think about first: short notice, more visits than usual.

Nothing here forbids anything: ``desk_book`` and ``move`` ask when they are told to heed it, and
then want a reason, as they do for a time that is taken.
"""

from datetime import datetime, timedelta

from bookings.errors import BookingError, OverLimit, ShortNotice
from bookings.models import Appointment
from clinic import practice


def second_thought(
    visit: Appointment, now: datetime, *, was: datetime | None = None
) -> BookingError | None:
    """Return what speaks against a visit that is possible; None where nothing does.

    was  when a visit that is moved was to begin: one inside the notice already may stay inside
    """
    notice = timedelta(minutes=visit.service.notice_minutes)
    if visit.starts_at < now + notice and (was is None or was >= now + notice):
        return ShortNotice(visit.service.notice_minutes)
    if was is not None or visit.patient_id is None:
        return None
    ahead = (
        Appointment.objects.blocking().visits().filter(patient=visit.patient_id, starts_at__gt=now)
    )
    most = practice.current().upcoming_limit
    found = list(ahead.exclude(pk=visit.pk).with_people().order_by("starts_at")[:most])
    return OverLimit(found) if len(found) >= most else None
