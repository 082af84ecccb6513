"""Which lines a note has, by its kind, and what stands in the way of signing it. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from assessments.findings.field import gettext_noop as _

VISIT, PHONE = "visit", "phone"
NOTHING_SAID, SOMETHING_SAID, NOT_ASKED = "none", "some", "not_asked"
BOOK = "book"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One place for words; ``longest`` in characters, ``rows`` on the page."""

    name: str
    letter: str = ""
    label: str
    hint: str = ""
    longest: int = 4000
    rows: int = 3


OF_A_VISIT = (
    Line(
        name="about", label=_("What it is about"), hint=_("Such as: right shoulder"), longest=120,
        rows=1,
    ),
    Line(name="subjective", letter="S", label=_("Subjective"), hint=_("What the patient says")),
    Line(name="objective", letter="O", label=_("Objective"), hint=_("What you saw and measured")),
    Line(name="assessment", letter="A", label=_("Assessment"), hint=_("What you make of it")),
    Line(
        name="plan", letter="P", label=_("Plan"),
        hint=_("What was done today and what comes next. No exercise plan is issued from here."),
    ),
)  # fmt: skip
OF_A_CALL = (
    Line(name="complaint", label=_("Complaint"), rows=2, longest=1000),
    Line(
        name="course", label=_("Course"), hint=_("Since when, and what brings it on"), rows=2,
        longest=1000,
    ),
    Line(
        name="safety", label=_("What was said to them"), rows=1, longest=1000,
        hint=_("After a yes; or why you did not ask"),
    ),
    Line(name="advice", label=_("Advice given"), rows=2, longest=1000),
)  # fmt: skip
LONGEST_PART = 20_000  # of a chart's note, in characters: it lists what was found
SOAP = ("subjective", "objective", "assessment", "plan")
LINES: Mapping[str, tuple[Line, ...]] = {VISIT: OF_A_VISIT, PHONE: OF_A_CALL}
NAMES = tuple(line.name for lines in LINES.values() for line in lines)


def line_of(kind: str, name: str) -> Line | None:
    """Return a line of a kind of note by its name."""
    return next((line for line in LINES[kind] if line.name == name), None)


def against_signing(
    kind: str, words: Mapping[str, str], safety: str, outcome: str
) -> Iterator[tuple[str, str]]:
    """Yield what is missing, as the name of its place and a sentence.

    A call is signed with all it is for: what it was about, whether the safety questions were
    asked, and what came of it. A yes, and questions that were not asked, need words.
    """
    if kind == VISIT:
        if not any(words.get(name) for name in SOAP):
            yield "subjective", _("Write at least one of the four parts.")
        return
    if not words.get("complaint"):
        yield "complaint", _("Write what the call was about.")
    if not safety:
        yield "safety_asked", _("Say whether you asked the safety questions.")
    if safety in (SOMETHING_SAID, NOT_ASKED) and not words.get("safety"):
        yield "safety", _("Write what was said, or why you did not ask.")
    if not outcome:
        yield "outcome", _("Say what came of the call.")
