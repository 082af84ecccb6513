"""What is owed about the waiting list, other times and series: rows in the outbox.

What each says is decided when it is sent (``bookings.offer_letters``).
"""

from datetime import datetime

from bookings.models import OtherTimes, Series, WaitingEntry, WaitingOffer
from clinic import outbox

WAITING = "waiting-list"
OFFER = "waiting-offer"
OTHER_TIMES = "other-times"
SERIES = "series-booked"


def joined(entry: WaitingEntry, *, now: datetime) -> bool:
    """Owe somebody the word that they are on the list, with a link to leave it."""
    return outbox.queue(
        WAITING,
        to=entry.email,
        key=f"{WAITING}:{entry.pk}",
        subject_id=entry.pk,
        patient_id=entry.patient_id,
        due_at=now,
    )


def offered(offer: WaitingOffer, *, now: datetime) -> bool:
    """Owe somebody the offer of a time that became free. Without an address the desk calls."""
    return outbox.queue(
        OFFER,
        to=offer.entry.email,
        key=f"{OFFER}:{offer.pk}",
        subject_id=offer.pk,
        patient_id=offer.entry.patient_id,
        due_at=now,
    )


def other_times(offer: OtherTimes, email: str, *, now: datetime) -> bool:
    """Owe a patient other times in place of a visit that cannot take place."""
    return outbox.queue(
        OTHER_TIMES,
        to=email,
        key=f"{OTHER_TIMES}:{offer.pk}",
        subject_id=offer.pk,
        version=offer.version,
        patient_id=offer.appointment.patient_id,
        due_at=now,
    )


def series(made: Series, email: str, *, now: datetime) -> bool:
    """Owe a patient one letter about all visits of a series."""
    return outbox.queue(
        SERIES,
        to=email,
        key=f"{SERIES}:{made.pk}",
        subject_id=made.pk,
        patient_id=made.patient_id,
        due_at=now,
    )
