"""Does a plan still rest on what its chart says? Only reads.

A plan is drafted from one signed chart and copies its reasons. When that chart is amended, the
plan in force needs to be looked at again if a finding it relied on reads otherwise, or if the
rules now say something else; until a clinician has said that it stays, or has replaced it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from assessments.judging import part
from assessments.models import Assessment, Plan, PlanKept, PlanLine
from assessments.screen.corrections import documents_of
from assessments.screen.differences import Difference, differences
from clinic import access
from clinic.models import Practitioner
from clinic.persons import of_any

VERDICTS = ("plan_status", "dx_support", "gate", "classification", "plan")


@dataclass(frozen=True, slots=True)
class Shaken:
    """A plan in force whose chart was amended in something it relied on.

    changes  the findings it relied on that read otherwise
    lines    names of the exercises whose reasons name one of them
    verdict  the rules now say something else about patient or plan
    """

    plan: Plan
    amendment: Assessment
    changes: tuple[Difference, ...]
    lines: tuple[str, ...]
    verdict: bool


def shaken_of(practitioner: Practitioner) -> list[Shaken]:
    """Return the plans of the caseload that need to be looked at again. At most six queries."""
    plans = in_force().filter(of_any(access.caseload(practitioner), "episode__patient"))
    return shaken(plans.select_related("episode__patient").order_by("issued_at"))


def in_force() -> QuerySet[Plan]:
    """Return the plans patients follow now whose charts were amended since."""
    amended = Assessment.objects.signed().filter(amends=OuterRef("assessment"))
    return Plan.objects.filter(Exists(amended), issued_at__isnull=False, replaced_at__isnull=True)


def shaken(plans: QuerySet[Plan]) -> list[Shaken]:
    """Return those of these plans that need to be looked at again. At most five queries."""
    lines = PlanLine.objects.exclude(change=PlanLine.Change.REMOVED).order_by("position")
    found = list(plans.prefetch_related(Prefetch("lines", queryset=lines, to_attr="kept")))
    if not found:
        return []
    newest = _newest(found)
    pairs = [(plan, newest[plan.assessment_id]) for plan in found if plan.assessment_id in newest]
    settled = set(PlanKept.objects.filter(plan__in=found).values_list("plan_id", "amendment_id"))
    pairs = [(plan, last) for plan, last in pairs if (plan.pk, last.pk) not in settled]
    keys = {key for plan, last in pairs for key in (plan.assessment_id, last.pk)}
    documents = documents_of(keys) if keys else {}
    judged = (
        _shaken(plan, last, differences(documents[plan.assessment_id], documents[last.pk]))
        for plan, last in pairs
    )
    return [each for each in judged if each.changes or each.verdict]


def _newest(plans: Iterable[Plan]) -> dict[UUID, Assessment]:
    """Return the last signed correction of each plan's chart, by that chart. One query."""
    rows = Assessment.objects.signed().filter(
        amends__isnull=False, episode__in={plan.episode_id for plan in plans}
    )
    after = {row.amends_id: row for row in rows.select_related("author", "cosignature")}
    newest = {}
    for plan in plans:
        last = after.get(plan.assessment_id)
        while last is not None:
            newest[plan.assessment_id] = last
            last = after.get(last.pk)
    return newest


def _shaken(plan: Plan, last: Assessment, changes: Iterable[Difference]) -> Shaken:
    kept: list[PlanLine] = getattr(plan, "kept", [])
    by_line = {line.name: _relied([line.explanation]) for line in kept}
    relied = _relied([*plan.explanations, *(line.explanation for line in kept)])
    touched = tuple(each for each in changes if each.name in relied)
    names = {each.name for each in touched}
    metrics = {name for name in relied if _metric(plan.result, name) != _metric(last.result, name)}
    return Shaken(
        plan=plan,
        amendment=last,
        changes=touched,
        lines=tuple(name for name, fields in by_line.items() if fields & (names | metrics)),
        verdict=bool(metrics) or _verdict(plan.result) != _verdict(last.result),
    )


def _relied(records: Iterable[object]) -> set[str]:
    """Return the names of every finding and score that these reasons compare."""
    names: set[str] = set()
    for record in records:
        checks = record.get("findings") if isinstance(record, Mapping) else None
        for check in checks if isinstance(checks, list) else []:
            if isinstance(check, Mapping):
                names.add(str(check.get("field")))
    return names


def _metric(result: Mapping[str, object] | None, name: str) -> object:
    """Return a score of a stored result, ``lsi_pct.knee_ext`` being one of a group."""
    group, _dot, measure = name.partition(".")
    found = part(result, "metrics").get(group)
    return found.get(measure) if measure and isinstance(found, Mapping) else found


def _verdict(result: Mapping[str, object] | None) -> list[object]:
    return [(result or {}).get(name) for name in VERDICTS]
