"""The chart screen as data: sections of rows, rows of cells, cells of controls.

Built from the data dictionary alone, so that a new finding appears on the chart by itself. A
preset decides what stands open; a finding that holds something is always shown.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from assessments.findings import NOT_TESTED, SECTIONS, SIDES, Fault, Field, Findings
from assessments.findings.dictionary import fields_of
from assessments.findings.remarks import note_name
from assessments.findings.unremarkable import INSTEAD_OF, UNREMARKABLE
from assessments.presets import EVERYTHING, Opened
from assessments.screen.controls import Control, controls_of
from assessments.screen.held import Held
from assessments.screen.sources import Source
from assessments.screen.told import Told, in_few_words
from assessments.screen.words import SIDE_NAMES, SIDE_SHORT, range_words

BY_SIDE = {"L": "R", "R": "L"}
FOLDED = ("koos_pf_items", "lefs_items", "tsk11_items", "wells", "gate_override")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A finding on one side, or of the whole person.

    last     the value of the last visit, in words
    told     what the patient said before the visit, in words; ``told_first`` before correcting it
    unread   the same by the names of the controls, to be confirmed; empty once anything is held
    usual    what "all other normal" would enter, as the controls hold it; empty for nothing
    source   where the value came from, when that is worth saying
    """

    name: str
    side: str
    side_label: str
    side_short: str
    sore: bool
    state: str  # known, not_tested, missing
    source: Source | None
    last: str
    told: str
    told_first: str
    unread: Mapping[str, Held]
    usual: str
    controls: tuple[Control, ...]
    may_skip: bool
    errors: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def unread_json(self) -> str:
        return json.dumps(self.unread)

    @property
    def spared_by(self) -> str:
        """The cell whose value makes this one needless: a force, for a manual grade."""
        field_id, _colon, side = self.name.partition(":")
        return f"{INSTEAD_OF[field_id]}:{side}" if field_id in INSTEAD_OF else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A finding with everything the screen says about it."""

    field: Field
    label: str
    unit: str
    limits: str
    band: str
    cells: tuple[Cell, ...]
    folded: bool
    asked: bool  # does the preset ask for it?

    @property
    def grid(self) -> bool:
        return bool(self.field.parts)

    @property
    def open(self) -> bool:
        """Does it stand in the way of a plan while it is empty?"""
        return self.field.required and all(cell.state == "missing" for cell in self.cells)

    @property
    def one_by_one(self) -> bool:
        return self.field.one_by_one

    @property
    def shown(self) -> bool:
        held = any(cell.state != "missing" or cell.errors or cell.told for cell in self.cells)
        return self.asked or held


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section; ``rows`` stand open, ``folded`` is what the preset leaves out."""

    code: str
    label: str
    rows: tuple[Row, ...]
    folded: tuple[Row, ...]
    sides: tuple[tuple[str, str, bool], ...]  # side, label, sore
    note_name: str
    note: str
    open: bool
    for_runners: bool  # does the clinic's preset for runners open what is folded here?

    @property
    def cells(self) -> list[Cell]:
        return [cell for row in self.rows for cell in row.cells]

    @property
    def total(self) -> int:
        return len(self.cells)

    @property
    def recorded(self) -> int:
        return sum(cell.state != "missing" for cell in self.cells)

    @property
    def faults(self) -> int:
        return sum(bool(cell.errors) for cell in self.cells)

    @property
    def reported(self) -> int:
        """How many values the patient gave and nobody has confirmed yet."""
        return sum(bool(cell.unread) for cell in self.cells)

    @property
    def has_usual(self) -> bool:
        """Is there anything "all other normal" could fill in?"""
        return any(cell.usual for cell in self.cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the screen is drawn from.

    typed     what a form sent and was refused, shown again as it was typed
    words     notes and names beside the findings
    sources   where stored values came from, by finding and side
    runners   what opens as soon as somebody is known to run; nothing where a preset was chosen
    last      the findings of the last signed visit, where there was one
    told      what the patient said before the visit
    """

    findings: Findings
    typed: Mapping[str, list[str]]
    words: Mapping[str, str] = field(default_factory=dict)
    errors: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()
    sources: Mapping[tuple[str, str], Source]
    last: Findings | None = None
    told: Told = field(default_factory=lambda: Told(None))
    opened: Opened = EVERYTHING
    runners: Opened | None = None

    @property
    def sides(self) -> tuple[str, ...]:
        """The sore side first."""
        index = self.findings.index_side
        return (index, BY_SIDE[index]) if index in BY_SIDE else SIDES

    def word(self, name: str) -> str:
        typed = self.typed.get(name)
        return typed[-1] if typed else self.words.get(name, "")


def sections(shown: Shown) -> tuple[Section, ...]:
    """Return the whole chart, in the order of the dictionary."""
    return tuple(section(code, shown) for code, _label in SECTIONS)


def section(code: str, shown: Shown) -> Section:
    """Return one section of the chart."""
    label = dict(SECTIONS)[code]
    index = shown.findings.index_side
    names = tuple((side, str(SIDE_NAMES[side]), side == index) for side in shown.sides)
    rows = tuple(_row(one, shown) for one in fields_of(code))
    is_open = code in shown.opened.sections
    note = note_name(code)
    folded = [row for row in rows if not row.shown]
    return Section(
        code=code,
        label=_(label),
        rows=tuple(row for row in rows if row.shown or not is_open),
        folded=tuple(folded if is_open else ()),
        for_runners=any(shown.runners and shown.runners.asks(row.field.id) for row in folded),
        sides=names,
        note_name=note,
        note=shown.word(note),
        open=is_open or any(row.shown for row in rows) or bool(shown.word(note)),
    )


def left_out(drawn: Iterable[Section]) -> list[tuple[str, str, list[str]]]:
    """Return what nobody is asked for here: code and label of a section, and its findings.

    A whole section that stands closed is named without its findings.
    """
    lines: list[tuple[str, str, list[str]]] = []
    for one in drawn:
        if not one.open:
            lines.append((one.code, one.label, []))
        elif one.folded:
            lines.append((one.code, one.label, [row.label for row in one.folded]))
    return lines


def _row(one: Field, shown: Shown) -> Row:
    sides = shown.sides if one.sided else ("",)
    return Row(
        field=one,
        label=_(one.label),
        unit="" if not one.unit or one.unit[0].isdigit() else _(one.unit),
        limits=range_words(one),
        band=_(one.normal) if one.normal and one.kind != "yes_no" else "",
        cells=tuple(_cell(one, side, shown) for side in sides),
        folded=one.id in FOLDED,
        asked=shown.opened.asks(one.id),
    )


def _cell(one: Field, side: str, shown: Shown) -> Cell:
    value = _held(shown.findings, one, side)
    name = f"{one.id}:{side}" if side else one.id
    known = None if value == NOT_TESTED else value
    return Cell(
        name=name,
        side=side,
        side_label=str(SIDE_NAMES[side]) if side else "",
        side_short=str(SIDE_SHORT[side]) if side else "",
        sore=bool(side) and side == shown.findings.index_side,
        state=shown.findings.state(one.id, side or None),
        source=shown.sources.get((one.id, side)),
        last=in_few_words(one, _held(shown.last, one, side)) if shown.last else "",
        told=shown.told.words(one),
        told_first=shown.told.before(one),
        unread=shown.told.unread(one, shown.findings),
        usual=_usual(one),
        controls=tuple(controls_of(one, side, known, shown.typed, shown.words)),
        may_skip=not one.required and one.kind != "yes_no",
        errors=_said(shown.errors, one, side),
        warnings=_said(shown.warnings, one, side),
    )


def _held(findings: Findings, one: Field, side: str) -> object | None:
    held = findings.values.get(one.id)
    return held.get(side) if side and isinstance(held, Mapping) else held


def _usual(one: Field) -> str:
    """Return the value of "all other normal" as the controls of the cell hold it."""
    value = UNREMARKABLE.get(one.id)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return str(next(iter(value.values())))  # the same for every part
    return "none" if value == () else str(value)


def _said(faults: Iterable[Fault], one: Field, side: str) -> tuple[str, ...]:
    """Return what is said against one cell; a fault without a side is about both."""
    mine = [fault for fault in faults if fault.field == one.id and fault.side in ("", side)]
    return tuple(dict.fromkeys(_with_part(one, fault) for fault in mine))


def _with_part(one: Field, fault: Fault) -> str:
    said = fault.said(_)
    return f"{_(one.part(fault.part).label)}: {said}" if fault.part else said
