"""What came in and went back on the days of a place, by the clock on its wall."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from bookings import availability as engine
from bookings import clock
from bookings.models import Payment, Receipt
from bookings.money.accounts import standing
from bookings.money.figures import NOTHING, Entry, Taken, takings
from bookings.schedule import moment
from clinic.models import Location
from clinic.sheets import Cell

LONGEST = 366  # days in one file


@dataclass(frozen=True, slots=True)
class Day:
    """A day's takings: sums by currency and method, and the rows they are made of."""

    rows: list[Payment]
    sums: Mapping[str, list[Taken]]
    waived: list[Payment]

    @property
    def totals(self) -> list[tuple[str, list[Taken], Taken]]:
        """Each currency with its methods and their total."""
        return [
            (
                currency,
                found,
                Taken(
                    "",
                    sum((one.came for one in found), NOTHING),
                    sum((one.went for one in found), NOTHING),
                ),
            )
            for currency, found in self.sums.items()
        ]


def bounds(place: Location, first: date, last: date) -> tuple[datetime, datetime]:
    """Return the instants at which these local days begin and end."""
    end = engine.day_start(last + timedelta(days=1), place.tz)
    return moment(engine.day_start(first, place.tz)), moment(end)


def payments(place: Location, first: date, last: date) -> QuerySet[Payment]:
    """Return the rows of these days of a place, earliest first, with what they are for."""
    start, end = bounds(place, first, last)
    rows = Payment.objects.filter(location=place, at__gte=start, at__lt=end)
    return rows.select_related(
        "by", "location", "package__patient", "package__service", "appointment__patient",
        "appointment__practitioner", "appointment__service", "appointment__location",
    ).order_by("at", "pk")  # fmt: skip


def day_of(place: Location, day: date) -> Day:
    """Return the takings of one day. One query."""
    rows = list(payments(place, day, day))
    entries = [(row.currency, Entry(row.kind, row.method, row.amount)) for row in rows]
    waived = [row for row in standing(rows) if row.kind == Payment.Kind.WAIVER]
    return Day(rows, takings(entries, Payment.Method.values), waived)


HEADER = (
    "Date", "Time", "Place", "What", "How", "Amount", "Currency", "Slip", "Corrects a row of",
    "For", "Date of visit", "Service", "Practitioner", "Receipts", "Reference", "Taken by",
)  # fmt: skip


def for_the_bookkeeper(
    places: Iterable[Location], first: date, last: date
) -> Iterator[tuple[Cell, ...]]:
    """Yield a line for every row of these days, without a patient's name. Two queries a place."""
    for place in places:
        rows = list(payments(place, first, last))
        receipts = _receipts(rows)
        at = {row.pk: row.at for row in rows}
        for row in rows:
            yield _line(row, place, receipts, at)


def _receipts(rows: Iterable[Payment]) -> Mapping[UUID, list[str]]:
    """Return the numbers of the receipts of what these rows are for, by its id."""
    listed = list(rows)
    visits = {row.appointment_id for row in listed if row.appointment_id}
    packages = {row.package_id for row in listed if row.package_id}
    found: dict[UUID, list[str]] = defaultdict(list)
    for_visits = Receipt.objects.filter(appointment__in=visits)
    for receipt in for_visits.union(Receipt.objects.filter(package__in=packages), all=True):
        key = receipt.appointment_id or receipt.package_id
        if key:
            found[key].append(receipt.code)
    return found


def _line(
    row: Payment,
    place: Location,
    receipts: Mapping[UUID, list[str]],
    at: Mapping[UUID, datetime],
) -> tuple[Cell, ...]:
    local = row.at.astimezone(place.tz)
    visit, package = row.appointment, row.package
    corrected = at.get(row.corrects_id) if row.corrects_id else None
    if visit is not None:
        about: tuple[Cell, ...] = (
            _("visit"),
            visit.starts_at.astimezone(visit.location.tz).date(),
            visit.service.neutral_name,
            visit.practitioner.name,
            " ".join(sorted(receipts.get(visit.pk, []))),
            visit.pk.hex[:10].upper(),
        )
    else:
        service = package.service.neutral_name if package and package.service else ""
        key = package.pk if package else place.pk
        numbers = " ".join(sorted(receipts.get(key, [])))
        about = (_("package"), None, service, "", numbers, key.hex[:10].upper())
    return (
        local.date(),
        clock.wall(row.at, place.tz),
        place.name,
        str(row.get_kind_display()),
        str(row.get_method_display()) if row.method else "",
        row.amount,
        row.currency,
        row.reference,
        corrected.astimezone(place.tz).date() if corrected else ("?" if row.corrects_id else ""),
        *about,
        str(row.by) if row.by else "",
    )
