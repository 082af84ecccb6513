"""When a place sees people: the hours of everybody who works there, laid over each other.

Wall-clock times of the place, as its door would say them; nothing here is an instant.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from itertools import groupby
from uuid import UUID

from django.db.models import Q
from django.utils import formats
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR

from bookings.models import Closure, WorkingHours
from clinic.models import Location
from clinic.structured import Data

DAY = 1440  # minutes
LOOK_AHEAD = 60  # days for which closures are told
NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

Span = tuple[int, int]  # minutes after local midnight, half-open


@dataclass(slots=True)
class Opening:
    """The hours of one place: spans by weekday, and the days on which they differ."""

    week: dict[int, list[Span]] = field(default_factory=dict)
    days: dict[date, list[Span]] = field(default_factory=dict)

    def lines(self) -> list[tuple[str, str]]:
        """Return the week as people write it: ("Mon–Fri", "08:00–17:00")."""
        said = [(day, _words(self.week.get(day, []))) for day in range(7)]
        groups = [list(group) for _, group in groupby(said, key=lambda pair: pair[1])]
        return [(_days(group[0][0], group[-1][0]), group[0][1]) for group in groups if group[0][1]]

    def as_data(self) -> list[Data]:
        """Return the hours as schema.org's specifications; a closed day opens and closes at 0."""
        weekly: dict[Span, list[str]] = defaultdict(list)
        for day, spans in sorted(self.week.items()):
            for span in spans:
                weekly[span].append(NAMES[day])
        usual: list[Data] = [{**_hours(span), "dayOfWeek": days} for span, days in weekly.items()]
        return usual + [
            {**_hours(span), "validFrom": f"{day}", "validThrough": f"{day}"}
            for day, spans in sorted(self.days.items())
            for span in spans or [(0, 0)]
        ]


def opening_of(places: Iterable[Location], today: date) -> dict[UUID, Opening]:
    """Return the hours of each place by its id, closures of the coming weeks included.

    Two queries, however many places, people and hours there are.
    """
    found = {place.pk: Opening() for place in places}
    hours = WorkingHours.objects.filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=today),
        Q(valid_to__isnull=True) | Q(valid_to__gte=today),
        location__in=found,
        practitioner__is_active=True,
    )
    spans: dict[tuple[UUID, int], list[Span]] = defaultdict(list)
    for row in hours:
        spans[row.location_id, row.weekday].append((_minute(row.starts), _minute(row.ends) or DAY))
    for (place, weekday), several in spans.items():
        found[place].week[weekday] = merged(several)
    last = today + timedelta(days=LOOK_AHEAD)
    closures = Closure.objects.filter(location__in=found, first_day__lte=last, last_day__gte=today)
    for closure in closures.order_by("first_day"):
        _close(found[closure.location_id], closure, today, last)
    return found


def merged(spans: Iterable[Span]) -> list[Span]:
    """Return spans as few as they can be, in order: what overlaps or touches is one."""
    result: list[Span] = []
    for start, end in sorted(spans):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def without(spans: Iterable[Span], start: int, end: int) -> list[Span]:
    """Return what of the spans lies outside [start, end)."""
    parts = [part for a, b in spans for part in ((a, min(b, start)), (max(a, end), b))]
    return [(a, b) for a, b in parts if a < b]


def _close(opening: Opening, closure: Closure, today: date, last: date) -> None:
    """Take a closure out of the hours of its days."""
    day = max(closure.first_day, today)
    while day <= min(closure.last_day, last):
        usual = opening.days.get(day, opening.week.get(day.weekday(), []))
        starts = _minute(closure.starts) if closure.starts and day == closure.first_day else 0
        ends = _minute(closure.ends) if closure.ends and day == closure.last_day else DAY
        if usual and (left := without(usual, starts, ends)) != usual:
            opening.days[day] = left
        day += timedelta(days=1)


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def _clock(minute: int) -> str:
    """Write a minute of the day; the end of the day is 23:59, for 24:00 is no time of day."""
    hour, rest = divmod(min(minute, DAY - 1), 60)
    return f"{hour:02}:{rest:02}"


def _hours(span: Span) -> dict[str, object]:
    return {
        "@type": "OpeningHoursSpecification",
        "opens": _clock(span[0]),
        "closes": _clock(span[1]),
    }


def _words(spans: Sequence[Span]) -> str:
    return ", ".join(
        f"{formats.time_format(_time(start), 'H:i')}–{formats.time_format(_time(end), 'H:i')}"
        for start, end in spans
    )


def _time(minute: int) -> time:
    return time.fromisoformat(_clock(minute)) if minute < DAY else time(0)


def _days(first: int, last: int) -> str:
    """Write a row of weekdays: Monday, or Mon–Fri."""
    if first == last:
        return str(WEEKDAYS[first])
    return f"{WEEKDAYS_ABBR[first]}–{WEEKDAYS_ABBR[last]}"
