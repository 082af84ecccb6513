"""A record opened in an emergency: opened, read, ended, and judged by a second person.

Who may open one is asked in ``clinic.emergency``; nothing here reads a record.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from clinic import audit, outbox, roles
from clinic.errors import ClinicError
from clinic.models import (
    AuditEvent,
    CareRelation,
    EmergencyAccess,
    EmergencyReview,
    Patient,
    User,
)
from clinic.models.emergency import LASTS, SHORTEST
from clinic.persons import theirs

TO_MANAGER, TO_PRACTITIONER = "emergency_review", "emergency_told"
READ = "emergency.read"


class WhyMissing(ClinicError):  # noqa: N818  # the name says what happened
    text = _("Say in at least 10 characters what happened.")


class StillOpen(ClinicError):  # noqa: N818
    text = _("This record is still open. It is judged once it has closed.")


class OwnAccess(ClinicError):  # noqa: N818
    text = _("You opened this record yourself. Somebody else has to judge it.")


class ReviewedAlready(ClinicError):  # noqa: N818
    text = _("Somebody has judged this one meanwhile. Nothing was changed.")


class NoteMissing(ClinicError):  # noqa: N818
    text = _("Say what was not justified, and what follows.")


def open_record(
    patient: Patient, reason: str, words: str, *, by: User, now: datetime
) -> EmergencyAccess:
    """Open one record to one person for half an hour; what they had open before ends.

    The managers and whoever looks after the patient are owed a mail that names nobody. Raises
    WhyMissing; then nothing was written.
    """
    words = words.strip()
    if reason not in EmergencyAccess.Reason.values or len(words) < SHORTEST:
        raise WhyMissing
    with transaction.atomic():
        User.objects.select_for_update().get(pk=by.pk)  # two openings at once are one by one
        end_all(by, now=now)
        made = EmergencyAccess.objects.create(
            patient=patient.survivor, opened_by=by, opened_at=now, reason=reason, words=words[:300]
        )
        _record("emergency.opened", made, by=by, at=now, reason=reason)
        _tell(made, now)
    return made


def refused(patient: Patient, *, by: User, now: datetime) -> None:
    """Write down that somebody could not show who they are, and opened nothing."""
    audit.record(
        "emergency.opened", patient, by=audit.actor_of(by), patient_id=patient.pk,
        result=AuditEvent.Result.REFUSED, at=now,
    )  # fmt: skip


def searched(found: Sequence[Patient], *, by: User, now: datetime) -> None:
    """Write down that somebody looked for a patient by name and date of birth; not for whom."""
    nobody: list[Patient | None] = [None]
    for one in [*found] or nobody:
        audit.record(
            "emergency.searched", one, by=audit.actor_of(by), at=now,
            patient_id=one.pk if one else None,
            result=AuditEvent.Result.DONE if one else AuditEvent.Result.REFUSED,
        )  # fmt: skip


def read(
    opened: EmergencyAccess, kind: str, target: models.Model, *, by: User, now: datetime
) -> None:
    """Write down one look at one thing: every look is a row of its own."""
    _record(READ, opened, by=by, at=now, data={"kind": kind, "record": str(target.pk)})


def end(opened: EmergencyAccess, *, by: User, now: datetime) -> None:
    """Close the record before its time; one that has ended stays as it is."""
    with transaction.atomic():
        end_all(by, now=now, only=opened)


def end_all(
    user: User,
    *,
    now: datetime,
    by: audit.Actor | None = None,
    only: EmergencyAccess | None = None,
) -> None:
    """End what a person has open, at the latest when its half hour was over.

    by  who ends it, where that is not the person
    """
    rows = EmergencyAccess.objects.filter(opened_by=user, ended_at__isnull=True)
    if only is not None:
        rows = rows.filter(pk=only.pk)
    for opened in rows.select_for_update().order_by("opened_at"):
        opened.ended_at = min(max(now, opened.opened_at), opened.opened_at + LASTS)
        opened.save(update_fields=["ended_at"])
        audit.record(
            "emergency.ended", opened, by=by or audit.actor_of(user),
            patient_id=opened.patient_id, at=now,
        )  # fmt: skip


def review(
    opened: EmergencyAccess, outcome: str, note: str, *, by: User, now: datetime
) -> EmergencyReview:
    """Judge an emergency access, once, as somebody else than who had it.

    Raises OwnAccess, StillOpen, ReviewedAlready, NoteMissing, or ValueError for no such outcome;
    then nothing was written.
    """
    note = note.strip()
    if outcome not in EmergencyReview.Outcome.values:
        raise ValueError(outcome)
    if outcome == EmergencyReview.Outcome.NOT_JUSTIFIED and not note:
        raise NoteMissing
    with transaction.atomic():
        found = EmergencyAccess.objects.select_for_update().get(pk=opened.pk)
        if found.opened_by_id == by.pk:
            raise OwnAccess
        if EmergencyReview.objects.filter(access=found).exists():
            raise ReviewedAlready
        if found.closes_at > now:
            raise StillOpen
        if found.ended_at is None:
            end_all(found.opened_by, now=now, by=audit.SYSTEM, only=found)
        made = EmergencyReview.objects.create(
            access=found, outcome=outcome, note=note[:300], reviewed_by=by, reviewed_at=now
        )
        _record("emergency.reviewed", found, by=by, at=now, data={"result": outcome})
    return made


def _record(
    action: str,
    opened: EmergencyAccess,
    *,
    by: User,
    at: datetime,
    reason: str = "",
    data: dict[str, str] | None = None,
) -> None:
    audit.record(
        action, opened, by=audit.actor_of(by), patient_id=opened.patient_id, reason=reason,
        data=data, at=at,
    )  # fmt: skip


def _tell(opened: EmergencyAccess, now: datetime) -> None:
    """Owe a mail to every manager and to whoever looks after the patient, or did last."""
    managers = User.objects.filter(groups__name=roles.MANAGER, is_active=True)
    for topic, people in ((TO_MANAGER, managers), (TO_PRACTITIONER, _who_cares(opened, now))):
        for user in people.exclude(pk=opened.opened_by_id).distinct().order_by("pk"):
            # Without the patient: the desk reads whom a message is about.
            outbox.queue(
                topic, to=user.email, key=f"{topic}:{opened.pk}:{user.pk}",
                subject_id=opened.pk, due_at=now, urgent=True,
            )  # fmt: skip


def _who_cares(opened: EmergencyAccess, now: datetime) -> models.QuerySet[User]:
    """Return the sign-ins of those who look after the patient now; if nobody, of the last one."""
    relations = CareRelation.objects.filter(
        theirs(opened.patient), practitioner__is_active=True, practitioner__user__is_active=True
    )
    active = relations.active(now).values("practitioner__user")
    if not active.exists():
        last = relations.order_by("-ends_at", "-starts_at", "pk").first()
        return User.objects.filter(practitioner=last.practitioner_id if last else None)
    return User.objects.filter(pk__in=active)
