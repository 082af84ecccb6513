"""Weekly patterns and single days, written whole: the week of some people from one day to another.

What is written is what holds; days outside stay as they were. The days before a new pattern keep
the old one, so that reports about them stay true.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial
from hashlib import blake2b
from typing import Any
from uuid import UUID

from bookings.actions import opening
from bookings.actions.hours import Look, Outcome, change_hours, touched_if
from bookings.availability.patterns import BREAK, HOURS, Rewrite, Row, Weekly, period_on, rewrite
from bookings.errors import HoursChanged
from bookings.models import Appointment, BreakTime, ChangedDay, HoursChange, WorkingHours
from clinic import audit
from clinic.audit import Actor
from clinic.models import Location, Practitioner

MIDNIGHT = 1440  # minutes; the end of a day, which the rows write as 00:00
KINDS: dict[str, Any] = {HOURS: WorkingHours, BREAK: BreakTime}


@dataclass(frozen=True, slots=True)
class WeekPlan:
    """A week that holds for some people from a day on; ``last`` is None without an end.

    beside  people whose hours were on the screen too, such as the one whose week is copied
    """

    people: tuple[Practitioner, ...]
    week: frozenset[Weekly]
    first: date
    last: date | None = None
    beside: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class DayPlan:
    """The hours of one person on one date: (place, from, to) in minutes; None: the usual ones."""

    person: Practitioner
    day: date
    spans: frozenset[tuple[str, int, int]] | None


Plan = WeekPlan | DayPlan


def weekly_rows(people: Collection[UUID]) -> dict[UUID, list[Row]]:
    """Return the hours and breaks of these people, whenever they hold. Two queries."""
    found: dict[UUID, list[Row]] = {person: [] for person in people}
    for kind, model in KINDS.items():
        for row in model.objects.filter(practitioner__in=people):
            what = Weekly(
                kind, row.weekday, str(row.location_id), minutes(row.starts),
                minutes(row.ends) or MIDNIGHT,
            )  # fmt: skip
            found[row.practitioner_id].append(Row(str(row.pk), what, row.valid_from, row.valid_to))
    return found


def minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def clock(minute: int) -> time:
    """Return a minute of the day as rows write it: the midnight that ends it is 00:00."""
    return time(*divmod(minute % MIDNIGHT, 60))


def stamp(rows: Iterable[Row]) -> str:
    """Return a few letters that stand for these rows as they are now."""
    text = repr(sorted((row.key, row.what, str(row.first), str(row.last)) for row in rows))
    return blake2b(text.encode(), digest_size=8).hexdigest()


def week_stamp(people: Collection[UUID]) -> str:
    """Return the stamp of everything that is written about the weeks of these people."""
    return stamp(row for rows in weekly_rows(people).values() for row in rows)


def changed_rows(person: Practitioner, day: date) -> list[ChangedDay]:
    """Return what is written about one date. One query."""
    rows = ChangedDay.objects.filter(practitioner=person, day=day).select_related("location")
    return list(rows.order_by("starts", "location__name"))


def day_stamp(person: Practitioner, day: date) -> str:
    """Return the stamp of what is written about one date."""
    return stamp(
        Row(str(row.pk), Weekly("", day.weekday(), *span_of(row)))
        for row in changed_rows(person, day)
    )


def _times(row: ChangedDay) -> tuple[int, int]:
    """Return from and to in minutes; nobody works then: 0 and 0."""
    if row.starts is None or row.ends is None:
        return 0, 0
    return minutes(row.starts), minutes(row.ends) or MIDNIGHT


def span_of(row: ChangedDay) -> tuple[str, int, int]:
    """Return what a row says about its date: place, from and to in minutes."""
    return str(row.location_id), *_times(row)


def touched(plan: Plan, *, now: datetime) -> list[Appointment]:
    """Return the booked visits a plan would leave without hours. Nothing is kept."""
    return touched_if(partial(_write, plan), _whose(plan), now=now)


def save(plan: Plan, *, seen: str, look: Look, by: Actor, now: datetime) -> Outcome:
    """Write a plan in one transaction, with an audit row for each person.

    seen  the stamp of the hours that were on the screen (``week_stamp``, ``day_stamp``)

    Raises HoursChanged when they are others now, and LookFirst when visits are touched that
    ``look`` does not know; then nothing is written.
    """

    def write() -> None:
        if seen != stamp_of(plan):
            raise HoursChanged
        _record(plan, by, now)
        _write(plan)
        _open(plan, now)

    return change_hours(write, _whose(plan), _about(plan), look=look, by=by, now=now)


def stamp_of(plan: Plan) -> str:
    """Return the stamp of what a plan would overwrite, as it is now."""
    if isinstance(plan, DayPlan):
        return day_stamp(plan.person, plan.day)
    return week_stamp({person.pk for person in plan.people} | plan.beside)


def _whose(plan: Plan) -> dict[str, object]:
    people = [plan.person] if isinstance(plan, DayPlan) else plan.people
    return {"practitioner__in": [person.pk for person in people]}


def _about(plan: Plan) -> HoursChange:
    if isinstance(plan, DayPlan):
        what = HoursChange.What.DAY
        return HoursChange(
            what=what, practitioner=plan.person, first_day=plan.day, last_day=plan.day
        )
    one = plan.people[0] if len(plan.people) == 1 else None
    what = HoursChange.What.WEEK
    return HoursChange(what=what, practitioner=one, first_day=plan.first, last_day=plan.last)


def _write(plan: Plan) -> None:
    if isinstance(plan, DayPlan):
        _write_day(plan)
        return
    for person, rows in weekly_rows([person.pk for person in plan.people]).items():
        _carry_out(rewrite(rows, plan.week, plan.first, plan.last), person, rows)


def _carry_out(todo: Rewrite, person: UUID, rows: Sequence[Row]) -> None:
    kinds = {row.key: row.what.kind for row in rows}
    for kind, model in KINDS.items():
        gone = [key for key in todo.removed if kinds[key] == kind]
        model.objects.filter(pk__in=gone).delete()
        for row in todo.resized:
            if row.what.kind == kind:
                days = {"valid_from": row.first, "valid_to": row.last}
                model.objects.filter(pk=row.key).update(**days)
        model.objects.bulk_create(
            model(
                practitioner_id=person,
                location_id=row.what.where,
                weekday=row.what.weekday,
                starts=clock(row.what.starts),
                ends=clock(row.what.ends),
                valid_from=row.first,
                valid_to=row.last,
            )
            for row in todo.added
            if row.what.kind == kind
        )


def usual_day(rows: Iterable[Row], day: date) -> set[tuple[str, int, int]]:
    """Return the hours the weekly pattern writes for a date: (place, from, to)."""
    week = period_on(list(rows), day).week
    return {
        (what.where, what.starts, what.ends)
        for what in week
        if what.kind == HOURS and what.weekday == day.weekday()
    }


def _write_day(plan: DayPlan) -> None:
    """Replace what is written about a date. Hours like the usual ones are no change at all."""
    ChangedDay.objects.filter(practitioner=plan.person, day=plan.day).delete()
    usual = usual_day(weekly_rows([plan.person.pk])[plan.person.pk], plan.day)
    if plan.spans is None or plan.spans == usual:
        return
    spans: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for where, starts, ends in plan.spans:
        spans[where].append((starts, ends))
    about = {"practitioner": plan.person, "day": plan.day}
    rows = [
        ChangedDay(**about, location_id=where, starts=clock(starts), ends=clock(ends))
        for where, several in spans.items()
        for starts, ends in sorted(several)
    ]
    closed = sorted({where for where, _, _ in usual} - set(spans))
    rows += [ChangedDay(**about, location_id=where) for where in closed]
    ChangedDay.objects.bulk_create(rows)


def _record(plan: Plan, by: Actor, now: datetime) -> None:
    """Write down who wrote what, before it is overwritten: the hours as they were, and as they are.

    Hours are no personal data of patients, so the trail may hold them.
    """
    if isinstance(plan, DayPlan):
        was = [list(span_of(row)) for row in changed_rows(plan.person, plan.day)]
        spans = None if plan.spans is None else sorted(map(list, plan.spans))
        data = {"day": plan.day.isoformat(), "was": was, "now": spans}
        audit.record("rota.day", plan.person, by=by, data=data, at=now)
        return
    all_rows = weekly_rows([person.pk for person in plan.people])
    for person in plan.people:
        was = sorted(map(list, period_on(all_rows[person.pk], plan.first).week))
        data = {
            "first": plan.first.isoformat(),
            "last": plan.last.isoformat() if plan.last else None,
            "was": was,
            "now": sorted(map(list, plan.week)),
        }
        audit.record("rota.week", person, by=by, data=data, at=now)


def _open(plan: Plan, now: datetime) -> None:
    """Tell the waiting list which days may have become free."""
    days: list[tuple[Practitioner, date, date | None]]
    if isinstance(plan, DayPlan):
        keys = {where for where, _, _ in plan.spans or ()}
        keys |= {row.what.where for row in weekly_rows([plan.person.pk])[plan.person.pk]}
        days = [(plan.person, plan.day, plan.day)]
    else:
        keys = {what.where for what in plan.week}
        days = [(person, plan.first, plan.last) for person in plan.people]
    for place in Location.objects.filter(pk__in=keys):
        for person, first, last in days:
            opening.opened_days(person, place, first, last, now=now)
