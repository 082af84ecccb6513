"""Draft a plan from a signed assessment, and let the clinician change it before it is issued.

Nothing is deleted: a line the clinician takes out stays in the draft with the reason.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments import trail
from assessments.actions.easier import keep_pace
from assessments.errors import (
    AlreadyInPlan,
    DoseRefused,
    NoPlanAllowed,
    NotSigned,
    NoVariant,
    PlanIsFinal,
    ReasonMissing,
    RecordError,
    UnknownExercise,
)
from assessments.judging import ENGINE, explanations_of, judge, part, result_of
from assessments.library import Library
from assessments.library.texts import DOSE_LIMITS
from assessments.library_store import library_of
from assessments.models import Assessment, EpisodeOfCare, Plan, PlanLine
from assessments.models.plan import MAY_HAVE_A_PLAN
from assessments.plan_lines import (
    barred_by,
    blocks_with,
    changed_dose,
    drafted_lines,
    line_of,
    unasked_for,
)
from assessments.plan_texts import texts_of
from assessments.storage import findings_of
from clinic import practice
from clinic.models import User

Change = PlanLine.Change


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDose:
    """Numbers for a dose that has them; ``words`` for one that is said in words."""

    sets: int | None = None
    reps: int | None = None
    hold_seconds: int | None = None
    per_week: int | None = None
    words: str = ""


@transaction.atomic
def draft_plan(assessment: Assessment, *, by: User, now: datetime) -> Plan:
    """Draft the next version of the plan from a signed assessment whose gate allows one.

    While a draft of this assessment is open, that draft is returned.

    Raises NotSigned or NoPlanAllowed.
    """
    if assessment.signed_at is None:
        raise NotSigned
    if assessment.in_error:
        raise NoPlanAllowed
    if assessment.plan_status not in MAY_HAVE_A_PLAN:
        raise NoPlanAllowed
    episode = EpisodeOfCare.objects.select_for_update(no_key=True).get(pk=assessment.episode_id)
    open_draft = assessment.plans.filter(issued_at__isnull=True).first()
    if open_draft is not None:
        return open_draft
    library = library_of(assessment.library_id)
    findings = findings_of(assessment)
    judged = judge(findings, assessment.library_id)
    if judged.plan is None:
        raise NoPlanAllowed
    lines = drafted_lines(judged, library)
    limit = judged.plan.pain_limit_running
    plan = Plan.objects.create(
        episode=episode,
        assessment=assessment,
        library_id=assessment.library_id,
        version=next_version(episode),
        drafted_at=now,
        drafted_by=by,
        result=result_of(judged),
        engine=ENGINE,
        explanations=explanations_of(judged),
        unasked=unasked_for(lines, findings, library),
        texts=texts_of(judged, library),
        start_phase=judged.plan.start_phase,
        pain_limit=int(judged.plan.pain_limit_exercise),
        pain_limit_running=None if limit is None else int(limit),
        review_on=review_day(now, int(judged.plan.review_days)),
    )
    _add_lines(plan, lines)
    did_to_plan("plan.drafted", plan, by, now)
    return plan


@transaction.atomic
def revise_plan(plan: Plan, *, by: User, now: datetime) -> Plan:
    """Begin a new version from an issued one, with its changes; return the open draft if any."""
    EpisodeOfCare.objects.select_for_update(no_key=True).get(pk=plan.episode_id)
    open_draft = plan.assessment.plans.filter(issued_at__isnull=True).first()
    if open_draft is not None:
        return open_draft
    lines = list(plan.lines.order_by("position"))
    fresh = copy_of(plan, lines, by=by, now=now)
    did_to_plan("plan.revised", fresh, by, now)
    return fresh


def copy_of(
    plan: Plan, lines: list[PlanLine], *, by: User, now: datetime, **changed: object
) -> Plan:
    """Save a new draft after this version with these lines, stored or new.

    The caller has locked the episode. ``changed`` names fields of the plan that differ.
    """
    fresh = Plan.objects.select_related("episode", "assessment").get(pk=plan.pk)
    fresh.pk, fresh._state.adding = None, True
    fresh.id = Plan._meta.get_field("id").get_default()
    fresh.version = next_version(plan.episode)
    fresh.drafted_at, fresh.drafted_by = now, by
    fresh.issued_at = fresh.issued_by = fresh.replaced_at = None
    fresh.content_hash = ""
    fresh.review_on = review_day(now, int(str(part(plan.result, "plan").get("review_days", 14))))
    for name, value in changed.items():
        setattr(fresh, name, value)
    fresh.unasked = (
        unasked_for(lines, findings_of(plan.assessment), library_of(plan.library_id))
        if changed
        else fresh.unasked
    )
    fresh.save(force_insert=True)
    for line in lines:
        line.pk, line._state.adding = PlanLine._meta.get_field("id").get_default(), True
    _add_lines(fresh, lines)
    return fresh


@transaction.atomic
def edit_line(line: PlanLine, dose: NewDose, *, by: User, now: datetime) -> PlanLine:
    """Change how much and how often. Raises PlanIsFinal or DoseRefused."""
    plan, locked = _locked(line)
    exercise = library_of(plan.library_id).exercise_by_id.get(locked.exercise)
    if exercise is None or exercise.dose.words:
        if not dose.words.strip():
            raise DoseRefused(_("Say the dose in a few words."))
        locked.dose = dose.words.strip()[:200]
    else:
        _check_numbers(dose, locked)
        locked.sets, locked.reps = dose.sets, dose.reps
        locked.hold_seconds, locked.per_week = dose.hold_seconds, dose.per_week
        locked.dose = changed_dose(
            exercise,
            sets=dose.sets,
            reps=dose.reps,
            hold_s=dose.hold_seconds,
            per_week=dose.per_week or 0,
        ).text()
    if locked.change == Change.DRAFTED:
        locked.change = Change.EDITED
    keep_pace(locked, plan)
    locked.save()
    did_to_plan("plan.line_changed", plan, by, now, line=locked)
    return locked


@transaction.atomic
def remove_line(line: PlanLine, reason: str, *, by: User, now: datetime) -> PlanLine:
    """Take a line out, with the reason. Raises PlanIsFinal or ReasonMissing."""
    return _mark(line, Change.REMOVED, reason, by, now)


@transaction.atomic
def restore_line(line: PlanLine, *, by: User, now: datetime) -> PlanLine:
    """Put a line back that was taken out; what stands in its place goes. Raises PlanIsFinal."""
    plan, locked = _locked(line)
    instead = _stands_in_for(locked, plan)
    if instead is not None:
        place, last = instead.position, max(plan.lines.values_list("position", flat=True))
        _mark(instead, Change.REMOVED, _("put back"), by, now)
        plan.lines.filter(pk=instead.pk).update(position=last + 1)
        plan.lines.filter(pk=locked.pk).update(position=place)
    return _mark(locked, Change.ADDED, _("put back"), by, now)


@transaction.atomic
def add_line(plan: Plan, exercise_id: str, reason: str, *, by: User, now: datetime) -> PlanLine:
    """Add an exercise of the library, with the reason.

    Raises PlanIsFinal, ReasonMissing, UnknownExercise, AlreadyInPlan, and RecordError with a
    sentence where a caution or contraindication of this patient bars it.
    """
    locked = draft_to_change(plan)
    library = library_of(locked.library_id)
    exercise = library.exercise_by_id.get(exercise_id)
    if exercise is None:
        raise UnknownExercise
    if not reason.strip():
        raise ReasonMissing
    lines = list(locked.lines.all())
    if any(line.exercise == exercise_id for line in lines):
        raise AlreadyInPlan
    findings = findings_of(locked.assessment)
    cautions = part(locked.result, "gate").get("cautions")
    barred = barred_by(
        exercise_id, findings, cautions if isinstance(cautions, list) else [], library
    )
    if barred:
        raise RecordError(barred)
    irritability = str(part(locked.result, "classification").get("irritability", ""))
    blocks = blocks_with(exercise_id, library)
    line = line_of(
        exercise,
        blocks[0] if blocks else None,
        irritability=irritability,
        limit=locked.pain_limit,
    )
    line.plan, line.position = locked, max((each.position for each in lines), default=0) + 1
    line.change, line.change_reason = Change.ADDED, reason.strip()[:200]
    line.explanation = _by_clinician(line, reason, library)
    if locked.composed:
        line.why, line.explanation["composed"] = line.change_reason, True
    line.save(force_insert=True)
    _still_unasked(locked, library)
    did_to_plan("plan.line_added", locked, by, now, line=line)
    return line


@transaction.atomic
def swap_line(
    line: PlanLine, exercise_id: str, reason: str, *, by: User, now: datetime
) -> PlanLine:
    """Put an easier or harder variant in the place of a line, with the reason.

    Raises what ``add_line`` raises, and NoVariant for an exercise the library does not name as
    easier or harder than the one of the line.
    """
    plan, locked = _locked(line)
    exercise = library_of(plan.library_id).exercise_by_id.get(locked.exercise)
    if exercise is None or locked.change == Change.REMOVED:
        raise NoVariant
    if exercise_id not in (*exercise.easier, *exercise.harder):
        raise NoVariant
    added = add_line(plan, exercise_id, reason, by=by, now=now)
    place, last = locked.position, added.position
    added.explanation["instead_of"] = locked.exercise
    if locked.block:
        added.block = locked.block
    locked.position, added.position = last + 1, place
    locked.change, locked.change_reason = Change.REMOVED, reason.strip()[:200]
    locked.save(update_fields=["position", "change", "change_reason"])
    added.save(update_fields=["position", "explanation", "block"])
    _still_unasked(plan, library_of(plan.library_id))
    did_to_plan("plan.line_swapped", plan, by, now, line=added)
    return added


@transaction.atomic
def write_note(plan: Plan, note: str, *, by: User, now: datetime) -> Plan:
    """Keep what the clinician wants to tell the patient. Raises PlanIsFinal."""
    locked = draft_to_change(plan)
    locked.note = note.strip()[:1000]
    locked.save(update_fields=["note"])
    did_to_plan("plan.note_written", locked, by, now)
    return locked


def next_version(episode: EpisodeOfCare) -> int:
    """Return the number of the next plan of an episode, whose row the caller has locked."""
    latest = episode.plans.order_by("-version").values_list("version", flat=True).first()
    return (latest or 0) + 1


def review_day(now: datetime, days: int):
    """Return the clinic's own date ``days`` from now."""
    return timezone.localdate(now, practice.current().tz) + timedelta(days=days)


