"""What an erasure would do, before it does it; when a record is over; what stands in the way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Model

from clinic import practice
from clinic.erasing import rules
from clinic.models import Erasure, Location, Patient
from clinic.persons import records_of
from clinic.retention import ELSEWHERE, Period, longest, period_of


@dataclass(frozen=True, slots=True)
class Count:
    """So many rows of one kind of record; ``stays`` where they only lose words and addresses."""

    model: type[Model]
    number: int
    stays: bool = False

    @property
    def words(self) -> str:
        meta = self.model._meta
        return str(meta.verbose_name if self.number == 1 else meta.verbose_name_plural)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What becomes of everything about a person.

    keep_until  the first day on which the record may go; None: nothing has to be kept
    periods     the rules behind it
    """

    now: Sequence[Count]
    record: Sequence[Count]
    stays: Sequence[Count]
    last_service: date | None
    keep_until: date | None
    periods: Sequence[Period]
    obstacles: Sequence[Any]

    @property
    def keeps_record(self) -> bool:
        return self.keep_until is not None


def ids_of(patient: Patient) -> list[UUID]:
    """Return all records of the person, the one that stands and its duplicates."""
    return list(records_of(patient.pk).values_list("pk", flat=True))


def look(patient: Patient, now: datetime) -> Preview:
    """Return what an erasure of this person would do today."""
    ids = ids_of(patient)
    last, until, periods = record_ends(patient, ids)
    today = now.astimezone(practice.current().tz).date()
    return Preview(
        now=counted(rules.PERSON, ids),
        record=counted(rules.RECORD, ids),
        stays=counted(rules.NEVER, ids),
        last_service=last,
        keep_until=until if until is not None and until > today else None,
        periods=periods,
        obstacles=rules.obstacles_of(ids, now),
    )


def record_ends(
    patient: Patient, ids: Sequence[UUID]
) -> tuple[date | None, date | None, list[Period]]:
    """Return the day of the last service, the first day the record may go, and by which rules.

    Somebody who was never seen and has nothing written about them has no record to keep.
    """
    served = rules.services_of(ids)
    if not served:
        return None, None, []
    zone = practice.current().tz
    last = max(at for at, _country, _region in served).astimezone(zone).date()
    periods = sorted({period for _at, *place in served for period in (own_period(*place),)},
                     key=lambda each: each.place)  # fmt: skip
    return last, longest(periods, last, patient.date_of_birth), periods


def own_period(country: str, region: str) -> Period:
    """Return the period of a place as the clinic has set it, else as it is shipped.

    Words about nobody's visit count for the clinic's first place.
    """
    clinic = practice.current()
    if not country:
        first = Location.objects.order_by("position", "name").first()
        country, region = (first.country, first.region) if first else ("", "")
    shipped = period_of(country, region) if country else ELSEWHERE
    return Period(
        shipped.place,
        clinic.retention_years or shipped.years,
        shipped.of_age,
        shipped.years_of_age
        if clinic.retention_minor_years is None
        else clinic.retention_minor_years,
        str(clinic.name) if clinic.retention_years else shipped.source,
    )


def counted(when: str, ids: Sequence[UUID]) -> list[Count]:
    """Count the rows that one moment touches, by kind; kinds without rows are left out."""
    numbers: dict[type[Model], int] = {}
    stay: set[type[Model]] = set()
    for rule in rules.of(when):
        rows = rule.model._default_manager.filter(rules.whose(rule, ids))
        if rule.only is not None:
            rows = rows.filter(rule.only)
        if rule.fields:
            stay.add(rule.model)
        number = rows.values("pk").distinct().count()
        numbers[rule.model] = max(numbers.get(rule.model, 0), number)
    return [Count(model, number, model in stay) for model, number in numbers.items() if number]


def stands_erased(patient: Patient) -> Erasure | None:
    """Return the erasure of this person, if they were erased."""
    done = Erasure.objects.filter(patient=patient.survivor, scope=Erasure.Scope.PERSON)
    return done.filter(done_at__isnull=False).first()
