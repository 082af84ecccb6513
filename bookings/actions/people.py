"""Who a visit is for, what they agreed to, and who may then open their record."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Max, Model, Q
from django.utils.translation import gettext as _
from phonenumber_field.phonenumber import PhoneNumber

from bookings.errors import (
    ForNewPatients,
    ForReturningPatients,
    GuardianNeeded,
    TooManyUpcoming,
)
from bookings.models import BLOCKING, Appointment, Service
from clinic import practice
from clinic.actions.patients import add_guardian
from clinic.audit import Actor
from clinic.minors import Answerable, guardian_needed, has_guardian
from clinic.models import CareRelation, Consent, Guardian, Location, Patient, Practitioner
from clinic.models.users import normal_email
from clinic.statements import stored_time

State = Appointment.State
A_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What somebody types to book. Consent to the privacy notice was checked by the form."""

    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phone: PhoneNumber | str = ""
    date_of_birth: date | None = None
    reason: str = ""
    guardian_name: str = ""
    guardian_relationship: str = ""  # as they say it; empty where nobody asked
    language: str = "en"
    own_zone: str = ""  # the zone of their clock, for a visit by phone or video
    patient: Patient | None = None  # one whom the browser's sign-in was granted

    @property
    def relationship(self) -> str:
        """What the guardian is to the child, by their own word or by ours."""
        return self.guardian_relationship or "guardian"

    @property
    def contact(self) -> str:
        """The mail address the booking goes to, as it is stored and compared."""
        return normal_email(self.patient.email if self.patient else self.email)


def patient_for(details: Details) -> Patient:
    """Return the patient a booking is for; a guest always gets a new one, not saved yet.

    An address nobody has confirmed proves nothing, so a guest is never matched with a record,
    whatever they typed: neither the page nor the desk's screen may tell them that it exists. The
    desk merges duplicates later. The exception is a browser signed in with a grant for the patient.
    """
    return details.patient or Patient(
        first_name=details.first_name,
        last_name=details.last_name,
        email=details.contact,
        phone=details.phone,
        date_of_birth=details.date_of_birth,
        language=details.language,
    )


def first_rows(patient: Patient, details: Details, visit: Appointment, now: datetime) -> list:
    """Return what a first booking brings besides itself, unsaved: consents and the care relation.

    As ``record_consent`` and ``look_after`` would write it for a patient who has nothing yet.
    """
    rows: list[Model] = [
        Consent(
            patient=patient,
            kind=Consent.Kind.PRIVACY,
            text_dated=practice.current().privacy_dated,
            given_at=now,
            given_by=details.guardian_name or str(patient)[:160],
        ),
        CareRelation(
            patient=patient,
            practitioner=visit.practitioner,
            ground=CareRelation.Ground.VISIT,
            starts_at=now,
            ends_at=visit.ends_at + timedelta(days=practice.current().care_days),
        ),
    ]
    if details.guardian_name:
        name = details.guardian_name
        rows.append(
            Guardian(
                patient=patient,
                name=name,
                relationship=details.relationship,
                email=patient.email,
                consented_at=now,
            )
        )
    return rows


def record_consent(patient: Patient, details: Details, now: datetime) -> None:
    """Write down the consent to today's privacy notice, and the guardian's where one is needed."""
    dated = practice.current().privacy_dated
    standing = Consent.objects.filter(
        patient=patient, kind=Consent.Kind.PRIVACY, text_dated=dated, withdrawn_at__isnull=True
    )
    if not standing.exists():
        Consent.objects.create(
            patient=patient,
            kind=Consent.Kind.PRIVACY,
            text_dated=dated,
            given_at=now,
            given_by=details.guardian_name or str(patient)[:160],
        )
    if details.guardian_name:
        Guardian.objects.get_or_create(
            patient=patient,
            name=details.guardian_name,
            defaults={
                "relationship": details.relationship,
                "email": patient.email,
                "consented_at": now,
            },
        )


def check_guardian(details: Details, location: Location, now: datetime) -> None:
    """Raise GuardianNeeded for a child booked online without anybody who answers for them."""
    patient = details.patient
    born = patient.date_of_birth if patient else details.date_of_birth
    if details.guardian_name or not guardian_needed(born, location, now):
        return
    if patient is None or not has_guardian(patient):
        raise GuardianNeeded


def ensure_guardian(
    patient: Patient,
    location: Location,
    given: Answerable | None,
    *,
    by: Actor,
    now: datetime,
) -> None:
    """Write down who agrees to a visit at the desk; raise GuardianNeeded if a child has nobody."""
    if given:
        add_guardian(patient, given, by=by, now=now)
    elif guardian_needed(patient.date_of_birth, location, now) and not has_guardian(patient):
        raise GuardianNeeded


