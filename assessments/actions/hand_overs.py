"""Passing a patient's exercise on to a colleague of another discipline, who accepts or returns it.

Accepting makes the colleague look after the patient; nothing of what was answered before a visit
or at the gate goes with it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from assessments import trail
from assessments.access import may_sign
from assessments.errors import (
    AlreadyDischarged,
    AlreadyHandedOver,
    HandOverIsOver,
    NoPlanToHandOver,
    NotAReceiver,
    ReasonMissing,
    StudentsDoNotHandOver,
)
from assessments.models import EpisodeOfCare, HandOver, Plan
from clinic import practice, roles
from clinic.models import CareRelation, Practitioner, User

RECEIVING = (
    Practitioner.Discipline.EXERCISE_PHYSIOLOGY,
    Practitioner.Discipline.STRENGTH,
    Practitioner.Discipline.ORTHOTICS,
)
GROUND = CareRelation.Ground.HAND_OVER
LONGEST = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What the sender writes: where it should lead, what to keep to, where the patient stands."""

    goals: str
    limits: str
    phase: str
    run_stage: int | None = None


def receivers() -> QuerySet[Practitioner]:
    """Return those to whom exercise may be handed over, by name.

    They work in one of the receiving disciplines and may open the pages for it, but examine
    nobody: who examines would see more than a hand-over gives.
    """
    held = User.groups.through.objects.filter(user=OuterRef("user"))
    return (
        Practitioner.objects.working()
        .filter(
            Exists(held.filter(group__name=roles.COACH)),
            ~Exists(held.filter(group__name__in=[roles.PHYSIO, roles.STUDENT])),
            discipline__in=RECEIVING,
            user__is_active=True,
        )
    )  # fmt: skip


@transaction.atomic
def hand_over(
    plan: Plan | None,
    sender: Practitioner,
    receiver: Practitioner,
    summary: Summary,
    *,
    by: User,
    now: datetime,
) -> HandOver:
    """Ask a colleague to take on a patient's exercise.

    Raises StudentsDoNotHandOver, NoPlanToHandOver, NotAReceiver, AlreadyHandedOver,
    AlreadyDischarged or ReasonMissing.
    """
    if not may_sign(by):
        raise StudentsDoNotHandOver
    if plan is None:
        raise NoPlanToHandOver
    episode = EpisodeOfCare.objects.select_for_update(no_key=True).get(pk=plan.episode_id)
    if not Plan.objects.filter(
        pk=plan.pk, issued_at__isnull=False, replaced_at__isnull=True
    ).exists():
        raise NoPlanToHandOver
    if episode.discharged_at is not None:
        raise AlreadyDischarged
    if not receivers().filter(pk=receiver.pk).exists() or receiver.pk == sender.pk:
        raise NotAReceiver
    if not (summary.goals.strip() and summary.limits.strip()):
        raise ReasonMissing
    known = HandOver.objects.filter(episode=episode, receiver=receiver)
    if known.waiting().exists() or known.standing().exists():
        raise AlreadyHandedOver
    made = HandOver.objects.create(
        episode=episode,
        plan=plan,
        sender=sender,
        receiver=receiver,
        goals=summary.goals.strip()[:LONGEST],
        limits=summary.limits.strip()[:LONGEST],
        phase=HandOver.Phase(summary.phase),
        run_stage=summary.run_stage,
        sent_at=now,
    )
    _did("hand_over.sent", made, by, now)
    return made


@transaction.atomic
def accept_hand_over(made: HandOver, *, by: User, now: datetime) -> HandOver:
    """Take the patient's exercise on; from now on the receiver looks after them.

    Raises HandOverIsOver, AlreadyDischarged, or NotAReceiver for anybody but the receiver.
    """
    locked = _waiting(made, by)
    if locked.episode.discharged_at is not None:
        raise AlreadyDischarged
    locked.accepted, locked.answered_at, locked.answered_by = True, now, by
    locked.save(update_fields=["accepted", "answered_at", "answered_by"])
    _look_after(locked, now)
    _did("hand_over.accepted", locked, by, now)
    return locked


@transaction.atomic
def return_hand_over(made: HandOver, reason: str, *, by: User, now: datetime) -> HandOver:
    """Give it back with a reason. Raises HandOverIsOver, NotAReceiver or ReasonMissing."""
    locked = _waiting(made, by)
    if not reason.strip():
        raise ReasonMissing
    locked.accepted, locked.return_reason = False, reason.strip()[:300]
    locked.answered_at, locked.answered_by = now, by
    locked.save(update_fields=["accepted", "return_reason", "answered_at", "answered_by"])
    _did("hand_over.returned", locked, by, now)
    return locked


@transaction.atomic
def end_hand_over(made: HandOver, *, by: User, now: datetime) -> HandOver:
    """Take back what nobody answered, or end what was accepted; what it opened closes with it.

    Visits with the receiver keep giving what visits give. Raises HandOverIsOver.
    """
    locked = _locked(made)
    if locked.ended_at is not None or locked.accepted is False:
        raise HandOverIsOver
    locked.ended_at, locked.ended_by = now, by
    locked.save(update_fields=["ended_at", "ended_by"])
    others = HandOver.objects.standing().filter(
        episode__patient=locked.episode.patient_id, receiver=locked.receiver
    )
    if locked.accepted and not others.exists():
        CareRelation.objects.active(now).filter(
            patient=locked.episode.patient_id, practitioner=locked.receiver, ground=GROUND
        ).update(ends_at=now)
    _did("hand_over.ended", locked, by, now)
    return locked


def _look_after(made: HandOver, now: datetime) -> None:
    """Extend the care relation as after a visit; one without an end stays without."""
    until = now + timedelta(days=practice.current().care_days)
    relation, added = CareRelation.objects.get_or_create(
        patient=made.episode.patient,
        practitioner=made.receiver,
        ground=GROUND,
        defaults={"starts_at": now, "ends_at": until},
    )
    if not added and relation.ends_at is not None and relation.ends_at < until:
        relation.ends_at = until
        relation.save(update_fields=["ends_at"])


def _waiting(made: HandOver, by: User) -> HandOver:
    locked = _locked(made)
    if locked.receiver.user_id != by.pk:
        raise NotAReceiver
    if locked.answered_at is not None or locked.ended_at is not None:
        raise HandOverIsOver
    return locked


def _locked(made: HandOver) -> HandOver:
    return (
        HandOver.objects.select_for_update(no_key=True, of=("self",))
        .select_related("episode__patient", "receiver")
        .get(pk=made.pk)
    )


def _did(action: str, made: HandOver, by: User, now: datetime) -> None:
    trail.did(action, made, by=by, patient_id=made.episode.patient_id, now=now)
