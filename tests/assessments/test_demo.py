"""The demo clinic is made on whatever day somebody tries it."""

from datetime import timedelta

import pytest

from assessments.demo import correspondence, crowd, physicians, places, stories, visits
from assessments.library_store import load_shipped_library
from assessments.models import HandOver, Intake, IntakeAlert, Letter, MorningLog, RunLog
from bookings.models import Appointment, ClinicianCall
from clinic import practice
from clinic.models import GeneralPractitioner, Patient
from tests.conftest import NOW

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def test_who_missed_visits_is_called_before_the_next_one_is_seen():
    """The dice decide who stays away: on some days the same person does so twice."""
    places.make_places(TODAY)
    practice.forget()
    crowd.regulars(TODAY)
    known = visits.again(Patient.objects.earliest("email"))
    seen = []

    for fate in (0.1, 0.1, 0.5):
        wish = visits.Wish("follow-up", "juno-larkspur", TODAY - timedelta(days=20 - len(seen)), 9)
        visit = visits.book_near(wish, known)
        crowd.settle(visit, fate, past=True)
        visit.refresh_from_db()
        seen.append(visit)

    assert [visit.state for visit in seen] == ["no_show", "no_show", "completed"]
    assert seen[-1].confirmed_at is not None
    assert not Appointment.objects.filter(state="requested").exists()


def test_most_regulars_have_a_family_doctor_of_the_directory():
    places.make_places(TODAY)
    practice.forget()
    crowd.regulars(TODAY)
    physicians.fill_directory()

    regulars = Patient.objects.filter(last_name__in=crowd.LAST_NAMES)
    theirs = regulars.filter(general_practitioner__isnull=False)
    assert GeneralPractitioner.objects.count() == len(physicians.DOCTORS)
    assert 0 < theirs.count() < regulars.count()
    assert theirs.values("general_practitioner").distinct().count() == len(physicians.DOCTORS)


def test_a_letter_a_hand_over_and_runs_are_there_to_look_at():
    places.make_places(TODAY)
    practice.forget()
    physicians.fill_directory()
    stories.months_of_progress(TODAY, NOW)

    correspondence.write(TODAY, NOW)

    letter, made = Letter.objects.get(), HandOver.objects.get()
    assert letter.fixed_at < letter.sendings.get().written_at + timedelta(minutes=1)
    assert letter.assessment.plans.get().issued_at <= letter.drafted_at
    assert (made.accepted, made.receiver.slug) == (True, "basil-thistledown")
    runs = RunLog.objects.filter(plan=made.plan)
    mornings = MorningLog.objects.filter(patient=made.episode.patient)
    assert runs.count() == mornings.count() == len(correspondence.RUNS)


def test_one_request_waits_for_the_desk_and_the_others_were_answered():
    places.make_places(TODAY)
    practice.forget()
    crowd.regulars(TODAY)
    known = visits.again(Patient.objects.earliest("email"))

    for fate in (0.01, 0.1, 0.5):  # called off, missed, seen
        day = TODAY - timedelta(days=20 - round(10 * fate))
        visit = visits.book_near(visits.Wish("strength-hand-over", "basil-thistledown", day), known)
        crowd.settle(visit, fate, past=True)
    crowd.ask_for_a_time(TODAY)
    crowd.ask_for_a_time(TODAY)

    waiting = Appointment.objects.get(state="requested")
    assert waiting.held_until > NOW
    assert not Appointment.objects.filter(state="expired", patient__isnull=False).exists()


def test_forms_before_the_visit_are_sent_half_done_and_alarming():
    load_shipped_library()
    places.make_places(TODAY)
    practice.forget()
    for story in (stories.just_booked, stories.needs_a_call, stories.comes_today):
        story(TODAY)

    sent = {
        (intake.appointment.patient.first_name, intake.part): intake.sent_at is not None
        for intake in Intake.objects.all()
    }
    assert sent == {
        ("Dot", "first"): False,
        ("Una", "first"): False,
        ("Gus", "first"): True,
        ("Gus", "more"): True,
    }
    assert IntakeAlert.objects.get().flags == ["RF09"]
    assert ClinicianCall.objects.get().appointment.patient.first_name == "Una"
