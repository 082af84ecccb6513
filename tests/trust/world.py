"""One clinic with a row of everything, and somebody of every kind who might ask for it.

The record of the patient and the people around it come from the tests of charts; here are the desk,
the guardians, those who treat somebody else, and what the desk keeps.
"""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

from django.db.models import Model

from assessments import library_actions
from assessments.actions import discharge
from assessments.models import CheckIn, CheckInLink, ExerciseLink, LibraryVersion
from bookings import actions, links
from bookings.actions import intake_here, payments, receipts
from bookings.actions.importing import upload
from bookings.actions.waiting import Wishes, join, open_entry
from bookings.imports.columns import guess
from bookings.imports.files import opened
from bookings.models import (
    Absence,
    AffectedVisit,
    Appointment,
    BreakTime,
    CallbackRequest,
    ChangedDay,
    Closure,
    DutyDay,
    HoursChange,
    Package,
    Room,
    Series,
    WorkingHours,
)
from bookings.tokens import hold_token, sha256
from clinic import audit, choices, practice, readiness, roles
from clinic.actions.devices import keep_plan
from clinic.actions.users import invitations
from clinic.audit import GUEST
from clinic.models import (
    Consent,
    EmergencyAccess,
    GeneralPractitioner,
    Message,
    MessageText,
    News,
    PatientGrant,
    Practice,
    PrivacyNotice,
    RetentionList,
)
from tests.assessments.factories import (
    NOW,
    care,
    grant,
    make_hours,
    make_issued,
    make_patient,
    make_practice,
    make_practitioner,
    make_user,
    make_visit,
    place_and_service,
)
from tests.assessments.test_chart_permissions import make_world

PEOPLE = b"First name,Last name\nAnn,Example\n"
HOUR = timedelta(hours=1)
MONDAY = NOW + timedelta(hours=20)  # nine in the morning in Edmonton


def make_clinic():
    """(people, ids): sign-ins by name, and what fills the blanks of an address, by name."""
    # The record: charts, plans, letters, notes, and who looks after it.
    world = make_world()
    make_practice()
    Practice.objects.update(booking_opened_at=NOW - 24 * HOUR, name="Quince Lane Physio")
    practice.forget()
    ids = {name: value for name, value in world.items() if name != "people"}
    ids = {name: str(getattr(value, "pk", value)) for name, value in ids.items()}
    everybody = people(world)
    ids |= desk_rows(world, everybody)
    ids |= tokens(world, everybody, ids)
    return everybody, ids


def people(world) -> dict:
    """Those who are signed in, as the columns of the table name them."""
    there = world["people"]
    patient = there["patient"].grants.get().patient
    found = {
        "patient": there["patient"],
        "other patient": there["other_patient"],
        "guardian": make_user(email="guardian@example.com"),
        "other guardian": grant(make_patient()),
        "desk": staff(roles.FRONT_DESK),
        "manager": staff(roles.MANAGER),
        "lead": staff(roles.CLINICAL_LEAD),
        "physio": there["author"],
        "other physio": there["stranger"],
        "student": there["student"],
        "other student": elsewhere(roles.STUDENT),
        "coach": there["coach"],
        "other coach": elsewhere(roles.COACH),
        "deactivated": deactivated(patient),
    }
    PatientGrant.objects.create(user=found["guardian"], patient=patient, granted_at=NOW)
    return found


def staff(role):
    user = make_user(role)
    user.is_staff = True
    user.save()
    return user


def elsewhere(role):
    practitioner = make_practitioner(role)
    care(practitioner, make_patient())
    return practitioner.user


def deactivated(patient):
    """A manager who treated the patient as well, until they left."""
    practitioner = make_practitioner(roles.PHYSIO, roles.MANAGER)
    care(practitioner, patient)
    user = practitioner.user
    user.is_staff = True
    user.is_active = False
    user.save()
    return user


