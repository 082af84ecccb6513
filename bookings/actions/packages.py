"""Packages of visits: what is left of them and what they pay for, read from the visits."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from bookings.models import BLOCKING, Appointment, Package
from bookings.packages import Balance, Bought, Counted, balances, used
from clinic import practice
from clinic.models import Patient

State = Appointment.State
COUNTS = Q(state__in=[*BLOCKING, State.NO_SHOW, State.LATE_CANCELLED]) & ~Q(state=State.HELD)


@dataclass(frozen=True, slots=True)
class Left:
    """A package with its balance; ``over`` when its last day has passed."""

    package: Package
    balance: Balance
    over: bool


def visits_left(patients: Iterable[Patient], *, now: datetime) -> dict[UUID, list[Left]]:
    """Return every package of these patients with what is left of it, by patient id.

    Two queries, however many patients, packages and visits; one where nobody has a package.
    """
    ids = [patient.pk for patient in patients]
    rows = Package.objects.filter(patient__in=ids).select_related("service")
    packages = list(rows.order_by("bought_on", "pk"))
    if not packages:
        return {}
    visits = _counted({package.patient_id for package in packages}, now)
    found: dict[UUID, list[Left]] = defaultdict(list)
    today = now.astimezone(practice.current().tz).date()
    for patient in dict.fromkeys(package.patient_id for package in packages):
        theirs = [package for package in packages if package.patient_id == patient]
        found[patient] = _with_balance(theirs, visits[patient], today)
    return found


def paid_by_package(visit: Appointment, *, now: datetime) -> Package | None:
    """Return the package that pays for a visit. Two queries; one where the patient has none."""
    packages = list(Package.objects.filter(patient=visit.patient_id).order_by("bought_on", "pk"))
    if visit.patient_id is None or not packages:
        return None
    taken = used(_bought(packages), _counted({visit.patient_id}, now)[visit.patient_id])
    for package in packages:
        if any(each.key == str(visit.pk) for each in taken[str(package.pk)]):
            return package
    return None


def _counted(patients: set[UUID], now: datetime) -> dict[UUID, list[Counted]]:
    rows = (
        Appointment.objects.filter(COUNTS, patient__in=patients)
        .select_related("service", "location")
        .order_by("starts_at")
    )
    found: dict[UUID, list[Counted]] = defaultdict(list)
    for visit in rows:
        if visit.patient_id is None:
            continue
        found[visit.patient_id].append(
            Counted(
                key=str(visit.pk),
                service=str(visit.service_id),
                day=visit.starts_at.astimezone(visit.location.tz).date(),
                paid=visit.service.price > 0,
                ahead=visit.starts_at > now and not visit.is_over,
            )
        )
    return found


def _with_balance(
    packages: Sequence[Package], visits: Sequence[Counted], today: date
) -> list[Left]:
    pairs = zip(packages, balances(_bought(packages), visits), strict=True)
    return [
        Left(package, balance, bool(package.expires_on and package.expires_on < today))
        for package, balance in pairs
    ]


def _bought(packages: Sequence[Package]) -> list[Bought]:
    return [
        Bought(
            key=str(package.pk),
            service=str(package.service_id) if package.service_id else None,
            visits=package.visits,
            first=package.bought_on,
            last=package.expires_on,
        )
        for package in packages
    ]
