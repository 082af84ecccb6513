"""The record on paper, laid out by typst as a tagged PDF (PDF/UA-1).

Everything travels as data, never as markup. What hangs together is told together: a chart with
what was found, a plan with its lines, a letter with its text. The rest are tables.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.utils import formats, translation
from django.utils.translation import gettext as _

from assessments.letters.paper import logo
from assessments.subject.coverage import NOT_HERE, SOURCES
from assessments.subject.reading import Record
from assessments.subject.sources import Source, told
from bookings.money.papers import ON_LETTER
from clinic import practice
from clinic.paper import set_paper
from clinic.sheets import Cell, phone

TEMPLATE = Path(__file__).parent.parent / "typst" / "record.typ"
Block = dict[str, Any]
BY_NAME: Mapping[str, Source] = {source.name: source for source in SOURCES}
# Tables of which each row is told as a list of names and values, with what belongs to it: the
# table below, and the path by which its rows name theirs.
TOLD: Mapping[str, tuple[tuple[str, str], ...]] = {
    "person": (),
    "intakes": (("intake_answers", "intake_id"), ("intake_corrections", "intake_id")),
    "charts": (
        ("findings", "assessment_id"), ("remarks", "assessment_id"),
        ("chart_notes", "assessment_id"), ("treatments", "assessment_id"),
        ("photographs", "assessment_id"), ("chart_addenda", "assessment_id"),
        ("referrals", "assessment_id"),
    ),
    "notes": (
        ("note_lines", "note_id"), ("treatments", "note_id"), ("note_addenda", "note_id"),
    ),
    "letters": (("letters_sent", "letter_id"),),
    "plans": (
        ("plan_lines", "plan_id"), ("phase_steps", "plan_id"), ("plans_kept", "plan_id"),
    ),
}  # fmt: skip
BELOW = {name for parts in TOLD.values() for name, _path in parts}
# Columns that say of each row what stands above it anyway.
REPEATED = (
    "assessment.signed_at", "note.signed_at", "intake.appointment.starts_at",
    "intake.get_part_display", "letter.subject",
)  # fmt: skip
AS_LINES = ("referrals",)  # too wide for a table
NARROWEST, WIDEST = 11, 44  # characters of a column's share


def record_pdf(record: Record) -> bytes:
    """Return the record as a PDF."""
    return set_paper(template_source(), paper_of(record))


@cache
def template_source() -> bytes:
    return TEMPLATE.read_bytes()


def paper_of(record: Record) -> dict[str, Any]:
    """Return what is printed, every text ready to be set."""
    clinic, places = practice.current(), practice.places()
    made = record.made_at.astimezone(record.zone)
    return {
        "lang": translation.get_language() or "en",
        "paper": "us-letter" if not places or places[0].country in ON_LETTER else "a4",
        "clinic": clinic.name,
        "contact": [
            each for each in (clinic.phone and clinic.phone.as_national, clinic.email) if each
        ],
        "colour": clinic.colour,
        "logo": logo(),
        "dated": [made.year, made.month, made.day],
        "title": _("Record of %(patient)s") % {"patient": record.patient},
        "made": _(
            "Made on %(when)s. Times are by the clock of %(zone)s. “–” means that nothing was "
            "written."
        )
        % {"when": formats.date_format(made, "j F Y, H:i"), "zone": record.zone.key},
        "page": _("Page"),
        "sections": [*_sections(record), *_nothing(record), _not_here()],
    }


def _sections(record: Record) -> Iterator[dict[str, Any]]:
    for source in SOURCES:
        if source.name not in BELOW and record.rows[source.name]:
            yield {"heading": str(source.title), "blocks": list(_blocks(record, source))}


def _blocks(record: Record, source: Source) -> Iterator[Block]:
    rows = record.rows[source.name]
    if source.name not in TOLD:
        yield _table(record, source, rows)
        return
    parts = {name: _by_parent(record, name, path) for name, path in TOLD[source.name]}
    for row in rows:
        yield from _told(record, source, row, {name: parts[name].get(row.pk) for name in parts})


def _by_parent(record: Record, name: str, path: str) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = {}
    for row in record.rows[name]:
        found.setdefault(told(row, path), []).append(row)
    return found


def _told(
    record: Record, source: Source, row: Any, parts: Mapping[str, list[Any] | None]
) -> Iterator[Block]:
    """Yield one row as names and values, then whatever belongs to it."""
    values = list(_pairs(record, source, row))
    if parts:
        yield {"kind": "head", "text": " · ".join(map(_titled, values[:2]))}
    yield {"kind": "pairs", "rows": values}
    for name, theirs in parts.items():
        below = BY_NAME[name]
        if not theirs:
            continue
        yield {"kind": "label", "text": str(below.title)}
        if name in AS_LINES:
            for each in theirs:
                yield {"kind": "pairs", "rows": list(_pairs(record, below, each))}
        else:
            yield _table(record, below, theirs)


def _pairs(record: Record, source: Source, row: Any) -> Iterator[tuple[str, str]]:
    """Yield what a row says, without what it does not say."""
    said = zip(source.header(paper=True), source.cells(row, record.zone, paper=True), strict=True)
    for label, value in said:
        if value not in (None, "", False):
            yield capital(label), words(value)


def _table(record: Record, source: Source, rows: Iterable[Any]) -> Block:
    wanted = [
        (number, each.label)
        for number, each in enumerate(one for one in source.columns if one.paper)
        if each.value not in REPEATED
    ]
    lines = [source.cells(row, record.zone, paper=True) for row in rows]
    header = [capital(str(label)) for _number, label in wanted]
    said = [[words(line[number]) for number, _label in wanted] for line in lines]
    return {"kind": "table", "header": header, "rows": said, "widths": _widths(header, said)}


def _widths(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[int]:
    """Return shares of the paper's width: longer words get more room, none gets it all."""
    longest = [max(len(line[number]) for line in (header, *rows)) for number in range(len(header))]
    return [min(max(each, NARROWEST), WIDEST) for each in longest]


def _titled(pair: tuple[str, str]) -> str:
    """Return a value that says what it is beside another: of a bare number, its name as well."""
    label, value = pair
    return f"{label} {value}" if value.isdecimal() else value


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def words(value: Cell) -> str:
    """Return a cell as it is printed: 0 is 0, and nothing is a dash."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return formats.date_format(value, "j M Y, H:i")
    if isinstance(value, date):
        return formats.date_format(value, "j M Y")
    if hasattr(value, "as_international"):
        return phone(value)
    return str(value)


def _text(text: str) -> Block:
    return {"kind": "text", "text": text}


def _nothing(record: Record) -> Iterator[dict[str, Any]]:
    """Name what could be kept and is not."""
    empty = [str(source.title) for source in SOURCES if not record.rows[source.name]]
    if empty:
        yield {"heading": _("Nothing is kept of this"), "blocks": [_text(" · ".join(empty))]}


def _not_here() -> dict[str, Any]:
    return {"heading": _("What is not in it"), "blocks": [_text(str(each)) for each in NOT_HERE]}
