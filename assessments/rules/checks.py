"""Comparisons that remember what they compared.

What a rule counts is two-valued: a comparison with a missing value is false, and the negation
of such a comparison is true (an X-ray nobody recorded "is not clear"). What an explanation says
is three-valued: met, not met, or unknown because nobody recorded the value. ``Check`` keeps
both, so that a missing value never passes for a normal one.
"""

from collections.abc import Callable
from decimal import Decimal
from operator import ge, gt, le, lt
from typing import NamedTuple

Number = int | Decimal
Shown = Number | str | bool | tuple[str, ...]
Comparison = Callable[[Number, Number], bool]

# isinstance is asked thousands of times a draft, and a tuple answers quicker than a union.
NUMBERS = (int, Decimal)
PLAIN = (int, Decimal, str)

_PAIRS = {
    "<": ">=",
    "<=": ">",
    "is": "is not",
    "in": "not in",
    "holds": "holds none of",
    "holds other than": "holds nothing but",
    "recorded": "not recorded",
}
# Every operator and what it becomes after "not".
OPPOSITE = _PAIRS | {opposite: plain for plain, opposite in _PAIRS.items()}


class Check(NamedTuple):
    """One comparison.

    field      id of the data dictionary or of the result (``lsi_pct.hip_abd``)
    side       "L" or "R"; "R-L" for a difference, first side minus second; None without sides
    value      what was charted; None while nobody recorded it
    operator   one of ``OPPOSITE``
    threshold  what it was compared with; None where the line itself is unknown
    met        does the comparison hold? None: unknown
    fired      what the rule counts
    """

    field: str
    side: str | None
    value: Shown | None
    operator: str
    threshold: Shown | None
    met: bool | None
    fired: bool

    @property
    def checks(self) -> "tuple[Check, ...]":
        return (self,)

    def negated(self) -> "Check":
        """Return the opposite comparison; of an unknown one both count as their words say."""
        operator = OPPOSITE[self.operator]
        met = None if self.met is None else not self.met
        return Check(
            self.field, self.side, self.value, operator, self.threshold, met, not self.fired
        )


class Verdict(NamedTuple):
    """What a rule says, and the comparisons that decided it, unknown ones among them."""

    fired: bool
    checks: tuple[Check, ...]


Part = Check | Verdict
ALWAYS = Verdict(True, ())


def any_of(*parts: Part) -> Verdict:
    """Fire when at least one part fires. Of the others, only what is unknown is kept."""
    fired = any(part.fired for part in parts)
    checks: list[Check] = []
    for part in parts:
        if part.fired or not fired:
            checks.extend(part.checks)
        else:
            checks.extend(check for check in part.checks if check.met is None)
    return Verdict(fired, tuple(checks))


def all_of(*parts: Part) -> Verdict:
    """Fire when every part fires. When one does not, the parts that do decided nothing."""
    fired = all(part.fired for part in parts)
    checks: list[Check] = []
    for part in parts:
        if fired or not part.fired:
            checks.extend(part.checks)
    return Verdict(fired, tuple(checks))


def not_(part: Part) -> Verdict:
    """Fire when ``part`` does not; its comparisons are kept turned round."""
    return Verdict(not part.fired, tuple(check.negated() for check in part.checks))


class Reading(NamedTuple):
    """One value as charted, ready to be compared. See ``Check`` for ``field`` and ``side``."""

    field: str
    side: str | None
    value: object | None

    @property
    def number(self) -> Number | None:
        """The value where it is a number."""
        return self.value if isinstance(self.value, NUMBERS) else None

    def is_below(self, limit: Number | None) -> Check:
        return self._compared("<", lt, limit)

    def is_at_most(self, limit: Number | None) -> Check:
        return self._compared("<=", le, limit)

    def is_above(self, limit: Number | None) -> Check:
        return self._compared(">", gt, limit)

    def is_at_least(self, limit: Number | None) -> Check:
        return self._compared(">=", ge, limit)

    def is_(self, code: str | bool) -> Check:
        """``= code``. Yes and no answers are the codes "yes" and "no"."""
        met = None if self.value is None else self.value == code
        return self._judged("is", code, met)

    def is_not(self, code: str | bool) -> Check:
        """``is not code``: true also when nobody recorded the value."""
        return self.is_(code).negated()

    def is_one_of(self, *codes: str) -> Check:
        if len(codes) == 1:
            return self.is_(codes[0])
        return self._judged("in", codes, None if self.value is None else self.value in codes)

    def holds_any_of(self, *codes: str) -> Check:
        """Is at least one of ``codes`` among the chosen ones?"""
        chosen = self._chosen()
        met = None if chosen is None else any(code in codes for code in chosen)
        return self._judged("holds", codes, met)

    def holds_other_than(self, code: str) -> Check:
        """Was anything chosen besides ``code``?"""
        chosen = self._chosen()
        met = None if chosen is None else any(each != code for each in chosen)
        return self._judged("holds other than", code, met)

    def is_recorded(self) -> Check:
        """Did anybody record it? The one question that is never unknown."""
        recorded = self.value is not None
        return Check(
            self.field, self.side, _shown(self.value), "recorded", None, recorded, recorded
        )

    def is_not_recorded(self) -> Check:
        return self.is_recorded().negated()

    def _compared(self, sign: str, compare: Comparison, limit: Number | None) -> Check:
        field, side, value = self
        if limit is None or not isinstance(value, NUMBERS):
            return self._judged(sign, limit, None)
        met = compare(value, limit)
        return Check(field, side, value, sign, limit, met, met)

    def _judged(self, operator: str, threshold: Shown | None, met: bool | None) -> Check:
        shown = _shown(self.value)
        return Check(self.field, self.side, shown, operator, threshold, met, met is True)

    def _chosen(self) -> tuple[object, ...] | None:
        return self.value if isinstance(self.value, tuple) else None


def _shown(value: object) -> Shown | None:
    """Return ``value`` as an explanation can print it; an object with parts says only "given"."""
    if value is None or isinstance(value, PLAIN):
        return value
    return tuple(map(str, value)) if isinstance(value, tuple) else "given"
