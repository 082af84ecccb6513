"""A second, naive answer to "is this time free?": look at every minute, one after the other.

It knows the rules and nothing of how the engine works: no spans, no merging, no offsets. Each UTC
minute is read off the wall clock and asked whether somebody is at work. Slow, and meant to be so
plain that one can see that it is right. Everything in it is whole minutes.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bookings.availability import (
    Break,
    ChangedDay,
    LocalSpan,
    Refusal,
    Rules,
    WeeklyHours,
)


def wall(instant: int, tz: ZoneInfo) -> tuple[date, int]:
    """The date and the minute of the day on the wall."""
    reading = datetime.fromtimestamp(instant, tz)
    return reading.date(), reading.hour * 60 + reading.minute


@dataclass
class Diary:
    """One practitioner at one place, as written down."""

    tz: ZoneInfo
    hours: list[WeeklyHours]
    changed_days: list[ChangedDay]
    breaks: list[Break]
    closures: list[LocalSpan]
    time_off: list[LocalSpan | tuple[int, int]]
    busy: list[tuple[int, int, int, int]]
    units: list[list[tuple[int, int]]] | None
    there: list[tuple[int, int, int, int]] = field(default_factory=list)  # at another place
    travel: int = 0  # seconds between the places

    def __post_init__(self):
        self.seen = {}

    def row_at(self, instant: int) -> int | None:
        """The opening minute of the row that has this minute, or None when nobody works."""
        if instant not in self.seen:
            day, minute = wall(instant, self.tz)
            away = self.on_break(day, minute) or self.is_away(instant, day, minute)
            rows = [starts for starts, ends in self.rows_of(day) if starts <= minute < ends]
            self.seen[instant] = None if away or not rows else min(rows)
        return self.seen[instant]

    def rows_of(self, day: date) -> list[tuple[int, int]]:
        changed = [change for change in self.changed_days if change.date == day]
        if changed:
            return [span for change in changed for span in change.spans]
        return [
            (row.starts, row.ends)
            for row in self.hours
            if row.weekday == day.weekday()
            and (row.valid_from or date.min) <= day <= (row.valid_to or date.max)
        ]

    def on_break(self, day: date, minute: int) -> bool:
        return any(
            pause.on in (day, day.weekday())
            and pause.starts <= minute < pause.ends
            and (pause.valid_from or date.min) <= day <= (pause.valid_to or date.max)
            for pause in self.breaks
        )

    def is_away(self, instant: int, day: date, minute: int) -> bool:
        for span in (*self.closures, *self.time_off):
            if isinstance(span, LocalSpan):
                begun = (day, minute) >= (span.starts_on, span.starts)
                over = (day, minute) >= (span.ends_on, span.ends)
                if begun and not over:
                    return True
            elif span[0] <= instant < span[1]:
                return True
        return False


def minutes(start: int, end: int) -> range:
    return range(start, end, 60)


def broken_rules(start: int, diary: Diary, rules: Rules, now: int) -> set[Refusal]:
    """Every rule a visit at this instant would break. Free means: none."""
    end = start + rules.duration
    today, _ = wall(now, diary.tz)
    day, minute = wall(start, diary.tz)
    row = diary.row_at(start)
    broken = {
        Refusal.PAST: start < now,
        Refusal.NOTICE: start - now < rules.notice,
        Refusal.HORIZON: day > today + timedelta(days=rules.horizon_days),
        Refusal.OUTSIDE_HOURS: any(diary.row_at(at) is None for at in minutes(start, end)),
        Refusal.OFF_GRID: row is not None and (minute - row) * 60 % rules.step != 0,
        Refusal.TAKEN: shares_a_minute(start, end, [v[:2] for v in (*diary.busy, *diary.there)]),
        Refusal.BUFFER: any(too_close(start, end, visit, rules, 0) for visit in diary.busy)
        or any(too_close(start, end, visit, rules, diary.travel) for visit in diary.there),
        Refusal.NO_ROOM: diary.units is not None
        and all(shares_a_minute(start, end, unit) for unit in diary.units),
    }
    return {rule for rule, is_broken in broken.items() if is_broken}


def shares_a_minute(start: int, end: int, visits: list[tuple[int, int]]) -> bool:
    taken = {at for its_start, its_end in visits for at in minutes(its_start, its_end)}
    return any(at in taken for at in minutes(start, end))


def too_close(
    start: int, end: int, visit: tuple[int, int, int, int], rules: Rules, way: int
) -> bool:
    """Whether the gap is smaller than a buffer, or than the way where there is one to go."""
    its_start, its_end, its_before, its_after = visit
    if its_start >= end:
        return its_start - end < max(rules.buffer_after, its_before, way)
    if its_end <= start:
        return start - its_end < max(its_after, rules.buffer_before, way)
    return False


def seat_refused(
    start: int, seats_left: int, own: tuple[int, int], diary: Diary, rules: Rules, now: int
) -> set[Refusal]:
    """Every rule that taking a seat of a session would break; its own time is nobody's."""
    if seats_left <= 0:
        return {Refusal.FULL}
    others = [visit for visit in diary.busy if visit[:2] != own]
    without = replace(diary, busy=others, units=None)
    return broken_rules(start, without, rules, now) - {Refusal.OFF_GRID}
