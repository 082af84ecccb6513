"""Today, the caseload and one patient's story; and how many queries each page needs."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments import actions
from bookings.models import Appointment, VisitReason
from clinic import practice, roles
from clinic.models import AuditEvent, Location
from tests.assessments.case_files import case_input
from tests.assessments.factories import (
    NOW,
    care,
    grant,
    log_entry,
    make_chart,
    make_draft,
    make_hours,
    make_issued,
    make_patient,
    make_practitioner,
    make_signed,
    make_visit,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def physio(client):
    practitioner = make_practitioner()
    client.force_login(practitioner.user)
    return practitioner


def words(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def patient_of(physio, **values):
    patient = make_patient(**values)
    care(physio, patient)
    return patient


class TestToday:
    def test_visits_of_today_by_the_clock_of_the_place(self, client, physio):
        # NOW is 13:00 in Alberta, whose evening is tomorrow in UTC.
        late = make_visit(physio, patient_of(physio), starts_at=NOW + timedelta(hours=10))
        tomorrow = make_visit(physio, patient_of(physio), starts_at=NOW + timedelta(hours=11))

        page = words(client.get("/chart/").text)

        assert str(late.patient) in page
        assert "23:00–00:00" in page
        assert str(tomorrow.patient) not in page

    def test_each_place_has_its_own_day(self, client, physio):
        far = Location.objects.create(
            slug="far", name="Far", address="1 Example Quay", time_zone="Pacific/Auckland"
        )
        # 08:00 on 11 January in Auckland, where it is already the next day.
        visit = make_visit(physio, patient_of(physio), starts_at=NOW, location=far)

        assert str(visit.patient) in client.get("/chart/").text

    def test_new_and_returning(self, client, physio):
        make_visit(physio, patient_of(physio))
        later = NOW + timedelta(hours=1)
        make_visit(physio, patient_of(physio), starts_at=later, new_patient=True)

        page = words(client.get("/chart/").text)

        assert (page.count("returning"), page.count(" new ")) == (1, 1)

    def test_somebody_elses_visits_and_held_times_do_not_show(self, client, physio):
        other = make_practitioner()
        theirs = make_visit(other, patient_of(other))
        make_visit(
            physio, None, state=Appointment.State.HELD, held_until=NOW + timedelta(minutes=5)
        )

        page = client.get("/chart/").text

        assert str(theirs.patient) not in page
        assert "No visits today." in page

    def test_charting_a_visit_begins_here(self, client, physio):
        visit = make_visit(physio, patient_of(physio))
        form = re.search(r'action="(/chart/patients/[^"]+/start/)"', client.get("/chart/").text)

        response = client.post(form[1], {"appointment": visit.pk})

        visit.refresh_from_db()
        assert response.url == f"/chart/assessments/{visit.assessment.pk}/"
        assert "Go on charting" in client.get("/chart/").text

    def test_what_waits_for_a_hand(self, client, physio):
        unsigned = make_chart(physio, patient_of(physio))
        draft = make_draft(1, practitioner=physio, patient=patient_of(physio))
        due = make_issued(5, practitioner=physio, patient=patient_of(physio))  # in seven days

        page = words(client.get("/chart/").text)

        assert str(unsigned.episode.patient) in page
        assert str(draft.episode.patient) in page
        assert str(due.episode.patient) not in page

    def test_a_review_that_is_due_shows(self, client, physio, time_machine):
        due = make_issued(5, practitioner=physio, patient=patient_of(physio))
        time_machine.move_to(NOW + timedelta(days=6))

        client.force_login(physio.user)
        assert str(due.episode.patient) in client.get("/chart/").text

    def test_a_coach_sees_visits_and_reviews_and_no_charts(self, client):
        coach = make_practitioner(roles.COACH)
        make_visit(coach, patient_of(coach))
        client.force_login(coach.user)

        page = client.get("/chart/").text

        assert "To sign" not in page
        assert "Start charting" not in page


class TestTheCaseload:
    def test_only_who_is_in_care(self, client, physio):
        mine, theirs = patient_of(physio), patient_of(make_practitioner())

        page = client.get("/chart/patients/").text

        assert mine.last_name in page
        assert theirs.last_name not in page

    def test_a_search_is_posted_and_never_stands_in_an_address(self, client, physio):
        found = patient_of(physio, first_name="Ottilie", last_name="Example-Quince")
        other = patient_of(physio, first_name="Bo", last_name="Sample")

        response = client.post("/chart/patients/", {"name": "quince ott"})

        assert response.url == "/chart/patients/"
        page = client.get("/chart/patients/").text
        assert found.last_name in page
        assert other.last_name not in page.replace('value="quince ott"', "")

    @pytest.mark.parametrize("wanted", ["%", "_", "\0", "x" * 500, "'; --", "<script>"])
    def test_odd_searches_find_nobody_and_break_nothing(self, client, physio, wanted):
        patient_of(physio, first_name="Bo", last_name="Sample")
        client.post("/chart/patients/", {"name": wanted})

        page = client.get("/chart/patients/")

        assert page.status_code == 200
        assert ("Sample" in page.text) == (wanted == "\0")
        assert "<script>" not in page.text.split("<main")[1]

    @pytest.mark.parametrize("wanted", ["", "0", "x", "99"])
    def test_pages_that_are_none(self, client, physio, wanted):
        patient_of(physio)

        assert client.get(f"/chart/patients/?page={wanted}").status_code == 200


class TestTheStory:
    def test_visits_reasons_charts_and_plans(self, client, physio):
        patient = patient_of(physio)
        visit = make_visit(physio, patient, starts_at=NOW - timedelta(days=3), state="completed")
        VisitReason.objects.create(appointment=visit, text="Sore on stairs", written_at=NOW)
        make_issued(1, practitioner=physio, patient=patient)

        page = words(client.get(f"/chart/patients/{patient.pk}/").text)

        for expected in ("Knee assessment", "Sore on stairs", "Initial assessment", "signed",
                         "Plan, version 1", "in force"):  # fmt: skip
            assert expected in page

    def test_a_coach_reads_plan_and_logs_and_nothing_that_was_found(self, client):
        plan = make_issued()
        patient = plan.episode.patient
        visit = make_visit(plan.assessment.author, patient, starts_at=NOW - timedelta(days=3))
        VisitReason.objects.create(appointment=visit, text="Sore on stairs", written_at=NOW)
        coach = make_practitioner(roles.COACH)
        care(coach, patient)
        client.force_login(coach.user)

        page = words(client.get(f"/chart/patients/{patient.pk}/").text)

        assert "Box squat: 3 × 10, 3 a week" in page
        assert "Sore on stairs" not in page
        assert "Initial assessment" not in page

    def test_a_colleagues_draft_shows_as_a_fact_without_a_link(self, client, physio):
        author = make_practitioner()
        patient = patient_of(physio)
        chart = make_chart(author, patient)

        page = client.get(f"/chart/patients/{patient.pk}/").text

        assert "not signed" in page
        assert f"/chart/assessments/{chart.pk}/" not in page

    def test_what_was_logged(self, client, physio):
        plan = make_issued(1, practitioner=physio, patient=patient_of(physio))
        patient = plan.episode.patient
        entry = log_entry(plan.lines.get(exercise="EX05"), pain=3)
        actions.log_sessions(patient, [entry], by=grant(patient), now=NOW)

        page = words(client.get(f"/chart/patients/{patient.pk}/").text)

        assert "1 of 12 sessions" in page
        assert "Last pain 3/10" in page

    @pytest.mark.parametrize("reason", ["", "no idea", "x" * 500])
    def test_an_episode_is_not_closed_without_a_reason(self, client, physio, reason):
        chart = make_chart(physio, patient_of(physio))
        patient = chart.episode.patient

        answer = client.post(f"/chart/patients/{patient.pk}/discharge/", {"ending": reason})

        assert answer.status_code == 422
        assert "Choose why the episode ends." in answer.text
        chart.episode.refresh_from_db()
        assert chart.episode.discharged_at is None

    def test_charting_without_a_visit(self, client, physio):
        patient = patient_of(physio)

        client.post(f"/chart/patients/{patient.pk}/start/", {"appointment": ""})

        assert patient.episodes.get().assessments.get().appointment is None

    @pytest.mark.parametrize("appointment", ["x", "00000000-0000-4000-8000-000000000009"])
    def test_a_visit_nobody_knows_begins_no_chart(self, client, physio, appointment):
        patient = patient_of(physio)

        answer = client.post(f"/chart/patients/{patient.pk}/start/", {"appointment": appointment})

        assert answer.status_code == 404
        assert not patient.episodes.exists()

    def test_another_patients_visit_is_not_charted_here(self, client, physio):
        patient = patient_of(physio)
        visit = make_visit(physio, patient_of(physio))

        answer = client.post(f"/chart/patients/{patient.pk}/start/", {"appointment": visit.pk})

        assert answer.status_code == 404
        assert not patient.episodes.exists()


def test_opening_a_chart_again_and_again_is_one_row(client, physio):
    signed = make_signed(1, practitioner=physio, patient=patient_of(physio))

    for _ in range(3):
        client.get(f"/chart/assessments/{signed.pk}/")

    rows = AuditEvent.objects.filter(action="chart.opened", object_id=str(signed.pk))
    assert [(row.actor_id, row.patient_id) for row in rows] == [
        (physio.user.pk, signed.episode.patient_id)
    ]


def test_a_patient_reading_their_plan_leaves_a_row(client):
    plan = make_issued()
    user = grant(plan.episode.patient)
    client.force_login(user)

    client.get(f"/me/{plan.episode.patient.pk}/plan/")

    row = AuditEvent.objects.get(action="plan.opened")
    assert (row.actor_id, row.actor_kind) == (user.pk, "patient")


def test_no_clinical_word_enters_the_audit_trail(client, physio):
    plan = make_issued(1, practitioner=physio, patient=patient_of(physio))
    client.get(f"/chart/assessments/{plan.assessment_id}/")
    allowed = {"digest", "library", "plans_ended", "version", "exercise", "amends", "entries"}

    for row in AuditEvent.objects.all():
        assert set(row.data) <= allowed, row.action
        assert row.reason == ""


def queries(client, address):
    """Count the queries of a second look, when nothing has to be written down any more.

    On a busy machine the kept settings would be read again between two looks.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(practice, "KEEP", 3600.0)
        assert client.get(address).status_code == 200
        with CaptureQueriesContext(connection) as caught:
            assert client.get(address).status_code == 200
    return len(caught)


