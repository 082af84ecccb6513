"""For how long a record has to be kept, by where its patient was seen. Pure: knows no database.

The figures are what the sources below say, rounded up where they differ. They are a start: a clinic
has to confirm them for its place, and can set longer or shorter ones of its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Period:
    """Years after the last service; a minor's also so many years after they came of age.

    place   country, or country and region, as a location has them: "CA", "CA-AB"; empty: elsewhere
    source  where the figures come from, for the clinic to confirm
    """

    place: str
    years: int
    of_age: int
    years_of_age: int
    source: str


ELSEWHERE = Period("", 10, 18, 10, "no source of this place: the period of Canadian physicians")
PERIODS: tuple[Period, ...] = (
    Period("CA", 10, 19, 10, "Canadian Medical Protective Association, retention of records"),
    Period(
        "CA-AB", 10, 18, 10,
        "College of Physiotherapists of Alberta, record retention: 10 years, minors 10 past 18",
    ),
    Period(
        "CA-ON", 10, 18, 10,
        "College of Physiotherapists of Ontario, Record Keeping: 10 years, minors from 18",
    ),
    Period("CA-BC", 16, 19, 16, "CMPA, British Columbia: 16 years, minors from 19"),
    Period("GB", 8, 18, 8, "Chartered Society of Physiotherapy, after the NHS schedule"),
    Period("NL", 10, 18, 10, "WGBO as quoted by the Health Council: 10 years; now longer"),
    Period("AU", 7, 18, 7, "state health-records acts: 7 years, minors until 25"),
    ELSEWHERE,
)  # fmt: skip


def period_of(country: str, region: str = "") -> Period:
    """Return the period of a place: of its region, else of its country, else the usual one."""
    known = {each.place: each for each in PERIODS}
    return known.get(f"{country}-{region}") or known.get(country) or ELSEWHERE


def kept_until(period: Period, last_service: date, born: date | None) -> date:
    """Return the first day on which a record need no longer be kept.

    Nobody knows whether somebody without a date of birth was a minor; the years after the last
    service then count as for a newborn of that day.
    """
    after_service = later(last_service, period.years)
    of_age = later(born or last_service, period.of_age)
    if last_service >= of_age:
        return after_service
    return max(after_service, later(of_age, period.years_of_age))


def longest(periods: Iterable[Period], last_service: date, born: date | None) -> date:
    """Return the last of the days of several places; of none, that of the usual period."""
    found = [kept_until(each, last_service, born) for each in periods]
    return max(found, default=kept_until(ELSEWHERE, last_service, born))


def later(day: date, years: int) -> date:
    """Return the same day so many years later; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
