"""The note of a chart on a page: to write before the signature, to read after it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from assessments.actions.soap import texts_of
from assessments.findings import Findings
from assessments.models import Assessment
from assessments.notes.charted import drawn_soap
from assessments.notes.compare import Piece, compare
from assessments.notes.lines import LONGEST_PART, SOAP, VISIT, line_of
from assessments.rules.draft import Draft

LETTERS_A_ROW = 105
FEWEST, MOST = 3, 14  # rows of a part on the page


@dataclass(frozen=True, slots=True, kw_only=True)
class SoapTyped:
    """What was typed and not kept; ``theirs`` is what is stored where somebody was quicker."""

    texts: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    theirs: Mapping[str, str] = field(default_factory=dict)
    version: int = 0


NOTHING_TYPED = SoapTyped()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part. ``pieces`` compares it with what the chart says by itself, if it differs."""

    name: str
    letter: str
    label: str
    text: str
    pieces: tuple[Piece, ...]
    error: str = ""
    theirs: str = ""
    hint: str = ""
    longest: int = LONGEST_PART
    rows: int = FEWEST


def lines_to_write(
    assessment: Assessment, findings: Findings, judged: Draft, typed: SoapTyped
) -> list[Part]:
    """Return the four parts as they stand, each beside what the chart says now. Three queries."""
    drawn = drawn_soap(assessment, findings, judged)
    texts = {**texts_of(assessment, drawn), **typed.texts}
    return [
        _part(
            name,
            texts[name],
            drawn[name],
            error=typed.errors.get(name, ""),
            theirs=typed.theirs.get(name, ""),
        )
        for name in SOAP
    ]


def lines_to_read(assessment: Assessment) -> list[Part]:
    """Return the parts as they were signed; none of a draft. One query."""
    if assessment.signed_at is None:
        return []
    rows = {each.name: each for each in assessment.soap.all()}
    return [_part(name, rows[name].text, rows[name].drawn) for name in SOAP if name in rows]


def _part(name: str, text: str, drawn: str, *, error: str = "", theirs: str = "") -> Part:
    line = line_of(VISIT, name)
    rows = sum(1 + len(each) // LETTERS_A_ROW for each in text.split("\n"))
    return Part(
        name=name,
        letter=line.letter if line else "",
        label=_(line.label) if line else name,
        text=text,
        pieces=compare(drawn, text) if text != drawn else (),
        rows=min(max(rows, FEWEST), MOST),
        error=error,
        theirs=theirs,
    )