def draft_to_change(plan: Plan) -> Plan:
    """Lock a draft and return it. Raises PlanIsFinal."""
    locked = (
        Plan.objects.select_for_update(no_key=True, of=("self",))
        .select_related("episode", "assessment__mistake")
        .get(pk=plan.pk)
    )
    if locked.issued_at is not None or locked.assessment.in_error:
        raise PlanIsFinal
    return locked


def _locked(line: PlanLine) -> tuple[Plan, PlanLine]:
    plan = draft_to_change(line.plan)
    return plan, plan.lines.get(pk=line.pk)


def _stands_in_for(line: PlanLine, plan: Plan) -> PlanLine | None:
    """Return the line that took the place of this one and still has it."""
    for each in plan.lines.exclude(change=Change.REMOVED):
        if each.explanation.get("instead_of") == line.exercise:
            return each
    return None


def _mark(line: PlanLine, change: str, reason: str, by: User, now: datetime) -> PlanLine:
    plan, locked = _locked(line)
    if not reason.strip():
        raise ReasonMissing
    locked.change, locked.change_reason = change, reason.strip()[:200]
    locked.save(update_fields=["change", "change_reason"])
    _still_unasked(plan, library_of(plan.library_id))
    action = "plan.line_removed" if change == Change.REMOVED else "plan.line_restored"
    did_to_plan(action, plan, by, now, line=locked)
    return locked


