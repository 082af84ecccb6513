"""Who is asked how it goes after discharge, when, and until when the answer is taken. Reads only.

A person is asked while nothing has overtaken the question: discharged still, no visit since, no
record merged away, consent standing, an address to write to.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from dateutil.relativedelta import relativedelta
from django.utils import timezone

from assessments.library_store import library_of, newest_version
from assessments.models import CheckIn, CheckInLink, Discharge, EpisodeOfCare
from bookings.models import Appointment
from bookings.tokens import sha256
from clinic import practice
from clinic.actions.consents import has_agreed
from clinic.models import Consent
from clinic.persons import theirs

LATE = timedelta(days=14)  # after its day a question is no longer sent
OPEN = timedelta(days=28)  # from the day it was sent on, the answer is taken
HOURS = range(9, 18)  # on the clinic's clock


def due_now(now: datetime) -> Iterator[tuple[Discharge, int]]:
    """Yield the discharges that are to be asked about now, and after how many months."""
    zone = practice.current().tz
    today = timezone.localdate(now, zone)
    for months in library_of(newest_version().number).running.keep_going.review_months:
        # A day more at either end: the day of a discharge is the clinic's own.
        first = now - relativedelta(months=months) - LATE - timedelta(days=4)
        last = now - relativedelta(months=months) + timedelta(days=1)
        found = Discharge.objects.filter(reopened_at__isnull=True, made_at__range=(first, last))
        for made in found.exclude(check_ins__months=months).select_related("episode__patient"):
            due = timezone.localdate(made.made_at, zone) + relativedelta(months=months)
            if due <= today <= due + LATE and still_wanted(made):
                yield made, months


def still_wanted(made: Discharge) -> bool:
    """Say whether the person behind a discharge is to be asked at all."""
    patient = made.episode.patient
    if made.reopened_at is not None or patient.merged_into_id is not None or not patient.email:
        return False
    if not has_agreed(patient, Consent.Kind.CHECK_INS):
        return False
    if EpisodeOfCare.objects.filter(theirs(patient), discharged_at__isnull=True).exists():
        return False
    later = Discharge.objects.filter(
        theirs(patient, "episode__patient"), made_at__gt=made.made_at, reopened_at__isnull=True
    )
    if later.exists():
        return False
    visits = Appointment.objects.blocking().filter(theirs(patient), ends_at__gt=made.made_at)
    return not visits.exists()


def takes_answers(check_in: CheckIn, today: date) -> bool:
    """Say whether the link still takes an answer: the last day counts."""
    return check_in.answered_at is None and today <= check_in.closes_on


def check_in_of(token: str) -> CheckIn | None:
    """Return the check-in a token opens, or None: there is none, or the person was erased."""
    link = (
        CheckInLink.objects.filter(token_sha256=sha256(token))
        .select_related("check_in__discharge__episode__patient__merged_into")
        .first()
    )
    if link is None:
        return None
    person = link.check_in.discharge.episode.patient.survivor
    return None if person.erased_at else link.check_in
