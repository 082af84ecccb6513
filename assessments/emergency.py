"""Reading a record that stands open in an emergency: each look is written down."""

from dataclasses import dataclass
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone

from clinic import emergency
from clinic.access import Request
from clinic.actions.emergency import read
from clinic.models import EmergencyAccess


@dataclass(frozen=True, slots=True)
class Banner:
    """What every page says that is read through an emergency access."""

    opened: EmergencyAccess
    minutes: int  # left, a begun one counted whole


def looked(
    request: Request,
    opened: EmergencyAccess | None,
    patient_id: UUID,
    kind: str,
    target: models.Model,
) -> Banner | None:
    """Write this look down and return what the page says of it; None for a reader in care.

    kind  what was looked at: record, chart, note, intake, file
    """
    if opened is None or not emergency.covers(opened, patient_id):
        return None
    now = timezone.now()
    with transaction.atomic():
        read(opened, kind, target, by=request.user, now=now)
    return Banner(opened, emergency.clock(opened, now))
