"""What somebody wants of a time besides when: who speaks what, which part of the day, which days.

A filter never costs a query: who offers a service is read with languages and discipline anyway,
and times are left out after they were found. What is left out can still be booked by whoever
asks for it; a filter is a wish, not a rule.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from bookings import clock, schedule, timetable
from bookings.models import ServiceOffer
from bookings.schedule import FreeTime
from bookings.timetable import Choice, Day, Sheet
from clinic.models import Location, Practitioner

PARTS = ("morning", "afternoon", "evening")  # in the order of clock.part_of_day


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """The filters of a page of free times; empty ones let everything through."""

    language: str = ""
    discipline: str = ""
    mode: str = ""
    part: str = ""
    weekdays: tuple[int, ...] = ()  # 0 is Monday

    @property
    def query(self) -> str:
        """The filters as links carry them on: "&language=fr&weekday=1", or ""."""
        named = {name: getattr(self, name) for name in ("language", "discipline", "mode", "part")}
        given = [(name, value) for name, value in named.items() if value]
        days = [("weekday", str(day)) for day in self.weekdays]
        return f"&{urlencode(given + days)}" if given or days else ""

    def wants(self, person: Practitioner) -> bool:
        """Say whether somebody speaks the language and has the discipline asked for."""
        speaks = not self.language or self.language in person.languages
        return speaks and self.discipline in ("", person.discipline)

    def keeps(self, local: datetime) -> bool:
        """Say whether a start on the wall's clock lies on a day and in a part asked for."""
        if self.weekdays and local.weekday() not in self.weekdays:
            return False
        return not self.part or PARTS[clock.part_of_day(local.hour)] == self.part


def sheet(
    offers: Sequence[ServiceOffer],
    practitioner: Practitioner | None,
    location: Location,
    first: date,
    wish: Narrowing,
    *,
    now: datetime,
    **scope: Any,
) -> Sheet | None:
    """Return ``timetable.sheet`` of what the filters let through; None where nobody is left.

    As many queries as without filters. Where a page is empty, what is free later is looked for
    among the times that pass.
    """
    left = [offer for offer in offers if wish.wants(offer.practitioner)]
    if wish.mode and wish.mode != offers[0].service.mode:
        return None
    if not schedule.matching(left, practitioner, None):
        return None
    found = timetable.sheet(left, practitioner, location, first, now=now, **scope)
    if not (wish.part or wish.weekdays):
        return found
    found.days = list(_days(found.days, wish))
    found.stamp = found.stamp and found.stamp + wish.query  # it shows less than the whole sheet
    found.available, found.available_form = _first(found.days, offers[0])
    here = schedule.matching(left, practitioner, location)
    found.later = None if found.days else _later(here, found, wish, now)
    for day in found.days[: timetable.OPEN_DAYS]:
        day.open = True
    return found


def _days(days: Iterable[Day], wish: Narrowing) -> Iterable[Day]:
    """Yield the days with the times that pass; a day without any is left out."""
    for day in days:
        choices = [
            replace(choice, buttons=buttons)
            for choice in day.choices
            if (buttons := [b for b in choice.buttons if wish.keeps(_local(b.value))])
        ]
        if choices:
            yield replace(day, choices=choices)


def _local(value: str) -> datetime:
    """Return a button's start as the wall shows it: the offset is the place's own."""
    return datetime.fromisoformat(value)


def _first(days: Sequence[Day], offer: ServiceOffer) -> tuple[FreeTime | None, str]:
    """Return the first time of a page and the form that offers it."""
    if not days:
        return None, ""
    choice: Choice = min(days[0].choices, key=lambda each: _local(each.buttons[0].value))
    start = _local(choice.buttons[0].value)
    ends = start + timedelta(minutes=offer.service.minutes)
    return FreeTime(choice.practitioner, choice.location, start, ends), choice.id


def _later(
    here: Sequence[ServiceOffer], page: Sheet, wish: Narrowing, now: datetime
) -> FreeTime | None:
    """Return the first time behind the page that passes, or None. Two queries."""
    if page.after is None or not here:
        return None
    times = schedule.listed(here, None, None, now=now, first=page.after, last=page.until)
    return next((t for t in times if wish.keeps(t.starts_at.astimezone(t.location.tz))), None)
