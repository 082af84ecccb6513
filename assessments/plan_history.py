"""The version a plan replaces, and what it changes about it. Only reads."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext

from assessments.library.translating import Speaker
from assessments.models import Plan, PlanLine
from assessments.plan_versions import Change, Item, Version, changes, needed
from assessments.translation_store import speaker


@dataclass(frozen=True, slots=True)
class Changed:
    """What a plan changes about ``since``, the version the patient had before it."""

    since: Plan
    changes: tuple[Change, ...]


def changed_since(plan: Plan, issued: Iterable[Plan]) -> Changed | None:
    """Say what a plan changes about the version issued before it; None where it is the first.

    issued  plans that were issued, of which the newest before this one in its episode counts

    One query where there is one before.
    """
    earlier = [
        each
        for each in issued
        if each.episode_id == plan.episode_id and each.version < plan.version
    ]
    if not earlier:
        return None
    since = max(earlier, key=lambda each: each.version)
    lines = list(PlanLine.objects.filter(plan__in=[plan, since]).order_by("plan", "position"))
    said = speaker()
    return Changed(
        since,
        changes(
            version_of(since, [line for line in lines if line.plan_id == since.pk], said),
            version_of(plan, [line for line in lines if line.plan_id == plan.pk], said),
            gettext,
        ),
    )


def issued_before(plan: Plan) -> QuerySet[Plan]:
    """Return the issued versions of the episode before this one; none of a chart in error."""
    return Plan.objects.filter(
        episode=plan.episode_id,
        version__lt=plan.version,
        issued_at__isnull=False,
        assessment__mistake__isnull=True,
    ).order_by("-version")[:1]


def version_of(plan: Plan, lines: Iterable[PlanLine], said: Speaker) -> Version:
    """Return what is compared of a plan, as its reader reads it."""
    return Version(
        items=[_item(line, said) for line in lines],
        phase=said.say(str(plan.texts.get("phase", ""))),
        pain_limit=plan.pain_limit,
        pain_limit_running=plan.pain_limit_running,
        bend_limit=plan.texts.get("bend_limit"),
        running=said.say(str((plan.texts.get("running") or {}).get("title", ""))),
    )


def _item(line: PlanLine, said: Speaker) -> Item:
    return Item(
        exercise=line.exercise,
        name=said.say(line.name),
        dose=said.dose(line.dose),
        sets=line.sets,
        reps=line.reps,
        hold_seconds=line.hold_seconds,
        per_week=line.per_week,
        equipment=said.say(needed(line.equipment)),
        pain_limit=said.say(line.pain_limit),
        instruction=line.instruction,
        precaution=line.precaution,
        kept=line.change != PlanLine.Change.REMOVED,
        reason=line.change_reason,
        easier=(said.say(line.easier["name"]), line.easier_days or 0)
        if line.easier_exercise
        else None,
        instead_of=str(line.explanation.get("instead_of", "")),
    )
