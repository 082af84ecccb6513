"""How many visits of a package are left: counted from the visits, never kept as a number.

Pure: rows come in as plain values. A visit counts from the moment it is booked; a cancelled one
gives its place back; one that was missed or cancelled late counts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Bought:
    """A package: for one service, or (None) for any that costs something."""

    key: str
    service: str | None
    visits: int
    first: date
    last: date | None  # None: it does not expire


@dataclass(frozen=True, slots=True)
class Counted:
    """A visit that counts, on its local day."""

    key: str
    service: str
    day: date
    paid: bool  # the service costs something
    ahead: bool  # it still lies ahead


@dataclass(frozen=True, slots=True)
class Balance:
    """What became of a package so far."""

    key: str
    bought: int
    used: int
    ahead: int

    @property
    def left(self) -> int:
        return self.bought - self.used - self.ahead


def balances(packages: Iterable[Bought], visits: Iterable[Counted]) -> list[Balance]:
    """Return the balance of each package, in the order given. What ``used`` says, counted."""
    packages = list(packages)
    taken = used(packages, visits)
    return [
        Balance(
            package.key,
            package.visits,
            sum(not visit.ahead for visit in taken[package.key]),
            sum(visit.ahead for visit in taken[package.key]),
        )
        for package in packages
    ]


def used(packages: Iterable[Bought], visits: Iterable[Counted]) -> dict[str, list[Counted]]:
    """Return the visits each package pays for, by the package's key.

    Visits are taken in the order of their days. One that several packages could pay for uses that
    for its very service first, then the one that expires first, then the one bought first.
    """
    packages = list(packages)
    taken: dict[str, list[Counted]] = {package.key: [] for package in packages}
    for visit in sorted(visits, key=lambda each: (each.day, each.key)):
        fitting = [
            one for one in packages if _pays(one, visit) and len(taken[one.key]) < one.visits
        ]
        if fitting:
            taken[min(fitting, key=_first_used).key].append(visit)
    return taken


def _pays(package: Bought, visit: Counted) -> bool:
    if visit.day < package.first or (package.last is not None and visit.day > package.last):
        return False
    return visit.paid if package.service is None else visit.service == package.service


def _first_used(package: Bought) -> tuple[bool, date, date, str]:
    return package.service is None, package.last or date.max, package.first, package.key
