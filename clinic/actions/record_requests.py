"""A person asks for their record; a manager hands it out; it is fetched. Each leaves its row.

Nothing here reads a record: whoever hands it out never sees it.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from clinic import audit, outbox, practice
from clinic.errors import ClinicError
from clinic.models import Patient, RecordRequest, User
from clinic.persons import theirs

READY = "record_ready"


class ReleasedAlready(ClinicError):  # noqa: N818  # the name says what happened
    text = _("Somebody has handed this record out meanwhile. Nothing was changed.")


class OwnRequest(ClinicError):  # noqa: N818
    text = _("You asked for this record yourself. Somebody else has to hand it out.")


def ask(patient: Patient, *, by: User, now: datetime) -> RecordRequest:
    """Return the request that waits for an answer; asking twice is asking once."""
    person = patient.survivor
    with transaction.atomic():
        Patient.objects.select_for_update().get(pk=person.pk)  # two taps are one by one
        waiting = RecordRequest.objects.waiting().filter(theirs(person)).first()
        if waiting is not None:
            return waiting
        clinic = practice.current()
        today = now.astimezone(clinic.tz).date()
        made = RecordRequest.objects.create(
            patient=person, asked_at=now, asked_by=by,
            due_on=today + timedelta(days=clinic.record_days),
        )  # fmt: skip
        _record("record.asked", made, by=by, now=now)
    return made


def release(request: RecordRequest, *, by: User, now: datetime) -> RecordRequest:
    """Hand the record out to whoever may read the person's pages, for a few days.

    Whoever asked is owed a mail that says nothing of what it is.

    Raises ReleasedAlready or OwnRequest; then nothing was written.
    """
    with transaction.atomic():
        found = RecordRequest.objects.select_for_update().get(pk=request.pk)
        if found.released_at is not None:
            raise ReleasedAlready
        if found.asked_by_id == by.pk:
            raise OwnRequest
        found.released_at, found.released_by = now, by
        found.save(update_fields=["released_at", "released_by"])
        _record("record.released", found, by=by, now=now)
        outbox.queue(
            READY, to=found.asked_by.email, key=f"{READY}:{found.pk}", subject_id=found.pk,
            patient_id=found.patient_id, due_at=now,
        )  # fmt: skip
    return found


def taken(request: RecordRequest, *, by: User, now: datetime) -> None:
    """Write down that it was made and fetched: the day of the first time, a row for every time."""
    with transaction.atomic():
        RecordRequest.objects.filter(pk=request.pk, taken_at__isnull=True).update(taken_at=now)
        _record("record.downloaded", request, by=by, now=now)


def _record(action: str, request: RecordRequest, *, by: User, now: datetime) -> None:
    audit.record(
        action, request, by=audit.actor_of(by), patient_id=request.patient_id, at=now
    )  # fmt: skip
