"""A plan as the patient reads it: one value that the phone page, the preview and the paper share.

Only what was copied into the plan when it was drafted and issued; nothing is worked out anew. A
reader of another language gets the translation of each text that was copied, and of no other.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from assessments.drawn import Drawn, drawn
from assessments.keep_going import FLARE, KEEP
from assessments.library import Library
from assessments.library.translating import Speaker
from assessments.library_store import library_of
from assessments.links import Link, links_of
from assessments.models import ExercisePhoto, Plan, PlanLine
from assessments.photos import photos_of
from assessments.plan_texts import LOAD
from assessments.plan_versions import needed
from assessments.review import reviewer_of
from assessments.translation_store import speaker
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
    link: Link | None = None  # a page elsewhere that shows it
    photo: ExercisePhoto | None = None  # of this patient doing it
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
    translation: tuple[str, ...]  # what has to be said of the translation; nothing: reviewed
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
    kept = list(plan.lines.exclude(change=PlanLine.Change.REMOVED).order_by("position"))
    sheet = sheet_from(plan, kept, number=number, reviewed=reviewed, said=speaker())
    links, photos = links_of([line.exercise for line in kept]), photos_of(plan)
    ours = (
        replace(shown, link=links.get(line.exercise), photo=photos.get(line.exercise))
        for line, shown in zip(kept, sheet.lines, strict=True)
    )
    return replace(sheet, lines=tuple(ours))


def sheet_from(
    plan: Plan,
    rows: Iterable[PlanLine],
    *,
    number: str,
    reviewed: bool,
    said: Speaker | None = None,
) -> Sheet:
    """Return the same from lines that were read already, and without asking the database.

    number    to call in an emergency
    reviewed  is somebody's name under the library's version?
    said      who says its texts; None: as they are written

    Links and photographs are no part of a plan and are left out.
    """
    said, texts = said or Speaker(None), plan.texts
    library = library_of(plan.library_id)
    kept = [line for line in rows if line.change != PlanLine.Change.REMOVED]
    kept.sort(key=lambda line: line.position)
    notice = "" if reviewed else library.phrase_by_id["notice.unreviewed"].title
    sheet = Sheet(
        plan=plan,
        lines=tuple(
            _line(line, place, library, plan.composed, said)
            for place, line in enumerate(kept, start=1)
        ),
        notice=said.phrase(texts.get("notice") or {}),
        education=_phrases(texts.get("education"), said),
        pain=_phrases(texts.get("pain"), said),
        running=said.phrase(texts.get("running") or {}),
        walk_jog=_walk_jog(texts.get("walk_jog"), said),
        advice=tuple(each for each in _phrases(texts.get("advice"), said) if each["block"] != LOAD),
        expect=_expected(texts.get("expect") or {}, said),
        flare=said.phrase(texts.get("flare") or {}),
        emergency=tuple(
            _with_number(each, number) for each in _phrases(texts.get("emergency"), said)
        ),
        keep_going=_phrases(texts.get(KEEP), said),
        flare_steps=_phrases(texts.get(FLARE), said),
        bend_limit=texts.get("bend_limit"),
        phase=said.say(str(texts.get("phase", ""))),
        review_on=plan.review_on,
        number=number,
        unreviewed=said.say(notice),
        translation=(),
        ended=plan.replaced_at is not None,
    )
    return replace(sheet, translation=said.notes())


def _phrases(phrases: Iterable[Texts] | None, said: Speaker) -> tuple[Texts, ...]:
    return tuple(said.phrase(each) for each in phrases or ())


def _walk_jog(programme: Texts | None, said: Speaker) -> Texts | None:
    if programme is None:
        return None
    return {**programme, "checks": list(_phrases(programme["checks"], said))}


def _expected(expect: Texts, said: Speaker) -> Texts:
    told = said.phrase(expect)
    return {**told, "notes": list(_phrases(expect["notes"], said))} if "notes" in expect else told


def _line(
    line: PlanLine, number: int, library: Library, composed: bool, said: Speaker
) -> SheetLine:
    name = said.say(line.name)
    shown = SheetLine(
        id=line.pk,
        number=number,
        name=name,
        dose=said.dose(line.dose),
        instruction=said.say(line.instruction),
        precaution=said.say(line.precaution),
        equipment=said.say(needed(line.equipment)),
        pain_limit=said.say(line.pain_limit),
        why=said.say(line.why),
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
        drawing=drawn(library, line.exercise, str(name), number),
        kept_note=line.kept_note if line.kept_note != line.instruction else "",
    )
    return (
        replace(shown, easier=_easier(line, shown, library, said))
        if line.easier_exercise
        else shown
    )


def _easier(line: PlanLine, issued: SheetLine, library: Library, said: Speaker) -> Easier:
    """Return the variant as it was copied; what is logged of it is logged of its line."""
    copy = line.easier
    name = said.say(copy["name"])
    variant = replace(
        issued,
        name=name,
        dose=said.dose(copy["dose"]),
        instruction=said.say(copy["instruction"]),
        precaution=said.say(copy["precaution"]),
        equipment=said.say(needed(copy["equipment"])),
        pain_limit=said.say(copy["pain_limit"]),
        sets=copy["sets"],
        hold_seconds=copy["hold_seconds"],
        drawing=drawn(library, line.easier_exercise, str(name), issued.number + EASIER_MARK),
    )
    return Easier(days=line.easier_days or 0, line=variant)


def _is_strength(library: Library, exercise: str) -> bool:
    found = library.exercise_by_id.get(exercise)
    return found is not None and found.category in STRENGTH


def emergency_number() -> str:
    """The number of the clinic's first place, for whoever has no visit."""
    first = Location.objects.open().first()
    return first.emergency_number if first else Location._meta.get_field("emergency_number").default


def _with_number(phrase: Texts, number: str) -> Texts:
    return {**phrase, "title": str(phrase.get("title", "")).replace("{number}", number)}