def _still_unasked(plan: Plan, library: Library) -> None:
    """Keep the open questions in step with the lines."""
    plan.unasked = unasked_for(plan.lines.all(), findings_of(plan.assessment), library)
    plan.save(update_fields=["unasked"])


def _check_numbers(dose: NewDose, line: PlanLine) -> None:
    """Raise DoseRefused unless every number the line has is given and within its limits."""
    wanted = {
        "sets": (dose.sets, line.sets),
        "reps": (dose.reps, line.reps),
        "hold_s": (dose.hold_seconds, line.hold_seconds),
        "per_week": (dose.per_week, line.per_week),
    }
    for name, (new, old) in wanted.items():
        low, high = DOSE_LIMITS[name]
        if (new is None) != (old is None) or (new is not None and not low <= new <= high):
            raise DoseRefused


def _by_clinician(line: PlanLine, reason: str, library: Library) -> dict[str, object]:
    """The record of a line that no rule brought: the clinician, and what the library says."""
    block = library.rulebook.block_by_id.get(line.block)
    return {
        "target": line.block or line.exercise,
        "outcome": "added",
        "rule_id": "CLINICIAN",
        "reason": reason.strip()[:200],
        "findings": [],
        "evidence": [{"source": each.key, "tag": each.tag} for each in block.sources]
        if block
        else [],
        "grade": block.grade.letter if block and block.grade else None,
        "grade_checked": block.grade.checked if block and block.grade else None,
        "articles": list(block.articles) if block else [],
        "strength": block.strength if block else "app_default",
        "wording_id": f"block.{block.id}" if block else "",
        "not_asked": [],
    }


def _add_lines(plan: Plan, lines: list[PlanLine]) -> None:
    for line in lines:
        line.plan = plan
    PlanLine.objects.bulk_create(lines)


def did_to_plan(
    action: str, plan: Plan, by: User, now: datetime, line: PlanLine | None = None
) -> None:
    """Write on the trail what was done to a plan, and to which line of it."""
    data = {"version": plan.version} | ({"exercise": line.exercise} if line else {})
    trail.did(action, plan, by=by, patient_id=plan.episode.patient_id, now=now, data=data)
