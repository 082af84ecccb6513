"""What nobody recorded and would change a draft: found by supposing each answer that counts.

A comparison with a missing value is false (specification A5), so a gap decides too. Here every gap
a rule came upon is filled, one at a time, with the values at and around the line it was compared
with, and the rules run again. What comes out differently is what the answer could change. Two gaps
that only together change something are not found; each of them stays listed where it was asked for.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from assessments.findings.dictionary import FIELDS
from assessments.library.rule_entries import Rulebook
from assessments.rules.blocks import Chosen, choose_blocks
from assessments.rules.chart import Chart
from assessments.rules.checks import NUMBERS, Check, Reading, Shown
from assessments.rules.classify import Classified, classify

Gap = tuple[str, str | None]  # field and side, as a reading names them


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """A gap that decides something.

    side       "L", "R", a difference "R-L", or None
    brings     blocks an answer could bring into the plan
    drops      blocks an answer could take out
    offers     optional blocks an answer could offer
    decisions  name -> the other words an answer could lead to (``irritability``: HIGH)
    """

    field: str
    side: str | None
    brings: tuple[str, ...]
    drops: tuple[str, ...]
    offers: tuple[str, ...]
    decisions: Mapping[str, tuple[str, ...]]


class Supposed(Chart):
    """A chart in which one gap is supposed to be answered. What was recorded stays."""

    def __init__(self, chart: Chart, gap: Gap, answer: object) -> None:
        super().__init__(chart.findings, chart.metrics)
        self._gap, self._answer = gap, answer

    def value(self, field: str) -> Reading:
        return self._filled(super().value(field))

    def index(self, field: str) -> Reading:
        return self._filled(super().index(field))

    def part(self, field: str, part: str) -> Reading:
        return self._filled(super().part(field, part))

    def index_part(self, field: str, part: str) -> Reading:
        return self._filled(super().index_part(field, part))

    def metric(self, name: str) -> Reading:
        return self._filled(super().metric(name))

    def new_starter(self) -> Reading:
        return self._filled(super().new_starter())

    def lsi(self, measure: str) -> Reading:
        return self._filled(super().lsi(measure))

    def torque(self, muscle: str) -> Reading:
        return self._filled(super().torque(muscle))

    def _difference(self, field: str, first: str | None, second: str | None) -> Reading:
        return self._filled(super()._difference(field, first, second))

    def _filled(self, reading: Reading) -> Reading:
        if reading.value is None and (reading.field, reading.side) == self._gap:
            return Reading(reading.field, reading.side, self._answer)
        return reading


def unknown(chart: Chart, rulebook: Rulebook) -> tuple[Unknown, ...]:
    """Return the gaps of a chart that could change its draft, in the order rules came upon them."""
    classified, chosen = _drafted(chart, rulebook)
    found = []
    for gap, answers in _gaps(classified, chosen).items():
        others = [_drafted(Supposed(chart, gap, each), rulebook) for each in answers]
        change = _changed(gap, (classified, chosen), others)
        if change.brings or change.drops or change.offers or change.decisions:
            found.append(change)
    return tuple(found)


def _drafted(chart: Chart, rulebook: Rulebook) -> tuple[Classified, Chosen]:
    classified = classify(chart, rulebook.limit, rulebook.subcategory_of)
    return classified, choose_blocks(chart, rulebook, classified)


def _decisions(classified: Classified) -> dict[str, str]:
    each = (
        classified.irritability,
        classified.severity,
        classified.start_phase,
        classified.run_action,
    )
    return {decision.name: decision.value for decision in each}


def _gaps(classified: Classified, chosen: Chosen) -> dict[Gap, tuple[object, ...]]:
    """Return each gap with the answers worth supposing."""
    answers: dict[Gap, dict[object, None]] = {}
    for check in _looked_at(classified, chosen):
        if check.met is None:
            tried = answers.setdefault((check.field, check.side), {})
            tried.update(dict.fromkeys(_answers(check)))
    return {gap: tuple(tried) for gap, tried in answers.items() if tried}


def _looked_at(classified: Classified, chosen: Chosen) -> Iterator[Check]:
    for decision in (
        classified.irritability,
        classified.severity,
        classified.start_phase,
        classified.run_action,
    ):
        yield from decision.checks
    for verdict in classified.contributors.values():
        yield from verdict.checks
    for door in chosen.doors.values():
        yield from door.checks


def _answers(check: Check) -> Iterable[object]:
    """Return values on either side of the line a missing one was compared with."""
    threshold = check.threshold
    if isinstance(threshold, bool):
        return (True, False)
    if isinstance(threshold, NUMBERS):
        near = (threshold - 1, threshold, threshold + 1)
        return tuple(each for each in near if _can_be(check.field, each))
    codes = (threshold,) if isinstance(threshold, str) else threshold or ()
    if check.operator.startswith("holds"):
        return (*((code,) for code in codes), ())
    return (*codes, *_other_codes(check.field, codes))


def _can_be(field: str, value: Shown) -> bool:
    """Say whether the chart would take the number; scores that are worked out have no limits."""
    found = FIELDS.get(field)
    if found is None:
        return True
    low, high = found.hard
    number = Decimal(value)  # type: ignore[arg-type]  # only numbers are asked about
    return (low is None or number >= low) and (high is None or number <= high)


def _other_codes(field: str, codes: Iterable[str]) -> tuple[str, ...]:
    """Return the first choice of a field that is none of these."""
    found = FIELDS.get(field)
    others = [code for code in found.codes if code not in set(codes)] if found else [""]
    return tuple(others[:1])


def _changed(
    gap: Gap,
    as_is: tuple[Classified, Chosen],
    others: Iterable[tuple[Classified, Chosen]],
) -> Unknown:
    classified, chosen = as_is
    now = _decisions(classified)
    brings: dict[str, None] = {}
    drops: dict[str, None] = {}
    offers: dict[str, None] = {}
    decisions: dict[str, dict[str, None]] = {}
    for other, choice in others:
        brings |= _beyond(choice.included, chosen.included)
        drops |= _beyond(chosen.included, choice.included)
        offers |= _beyond(choice.optional, chosen.optional)
        for name, value in _decisions(other).items():
            if value != now[name]:
                decisions.setdefault(name, {})[value] = None
    return Unknown(
        field=gap[0],
        side=gap[1],
        brings=tuple(brings),
        drops=tuple(drops),
        offers=tuple(offers),
        decisions={name: tuple(values) for name, values in decisions.items()},
    )


def _beyond(blocks: Iterable[str], known: Collection[str]) -> dict[str, None]:
    return dict.fromkeys(each for each in blocks if each not in known)