class TestQueryCounts:
    """The same number for one and for many, and never more than the rule of thirty."""

    @pytest.mark.parametrize("count", [1, 3])
    def test_today(self, client, physio, count):
        for hour in range(count):
            visit = make_visit(physio, patient_of(physio), starts_at=NOW + timedelta(hours=hour))
            if hour:
                actions.start_assessment(visit, physio, by=physio.user, now=NOW)
            plan = make_issued(5, practitioner=physio, patient=patient_of(physio))
            patient = plan.episode.patient
            sore = log_entry(plan.lines.get(exercise="EX04"), pain=9)
            actions.log_sessions(patient, [sore], by=grant(patient), now=NOW)
        make_hours(physio)
        assert queries(client, "/chart/") == 29

    @pytest.mark.parametrize("count", [1, 3])
    def test_patients(self, client, physio, count):
        for _ in range(count):
            make_visit(physio, patient_of(physio), starts_at=NOW + timedelta(hours=count))
            count += 1
        assert queries(client, "/chart/patients/") == 6

    @pytest.mark.parametrize("count", [1, 3])
    def test_story(self, client, physio, count):
        patient = patient_of(physio)
        for day in range(count):
            make_visit(physio, patient, starts_at=NOW - timedelta(days=day + 1))
            plan = make_issued(1, practitioner=physio, patient=patient)
        entries = [log_entry(plan.lines.get(exercise="EX05")) for _ in range(count)]
        actions.log_sessions(patient, entries, by=grant(patient), now=NOW)
        assert queries(client, f"/chart/patients/{patient.pk}/") == 36

    @pytest.mark.parametrize("raw", [{}, case_input(1)], ids=["empty", "full"])
    def test_chart(self, client, physio, raw):
        chart = make_chart(physio, patient_of(physio), raw)
        assert queries(client, f"/chart/assessments/{chart.pk}/") == 18

    @pytest.mark.parametrize("number", [1, 5])
    def test_plan_review(self, client, physio, number):
        plan = make_draft(number, practitioner=physio, patient=patient_of(physio))
        assert queries(client, f"/chart/assessments/{plan.assessment_id}/plan/") == 23

    @pytest.mark.parametrize("number", [1, 5])
    def test_my_plan(self, client, number):
        plan = make_issued(number)
        patient = plan.episode.patient
        user = grant(patient)
        client.force_login(user)
        entries = [log_entry(line) for line in plan.lines.filter(home=True)]
        actions.log_sessions(patient, entries, by=user, now=NOW)
        assert queries(client, f"/me/{patient.pk}/plan/") == 20
