"""Issued plans as care plans: what the page and the paper say, line by line.

Each activity is a line of the same value the page and the PDF are made of (``sheet``), so that
there is no third account of a plan.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from assessments.fhir.care import by_mistake, condition_of, goal_of
from assessments.fhir.codes import DOCUMENT, EXERCISE
from assessments.fhir.sent import Sent, issuer_of
from assessments.fhir.shapes import (
    Resource,
    coding,
    concept,
    heading,
    ident,
    listed,
    narrative,
    paragraphs,
    ref,
    whole,
)
from assessments.models import EpisodeOfCare, LibraryVersion, Plan, PlanLine
from assessments.pdf import paper_of
from assessments.sheet import Sheet, SheetLine, emergency_number, sheet_from

# Of the paper: what is about the sheet itself, or stands elsewhere in the care plan.
NOT_SAID = (
    "lang", "clinic", "contact", "title", "large", "changed", "patient", "about", "draft", "note",
    "words", "lines", "others", "days",
)  # fmt: skip
SAID_APART = ("name", "dose", "instruction", "why")
FIRST = ("limit", "equipment", "precaution")
LABELS = {"precaution": "care", "equipment": "need"}  # where the paper has another name for it
HEADINGS = {"flare": "", "flare_steps": "flare"}  # what stands above a part, if not its own name
Paper = Mapping[str, Any]
DONE = {"active": "in-progress", "completed": "completed", "revoked": "stopped"}


def care_plans(sent: Sent) -> Iterator[Resource]:
    plans = sent.rows("plans")
    versions = {plan.library_id for plan in plans}
    reviewed = dict(LibraryVersion.objects.filter(pk__in=versions).values_list("pk", "reviewed_by"))
    number, before = emergency_number(), _before(plans)
    episodes = {episode.pk: episode for episode in sent.rows("episodes")}
    for plan in plans:
        visit = sent.visit(sent.charts[plan.assessment_id].appointment_id)
        sheet = sheet_from(
            plan, sent.of("plan_lines", "plan_id", plan.pk),
            number=visit.location.emergency_number if visit else number,
            reviewed=bool(reviewed.get(plan.library_id)),
        )  # fmt: skip
        yield _care_plan(sent, sheet, episodes[plan.episode_id], before.get(plan.pk))


def _before(plans: Iterable[Plan]) -> Mapping[UUID, Plan]:
    """Return the issued version before each plan, within its episode."""
    last: dict[UUID, Plan] = {}
    before: dict[UUID, Plan] = {}
    for plan in sorted(plans, key=lambda each: each.version):
        if plan.episode_id in last:
            before[plan.pk] = last[plan.episode_id]
        last[plan.episode_id] = plan
    return before


def _care_plan(sent: Sent, sheet: Sheet, episode: EpisodeOfCare, older: Plan | None) -> Resource:
    plan = sheet.plan
    chart = sent.charts[plan.assessment_id]
    paper = paper_of(undrawn(sheet), sent.patient, sent.clinic)
    issuer, status = issuer_of(plan), status_of(sent, plan, episode)
    return {
        "resourceType": "CarePlan",
        "id": ident(plan.pk),
        "language": sent.language,
        "text": _in_words(paper),
        "replaces": [ref(ident(older.pk))] if older else [],
        "status": status,
        "intent": "plan",
        "category": [concept(_("Exercise plan"), coding(DOCUMENT, "plan"))],
        "title": paper["title"],
        "description": "\n".join(f"{name}: {value}" for name, value in _about(paper)),
        "subject": sent.subject,
        "encounter": sent.encounter(sent.visit_id(chart)),
        "period": {"start": sent.at(plan.issued_at), "end": sent.at(plan.replaced_at)},
        "created": sent.at(plan.issued_at),
        "author": sent.by(issuer) if issuer else None,
        "addresses": [ref(condition_of(episode))],
        "supportingInfo": [ref(ident(plan.assessment_id))],
        "goal": [ref(goal_of(episode))] if episode.goal else [],
        "activity": list(_activities(sent, sheet, paper, status)),
        "note": [{"text": text} for text in said(paper)],
    }


def status_of(sent: Sent, plan: Plan, episode: EpisodeOfCare) -> str:
    """Say whether a plan is in force, was replaced by another, or is over with its episode."""
    if sent.charts[plan.assessment_id].in_error or by_mistake(episode):
        return "entered-in-error"
    newer = any(
        each.version > plan.version for each in sent.of("plans", "episode_id", plan.episode_id)
    )
    if newer:
        return "revoked"
    if plan.replaced_at is None:  # also after a discharge: the patient goes on by it
        return "active"
    met = episode.discharge_reason == EpisodeOfCare.Discharge.GOALS_MET
    return "completed" if met else "revoked"


def undrawn(sheet: Sheet) -> Sheet:
    """Return it without drawings, which take the longest and have no place here."""
    return replace(sheet, lines=tuple(replace(line, drawing=None) for line in sheet.lines))


def _activities(sent: Sent, sheet: Sheet, paper: Paper, status: str) -> Iterator[Resource]:
    lines = (*sheet.exercises, *sheet.others)
    codes = {row.pk: row for row in sent.of("plan_lines", "plan_id", sheet.plan.pk)}
    for line, printed in zip(lines, (*paper["lines"], *paper["others"]), strict=True):
        yield {"detail": _detail(sent, line, codes[line.id], printed, paper, status)}


def _detail(
    sent: Sent, line: SheetLine, row: PlanLine, printed: Paper, paper: Paper, status: str
) -> Resource:
    tried = bool(sent.of("exercise_logs", "line_id", line.id))
    state = DONE.get(status, status)
    return whole({
        "kind": "ServiceRequest" if line.exercise else None,
        "code": concept(line.name, coding(EXERCISE, row.exercise)),
        "reasonCode": [concept(printed["why"])] if printed["why"] else [],
        "status": "not-started" if state == "in-progress" and not tried else state,
        "doNotPerform": False,
        **_timing(line),
        "description": "\n".join(line_said(printed, paper["words"])),
    })  # fmt: skip


def _timing(line: SheetLine) -> Resource:
    """Return how often: a number where the line has one, else its words."""
    if line.per_week:
        return {"scheduledTiming": {"repeat": {
            "frequency": line.per_week, "period": 1, "periodUnit": "wk",
        }}}  # fmt: skip
    return {"scheduledString": line.dose}


def line_said(printed: Paper, words: Paper) -> Iterator[str]:
    """Yield what the paper says under the name of a line, in its order; why stands apart."""
    yield printed["dose"]
    yield from filter(None, (printed["mark"], words["late"] if printed["late"] else ""))
    yield printed["instruction"]
    yield from _labelled(printed, words)
    if easier := printed["easier"]:
        yield from (easier["when"], f"{easier['name']}, {easier['dose']}", easier["instruction"])
        yield from _labelled(easier, words)


def _labelled(printed: Paper, words: Paper) -> Iterator[str]:
    """Yield what has a label on paper; a part the paper learns to print later comes along."""
    for name in (*FIRST, *(each for each in printed if each not in FIRST)):
        value = printed[name]
        label = words.get(LABELS.get(name, name), "")
        if name not in SAID_APART and label and value and isinstance(value, str):
            yield f"{label} {value}"


def said(paper: Paper) -> Iterator[str]:
    """Yield what else the paper says: pain, running, the way it may go, when to get help."""
    if paper["note"]:
        yield str(paper["note"])
    for name, value in paper.items():
        if name in NOT_SAID or not value:
            continue
        text = "\n".join(_lines(value))
        if text.strip():
            title = paper["words"].get(HEADINGS.get(name, name), "")
            yield f"{title}\n{text}" if title else text
    if paper["words"]["bend"]:
        yield str(paper["words"]["bend"])


def _lines(value: Any) -> Iterator[str]:
    """Yield the lines of a phrase, of several, or of a table of stages."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from filter(None, (value.get("title"), value.get("text")))
        yield from (f"- {item}" for item in value.get("items", ()))
    elif value and all(isinstance(each, str) for each in value):
        yield from filter(None, value)
    else:
        for each in value:
            row = isinstance(each, list)
            yield from [" · ".join(each)] if row else _lines(each)


def _about(paper: Paper) -> Iterator[tuple[str, str]]:
    for name, value in paper["about"]:
        yield str(name), str(value)


def _why(printed: Paper, words: Paper) -> str:
    return f"{words['why']} {printed['why']}" if printed["why"] else ""


def _in_words(paper: Paper) -> Resource:
    lines = [
        "\n".join((line["name"], *line_said(line, paper["words"]), _why(line, paper["words"])))
        for line in (*paper["lines"], *paper["others"])
    ]
    return narrative(
        "generated", heading(str(paper["title"])),
        paragraphs("\n".join(f"{name}: {value}" for name, value in _about(paper))),
        listed(lines), *map(paragraphs, said(paper)),
    )  # fmt: skip
