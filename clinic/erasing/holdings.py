"""What becomes of the clinic's own tables about patients, and of sign-ins."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from clinic.door import MARK
from clinic.erasing.rules import (
    PERSON,
    RECORD,
    Ids,
    emptied,
    kept,
    not_theirs,
    obstacles,
    removed,
)
from clinic.models import LegalHold, Message, Patient, PatientGrant


def _by_id(ids: Ids) -> Q:
    return Q(patient_id__in=ids)


def _sent_to(ids: Ids) -> Q:
    """Messages to the person, and to addresses that are nobody else's."""
    mine = {
        *Patient.objects.filter(pk__in=ids).values_list("email", flat=True),
        *PatientGrant.objects.filter(patient__in=ids).values_list("user__email", flat=True),
    } - {""}
    others = set(
        Patient.objects.filter(email__in=mine).exclude(pk__in=ids).values_list("email", flat=True)
    )
    return Q(patient_id__in=ids) | Q(to__in=mine - others)


not_theirs("clinic.Patient", "merged_into")
for label in ("Guardian", "PatientGrant", "PlanDevice"):
    removed(f"clinic.{label}", PERSON)
# The words of the person go with the person: the patient's own row is emptied by ``doing``.
kept("clinic.Patient", "clinic.Erasure", "clinic.Tombstone", "clinic.RetentionItem")
kept("clinic.ErasureKey")
emptied("clinic.Message", PERSON, {"to": MARK, "payload": {}, "error": ""}, whose=_sent_to)
emptied(
    "clinic.MessageStep", PERSON, {"note": ""},
    whose=lambda ids: Q(message__in=Message.objects.filter(_sent_to(ids)).values("pk")),
)  # fmt: skip
for label in (
    "Consent", "CareRelation", "EmergencyReview", "EmergencyAccess", "RecordRequest",
    "CorrectionWords", "CorrectionRequest", "KeptIdentity", "LegalHold",
):  # fmt: skip
    removed(f"clinic.{label}", RECORD)


@obstacles
def held(ids: Ids, now: datetime) -> Sequence[Any]:
    stands = LegalHold.objects.filter(patient__in=ids, lifted_at__isnull=True).exists()
    return [_("A legal hold stands.")] if stands else []
