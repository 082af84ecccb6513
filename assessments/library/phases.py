"""The phases of a plan and the criteria to leave them, as data and as one question: met or not.

A value that was not recorded never counts as met (specification section 0, rule 5).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from assessments.library.texts import Citation

PhaseId = Literal["P1", "P2", "P3", "P4", "P5"]
Who = Literal["everyone", "runner", "non_runner"]
Known = Mapping[str, object]  # finding, metric or fact -> value of the index side; absent: unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something a criterion reads that is neither a finding nor a metric.

    days       over which it is counted from logs
    share_pct  of what is usual, where a part of it is enough
    """

    id: str
    label: str
    kind: Literal["number", "yes_no", "list"]
    days: int | None = None
    share_pct: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One comparison. ``in``: the value is one of the line; ``holds``: it holds all of the line."""

    field: str
    operator: Literal["<=", ">=", "is", "in", "holds"]
    line: int | str | tuple[str, ...]

    def met(self, known: Known) -> bool | None:
        """Say whether the value passes; ``None`` when it is not known."""
        value = known.get(self.field)
        if value is None:
            return None
        return _OPERATORS[self.operator](value, self.line)


_OPERATORS: Mapping[str, Callable[..., bool]] = {
    "<=": lambda value, line: value <= line,
    ">=": lambda value, line: value >= line,
    "is": lambda value, line: value == line,
    "in": lambda value, line: value in line,
    "holds": lambda value, line: set(line) <= set(value),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """Something that must be true before a phase is left or a first run is made.

    all_of      every check must pass, or
    any_of      one check is enough
    unmeasured  read only where the others cannot be decided
    """

    id: str
    label: str
    source: Citation
    all_of: tuple[Check, ...] = ()
    any_of: tuple[Check, ...] = ()
    unmeasured: Check | None = None
    who: Who = "everyone"
    articles: tuple[str, ...] = ()

    @property
    def checks(self) -> tuple[Check, ...]:
        """Every comparison in it, in order."""
        last = () if self.unmeasured is None else (self.unmeasured,)
        return self.all_of + self.any_of + last

    def met(self, known: Known) -> bool | None:
        """Say whether it is met; ``None`` when a value it needs is not known."""
        every = [check.met(known) for check in self.all_of]
        some = [check.met(known) for check in self.any_of]
        if False in every or (some and all(answer is False for answer in some)):
            return False
        if None not in every and (not some or True in some):
            return True
        return None if self.unmeasured is None else self.unmeasured.met(known)


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """One phase. ``weeks`` is the usual length [from, to]; P5 has none."""

    id: PhaseId
    name: str
    aim: str
    enter: str
    leave: tuple[Criterion, ...]
    weeks: tuple[int, int] | None = None
    at_most_weeks: int | None = None
    who: Who = "everyone"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepBack:
    """When to go one level back: this many sessions over the limit, or worse mornings in a row."""

    sessions_over_limit: int
    worse_mornings_in_a_row: int
    sources: tuple[Citation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stale:
    """After how many days a value no longer counts: examined, said by the patient, logged."""

    findings_days: int
    answers_days: int
    logs_days: int
    sources: tuple[Citation, ...]