def desk_rows(world, everybody) -> dict:
    """A row of every kind that the desk, managers and the lead look after."""
    ExerciseLink.objects.create(exercise="EX05", shows="film", url="https://example.org/film")
    author, desk = everybody["physio"].practitioner, everybody["desk"]
    patient = everybody["patient"].grants.get().patient
    place, service = make_hours(author)
    by = audit.actor_of(desk)
    done = make_visit(author, patient, NOW - 3 * HOUR, state=Appointment.State.COMPLETED)
    Appointment.objects.filter(pk=done.pk).update(price=Decimal(120), currency="CAD")
    done.refresh_from_db()
    ahead = make_visit(author, patient, MONDAY + 24 * HOUR)
    package = Package.objects.create(
        patient=patient, visits=5, price=500, currency="CAD", bought_on=NOW.date()
    )
    payments.take(done, amount=Decimal(120), method="cash", by=by, now=NOW, form_key=uuid4())
    rows = {
        "done": done,
        "ahead": ahead,
        "package": package,
        "receipt": receipts.issue(done, by=by, now=NOW),
        "affected": AffectedVisit.objects.create(
            appointment=ahead, version=ahead.version, found_at=NOW
        ),
        "message": Message.objects.create(key="k", topic="plan_ready", to="a@example.com"),
        "callback": CallbackRequest.objects.create(
            name="Cal Sample", phone="+14035550142", consented_at=NOW, created_at=NOW
        ),
        "consent": Consent.objects.create(
            patient=patient, kind="reminders", text_dated=NOW.date(), given_at=NOW
        ),
        "import": upload(
            "patients",
            "p.csv",
            PEOPLE,
            {
                "encoding": "",
                "separator": "",
                "dates": "ymd",
                "columns": guess(opened(PEOPLE).header, "patients"),
            },
            by=by,
            now=NOW,
        ),
        "closure": Closure.objects.create(
            location=place, name="Holiday", first_day=NOW.date(), last_day=NOW.date()
        ),
    }
    hours = {"practitioner": author, "location": place, "weekday": 1, "starts": "12:00"}
    BreakTime.objects.create(**hours, ends="13:00")
    ChangedDay.objects.create(practitioner=author, location=place, day=NOW.date())
    DutyDay.objects.create(practitioner=author, location=place, weekday=1)
    Room.objects.create(location=place, name="Room 1")
    GeneralPractitioner.objects.create(name="Dr Gale Family")
    News.objects.create(subject="s", body="b", sent_at=NOW, sent_by=desk, recipients=1)
    Absence.objects.create(practitioner=author, day=NOW.date(), made_at=NOW, made_by=desk)
    HoursChange.objects.create(what="week", practitioner=author, made_at=NOW, made_by=desk)
    Series.objects.create(
        patient=patient, service=service, practitioner=author, location=place, made_at=NOW
    )
    library_actions.begin_draft(LibraryVersion.objects.get(number=1), by=everybody["lead"], now=NOW)
    PrivacyNotice.objects.create(dated=NOW.date(), text="t", saved_at=NOW)
    MessageText.objects.create(
        topic="plan_ready",
        channel="email",
        version=1,
        subject="s",
        body="b",
        saved_at=NOW,
        saved_by=desk,
    )
    session = make_visit(author, None, MONDAY + 48 * HOUR, state="session", seats=6)
    readiness.beat(NOW)
    assert WorkingHours.objects.exists()
    audit.record("signed_in", by=by)
    EmergencyAccess.objects.create(
        patient=patient, opened_by=everybody["physio"], opened_at=NOW - 24 * HOUR,
        reason="unwell", words="Found unwell at the pool", ended_at=NOW - 23 * HOUR,
    )  # fmt: skip
    RetentionList.objects.create(made_at=NOW, made_by=everybody["manager"])
    rows |= {"session": session, "staff": desk}
    return {name: str(row.pk) for name, row in rows.items()}


def asked_about(author) -> str:
    """The token of a link that asks how it goes, of a patient discharged today."""
    plan = make_issued(1, practitioner=author, patient=make_patient())
    by = {"by": author.user, "now": NOW}
    discharge(plan.episode, "moved", **by)
    check_in = CheckIn.objects.create(
        discharge=plan.episode.discharges.get(), months=3, asked_at=NOW, closes_on=NOW.date()
    )
    CheckInLink.objects.create(check_in=check_in, token_sha256=sha256("c" * 43), created_at=NOW)
    return "c" * 43


def tokens(world, everybody, ids) -> dict:
    """What opens a page by itself: links in mails, codes, secret addresses."""
    author = everybody["physio"].practitioner
    patient = everybody["patient"].grants.get().patient
    place, service = place_and_service()
    ahead = Appointment.objects.get(pk=ids["ahead"])
    wishes = Wishes()
    typed = actions.Details(first_name="Walt", last_name="Waiting", email="w@example.com")
    entry = join(service, typed, wishes, by=GUEST, now=NOW)
    family = make_patient(email=everybody["patient"].email)
    invited = make_user()
    device = keep_plan(everybody["patient"], patient, "d" * 64, "Phone", now=NOW)
    return {
        "held": hold_token("a browser", held(author, service, place).pk),
        "check-in": asked_about(author),
        "visit link": links.mint(ahead, "test", NOW),
        "waiting link": open_entry(entry, now=NOW),
        "entry": str(entry.pk),
        "feed": actions.make_feed(author, by=everybody["physio"], now=NOW),
        "stop": choices.stop_link(patient.pk, "reminders").split("/")[-2],
        "choose": choices.choices_path(patient.pk).split("/")[-2],
        "code": intake_here.show_code(ahead, by=GUEST, now=NOW).token,
        "invited": str(invited.pk),
        "invitation": invitations.make_token(invited),
        "claimed": str(family.pk),
        "device": str(device.pk),
        "practitioner": author.slug,
        "practitioner id": str(author.pk),
        "service": service.slug,
        "location": place.slug,
    }


def held(practitioner, service, place):
    """A time that somebody's browser holds."""
    return actions.hold(
        service=service, practitioner=practitioner, location=place, browser="a browser",
        starts_at=MONDAY + 72 * HOUR, by=GUEST, now=NOW,
    )  # fmt: skip


def first_of(model: type[Model]) -> str:
    """The number of some row of this model."""
    row = model._default_manager.order_by("pk").first()
    assert row is not None, f"the world has no {model._meta.label}"
    return str(row.pk)
