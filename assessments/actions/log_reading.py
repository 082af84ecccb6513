"""What every entry of a patient's log has in common: ids, days, scores, and when it was said.

Everything is untrusted. What cannot be kept raises ``RefusedEntryError`` with a sentence.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.db.models import Model
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from clinic.models import Patient
from clinic.persons import theirs

OLDEST = timedelta(days=60)  # an entry kept on a phone for longer is not worth believing
LONGEST_RUN = Decimal(100)  # km

Entry = Mapping[str, object]


class RefusedEntryError(ValueError):
    """An entry cannot be kept; the text says why."""


def client_id_of(entry: Entry) -> UUID:
    """Return the id the phone gave the entry."""
    found = uuid_of(entry.get("client_id"))
    if found is None:
        raise RefusedEntryError(_("client_id is a UUID."))
    return found


def uuid_of(raw: object) -> UUID | None:
    """Return the UUID a text stands for; None where it stands for none."""
    try:
        return UUID(raw) if isinstance(raw, str) and len(raw) <= 45 else None
    except ValueError:
        return None


def is_known(kept: type[Model], patient: Patient, client_id: UUID) -> bool:
    """Say whether an entry is here already, also under a record that was merged meanwhile."""
    return kept._default_manager.filter(theirs(patient), client_id=client_id).exists()


def day_of(raw: object, today: date) -> date:
    """Return the patient's own day; theirs may already be tomorrow."""
    try:
        day = date.fromisoformat(raw) if isinstance(raw, str) else None
    except ValueError:
        day = None
    if day is None:
        raise RefusedEntryError(_("on is a day written as YYYY-MM-DD."))
    if not today - OLDEST <= day <= today + timedelta(days=1):
        raise RefusedEntryError(_("This day is too long ago, or still to come."))
    return day


def score_of(raw: object) -> int | None:
    """Return a score from 0 to 10; nothing given is None, which is not 0."""
    if raw is None or raw == "":
        return None
    if isinstance(raw, bool) or not isinstance(raw, int) or not 0 <= raw <= 10:
        raise RefusedEntryError(_("Pain and effort are whole numbers from 0 to 10, or left out."))
    return raw


def said_at_of(raw: object, now: datetime) -> datetime:
    """Return when the patient said so, by the phone's clock; never later than now.

    It only puts entries about the same day in order, so what cannot be read counts as now.
    """
    try:
        said = parse_datetime(raw) if isinstance(raw, str) and len(raw) <= 40 else None
    except ValueError:
        said = None
    if said is None or timezone.is_naive(said) or not now - OLDEST <= said <= now:
        return now
    return said


def km_of(raw: object) -> Decimal | None:
    """Return a distance above 0 km, to two decimals; nothing given is None."""
    if raw is None or raw == "":
        return None
    readable = isinstance(raw, int | Decimal) or (isinstance(raw, str) and len(raw) <= 12)
    try:
        km = Decimal(raw) if readable and not isinstance(raw, bool) else None  # type: ignore[arg-type]
    except InvalidOperation:
        km = None
    if km is None or not km.is_finite() or not 0 < km <= LONGEST_RUN:
        raise RefusedEntryError(_("A distance is more than 0 and at most 100 km."))
    if km != km.quantize(Decimal("0.01")):
        raise RefusedEntryError(_("A distance has at most two decimals."))
    return km


def yes_no_of(raw: object) -> bool | None:
    """Return the answer to a question that may be left open."""
    if raw is None or raw == "":
        return None
    if not isinstance(raw, bool):
        raise RefusedEntryError(_("Answer with true or false, or leave it out."))
    return raw
