"""What a chart may take over from the intake of its visit, and what it may only show.

Nothing of it counts until a clinician confirms it (``actions.confirm_reported``): then it is a
finding of origin "patient", confirmed by ``recorded_by`` at ``recorded_at``. The gate never opens
by an answer nobody has read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from assessments.findings import FIELDS, NOT_TESTED, Findings
from assessments.findings.reported import GOAL_DAY, PSFS_NAME
from assessments.intake.storage import intakes_of, told_in, told_now
from assessments.intake.told import Told, together
from assessments.models import Assessment, Intake
from assessments.screen.entries import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One answer. ``value`` has the shape findings have; no question of the intake has sides.

    first  what was sent before it was corrected; None where it was not
    """

    field: str
    value: object
    said_at: datetime
    first: object | None = None

    @property
    def corrected(self) -> bool:
        return self.first is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prefill:
    """What the patient sent for one visit.

    answers     may be confirmed with one key each, or a section at once
    gate        red-flag answers, listed and confirmed together after reading
    one_by_one  answers about what needs hands or judgement: shown beside the question, which a
                clinician always answers by itself; never taken over
    activities  names of the activities that ``psfs`` scores, by place ("1" to "5")
    words       other conditions, medicines, family doctor: read by people, no findings
    """

    answers: tuple[Said, ...]
    gate: tuple[Said, ...]
    one_by_one: tuple[Said, ...]
    activities: Mapping[str, str]
    words: Mapping[str, str]
    goal_on: date | None

    def open(self, findings: Findings) -> tuple[Said, ...]:
        """Return the answers (not those of the gate) to what the chart does not hold yet."""
        return tuple(said for said in self.answers if said.field not in findings.values)

    def open_gate(self, findings: Findings) -> tuple[Said, ...]:
        return tuple(said for said in self.gate if said.field not in findings.values)


def prefill_for(assessment: Assessment) -> Prefill | None:
    """Return what was sent for the visit of this assessment; None where nothing was.

    Three queries. What is not sent yet is not the clinic's to read.
    """
    if assessment.appointment_id is None:
        return None
    sent = [each for each in intakes_of(assessment.appointment_id).values() if each.sent_at]
    return _prefill(sent) if sent else None


def entries_of(said: Said) -> list[Entry]:
    """Return an answer as the chart saves it: a list of scores place by place."""
    field = FIELDS[said.field]
    if field.kind == "int_list" and isinstance(said.value, tuple):
        places = zip(field.part_ids, said.value, strict=False)
        return [Entry(f"{field.id}.{part}", "", one) for part, one in places if one is not None]
    return [Entry(said.field, "", said.value)]


def _prefill(sent: list[Intake]) -> Prefill:
    now, answers = Told(), []
    for intake in sorted(sent, key=lambda each: each.part):
        first, latest = told_in(intake), told_now(intake)
        now = together(now, latest)
        answers += [_said(intake, name, first, latest) for name in latest.findings.values]
    answers = [said for said in answers if said.value != NOT_TESTED]
    names = now.value(PSFS_NAME)
    day = now.value(GOAL_DAY)
    words = {name: value for name, value in now.reported.items() if isinstance(value, str)}
    return Prefill(
        answers=tuple(said for said in answers if FIELDS[said.field].kind != "yes_no"),
        gate=tuple(said for said in answers if _is_gate(said.field, by_hand=False)),
        one_by_one=tuple(said for said in answers if _is_gate(said.field, by_hand=True)),
        activities=dict(names) if isinstance(names, Mapping) else {},
        words={name: value for name, value in words.items() if name != GOAL_DAY},
        goal_on=date.fromisoformat(day) if isinstance(day, str) else None,
    )


def _is_gate(name: str, *, by_hand: bool) -> bool:
    return FIELDS[name].kind == "yes_no" and FIELDS[name].one_by_one is by_hand


def _said(intake: Intake, name: str, first: Told, latest: Told) -> Said:
    changed = first.value(name) if first.value(name) != latest.value(name) else None
    at = max(
        [intake.sent_at or intake.saved_at]
        + [row.added_at for row in intake.corrections.all() if row.item.split(".")[0] == name]
    )
    return Said(field=name, value=latest.value(name), said_at=at, first=changed)
