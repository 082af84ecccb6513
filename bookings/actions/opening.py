"""What a change of hours, time off or closures makes free, for the waiting list."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from bookings import availability as engine
from bookings.actions.offering import freed
from bookings.models import (
    BreakTime,
    ChangedDay,
    Closure,
    ServiceOffer,
    TimeOff,
    WaitingEntry,
    WorkingHours,
)
from bookings.schedule import moment
from clinic import practice
from clinic.models import Location, Practitioner

HoursRow = WorkingHours | BreakTime | ChangedDay | TimeOff | Closure
OPENS_WHEN_SAVED = (WorkingHours, ChangedDay)
OPENS_WHEN_GONE = (BreakTime, ChangedDay, TimeOff, Closure)


def opened(was: HoursRow | None, row: HoursRow | None, *, now: datetime) -> None:
    """Write down what became free; ``was`` is the row before, ``row`` as it is now.

    Runs in the transaction of the change. Nothing is written while nobody waits.
    """
    if not WaitingEntry.objects.waiting().exists():
        return
    rows: list[HoursRow] = []
    if was is not None and isinstance(was, OPENS_WHEN_GONE):
        rows.append(was)
    if row is not None and isinstance(row, OPENS_WHEN_SAVED):
        rows.append(row)
    for each in rows:
        for who, where in _pairs(each):
            start, end = _span(each, where, now)
            source = f"{each._meta.model_name}:{each.pk}:{now.timestamp():.6f}:{who.pk}"[:100]
            freed(who, where, start, end, source=source, now=now)


def opened_days(
    practitioner: Practitioner, place: Location, first: date, last: date | None, *, now: datetime
) -> None:
    """Write down that a practitioner's hours at a place were written anew for these days."""
    if not WaitingEntry.objects.waiting().exists():
        return
    today = now.astimezone(place.tz).date()
    end = today + timedelta(days=practice.current().horizon_days)
    first, last = max(first, today), min(last or end, end)
    if last < first:
        return
    source = f"week:{practitioner.pk}:{place.pk}:{now.timestamp():.6f}"[:100]
    freed(practitioner, place, *_days(first, last, place), source=source, now=now)


def _pairs(row: HoursRow) -> Iterator[tuple[Practitioner, Location]]:
    """Yield who works where, as far as a row concerns them."""
    offers = ServiceOffer.objects.select_related("practitioner", "location")
    if not isinstance(row, Closure):
        offers = offers.filter(practitioner=row.practitioner_id)
    if not isinstance(row, TimeOff):
        offers = offers.filter(location=row.location_id)
    seen = set()
    for offer in offers.order_by("pk"):
        pair = (offer.practitioner_id, offer.location_id)
        if pair not in seen:
            seen.add(pair)
            yield offer.practitioner, offer.location


def _span(row: HoursRow, place: Location, now: datetime) -> tuple[datetime, datetime]:
    """Return the instants between which a row says something. A weekly row does so to the end."""
    today = now.astimezone(place.tz).date()
    last = today + timedelta(days=practice.current().horizon_days)
    if isinstance(row, TimeOff | Closure):
        return _at(row.first_day, row.starts, place), _at(row.last_day, row.ends, place, end=True)
    if isinstance(row, ChangedDay):
        return _days(row.day, row.day, place)
    return _days(max(today, row.valid_from or today), min(last, row.valid_to or last), place)


def _days(first: date, last: date, place: Location) -> tuple[datetime, datetime]:
    return _at(first, None, place), _at(max(first, last), None, place, end=True)


def _at(day: date, wall: time | None, place: Location, *, end: bool = False) -> datetime:
    """Return the instant of a local time; without one the day's beginning or its end."""
    if wall is None or (end and wall == time(0)):
        next_day = day + timedelta(days=1) if end else day
        return moment(engine.day_start(next_day, place.tz))
    found = engine.local_instant(day, wall.hour * 60 + wall.minute, place.tz)
    return moment(engine.day_start(day, place.tz) if found is None else found)
