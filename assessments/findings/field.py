"""The shape of one entry of the data dictionary, and the few words entries are made of.

Data only: reading untrusted input is in ``parsing``, keeping it in ``record``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from decimal import Decimal
from typing import Literal, NamedTuple

Kind = Literal[
    "int",  # int
    "decimal",  # Decimal, held with exactly ``decimals`` places
    "bool",  # True or False
    "choice",  # one code
    "multi",  # tuple of codes in the order of ``choices``; empty means asked, none chosen
    "text",  # str
    "yes_no",  # "yes" or "no"; anything else counts as unanswered
    "letters",  # mapping part -> code, answered parts only
    "int_list",  # tuple of int or None, one place per part
    "int_object",  # mapping part -> int
    "bool_object",  # mapping part -> bool, answered parts only
    "text_object",  # mapping part -> str
]

NOT_TESTED = "not_tested"
LEFT, RIGHT = SIDES = ("L", "R")


def gettext_noop(message: str) -> str:
    """Mark ``message`` for translation and return it unchanged (no Django here)."""
    return message


class Span(NamedTuple):
    """Lowest and highest value still inside, both included; ``None`` is open."""

    low: Decimal | None = None
    high: Decimal | None = None

    def holds(self, number: Decimal | int) -> bool:
        if self.low is not None and number < self.low:
            return False
        return self.high is None or number <= self.high


ANY = Span()


def between(low: str | None, high: str | None) -> Span:
    """Build a span from decimal text, so that no float ever enters the dictionary."""
    return Span(
        None if low is None else Decimal(low),
        None if high is None else Decimal(high),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One answer inside a finding that holds several (an AKPS item, a foot posture item)."""

    id: str
    label: str
    hard: Span = ANY  # whole numbers
    choices: tuple[tuple[str, str], ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(code for code, _label in self.choices)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How a patient is asked for a finding.

    labels    plainer words for codes, where the dictionary's own are for clinicians
    picks     answers to press instead of typing a number: (number, words)
    per_unit  units a length of time may be typed in: (unit, how many of the field's own)
    """

    question: str
    hint: str = ""
    labels: Mapping[str, str] = dataclass_field(default_factory=dict)
    picks: tuple[tuple[int, str], ...] = ()
    per_unit: tuple[tuple[str, Decimal], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One finding of the data dictionary.

    hard      outside it the input is refused; in ``unit``
    warn      outside it the chart asks "are you sure?" and saves
    decimals  most decimal places a ``decimal`` may carry; more is refused, never rounded
    parts     what an object or list is made of; items of a list are numbered from "1"
    fewest    least number of places in a list that is given at all
    complete  "all": an object given at all needs every part (V07, V10);
              "all or none": an empty one counts as not recorded (V11)
    required  a draft plan needs it, so "not tested" is no answer
    who       who may answer: "patient" (also in the intake form) or "clinician"
    asked     how the intake asks a patient for it; None where it does not
    one_by_one  needs hands or judgement: a clinician answers it by itself, whatever a patient said
    why       what the value is used for, in the clinician's words
    source    keys of the evidence list that name the field or its line
    normal    the band the shipped rules count as unremarkable; text for display only, the
              numbers the rules use are those of the library
    """

    id: str
    label: str
    section: str
    kind: Kind
    sided: bool = False
    unit: str = ""
    hard: Span = ANY
    warn: Span = ANY
    decimals: int = 0
    longest: int = 0  # characters, for text and for each part of a text object
    choices: tuple[tuple[str, str], ...] = ()
    parts: tuple[Part, ...] = ()
    fewest: int = 0
    complete: Literal["", "all", "all or none"] = ""
    required: bool = False
    how: str
    why: str
    source: str
    who: Literal["patient", "clinician"] = "clinician"
    asked: Asked | None = None
    one_by_one: bool = False
    normal: str = ""

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(code for code, _label in self.choices)

    @property
    def part_ids(self) -> tuple[str, ...]:
        return tuple(part.id for part in self.parts)

    def part(self, part_id: str) -> Part:
        """Return the part called ``part_id``; KeyError if there is none."""
        for part in self.parts:
            if part.id == part_id:
                return part
        raise KeyError(f"{self.id} has no part {part_id}")
