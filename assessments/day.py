"""What a patient's plan asks of them today, and what they said of it. Only reads.

The day is the one the page is shown on; a phone that kept the page asks again by its own clock.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Case, F, OuterRef, Subquery, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR

from assessments.due import DAYS, Asked, due_today, next_strength_day
from assessments.easing import Spell, spell
from assessments.models import ExerciseLog, Flare, MorningLog, PlanLine, RunLog, StrengthDays
from assessments.sheet import Sheet, SheetLine
from clinic.actions.consents import has_agreed
from clinic.models import Consent, Patient
from clinic.persons import theirs

WORKED = (ExerciseLog.Done.DONE, ExerciseLog.Done.PARTLY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One exercise: what was logged today, and the form to log it (``client_id`` is its own).

    eased  the days on which its easier variant stands in, if today is one of them
    """

    line: SheetLine
    logged: ExerciseLog | None
    this_week: int
    client_id: UUID
    on: date
    eased: Spell | None = None

    @property
    def familiar(self) -> bool:
        """Was it done within seven days, so that how to do it may stay folded?"""
        return self.this_week > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Weekday:
    """One day of the week to pick, Monday 0."""

    number: int
    name: str
    short: str
    picked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """Today's part of the page.

    due         at most six, in the order of the plan
    rest        the other lines that can be logged
    weekdays    to pick strength days from; empty where the plan has no strength work
    asked       how many strength days the plan asks for
    next_day    the next picked day after today, if any are
    reminded    whether neutral reminders are on
    ask_morning whether something was done yesterday and this morning was not asked about yet
    morning     what was said of this morning
    """

    on: date
    due: tuple[Card, ...]
    rest: tuple[Card, ...]
    weekdays: tuple[Weekday, ...]
    asked: int
    next_day: date | None
    reminded: bool
    ask_morning: bool
    morning: MorningLog | None
    morning_id: UUID

    @property
    def open(self) -> int:
        """How many of today's lines nothing was said about yet."""
        return sum(card.logged is None for card in self.due)


def day_of(sheet: Sheet, patient: Patient, today: date) -> Day:
    """Return what is due on a day. Five queries, however long the plan; one more where something
    easier may stand in.
    """
    picked = strength_days_of(patient)
    since = today - timedelta(days=DAYS - 1)
    logs = list(_logs(sheet, patient, since))
    said = said_of_days(logs)
    asked = [
        Asked(line=line.id, per_week=line.per_week, strength=line.strength)
        for line in sheet.exercises
        if line.per_week
    ]
    due = due_today(asked, _worked(said), today=today, strength_days=picked)
    flares = flare_days(sheet)
    cards = {line.id: _card(line, said, today, flares) for line in sheet.lines if line.logged}
    strength = [each.per_week for each in asked if each.strength and each.per_week < DAYS]
    morning = in_order(MorningLog.objects.filter(theirs(patient), on=today)).last()
    return Day(
        on=today,
        due=tuple(cards[line] for line in cards if line in due),
        rest=tuple(cards[line.id] for line in sheet.exercises if line.id not in due),
        weekdays=tuple(weekdays(picked)) if strength else (),
        asked=max(strength, default=0),
        next_day=next_strength_day(picked, today),
        reminded=has_agreed(patient, Consent.Kind.REMINDERS),
        ask_morning=morning is None and _did_something(patient, logs, today - timedelta(days=1)),
        morning=morning,
        morning_id=uuid4(),
    )


def run_cards(sheet: Sheet, patient: Patient, today: date) -> dict[UUID, Card]:
    """Return a card for each running line that is logged like an exercise. At most one query."""
    since = today - timedelta(days=DAYS - 1)
    lines = [line for line in sheet.runs if line.block != "RTR"]
    said = said_of_days(_logs(sheet, patient, since)) if lines else {}
    return {line.id: _card(line, said, today) for line in lines}


def flare_days(sheet: Sheet) -> tuple[date, ...]:
    """Return the days on which the knee flared and no safety question stood in the way.

    Only of this version of the plan: whoever issued a newer one knew of the earlier flares.
    """
    if not any(line.easier for line in sheet.lines):
        return ()
    told = Flare.objects.filter(plan=sheet.plan, level="").values_list("reported_at", flat=True)
    return tuple(timezone.localdate(at) for at in told)


def eased_lines(sheet: Sheet, today: date) -> list[tuple[SheetLine, Spell]]:
    """Return the lines for which something easier stands in today, and how long. One query."""
    flares = flare_days(sheet)
    spells = ((line, spell(flares, line.easier.days, today)) for line in sheet.lines if line.easier)
    return [(line, found) for line, found in spells if found]


def strength_days_of(patient: Patient) -> frozenset[int]:
    """Return the weekdays the patient picked, Monday 0. One query."""
    found = StrengthDays.objects.filter(theirs(patient)).order_by("-chosen_at").first()
    return frozenset(found.days) if found else frozenset()


def _logs(sheet: Sheet, patient: Patient, since: date):
    """Return what the patient logged, with the ``current`` line of the same exercise, if any.

    What was done by the version before, this morning or late from another phone, was done.
    """
    same = sheet.plan.lines.exclude(change=PlanLine.Change.REMOVED)
    current = same.filter(exercise=OuterRef("line__exercise")).values("pk")[:1]
    found = ExerciseLog.objects.filter(theirs(patient), on__gte=since)
    own = When(plan=sheet.plan, then=F("line_id"))
    return in_order(found.annotate(current=Case(own, default=Subquery(current))))


def in_order(logs):
    """Return log entries by when they were said; what is said last of a day is what counts."""
    said = Coalesce("said_at", "logged_at")
    return logs.order_by("on", said, "client_id")


def said_of_days(logs: Iterable[Any]) -> dict[UUID, dict[date, ExerciseLog]]:
    """Return the last word on each line and day; ``logs`` come in order."""
    said: dict[UUID, dict[date, ExerciseLog]] = {}
    for log in logs:
        if log.current is not None:
            said.setdefault(log.current, {})[log.on] = log
    return said


def _worked(said: Mapping[UUID, Mapping[date, ExerciseLog]]) -> dict[UUID, set[date]]:
    return {
        line: {day for day, log in days.items() if log.done in WORKED}
        for line, days in said.items()
    }


def _card(
    line: SheetLine,
    said: Mapping[UUID, Mapping[date, ExerciseLog]],
    today: date,
    flares: Collection[date] = (),
) -> Card:
    by_day = said.get(line.id, {})
    return Card(
        line=line,
        logged=by_day.get(today),
        this_week=sum(log.done == ExerciseLog.Done.DONE for log in by_day.values()),
        client_id=uuid4(),
        on=today,
        eased=spell(flares, line.easier.days, today) if line.easier else None,
    )


def _did_something(patient: Patient, logs: Sequence[ExerciseLog], day: date) -> bool:
    """Say whether anything was done on a day that the next morning could tell about."""
    if any(log.on == day and log.done in WORKED for log in logs):
        return True
    return RunLog.objects.filter(theirs(patient), on=day).exists()


def weekdays(picked: Collection[int]) -> list[Weekday]:
    """Return the seven days to pick from, Monday first."""
    return [
        Weekday(number=n, name=str(name), short=str(WEEKDAYS_ABBR[n]), picked=n in picked)
        for n, name in WEEKDAYS.items()
    ]
