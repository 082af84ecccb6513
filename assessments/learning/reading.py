"""What the learning page asks the database: eight questions, however many plans there are.

Whoever was merged into another record counts as that person.
"""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import groupby
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce
from django.utils import timezone

from assessments.course import in_turn
from assessments.day import in_order
from assessments.learning.counting import Course, Issued, Number
from assessments.models import Assessment, ExerciseLog, Finding, Plan, PlanLine
from assessments.progress import Window, kept_up
from bookings import availability as engine
from bookings.schedule.rows import moment
from clinic import practice

MONTHS = 12
WORST = "nprs_worst_7d"
SCORES = ("akps", "nprs", "psfs")
Change = PlanLine.Change


def twelve_months(today: date) -> tuple[date, date]:
    """Return the first and the last day of the twelve whole months before this one."""
    last = today.replace(day=1) - timedelta(days=1)
    return today.replace(year=today.year - 1, day=1), last


def _person(path: str) -> Coalesce:
    return Coalesce(F(f"{path}__merged_into"), F(path))


@dataclass(frozen=True, slots=True)
class Rule:
    """How many people a rule drafted something for, and for how many it was taken out."""

    id: str
    drafted: int
    removed: int
    edited: int


@dataclass(frozen=True, slots=True)
class Signed:
    """One signed chart: whose, of which kind, in which month, how many active seconds."""

    person: Hashable
    kind: str
    month: date
    seconds: int


@dataclass(frozen=True, slots=True)
class Kept:
    """How much of their home exercises somebody has done so far, and how many they have."""

    person: Hashable
    exercises: int
    share: int  # per cent


@dataclass(frozen=True, slots=True)
class Chart:
    """A signed chart: its scores, and how it sorted the case."""

    nprs: Decimal | None
    pk: UUID
    amends_id: UUID | None
    started_at: datetime
    signed_at: datetime
    episode: UUID
    person: UUID
    akps: Number | None
    psfs: float | None
    irritability: str | None
    subcategories: list[str] | None

    @property
    def groups(self) -> tuple[str, ...]:
        return tuple(each for each in (self.irritability, *(self.subcategories or ())) if each)

    def score(self, name: str) -> Number | None:
        value = getattr(self, name)
        return None if value is None else Decimal(str(value))


