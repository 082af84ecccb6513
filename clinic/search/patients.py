"""Asks the database for patients; the same statements on both engines, so the same answers.

At most two of them, whatever was typed: first those whose name, number or birthday holds what was
typed; then, if that gave few, those whose name is one or two typing errors away. On PostgreSQL
trigram indexes answer both; on SQLite the rows are read (ADR 13 has the figures).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_

from django.db.models import Case, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.db.models.lookups import GreaterThanOrEqual
from django.utils import timezone
from django.utils.dates import MONTHS

from clinic import practice
from clinic.models import Patient
from clinic.search.typed import Number, Typed, read
from clinic.spelling import (
    SHORT,
    distance,
    errors_allowed,
    fold,
    is_near,
    left_out,
    trigrams,
)

SHOWN = 20
FEW = 8  # with fewer than these, names that are spelt nearly so are looked for as well
CANDIDATES = 200  # rows measured in Python for typing errors
WHOLE, BEGINNING, INSIDE = range(3)  # how a word may fit a name, the best first


@dataclass(frozen=True, slots=True)
class Found:
    """A patient; ``near`` when the name is not quite what was typed."""

    patient: Patient
    near: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """Who was found, the best first; ``more`` when there are others and more must be typed."""

    found: Sequence[Found] = ()
    more: bool = False


def find(text: str, *, limit: int = SHOWN) -> Answer:
    """Return the patients who fit what was typed, at most ``limit``. Two queries at most."""
    if not text.strip():
        return Answer()
    asked = said(text)
    if not asked:
        return Answer()
    rows = Patient.objects.select_related("merged_into")
    exact = _exact(rows, asked)[: limit + 1]
    found = [Found(patient) for patient in _best_first(exact, asked)]
    if len(found) < FEW and any(errors_allowed(word) for word in asked.words):
        found += _near(rows.exclude(pk__in=[each.patient.pk for each in found]), asked)
    known = _survivors(found)
    return Answer(known[:limit], more=len(known) > limit)


def _survivors(found: Sequence[Found]) -> list[Found]:
    """Return each person once: who is found by a duplicate's name is shown as who survived it."""
    first: dict[object, Found] = {}
    for each in found:
        survivor = each.patient.survivor
        first.setdefault(survivor.pk, Found(survivor, each.near))
    return list(first.values())


def said(text: str) -> Typed:
    """Return what was typed, read on the clinic's own day and with the reader's month names."""
    today = timezone.localdate(timezone=practice.current().tz)
    return read(text, today, {str(name): number for number, name in MONTHS.items()})


def _exact(rows: QuerySet[Patient], asked: Typed) -> QuerySet[Patient]:
    """Return those who fit to the letter; first those whose words begin with what was typed."""
    fits = [Q(found_by__contains=word) for word in asked.words]
    fits += [Q(email__contains=address) for address in asked.addresses]
    begins = _sum(Q(found_by__contains=f" {word}") for word in asked.words)
    rows = rows.filter(*fits, *(_fits(number) for number in asked.numbers))
    return rows.annotate(begins=begins).order_by("-begins", "last_name", "first_name", "pk")


def _fits(number: Number) -> Q:
    """Return the condition under which one reading of a number fits."""
    fits = reduce(or_, (Q(found_by__contains=digits) for digits in sorted(number.digits)), Q())
    if number.days:
        fits |= Q(date_of_birth__in=sorted(number.days))
    if number.year:
        fits |= Q(date_of_birth__range=(date(number.year, 1, 1), date(number.year, 12, 31)))
    return fits


def _near(rows: QuerySet[Patient], asked: Typed) -> list[Found]:
    """Return those whose names are a typing error away, the closest first. One query."""
    shared = [gram for word in asked.words if len(word) > SHORT for gram in trigrams(word)]
    rows = rows.filter(
        *(_may_mean(word) for word in asked.words),
        *(Q(email__contains=address) for address in asked.addresses),
        *(_fits(number) for number in asked.numbers),
    )
    ordered = rows.annotate(shared=_sum(Q(found_by__contains=gram) for gram in shared))
    candidates = ordered.order_by("-shared", "last_name", "first_name", "pk")[:CANDIDATES]
    measured = [(_errors(patient, asked.words), patient) for patient in candidates]
    fit = [(errors, patient) for errors, patient in measured if errors is not None]
    fit.sort(key=lambda pair: (pair[0], fold(pair[1].last_name), fold(pair[1].first_name)))
    return [Found(patient, near=True) for _errors, patient in fit]


def _may_mean(word: str) -> Q:
    """Return a condition that every name meets which is close enough to a word.

    Short words share a key (themselves, or with one letter left out). In longer ones, an error
    spoils four runs of three letters at most, so some are left.
    """
    holds = Q(found_by__contains=word)
    if not errors_allowed(word):
        return holds
    if len(word) <= SHORT:
        keys = sorted({word, *left_out(word)})
        return holds | reduce(or_, (Q(found_near__contains=f" {key} ") for key in keys))
    grams = [Q(found_by__contains=gram) for gram in trigrams(word)]
    needed = max(2, -(-len(grams) * 3 // 10))
    # The first half is what an index can answer; the second counts among those rows.
    return holds | (reduce(or_, grams) & Q(GreaterThanOrEqual(_sum(grams), needed)))


def _sum(conditions: Iterable[Q]) -> Combinable:
    """Return how many of some conditions a row meets."""
    total: Combinable = Value(0)
    for condition in conditions:
        total = total + Case(When(condition, then=1), default=0)
    return total


def _best_first(patients: Iterable[Patient], asked: Typed) -> list[Patient]:
    """Return them with whole words before beginnings, and those before parts; then by name."""

    def rank(patient: Patient) -> tuple:
        names = _names(patient)
        fit = [min((_fit(word, name) for name in names), default=INSIDE) for word in asked.words]
        return max(fit, default=0), sum(fit), fold(patient.last_name), fold(patient.first_name)

    return sorted(patients, key=rank)


def _fit(word: str, name: str) -> int:
    if word == name:
        return WHOLE
    return BEGINNING if name.startswith(word) else INSIDE


def _errors(patient: Patient, words: Sequence[str]) -> int | None:
    """Return how many typing errors lie between what was typed and a name; None: too many."""
    names = _names(patient)
    errors = 0
    for word in words:
        if any(word in name for name in names):
            continue
        near = [distance(word, name, 3) for name in names if is_near(word, name)]
        if not near:
            return None
        errors += min(near)
    return errors


def _names(patient: Patient) -> list[str]:
    return fold(f"{patient.first_name} {patient.last_name}").split()
