"""The charted values, with "missing" behaving as section 0, item 5 says."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal


class Missing:
    """A value nobody recorded: every comparison with it is false, so ``not`` makes it true."""

    def no(self, _: object) -> bool:
        """Answer any comparison."""
        return False

    __eq__ = __lt__ = __le__ = __gt__ = __ge__ = __contains__ = no
    __hash__ = None  # type: ignore[assignment]

    def __ne__(self, _: object) -> bool:
        return True

    def __bool__(self) -> bool:
        return False

    def missing(self, _: object) -> "Missing":
        """Answer any arithmetic: what is reckoned from a missing value is missing."""
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = missing
    __truediv__ = __rtruediv__ = missing


MISSING = Missing()


class Values(dict):
    """Field to value; asking for what was not recorded gives ``MISSING``."""

    def __missing__(self, _: object) -> Missing:
        return MISSING


@dataclass(frozen=True)
class Chart:
    """One assessment.

    person    the fields without a side
    index     the fields with a side, on ``index_side`` ("index" in the specification)
    other     the same on the opposite side
    triggers  pain per activity, 0-10
    """

    person: Values
    index: Values
    other: Values
    triggers: Values


def read(raw: dict) -> Chart:
    """Sort the recorded values by side; null and not_tested are left out."""
    recorded = plain(raw)
    index_side = recorded.get("index_side")
    other_side = {"L": "R", "R": "L"}.get(index_side)
    sided = {field: value for field, value in recorded.items() if has_sides(value)}
    return Chart(
        person=Values({f: v for f, v in recorded.items() if f not in sided}),
        index=Values({f: v[index_side] for f, v in sided.items() if index_side in v}),
        other=Values({f: v[other_side] for f, v in sided.items() if other_side in v}),
        triggers=recorded["triggers"] or Values(),
    )


def has_sides(value: object) -> bool:
    """Whether a value is one of A7 to A11's: {L, R}, one of them perhaps absent."""
    return isinstance(value, dict) and bool(value) and set(value) <= {"L", "R"}


def plain(value: object) -> object:
    """Drop what is unrecorded at every depth and turn numbers into Decimal (section 0, item 1)."""
    if isinstance(value, dict):
        pairs = ((key, plain(item)) for key, item in value.items())
        return Values({key: item for key, item in pairs if item is not None and item != {}})
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Decimal(str(value))
    return None if value == "not_tested" else value


def rounded(value: Decimal | Missing, places: str = "0.1") -> Decimal | Missing:
    """Round half up, ties away from zero (section 0, item 1)."""
    if isinstance(value, Missing):
        return value
    return value.quantize(Decimal(places), rounding=ROUND_HALF_UP)
