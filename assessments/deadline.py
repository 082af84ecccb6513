"""By which day a red flag has to be looked at, read from its timeframe.

The timeframe is the clinical lead's text, one for the clinic's country (library, gate). What is
read of it: "now", "today", "this week", "within 48 h", "within 2-6 weeks", and clauses of age:
"under 25 years: within 48 h; otherwise within 2 weeks". Of a range the end counts.
"""

import re
from collections.abc import Iterable
from datetime import date, timedelta

from assessments.rules.gate import BLOCKING

REFER = BLOCKING[-1]
HOURS_A_DAY = 24
DAYS_OF = {"d": 1, "w": 7, "m": 30}
_AGE = re.compile(r"under (\d+) years?:\s*(.*)")
_WITHIN = re.compile(r"within (?:\d+\s*[-–]\s*)?(\d{1,3})\s*(h|day|week|month)")


def due_on(
    flags: Iterable[tuple[str, str]], *, opened: date, refer_days: int, age: int | None = None
) -> date:
    """Return the last day on which all of these red flags have been looked at in time.

    flags       level (EMERGENCY, SAME_DAY, REFER) and timeframe of each; at least one
    opened      the day they were found
    refer_days  what the library leaves where a REFER names no time ("surgeon's protocol")
    age         full years; unknown, the shortest time counts
    """
    left = min(days(level, said, age, refer_days=refer_days) for level, said in flags)
    return opened + timedelta(days=left)


def days(level: str, timeframe: str, age: int | None = None, *, refer_days: int) -> int:
    """Return how many days a timeframe leaves: 0 is the same day, as for any level but REFER."""
    if level != REFER:
        return 0
    read = [found for each in _clauses(timeframe, age) if (found := _days(each)) is not None]
    return min(read, default=refer_days)


def _clauses(timeframe: str, age: int | None) -> list[str]:
    """Return the parts of a timeframe that count for somebody of this age."""
    counted, younger = [], False
    for clause in timeframe.lower().split(";"):
        said = clause.strip()
        limit = _AGE.match(said)
        if limit:
            if age is None or age < int(limit[1]):
                counted.append(limit[2])
                younger = age is not None
        elif not (younger and said.startswith("otherwise")):
            counted.append(said)
    return counted


def _days(said: str) -> int | None:
    if said.startswith(("now", "today")):
        return 0
    if "this week" in said:
        return DAYS_OF["w"]
    found = _WITHIN.search(said)
    if found is None:
        return None
    amount = int(found[1])
    return -(-amount // HOURS_A_DAY) if found[2] == "h" else amount * DAYS_OF[found[2][0]]
