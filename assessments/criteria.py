"""Which criteria of a phase are met, not met or unknown, and what the logs say of them.

Pure: no Django, no clock. Lines and days come from the library; a value that is too old or was
never taken is unknown, which is neither met nor failed. Source: specification F1, F2 and section
0, rule 5.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from assessments.library.phases import Check, Criterion, Phase, Stale

Source = Literal["finding", "answer", "log", "event"]
ZERO = Decimal(0)
PER_CENT = Decimal(100)


class State(StrEnum):
    """What is known of a criterion. NOT_TESTED and STALE are both unknown."""

    MET = "met"
    NOT_MET = "not_met"
    NOT_TESTED = "not_tested"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class Value:
    """What is known of one field: since which day, and where from. An event never grows old."""

    value: object
    on: date
    source: Source


@dataclass(frozen=True, slots=True)
class Part:
    """One comparison of a criterion; ``found`` is None where there is no value at all."""

    check: Check
    found: Value | None
    state: State


@dataclass(frozen=True, slots=True)
class Judged:
    """One criterion, its state, and the comparisons behind it."""

    criterion: Criterion
    state: State
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """The criteria to leave a phase as they stand on one day."""

    judged: tuple[Judged, ...]

    @property
    def met(self) -> int:
        return sum(each.state is State.MET for each in self.judged)

    @property
    def missing(self) -> tuple[Judged, ...]:
        """Those not met and those unknown, in order."""
        return tuple(each for each in self.judged if each.state is not State.MET)

    @property
    def complete(self) -> bool:
        return bool(self.judged) and not self.missing


def asked_of(criteria: Iterable[Criterion], *, runs: bool) -> tuple[Criterion, ...]:
    """Return the criteria that count for a runner, or for somebody who does not run."""
    other = "non_runner" if runs else "runner"
    return tuple(each for each in criteria if each.who != other)


def next_phase(phases: Sequence[Phase], now: str, *, runs: bool) -> Phase | None:
    """Return the phase after this one; None after the last, or where it is not known."""
    ids = [phase.id for phase in phases]
    if now not in ids:
        return None
    other = "non_runner" if runs else "runner"
    later = phases[ids.index(now) + 1 :]
    return next((phase for phase in later if phase.who != other), None)


def judge(
    criteria: Iterable[Criterion], known: Mapping[str, Value], stale: Stale, today: date
) -> Standing:
    """Judge each criterion by what is known and not too old on ``today``."""
    fresh = {name: each for name, each in known.items() if not is_stale(each, stale, today)}
    return Standing(tuple(_judged(each, known, fresh) for each in criteria))


def is_stale(value: Value, stale: Stale, today: date) -> bool:
    """Say whether a value is older than the library lets it count; the last day counts."""
    if value.source == "event":
        return False
    days = {
        "finding": stale.findings_days,
        "answer": stale.answers_days,
        "log": stale.logs_days,
    }[value.source]
    return today - value.on > timedelta(days=days)


def _judged(criterion: Criterion, known: Mapping[str, Value], fresh: Mapping[str, Value]) -> Judged:
    answer = criterion.met({name: each.value for name, each in fresh.items()})
    if answer is None:
        # Unknown: too old only where every value was there once and none of the rest is missing.
        ever = criterion.met({name: each.value for name, each in known.items()})
        state = State.NOT_TESTED if ever is None else State.STALE
    else:
        state = State.MET if answer else State.NOT_MET
    parts = tuple(_part(check, known, fresh) for check in criterion.checks)
    return Judged(criterion, state, parts)


def _part(check: Check, known: Mapping[str, Value], fresh: Mapping[str, Value]) -> Part:
    found = known.get(check.field)
    if found is None:
        return Part(check, None, State.NOT_TESTED)
    if check.field not in fresh:
        return Part(check, found, State.STALE)
    met = check.met({check.field: found.value})
    return Part(check, found, State.MET if met else State.NOT_MET)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One logged exercise of one day. ``pain`` and ``limit`` are 0 to 10.

    done  the whole of it, not a part
    full  at the dose of the library or more
    """

    on: date
    exercise: str
    done: bool
    pain: int | None
    limit: int
    full: bool


def days_over_limit(sessions: Iterable[Session], today: date, days: int) -> Value | None:
    """Return on how many of the last ``days`` days pain was above the limit.

    None where no pain was told in that time: silence is no painless fortnight.
    """
    first = today - timedelta(days=days)
    told = [each for each in sessions if each.pain is not None and first < each.on <= today]
    if not told:
        return None
    over = {each.on for each in told if each.pain is not None and each.pain > each.limit}
    return Value(len(over), max(each.on for each in told), "log")


def at_full_dose(sessions: Iterable[Session], wanted: Collection[str]) -> Value | None:
    """Return which of the wanted exercises last went well: whole, at full dose, within the limit.

    Dated by the one that was done longest ago. None until each of them was logged with its pain.
    """
    last: dict[str, Session] = {}
    for each in sessions:
        held = last.get(each.exercise)
        if each.exercise in wanted and each.pain is not None and (not held or held.on <= each.on):
            last[each.exercise] = each
    if not wanted or set(last) != set(wanted):
        return None
    well = tuple(
        name
        for name, each in last.items()
        if each.done and each.full and each.pain is not None and each.pain <= each.limit
    )
    return Value(well, min(each.on for each in last.values()), "log")


@dataclass(frozen=True, slots=True)
class Ran:
    """One run: its day, distance in km and worst pain, 0 to 10."""

    on: date
    km: Decimal | None
    pain: int | None


def pain_at_share(
    runs: Iterable[Ran], usual_km: Decimal, share_pct: int, days: int
) -> Value | None:
    """Return the worst pain of the newest stretch of ``days`` days that held enough kilometres.

    share_pct  how much of the usual week makes a stretch count

    None where none did, or where a run in it did not say its pain.
    """
    ordered = sorted((run for run in runs if run.km is not None), key=lambda run: run.on)
    for last in reversed(ordered):
        stretch = [run for run in ordered if timedelta(0) <= last.on - run.on < timedelta(days)]
        if sum((run.km or ZERO for run in stretch), ZERO) * PER_CENT >= usual_km * share_pct:
            pains = [run.pain for run in stretch if run.pain is not None]
            return Value(max(pains), last.on, "log") if len(pains) == len(stretch) else None
    return None


def weeks_at_usual(
    runs: Iterable[Ran], usual_km: Decimal, limit: int, today: date, days: int
) -> Value | None:
    """Count the weeks in a row, back from the newest run, at the usual distance within the limit.

    A run without a pain ends the count. None where no distance was logged.
    """
    ordered = sorted((run for run in runs if run.km is not None and run.on <= today), key=_day)
    if not ordered or not usual_km:
        return None
    newest = ordered[-1].on
    weeks = 0
    while True:
        end = newest - timedelta(days=days * weeks)
        week = [run for run in ordered if timedelta(0) <= end - run.on < timedelta(days)]
        within = all(run.pain is not None and run.pain <= limit for run in week)
        if not within or sum((run.km or ZERO for run in week), ZERO) < usual_km:
            return Value(weeks, newest, "log")
        weeks += 1


def _day(run: Ran) -> date:
    return run.on
