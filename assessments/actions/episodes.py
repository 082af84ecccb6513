"""Open an episode of care, and begin an assessment within it."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from assessments import trail
from assessments.actions.follow_up import carry_facts
from assessments.errors import NotInCare, VisitOfAnother
from assessments.findings import FIELDS, Findings
from assessments.library_store import newest_version
from assessments.models import Assessment, EpisodeOfCare, Finding
from assessments.storage import write_changes
from bookings.models import Appointment
from clinic import access, practice
from clinic.models import Patient, Practitioner, User
from clinic.persons import known_as, theirs

KNEE = EpisodeOfCare.Problem.KNEE


@transaction.atomic
def open_episode(
    patient: Patient,
    *,
    by: User,
    now: datetime,
    lead: Practitioner | None = None,
    problem: str = KNEE,
) -> EpisodeOfCare:
    """Return the patient's open episode of this problem, opening one if there is none."""
    # The patient's row is the queue: two people asking at once get the same episode.
    Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
    standing = EpisodeOfCare.objects.filter(theirs(patient), problem=problem)
    known = standing.filter(discharged_at__isnull=True).order_by("opened_at").first()
    if known is not None:
        return known
    episode = EpisodeOfCare.objects.create(
        patient=patient, problem=problem, lead=lead, opened_at=now
    )
    trail.did("episode.opened", episode, by=by, patient_id=patient.pk, now=now)
    return episode


@transaction.atomic
def start_assessment(
    about: Appointment | Patient, practitioner: Practitioner, *, by: User, now: datetime
) -> Assessment:
    """Begin an assessment of a visit, or of a patient without one, in the knee episode.

    A visit has one assessment, and a practitioner one unsigned assessment without a visit per
    episode: asked again, the same one is returned. The age on that day is filled in, and
    at a follow-up the facts of the visit before.

    Raises VisitOfAnother for a visit in somebody else's diary, NotInCare for a patient the
    practitioner does not look after.
    """
    appointment, patient = in_care(about, practitioner)
    episode = open_episode(patient, by=by, now=now, lead=practitioner)
    begun, appointment = _begun(episode, appointment, practitioner)
    if begun is not None:
        return begun
    seen_before = episode.assessments.signed().exists()
    assessment = Assessment.objects.create(
        episode=episode,
        appointment=appointment,
        author=practitioner,
        kind=Assessment.Kind.FOLLOW_UP if seen_before else Assessment.Kind.INITIAL,
        library=newest_version(),
        started_at=now,
    )
    fill_in_age(assessment, patient, now)
    if seen_before:
        carry_facts(assessment, now)
    trail.did("chart.started", assessment, by=by, patient_id=patient.pk, now=now)
    return assessment


def in_care(
    about: Appointment | Patient, practitioner: Practitioner
) -> tuple[Appointment | None, Patient]:
    """Return the visit, if it is one, and whose it is.

    Raises VisitOfAnother for a visit in somebody else's diary, NotInCare for a patient the
    practitioner does not look after.
    """
    appointment = about if isinstance(about, Appointment) else None
    patient = about.patient if isinstance(about, Appointment) else about
    if appointment is not None and appointment.practitioner_id != practitioner.pk:
        raise VisitOfAnother
    if patient is None or not access.caseload(practitioner).filter(known_as(patient.pk)).exists():
        raise NotInCare
    return appointment, patient


def age_on(born: date, day: date) -> int:
    """Return the full years between two days; somebody born on 29 February ages on 1 March."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _begun(
    episode: EpisodeOfCare, appointment: Appointment | None, practitioner: Practitioner
) -> tuple[Assessment | None, Appointment | None]:
    """Return the chart that is there already, and the visit a new one would be about.

    The chart of a visit that was entered in error keeps the visit: the right one, if it is of
    this episode, stands in for it, and otherwise a new one is about no visit.
    """
    if appointment is not None:
        known = Assessment.objects.filter(appointment=appointment).first()
        if known is None or not known.in_error:
            return known, appointment
        copy = known.mistake.right_chart
        if copy is not None and copy.episode_id == episode.pk:
            return copy, None
    drafts = episode.assessments.standing().filter(
        appointment__isnull=True, author=practitioner, signed_at__isnull=True, amends__isnull=True
    )
    return drafts.first(), None


def fill_in_age(assessment: Assessment, patient: Patient, now: datetime) -> None:
    """Fill in the age; outside the limits of the dictionary it stays open."""
    if patient.date_of_birth is None:
        return
    place = assessment.appointment.location if assessment.appointment else practice.current()
    age = age_on(patient.date_of_birth, timezone.localdate(now, place.tz))
    if FIELDS["age_years"].hard.holds(age):
        wanted = Findings({"age_years": age})
        write_changes(assessment, [], wanted, by=None, now=now, origin=Finding.Origin.CARRIED)
