"""What a correction of a signed document changed, place by place, for people to read.

A document is what it says in each of its places, in the order in which it is read; a chart's come
from its findings and remarks, a note's would be its paragraphs. Nothing here changes anything.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from assessments.findings import NOT_TESTED, SECTIONS, Field, Findings
from assessments.findings.dictionary import fields_of
from assessments.findings.field import SIDES
from assessments.findings.remarks import activity_name, note_name
from assessments.screen.words import held_words, label_of, side_words

Place = tuple[str, str, str]  # name of the finding, side, part of it


@dataclass(frozen=True, slots=True)
class Said:
    """What stands in one place; ``label`` names the place."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One place that reads otherwise; empty where nothing stood, or stands."""

    name: str
    label: str
    side: str  # in words, or empty
    before: str
    after: str


def differences(
    before: Mapping[Place, Said], after: Mapping[Place, Said]
) -> tuple[Difference, ...]:
    """Return every place whose words differ, in the order of reading."""
    places = [*after, *(place for place in before if place not in after)]
    ranks = {place: rank for rank, place in enumerate(before)}
    last = -1
    ordered = []
    for rank, place in enumerate(places):
        last = ranks.get(place, last)
        ordered.append((last, rank, place))
    nothing = Said("", "")
    return tuple(
        Difference(
            place[0],
            (after.get(place) or before[place]).label,
            side_words(place[1]),
            before.get(place, nothing).text,
            after.get(place, nothing).text,
        )
        for _last, _rank, place in sorted(ordered)
        if before.get(place, nothing).text != after.get(place, nothing).text
    )


def said_in(findings: Findings, words: Mapping[str, str]) -> dict[Place, Said]:
    """Return everything a chart says, in the order of its sections."""
    said: dict[Place, Said] = {}
    for code, label in SECTIONS:
        for field in fields_of(code):
            said.update(_field(field, findings))
            said.update(_activities(field, words))
        note = note_name(code)
        if words.get(note):
            said[note, "", ""] = Said(_("Note on %(section)s") % {"section": _(label)}, words[note])
    return said


def _field(field: Field, findings: Findings) -> Iterator[tuple[Place, Said]]:
    if field.id not in findings.values:
        return
    held = findings.values[field.id]
    if not field.sided:
        yield from _places(field, "", held)
        return
    values = held if isinstance(held, Mapping) else {}
    for side in SIDES:
        if values.get(side) is not None:
            yield from _places(field, side, values[side])


def _places(field: Field, side: str, value: object) -> Iterator[tuple[Place, Said]]:
    if value == NOT_TESTED:
        yield (field.id, side, ""), Said(label_of(field.id), _("not tested"))
        return
    for part, text in held_words(field, value):
        label = f"{label_of(field.id)}: {part}" if part else label_of(field.id)
        yield (field.id, side, part), Said(label, text)


def _activities(field: Field, words: Mapping[str, str]) -> Iterator[tuple[Place, Said]]:
    """The name of each activity is as much of the chart as its score."""
    if field.id != "psfs":
        return
    for part in field.part_ids:
        name = activity_name(part)
        if words.get(name):
            yield (name, "", ""), Said(f"{label_of(name)} {part}", words[name])