class Reading:
    """The twelve whole months before today, or how things stand now."""

    def __init__(self, now: datetime) -> None:
        self.tz = tz = practice.current().tz
        self.now = now
        self.today = now.astimezone(tz).date()
        self.first, self.last = twelve_months(self.today)
        self.span = (
            moment(engine.day_start(self.first, tz)),
            moment(engine.day_start(self.last + timedelta(days=1), tz)),
        )

    def _within(self, field: str) -> Q:
        start, end = self.span
        return Q(**{f"{field}__gte": start, f"{field}__lt": end})

    def _lines(self) -> QuerySet[PlanLine]:
        return PlanLine.objects.filter(
            self._within("plan__issued_at"),
            plan__composed=False,
            plan__assessment__mistake__isnull=True,
        )

    @cached_property
    def rules(self) -> list[Rule]:
        """What the rules drafted in plans that were issued. One query."""
        person = _person("plan__episode__patient")
        counted = (
            self._lines()
            .exclude(change=Change.ADDED)
            .annotate(rule=KT("explanation__rule_id"))
            .order_by()
            .values("rule")
            .annotate(
                drafted=Count(person, distinct=True),
                removed=Count(person, distinct=True, filter=Q(change=Change.REMOVED)),
                edited=Count(person, distinct=True, filter=Q(change=Change.EDITED)),
            )
        )
        return [
            Rule(row["rule"], row["drafted"], row["removed"], row["edited"])
            for row in counted
            if row["rule"]
        ]

    @cached_property
    def added(self) -> list[tuple[str, int]]:
        """What clinicians put in by themselves, by how many people got it. One query."""
        person = _person("plan__episode__patient")
        rows = self._lines().filter(change=Change.ADDED).order_by().values_list("exercise")
        return list(rows.annotate(people=Count(person, distinct=True)).order_by("-people"))

    @cached_property
    def versions(self) -> list[Issued]:
        """Every issued version of open episodes, and of all that ended in these months. One query.

        By episode, oldest first.
        """
        start, _end = self.span
        rows = (
            _issued()
            .filter(
                Q(episode__discharged_at__isnull=True) | Q(episode__discharged_at__gte=start),
            )
            .annotate(person=_person("episode__patient"))
            .order_by("episode", "version")
            .values_list(
                "episode",
                "person",
                "start_phase",
                "issued_at",
                Coalesce("replaced_at", "episode__discharged_at"),
            )
        )
        return [Issued(*row) for row in rows]

    @cached_property
    def signed(self) -> list[Signed]:
        """Charts signed in these months for which the time was taken. One query."""
        rows = (
            Assessment.objects.signed()
            .filter(self._within("signed_at"), amends__isnull=True)
            .annotate(
                seconds=Sum("sittings__seconds"),
                person=_person("episode__patient"),
            )
            .filter(seconds__gt=0)
            .order_by("signed_at")
            .values_list("person", "kind", "signed_at", "seconds")
        )
        return [
            Signed(person, kind, timezone.localdate(at, self.tz).replace(day=1), seconds)
            for person, kind, at, seconds in rows
        ]

    @cached_property
    def courses(self) -> dict[str, list[Course]]:
        """For each score the episodes with a first and a later value. Two queries.

        Those whose last chart was signed in these months, oldest last chart first.
        """
        start, end = self.span
        rows = (
            Assessment.objects.signed()
            .filter(episode__in=self._episodes_with_a_chart())
            .order_by("episode", "started_at", "signed_at")
            .values_list(
                "pk",
                "amends",
                "started_at",
                "signed_at",
                "episode",
                _person("episode__patient"),
                "result__metrics__akps_total",
                "result__metrics__psfs_mean",
                "result__classification__irritability",
                "result__classification__subcategories",
            )
        )
        pains = Finding.objects.filter(
            assessment__episode__in=self._episodes_with_a_chart(), item=WORST, number__isnull=False
        )
        worst = dict(pains.values_list("assessment", "number"))
        charts = (_chart(row, worst) for row in rows.iterator())
        episodes = []
        for _episode, of_episode in groupby(charts, attrgetter("episode")):
            visits = [chart for chart, _at in in_turn(of_episode)]
            if len(visits) > 1 and start <= visits[-1].signed_at < end:
                episodes.append(visits)
        episodes.sort(key=lambda visits: visits[-1].signed_at)
        return {name: list(_courses(name, episodes)) for name in SCORES}

    def _episodes_with_a_chart(self) -> QuerySet:
        signed = Assessment.objects.signed().filter(self._within("signed_at"))
        return signed.values("episode")

    @cached_property
    def kept(self) -> list[Kept]:
        """How the plans that hold now were kept up, each person once. Two queries."""
        lines = (
            PlanLine.objects.filter(
                plan__in=_issued().filter(episode__discharged_at__isnull=True),
                home=True,
                per_week__gt=0,
            )
            .exclude(change=Change.REMOVED)
            .annotate(person=_person("plan__episode__patient"))
            .order_by("person", "plan__issued_at", "position")
            .values_list(
                "person", "exercise", "per_week", "plan__issued_at", "plan__replaced_at", named=True
            )
        )
        said = _said()
        found = []
        for person, of_person in groupby(lines.iterator(), attrgetter("person")):
            asked = list(of_person)
            holding = {line.exercise for line in asked if line.plan__replaced_at is None}
            counted = kept_up(map(_window, asked), said.get(person, {}), self.today)
            kept = [each for each in counted if each.exercise in holding and each.due]
            due = sum(each.due for each in kept)
            if due:
                done = sum(min(each.due, each.done + each.partly / 2) for each in kept)
                found.append(Kept(person, len(holding), round(100 * done / due)))
        return found


def _issued() -> QuerySet[Plan]:
    return Plan.objects.filter(issued_at__isnull=False, assessment__mistake__isnull=True)


def _window(line) -> Window:
    until = line.plan__replaced_at
    return Window(
        exercise=line.exercise,
        per_week=line.per_week,
        first=timezone.localdate(line.plan__issued_at),
        until=timezone.localdate(until) if until else None,
    )


def _said() -> dict[Hashable, dict[tuple[str, date], str]]:
    """Return each person's last word on an exercise and day, in open episodes."""
    logs = in_order(
        ExerciseLog.objects.filter(plan__episode__discharged_at__isnull=True)
        .annotate(person=_person("patient"))
        .values_list("person", "line__exercise", "on", "done")
    )
    said: dict[Hashable, dict[tuple[str, date], str]] = {}
    for person, exercise, on, done in logs.iterator():
        said.setdefault(person, {})[exercise, on] = done
    return said


def _chart(row: tuple[Any, ...], worst: Mapping[UUID, Decimal | None]) -> Chart:
    return Chart(worst.get(row[0]), *row)


def _courses(name: str, episodes: list[list[Chart]]) -> Iterator[Course]:
    for visits in episodes:
        taken = [(chart, score) for chart in visits if (score := chart.score(name)) is not None]
        if len(taken) > 1:
            chart, first = taken[0]
            yield Course(chart.person, chart.groups, first, taken[-1][1])
