"""Below which age somebody else consents to a patient's care, and who does.

The age is set for each place, because it is a matter of its jurisdiction.
"""

from dataclasses import dataclass
from datetime import date, datetime

from clinic.models import Guardian, Location, Patient
from clinic.persons import theirs


@dataclass(frozen=True, slots=True, kw_only=True)
class Answerable:
    """Who answers for a child, as told at the desk or typed online; consent was given with it."""

    name: str
    relationship: str
    email: str = ""
    phone: str = ""


def years_old(born: date, on: date) -> int:
    """Return full years; who was born on 29 February is a year older on 1 March."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def guardian_needed(born: date | None, location: Location, now: datetime) -> bool:
    """Say whether somebody else has to consent, by the age the place sets."""
    if born is None:
        return False
    return years_old(born, now.astimezone(location.tz).date()) < location.guardian_below_age


def needed_everywhere(born: date | None, now: datetime) -> bool:
    """Say whether a patient cannot be seen at any place without a guardian. One query."""
    places = list(Location.objects.open())
    return bool(places) and all(guardian_needed(born, place, now) for place in places)


def lowest_age() -> int:
    """Return the age below which every place asks for a guardian; 0 where there is no place."""
    return min((place.guardian_below_age for place in Location.objects.open()), default=0)


def has_guardian(patient: Patient) -> bool:
    """Say whether somebody who answers for the patient has agreed to the care. One query."""
    return Guardian.objects.filter(theirs(patient), consented_at__isnull=False).exists()
