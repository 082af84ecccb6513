"""What a rule may ask of one assessment: findings and scores as readings.

"Index" is the worse knee, the side the rules read; "other" is the opposite side.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal

from assessments.findings import Findings
from assessments.rules.checks import Part, Reading
from assessments.scoring.metrics import Metrics

# Scores of the sore side; the others belong to the person.
_OF_INDEX_SIDE = frozenset(
    {"fpi_total", "lsd_total", "heel_raise_pct_norm", "lsi_pct", "torque_nm_per_kg_index"}
)


class Chart:
    """Findings and their scores, asked by name."""

    def __init__(self, findings: Findings, metrics: Metrics) -> None:
        self.findings = findings
        self.metrics = metrics
        self.index_side = findings.index_side
        self._values: dict[str, Reading] = {}
        self._index_values: dict[str, Reading] = {}

    def value(self, field: str) -> Reading:
        """Return a finding without sides."""
        reading = self._values.get(field)
        if reading is None:
            reading = self._values[field] = Reading(field, None, self.findings.value(field))
        return reading

    def index(self, field: str) -> Reading:
        """Return a finding of the sore side."""
        reading = self._index_values.get(field)
        if reading is None:
            value = self.findings.index(field)
            reading = self._index_values[field] = Reading(field, self.index_side, value)
        return reading

    def part(self, field: str, part: str) -> Reading:
        """Return one part of a finding that is an object without sides."""
        return Reading(f"{field}.{part}", None, _part(self.value(field).value, part))

    def index_part(self, field: str, part: str) -> Reading:
        """Return one part of a finding that is an object per side, of the sore side."""
        return Reading(f"{field}.{part}", self.index_side, _part(self.index(field).value, part))

    def other_minus_index(self, field: str) -> Reading:
        """Return by how much the sore side falls short of the other one."""
        other = self.findings.other_side
        return self._difference(field, other, self.index_side)

    def index_minus_other(self, field: str) -> Reading:
        """Return by how much the sore side exceeds the other one."""
        return self._difference(field, self.index_side, self.findings.other_side)

    def metric(self, name: str) -> Reading:
        """Return a score (``akps_total``); of the sore side where scores have sides."""
        side = self.index_side if name in _OF_INDEX_SIDE else None
        return Reading(name, side, getattr(self.metrics, name))

    def new_starter(self) -> Reading:
        """Return whether running began from nothing; unknown unless both weeks are recorded."""
        weeks = (self.findings.value(field) for field in ("usual_week_km", "peak_week_km"))
        known = all(week is not None for week in weeks)
        return Reading("new_starter", None, self.metrics.new_starter if known else None)

    def lsi(self, measure: str) -> Reading:
        """Return the sore side in per cent of the other; unknown when both knees are sore."""
        return Reading(f"lsi_pct.{measure}", self.index_side, self.metrics.lsi_pct.get(measure))

    def torque(self, muscle: str) -> Reading:
        """Return the torque of the sore side in Nm per kg of body mass."""
        value = self.metrics.torque_nm_per_kg_index.get(muscle)
        return Reading(f"torque_nm_per_kg_index.{muscle}", self.index_side, value)

    def _difference(self, field: str, first: str | None, second: str | None) -> Reading:
        if first is None or second is None:
            return Reading(field, None, None)
        sides = f"{first}-{second}"
        high, low = self.findings.side(field, first), self.findings.side(field, second)
        if not isinstance(high, int | Decimal) or not isinstance(low, int | Decimal):
            return Reading(field, sides, None)
        return Reading(field, sides, high - low)


def _part(value: object, part: str) -> object | None:
    return value.get(part) if isinstance(value, Mapping) else None


# A number of the library by its name (thresholds.yaml); KeyError for a name it does not hold.
Limit = Callable[[str], Decimal]
# One rule: its docstring is its line of the specification.
Rule = Callable[[Chart, Limit], Part]