def check_eligible(service: Service, patient: Patient | None) -> None:
    """Refuse what is not meant for a patient we know; a guest is never refused for this.

    Raises ForNewPatients or ForReturningPatients.
    """
    if patient is None:
        return
    visits = Appointment.objects.filter(patient=patient).visits()
    if service.bookable_by == Service.BookableBy.NEW:
        if visits.filter(state=State.COMPLETED).exists():
            raise ForNewPatients
    elif service.bookable_by == Service.BookableBy.RETURNING and not visits.blocking().exists():
        raise ForReturningPatients


def check_upcoming(details: Details, now: datetime) -> int:
    """Return how many visits this patient missed within a year. One query.

    A guest is counted by address and name, as typed: who knows both learns no more than that.
    Raises TooManyUpcoming when they have as many visits ahead as the practice allows.
    """
    if details.patient:
        whose = Q(patient=details.patient)
    else:
        whose = Q(
            patient__email=details.contact,
            patient__first_name__iexact=details.first_name,
            patient__last_name__iexact=details.last_name,
        )
    # A handful of rows: counting them here costs less than writing the SQL that would.
    counted = (*BLOCKING, State.NO_SHOW)
    rows = Appointment.objects.visits().filter(whose, state__in=counted, starts_at__gt=now - A_YEAR)
    found = list(rows.values_list("state", "starts_at"))
    ahead = sum(at > now and state != State.NO_SHOW for state, at in found)
    if ahead >= practice.current().upcoming_limit:
        raise TooManyUpcoming
    return sum(state == State.NO_SHOW for state, _ in found)


_COUNTED = ", ".join(f"'{state}'" for state in BLOCKING if state != State.HELD)
# What ``check_upcoming`` asks, as a condition of the statement that books: it may fail for some
# whom that lets pass, never the other way. It counts for an address, whatever the names, and a
# missed visit as so many that reaching either limit is reaching this one.
# Patient by patient, because many give no address, and one plan has to do for all addresses.
AS_USUAL = f"""(
    SELECT COALESCE(SUM((
        SELECT SUM(CASE a.state WHEN '{State.NO_SHOW}' THEN %(missed)s ELSE 1 END)
        FROM bookings_appointment a WHERE a.patient_id = p.id AND a.seats IS NULL
            AND (a.state IN ({_COUNTED}) AND a.starts_at > %(now)s
                OR a.state = '{State.NO_SHOW}' AND a.starts_at > %(since)s)
    )), 0) FROM clinic_patient p WHERE p.email = %(email)s
) < %(allowed)s"""  # noqa: S608


def as_usual(details: Details, now: datetime) -> dict[str, object]:
    """Return the values of AS_USUAL for a guest."""
    allowed, limit = practice.current().upcoming_limit, settings.NO_SHOW_LIMIT
    return {
        "allowed": allowed,
        "missed": -(-allowed // limit) if limit > 0 else 0,
        "email": details.contact,
        "now": stored_time(now),
        "since": stored_time(now - A_YEAR),
    }


def ask_for_a_call(visit: Appointment, missed: int) -> None:
    """Have the desk call first, where somebody missed visits repeatedly.

    The visit keeps its time as a request. Behind its link nothing tells it from any other, for a
    guest may have typed somebody else's name; who booked signed in is told of the call.
    """
    if 0 < settings.NO_SHOW_LIMIT <= missed:
        visit.state = State.REQUESTED
        note = _("Please confirm by phone: %(count)d visits were missed within a year.")
        visit.desk_note = note % {"count": missed}


def is_new(service: Service, patient: Patient | None) -> bool:
    """Say whether the visit is somebody's first here, as far as can be known."""
    if patient is None:
        return service.bookable_by != Service.BookableBy.RETURNING
    return not Appointment.objects.filter(patient=patient, state=State.COMPLETED).exists()


def look_after(patient: Patient | None, practitioner: Practitioner, now: datetime) -> None:
    """Bring the care relation in line with the visits of these two.

    It lasts until some days (``care_days``) after their last visit, cancelled ones not counted,
    and ends at once when none is left.
    """
    if patient is None:
        return
    theirs = Appointment.objects.blocking().filter(patient=patient, practitioner=practitioner)
    last = theirs.aggregate(last=Max("ends_at"))["last"]
    pair = {
        "patient": patient,
        "practitioner": practitioner,
        "ground": CareRelation.Ground.VISIT,
    }
    if last is None:
        CareRelation.objects.active(now).filter(**pair).update(ends_at=now)
        return
    ends_at = last + timedelta(days=practice.current().care_days)
    CareRelation.objects.update_or_create(
        **pair,
        defaults={"ends_at": ends_at},
        create_defaults={"starts_at": now, "ends_at": ends_at},
    )
