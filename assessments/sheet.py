"""A plan as the patient reads it: one value that the phone page, the preview and the paper share.

Only what was copied into the plan when it was drafted and issued; nothing is worked out anew.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from assessments.drawn import Drawn, drawn
from assessments.keep_going import FLARE, KEEP
from assessments.library import Library
from assessments.library_store import library_of
from assessments.models import Plan, PlanLine
from assessments.plan_texts import LOAD
from assessments.review import reviewer_of
from clinic.models import Location

Texts = Mapping[str, Any]  # title, text and items of one phrase
RUNNING = ("RTR", "GAIT_CADENCE", "GAIT_CUES")  # blocks whose lines are runs
STRENGTH = ("strength", "trunk", "control", "landing")  # categories that need a rest day between
EASIER_MARK = 500  # tells the drawing of a variant from those of the lines


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLine:
    """One line as it is printed: an exercise, or one of the other parts of the plan."""

    id: UUID
    number: int
    name: str
    dose: str
    instruction: str
    precaution: str
    equipment: str
    pain_limit: str
    why: str
    exercise: bool
    late: bool
    composed: bool  # the clinician's choice, in a plan by hand or beside the rules
    per_week: int | None
    sets: int | None
    hold_seconds: int | None
    block: str
    strength: bool  # needs a rest day between
    run: bool
    logged: bool  # is it something to do and to log, session by session?
    drawing: Drawn | None
    kept_note: str = ""  # written down with a treatment that no rule proposes
    easier: "Easier | None" = None  # what may stand in for it after a flare


@dataclass(frozen=True, slots=True, kw_only=True)
class Easier:
    """What the physio approved to stand in for a line after a flare, and for how many days."""

    days: int
    line: SheetLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Everything on the patient's page. ``number`` is the emergency number of their place."""

    plan: Plan
    lines: tuple[SheetLine, ...]
    notice: Texts
    education: tuple[Texts, ...]
    pain: tuple[Texts, ...]
    running: Texts
    walk_jog: Texts | None
    advice: tuple[Texts, ...]
    expect: Texts
    flare: Texts
    keep_going: tuple[Texts, ...]  # from the last phase on
    flare_steps: tuple[Texts, ...]  # the flare plan of the keep-going plan, in place of ``flare``
    emergency: tuple[Texts, ...]
    bend_limit: int | None
    phase: str
    review_on: date | None
    number: str
    unreviewed: str
    ended: bool

    @property
    def exercises(self) -> tuple[SheetLine, ...]:
        return tuple(line for line in self.lines if line.exercise)

    @property
    def runs(self) -> tuple[SheetLine, ...]:
        """The lines that are runs; they are among the others too."""
        return tuple(line for line in self.lines if line.run)

    @property
    def others(self) -> tuple[SheetLine, ...]:
        return tuple(line for line in self.lines if not line.exercise)


def sheet_of(plan: Plan, place: Location | None = None) -> Sheet:
    """Return what the patient reads of a plan; ``place`` knows the emergency number."""
    number = place.emergency_number if place else emergency_number()
    reviewed = bool(reviewer_of(plan.library_id))
    return sheet_from(plan, plan.lines.all(), number=number, reviewed=reviewed)


def sheet_from(plan: Plan, rows: Iterable[PlanLine], *, number: str, reviewed: bool) -> Sheet:
    """Return the same from lines that were read already, and without asking the database.

    number    to call in an emergency
    reviewed  is somebody's name under the library's version?
    """
    texts: Texts = plan.texts
    library = library_of(plan.library_id)
    kept = [line for line in rows if line.change != PlanLine.Change.REMOVED]
    kept.sort(key=lambda line: line.position)
    return Sheet(
        plan=plan,
        lines=tuple(
            _line(line, place, library, plan.composed) for place, line in enumerate(kept, start=1)
        ),
        notice=texts.get("notice") or {},
        education=tuple(texts.get("education") or ()),
        pain=tuple(texts.get("pain") or ()),
        running=texts.get("running") or {},
        walk_jog=texts.get("walk_jog"),
        advice=tuple(each for each in texts.get("advice") or () if each["block"] != LOAD),
        expect=texts.get("expect") or {},
        flare=texts.get("flare") or {},
        keep_going=tuple(texts.get(KEEP) or ()),
        flare_steps=tuple(texts.get(FLARE) or ()),
        emergency=tuple(_with_number(each, number) for each in texts.get("emergency") or ()),
        bend_limit=texts.get("bend_limit"),
        phase=str(texts.get("phase", "")),
        review_on=plan.review_on,
        number=number,
        unreviewed="" if reviewed else library.phrase_by_id["notice.unreviewed"].title,
        ended=plan.replaced_at is not None,
    )


def _line(line: PlanLine, number: int, library: Library, composed: bool) -> SheetLine:
    shown = SheetLine(
        id=line.pk,
        number=number,
        name=line.name,
        dose=line.dose,
        instruction=line.instruction,
        precaution=line.precaution,
        equipment=_needed(line.equipment),
        pain_limit=line.pain_limit,
        why=line.why,
        exercise=line.home,
        composed=composed or bool(line.kept_note),
        late=bool(line.explanation.get("starts_with_rtr")),
        per_week=line.per_week,
        sets=line.sets,
        hold_seconds=line.hold_seconds,
        block=line.block,
        strength=_is_strength(library, line.exercise),
        run=line.block in RUNNING,
        logged=line.home or line.block in RUNNING,
        drawing=drawn(library, line.exercise, line.name, number),
        kept_note=line.kept_note if line.kept_note != line.instruction else "",
    )
    return replace(shown, easier=_easier(line, shown, library)) if line.easier_exercise else shown


def _easier(line: PlanLine, issued: SheetLine, library: Library) -> Easier:
    """Return the variant as it was copied; what is logged of it is logged of its line."""
    copy = line.easier
    variant = replace(
        issued,
        name=copy["name"],
        dose=copy["dose"],
        instruction=copy["instruction"],
        precaution=copy["precaution"],
        equipment=_needed(copy["equipment"]),
        pain_limit=copy["pain_limit"],
        sets=copy["sets"],
        hold_seconds=copy["hold_seconds"],
        drawing=drawn(library, line.easier_exercise, copy["name"], issued.number + EASIER_MARK),
    )
    return Easier(days=line.easier_days or 0, line=variant)


def _needed(equipment: str) -> str:
    return "" if equipment in ("none", "-") else equipment


def _is_strength(library: Library, exercise: str) -> bool:
    found = library.exercise_by_id.get(exercise)
    return found is not None and found.category in STRENGTH


def emergency_number() -> str:
    """The number of the clinic's first place, for whoever has no visit."""
    first = Location.objects.open().first()
    return first.emergency_number if first else Location._meta.get_field("emergency_number").default


def _with_number(phrase: Texts, number: str) -> Texts:
    return {**phrase, "title": str(phrase.get("title", "")).replace("{number}", number)}
