"""Who may be the same person as somebody about to be added, or as somebody already there."""

from datetime import date

from django.db.models import Q

from clinic.models import Patient
from clinic.models.users import normal_email
from clinic.spelling import fold, is_near

MOST = 5
CANDIDATES = 60  # rows


def alike(patient: Patient) -> list[Patient]:
    """Return other patients who may be the same person, at most five, the likeliest first.

    The same phone number; a name that is spelt nearly the same with the same date of birth or
    address; the same name where a date of birth is missing or differs in one place. All of it
    happens in families, so this warns and never refuses. One query.
    """
    name = fold(str(patient))
    email = normal_email(patient.email or "")
    same = Q(found_by__contains=f" {name} ") if name else Q(pk__in=[])
    if patient.phone:
        same |= Q(phone=patient.phone)
    if email:
        same |= Q(email=email)
    if patient.date_of_birth:
        same |= Q(date_of_birth=patient.date_of_birth)
    others = Patient.objects.current().filter(same).exclude(pk=patient.pk)
    rows = others.order_by("last_name", "first_name", "pk")[:CANDIDATES]
    weighed = [(_likeness(patient, other), other) for other in rows]
    found = sorted((pair for pair in weighed if pair[0]), key=lambda pair: -pair[0])
    return [other for _weight, other in found[:MOST]]


def _likeness(one: Patient, other: Patient) -> int:
    """Return how much speaks for one person: 0 is nothing, more is more."""
    first = _spelt_alike(one.first_name, other.first_name)
    last = _spelt_alike(one.last_name, other.last_name)
    born = one.date_of_birth is not None and one.date_of_birth == other.date_of_birth
    reached = bool(one.email) and normal_email(one.email) == normal_email(other.email)
    phone = bool(one.phone) and one.phone == other.phone
    if first and last and (born or _nearly_born(one.date_of_birth, other.date_of_birth)):
        return 4 + born
    if born and (first or last) and (reached or phone):
        return 3
    if first and reached:
        return 2
    return int(phone or (first and last and reached))


def _spelt_alike(one: str, other: str) -> bool:
    left, right = fold(one), fold(other)
    return left == right or (bool(left and right) and is_near(left, right))


def _nearly_born(one: date | None, other: date | None) -> bool:
    """Say whether one of them is not known, or day and month changed places, or one is off."""
    if one is None or other is None:
        return True
    apart = [one.year != other.year, one.month != other.month, one.day != other.day]
    swapped = (one.month, one.day) == (other.day, other.month)
    return sum(apart) <= 1 or (swapped and not apart[0])
