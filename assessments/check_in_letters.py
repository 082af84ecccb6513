"""The mail that asks how it goes after discharge: neutral, its link made as it leaves."""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from assessments.checking_in import still_wanted, takes_answers
from assessments.models import CheckIn, CheckInLink
from assessments.wording import CHECK_IN, check_in_values
from bookings.tokens import new_token, sha256
from clinic import choices, practice
from clinic.delivery import Letter
from clinic.letters import written
from clinic.models import Consent, Message
from clinic.outbox import renderer


@renderer(CHECK_IN)
def check_in(message: Message) -> Letter | None:
    """Write the letter; nothing once it was answered, is too late, or the person is back here."""
    found = (
        CheckIn.objects.filter(pk=message.subject_id)
        .select_related("discharge__episode__patient__merged_into")
        .first()
    )
    now = timezone.now()
    if found is None or not still_wanted(found.discharge):
        return None
    patient = found.discharge.episode.patient
    today = timezone.localdate(now, practice.current().tz)
    if message.to != patient.email or not takes_answers(found, today):
        return None
    token = new_token()
    CheckInLink.objects.create(check_in=found, token_sha256=sha256(token), created_at=now)
    link = settings.SITE_URL + reverse("check-in", args=[token])
    stop = choices.stop_link(patient.pk, Consent.Kind.CHECK_INS)
    with translation.override(patient.language):
        values = check_in_values(patient.first_name, link)
        return written(CHECK_IN, values, stop_link=stop)
