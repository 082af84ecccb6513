"""The first day: steps left out, a test mail that is really sent, the doors opened."""

import uuid
from datetime import datetime

from django.db import transaction

from clinic import audit, first_day, outbox
from clinic import practice as practices
from clinic.errors import StepsLeft
from clinic.models import Practice, User

TEST_MAIL = "test_mail"


def leave_out(key: str, *, by: User, now: datetime, needed: bool = False) -> bool:
    """Say that a step is not needed here, or ``needed`` after all.

    Returns False for a step that cannot be left out.
    """
    step = first_day.get(key)
    if step is None or not step.skip:
        return False
    with transaction.atomic():
        row = Practice.objects.select_for_update().get(pk=Practice.SINGLETON)
        left_out = set(row.steps_not_needed) - {key}
        row.steps_not_needed = sorted(left_out if needed else {*left_out, key})
        row.save(update_fields=["steps_not_needed"])
        data = {"step": key, "needed": needed}
        audit.record("first_day.leave_out", row, by=audit.actor_of(by), data=data, at=now)
    practices.forget()
    return True


def send_test_mail(*, by: User, now: datetime) -> None:
    """Owe a manager a mail, which goes the way of every other: outbox, worker, mail server."""
    with transaction.atomic():
        outbox.queue(
            TEST_MAIL,
            to=by.email,
            key=f"{TEST_MAIL}:{uuid.uuid4()}",
            subject_id=by.pk,
            due_at=now,
            urgent=True,
        )
        audit.record("first_day.test_mail", by, by=audit.actor_of(by), at=now)


def open_booking(*, by: User, now: datetime) -> Practice:
    """Let patients book online. Raises StepsLeft while something is not set up; said twice, the
    first time stands."""
    with transaction.atomic():
        row = Practice.objects.select_for_update().get(pk=Practice.SINGLETON)
        if row.is_open_for_booking:
            return row
        if left := first_day.left(by, now):
            raise StepsLeft(left)
        row.booking_opened_at = now
        row.save(update_fields=["booking_opened_at"])
        audit.record("booking.open", row, by=audit.actor_of(by), at=now)
    practices.forget()
    return row


def close_booking(*, by: User, now: datetime) -> Practice:
    """Take no more bookings online. What is booked stays; the desk books as before."""
    with transaction.atomic():
        row = Practice.objects.select_for_update().get(pk=Practice.SINGLETON)
        if row.is_open_for_booking:
            row.booking_opened_at = None
            row.save(update_fields=["booking_opened_at"])
            audit.record("booking.close", row, by=audit.actor_of(by), at=now)
    practices.forget()
    return row
