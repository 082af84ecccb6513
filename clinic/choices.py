"""Signed links with which people choose what the clinic writes to them about.

The signature is the whole secret: nothing is stored. A link that stops one kind of message works
for ever, one that also turns kinds on works for a month.
"""

from datetime import timedelta
from urllib.parse import urljoin
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse

from clinic.models import Consent, Patient

STOP = "clinic.choices.stop"
CHOOSE = "clinic.choices.choose"
CHOOSE_FOR = timedelta(days=31)


def stop_link(patient_id: UUID, kind: str) -> str:
    """Return the address that ends messages of one kind for one patient."""
    token = signing.dumps([str(patient_id), kind], salt=STOP)
    return urljoin(settings.SITE_URL, reverse("unsubscribe", args=[token]))


def stopped_by(token: str) -> tuple[Patient, str] | None:
    """Return whose messages of which kind a link stops; None for a token that is not ours."""
    try:
        patient_id, kind = signing.loads(token, salt=STOP)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    patient = Patient.objects.filter(pk=patient_id).first()
    return (patient, kind) if patient and kind in Consent.Kind.values else None


def choices_path(patient_id: UUID) -> str:
    """Return the path of the page on which a patient's messages are chosen."""
    token = signing.dumps(str(patient_id), salt=CHOOSE)
    return reverse("message-choices", args=[token])


def chosen_by(token: str) -> Patient | None:
    """Return the patient a link chooses for; None for one that ran out or is not ours."""
    try:
        patient_id = signing.loads(token, salt=CHOOSE, max_age=CHOOSE_FOR)
    except (signing.BadSignature, ValueError):
        return None
    return Patient.objects.filter(pk=patient_id).first()
