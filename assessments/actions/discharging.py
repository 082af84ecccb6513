"""Close an episode of care, with the plan that keeps it going; open it again. A physio decides.

A criterion that is not met does not stop a physio: it is written down as it stood.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments import trail
from assessments.access import may_sign
from assessments.actions.easier import without_easier
from assessments.actions.issuing import issue_plan
from assessments.actions.planning import copy_of
from assessments.criteria import Judged, State
from assessments.errors import (
    AlreadyDischarged,
    AnotherIsOpen,
    DraftIsOpen,
    NoPlanToKeep,
    NotDischarged,
    ReasonMissing,
    StudentsDoNotSign,
    WhyDischarged,
)
from assessments.library import Library
from assessments.library_store import library_of
from assessments.models import Discharge, EpisodeOfCare, PhaseStep, Plan, PlanLine
from assessments.phase_now import phase_now, standing_to_discharge
from assessments.plan_phase import KEPT_UP, lines_in, texts_in
from clinic import practice
from clinic.actions.consents import give_consent
from clinic.audit import actor_of
from clinic.models import Consent, User
from clinic.persons import theirs

UNKNOWN = (State.NOT_TESTED, State.STALE)
Change = PlanLine.Change
GOALS_MET = EpisodeOfCare.Discharge.GOALS_MET


@transaction.atomic
def discharge(
    episode: EpisodeOfCare,
    ending: str,
    *,
    by: User,
    now: datetime,
    reason: str = "",
    seen: Collection[str] = (),
    keep_going: bool = False,
    kept: Collection[str] = (),
    check_ins: bool = False,
) -> EpisodeOfCare:
    """Close an episode for one of its endings.

    reason      why now; asked for where the goals are said to be met and a criterion is open
    seen        ids of criteria that were unknown and that the physio saw to be met
    keep_going  make the plan in force the keep-going plan, and issue it
    kept        the exercises it keeps, where a block has several
    check_ins   the patient agreed to be asked by e-mail how it goes

    Raises StudentsDoNotSign, AlreadyDischarged, WhyDischarged, ValueError for an ending that is
    none of ``EpisodeOfCare.Discharge``; with ``keep_going`` NoPlanToKeep, DraftIsOpen, and what
    ``issue_plan`` raises.
    """
    ending = EpisodeOfCare.Discharge(ending)
    if not may_sign(by):
        raise StudentsDoNotSign
    locked = EpisodeOfCare.objects.select_for_update(no_key=True).get(pk=episode.pk)
    if locked.discharged_at is not None:
        raise AlreadyDischarged
    plan = plan_in_force(locked)
    today = timezone.localdate(now, practice.current().tz)
    standing = standing_to_discharge(plan, today) if plan is not None else None
    criteria = [_written(each, seen) for each in standing.judged] if standing else []
    left_open = sum(each["state"] != State.MET and not each["seen"] for each in criteria)
    if ending == GOALS_MET and left_open and not reason.strip():
        raise WhyDischarged
    why = reason.strip()[:300]
    going_on = None
    if keep_going:
        going_on = _keep_going(plan, kept, today, why or str(ending.label), by=by, now=now)
    locked.discharge_reason, locked.discharged_at = ending, now
    locked.save(update_fields=["discharge_reason", "discharged_at"])
    Discharge(
        episode=locked,
        ending=ending,
        reason=why,
        criteria=criteria,
        left_open=left_open,
        plan=going_on,
        made_at=now,
        made_by=by,
        name=_name_of(by),
    ).save(force_insert=True)
    if check_ins:
        patient, actor = locked.patient.survivor, actor_of(by)
        give_consent(patient, Consent.Kind.CHECK_INS, by=actor, now=now)
    trail.did(
        "episode.discharged",
        locked,
        by=by,
        patient_id=locked.patient_id,
        now=now,
        data={"reason": str(ending)} | ({"version": going_on.version} if going_on else {}),
    )
    return locked


@transaction.atomic
def reopen(episode: EpisodeOfCare, reason: str, *, by: User, now: datetime) -> EpisodeOfCare:
    """Open a closed episode again; its plans and charts go on where they were.

    Raises StudentsDoNotSign, ReasonMissing, NotDischarged, and AnotherIsOpen while another episode
    of the same problem is.
    """
    if not may_sign(by):
        raise StudentsDoNotSign
    if not reason.strip():
        raise ReasonMissing
    locked = EpisodeOfCare.objects.select_for_update(no_key=True).get(pk=episode.pk)
    if locked.discharged_at is None:
        raise NotDischarged
    same = EpisodeOfCare.objects.filter(
        theirs(locked.patient), problem=locked.problem, discharged_at__isnull=True
    )
    if same.exists():
        raise AnotherIsOpen
    locked.discharge_reason, locked.discharged_at = "", None
    locked.save(update_fields=["discharge_reason", "discharged_at"])
    standing = Discharge.objects.filter(episode=locked, reopened_at__isnull=True)
    standing.update(
        reopened_at=now,
        reopened_by=by,
        reopened_name=_name_of(by),
        reopen_reason=reason.strip()[:300],
    )
    trail.did("episode.reopened", locked, by=by, patient_id=locked.patient_id, now=now)
    return locked


def plan_in_force(episode: EpisodeOfCare) -> Plan | None:
    """Return the plan of an episode that the patient goes by. One query."""
    return (
        episode.plans.filter(
            issued_at__isnull=False, replaced_at__isnull=True, assessment__mistake__isnull=True
        )
        .select_related("episode__patient", "assessment__mistake")
        .first()
    )


def kept_lines(plan: Plan, kept: Collection[str], library: Library) -> list[PlanLine]:
    """Return unsaved lines of the keep-going plan.

    kept  exercises the physio chose in place of the first of their block
    """
    before = list(plan.lines.order_by("position"))
    standing = {line.exercise for line in before if line.change != Change.REMOVED}
    fresh = lines_in(library.phases[-1], plan, before, library)
    for block in KEPT_UP:
        lines = [line for line in fresh if line.block == block and line.exercise in standing]
        chosen = next((line for line in lines if line.exercise in kept), None)
        if chosen is None or chosen.change != Change.REMOVED:
            continue
        for line in lines:
            line.change, line.change_reason = Change.REMOVED, _("another one is kept up")
        chosen.change, chosen.change_reason = Change.ADDED, _("chosen to be kept up")
    for line in fresh:
        without_easier(line)  # approved for the weeks before
    return fresh


def review_days(library: Library, since: date) -> Sequence[date]:
    """Return the days on which somebody asks how it goes (specification F6)."""
    return [since + relativedelta(months=each) for each in library.running.keep_going.review_months]


def _keep_going(
    plan: Plan | None,
    kept: Collection[str],
    today: date,
    reason: str,
    *,
    by: User,
    now: datetime,
) -> Plan:
    """Issue the keep-going plan; one that is in force already stays."""
    if plan is None or plan.composed:
        raise NoPlanToKeep
    library = library_of(plan.library_id)
    last = library.phases[-1]
    if plan.start_phase == last.id:
        return plan
    if plan.assessment.plans.filter(issued_at__isnull=True).exists():
        raise DraftIsOpen
    here = phase_now(plan, today)
    fresh = copy_of(
        plan,
        kept_lines(plan, kept, library),
        by=by,
        now=now,
        start_phase=last.id,
        texts=texts_in(last, plan.texts, library, composed=False),
        review_on=review_days(library, today)[0],
    )
    PhaseStep(
        plan=fresh,
        from_plan=plan,
        from_phase=plan.start_phase,
        to_phase=last.id,
        reason=reason,
        criteria=[_written(each, ()) for each in here.standing.judged] if here else [],
        made_at=now,
        made_by=by,
        name=_name_of(by),
    ).save(force_insert=True)
    data = {"version": fresh.version, "from": plan.start_phase, "to": last.id}
    trail.did("plan.advanced", fresh, by=by, patient_id=plan.episode.patient_id, now=now, data=data)
    return issue_plan(fresh, by=by, now=now)


def _written(judged: Judged, seen: Collection[str]) -> dict[str, object]:
    """Write down a criterion as it stood; only an unknown one can be seen to be met."""
    return {
        "id": judged.criterion.id,
        "label": judged.criterion.label,
        "state": judged.state.value,
        "seen": judged.state in UNKNOWN and judged.criterion.id in seen,
    }


def _name_of(user: User) -> str:
    practitioner = getattr(user, "practitioner", None)
    return practitioner.name if practitioner else str(user)
