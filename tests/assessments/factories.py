"""Patients, physios and charts, each made valid with as little said as possible."""

from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO
from itertools import count
from uuid import uuid4

from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from PIL import Image

from assessments import actions
from assessments.actions.exercise_photos import add_exercise_photo
from assessments.actions.stills import Agreed, add_still
from assessments.findings.dictionary import TRIGGERS
from assessments.screen.entries import Entry
from bookings.models import Appointment, Service, ServiceOffer, TimeOff, WorkingHours
from clinic import roles
from clinic.models import (
    CareRelation,
    Location,
    Patient,
    PatientGrant,
    Practice,
    Practitioner,
    User,
)
from tests.assessments.case_files import case_input

NOW = datetime(2027, 1, 10, 19, 0, tzinfo=UTC)
_number = count(1)

# Answers that the ten cases leave open and a plan waits for.
ASKED = {
    "skin_tape_problem": False,
    "cold_problem": False,
    "anticoagulant_or_bleeding": False,
    "pregnant": False,
    "bfr_contraindication": False,
}


def make_practice():
    return Practice.objects.get_or_create(
        pk=Practice.SINGLETON,
        defaults={
            "name": "Quince Lane Physio",
            "email": "clinic@example.com",
            "phone": "+14035550100",
            "privacy_dated": date(2026, 1, 1),
            "booking_opened_at": datetime(2026, 1, 1, tzinfo=UTC),
        },
    )[0]


def make_user(*held, email=""):
    user = User.objects.create_user(
        email or f"person{next(_number)}@example.com", "a long password"
    )
    user.groups.set(Group.objects.get_or_create(name=role)[0] for role in held)
    return user


def make_practitioner(*held):
    """A practitioner with a sign-in; a physio unless other roles are named."""
    number = next(_number)
    return Practitioner.objects.create(
        user=make_user(*(held or (roles.PHYSIO,))),
        slug=f"person-{number}",
        name=f"Robin Example{number}",
        discipline=Practitioner.Discipline.PHYSIOTHERAPY,
        title="physiotherapist",
    )


def make_patient(**values):
    number = next(_number)
    values = {
        "first_name": f"Ada{number}",
        "last_name": f"Sample{number}",
        "date_of_birth": date(1995, 6, 15),
        "email": f"ada{number}@example.com",
    } | values
    return Patient.objects.create(**values)


def care(practitioner, patient):
    """The practitioner looks after the patient from yesterday on."""
    return CareRelation.objects.create(
        patient=patient,
        practitioner=practitioner,
        ground=CareRelation.Ground.VISIT,
        starts_at=NOW - timedelta(days=1),
    )


def grant(patient):
    """A sign-in that may read this patient's own pages."""
    user = make_user(email=patient.email)
    PatientGrant.objects.create(user=user, patient=patient, granted_at=NOW)
    return user


def place_and_service():
    place, _ = Location.objects.get_or_create(
        slug="riverside",
        defaults={
            "name": "Riverside",
            "address": "12 Example Street",
            "time_zone": "America/Edmonton",
        },
    )
    service, _ = Service.objects.get_or_create(
        slug="knee",
        defaults={"name": "Knee assessment", "neutral_name": "Appointment", "minutes": 60},
    )
    return place, service


def make_visit(practitioner, patient, starts_at=NOW, **values):
    place, service = place_and_service()
    values = {"state": Appointment.State.BOOKED, "location": place} | values
    return Appointment.objects.create(
        patient=patient,
        practitioner=practitioner,
        service=service,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=60),
        **values,
    )


def make_hours(practitioner, first=9, last=17):
    """The practitioner offers the knee visit at Riverside, every day from ``first`` to ``last``."""
    place, service = place_and_service()
    ServiceOffer.objects.get_or_create(service=service, practitioner=practitioner, location=place)
    WorkingHours.objects.bulk_create(
        WorkingHours(
            practitioner=practitioner, location=place, weekday=day,
            starts=time(first), ends=time(last),
        )
        for day in range(7)
    )  # fmt: skip
    return place, service


def make_time_off(practitioner, starts=None, ends=None):
    """The practitioner is away on the day of NOW."""
    day = NOW.date()
    return TimeOff.objects.create(
        practitioner=practitioner, first_day=day, last_day=day, starts=starts, ends=ends
    )


def make_still(chart):
    """A photograph on an unsigned chart, with a consent of today."""
    out = BytesIO()
    Image.new("RGB", (40, 30), "navy").save(out, "JPEG")
    return add_still(
        chart,
        "run_side",
        ContentFile(out.getvalue()),
        agreed=Agreed(NOW.date(), "aloud"),
        by=chart.author.user,
        now=NOW,
    )


def make_exercise_photo(plan, exercise="EX05", now=NOW):
    """A photograph of the patient doing an exercise of their plan, with a consent of today."""
    out = BytesIO()
    Image.new("RGB", (40, 30), "navy").save(out, "JPEG")
    return add_exercise_photo(
        plan,
        exercise,
        ContentFile(out.getvalue()),
        agreed=Agreed(NOW.date(), "aloud"),
        by=plan.assessment.author.user,
        now=now,
    )


def make_treatment(record, now=NOW, **values):
    """Hands on the left kneecap for ten minutes, on an unsigned chart or note."""
    values = {
        "kind": "manual", "part": "kneecap", "side": "L", "minutes": 10, "consent": "aloud",
        "before": 4, "after": 0,
    } | values  # fmt: skip
    given = actions.Given(**values)
    return actions.add_treatment(record, given, by=record.author.user, now=now)


def entries_of(raw):
    """The values of a case as a page would send them: one per finding, and side if it has any."""
    for name, value in raw.items():
        if name == "triggers":
            for trigger, score in value.items():
                yield Entry(TRIGGERS[trigger], "", score)
        elif isinstance(value, dict) and set(value) <= {"L", "R"}:
            for side, one in value.items():
                yield Entry(name, side, one)
        else:
            yield Entry(name, "", value)


def make_chart(practitioner=None, patient=None, raw=None):
    """An unsigned assessment holding ``raw`` (nothing if it is not given)."""
    practitioner = practitioner or make_practitioner()
    patient = patient or make_patient()
    if not CareRelation.objects.filter(patient=patient, practitioner=practitioner).exists():
        care(practitioner, patient)
    by = practitioner.user
    assessment = actions.start_assessment(patient, practitioner, by=by, now=NOW)
    if raw:
        saved = actions.save_values(assessment, 0, entries_of(raw), by=by, now=NOW)
        assert saved.errors == ()
        assessment.refresh_from_db()
    return assessment


def make_signed(number=1, *, practitioner=None, patient=None, **extra):
    """A signed assessment of worked case ``number``, with the questions a plan waits for."""
    raw = case_input(number) | ASKED | extra
    assessment = make_chart(practitioner, patient, raw)
    return actions.sign(assessment, by=assessment.author.user, now=NOW)


def make_draft(number=1, **values):
    assessment = make_signed(number, **values)
    return actions.draft_plan(assessment, by=assessment.author.user, now=NOW)


def make_issued(number=1, **values):
    plan = make_draft(number, **values)
    return actions.issue_plan(plan, by=plan.assessment.author.user, now=NOW)


def log_entry(line, **values):
    """What a phone sends for one line of a plan."""
    return {
        "client_id": str(uuid4()),
        "line": str(line.pk),
        "on": "2027-01-10",
        "done": "done",
        "pain": None,
        "effort": None,
        "plan_version": line.plan.version,
    } | values
