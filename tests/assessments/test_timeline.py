"""The timeline of one patient: every kind in one order, as far as the reader may see."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments import actions, timeline
from assessments.models import ExerciseLog
from assessments.timeline import pages, registry
from assessments.timeline.kinds import TO_STAFF
from bookings.models import VisitReason
from clinic import roles
from clinic.models import Message
from tests.assessments.factories import (
    NOW,
    care,
    log_entry,
    make_chart,
    make_issued,
    make_patient,
    make_practitioner,
    make_visit,
)
from tests.assessments.intakes import sent_file
from tests.bookings.board_page import reads

pytestmark = pytest.mark.django_db

CANARY = "Zebrafish"


@pytest.fixture
def physio(client):
    practitioner = make_practitioner()
    client.force_login(practitioner.user)
    return practitioner


def letter_to(patient, topic="booked", **values):
    values = {"state": "sent", "sent_at": NOW - timedelta(hours=3)} | values
    return Message.objects.create(
        key=str(uuid4()), topic=topic, to=patient.email, patient_id=patient.pk,
        payload={"text": CANARY}, error=CANARY, **values,
    )  # fmt: skip


def logged(plan, on, **values):
    line = plan.lines.first()
    entry = log_entry(line, on=on.isoformat(), **values)
    return actions.log_sessions(
        plan.episode.patient, [entry], by=plan.assessment.author.user, now=NOW
    )


def full_story(physio, patient, hours=0):
    """One of each kind."""
    plan = make_issued(1, practitioner=physio, patient=patient)
    visit = make_visit(physio, patient, NOW - timedelta(days=3, hours=hours), state="completed")
    VisitReason.objects.create(appointment=visit, text=f"{CANARY} stairs", written_at=NOW)
    sent_file(make_visit(physio, patient, NOW + timedelta(days=1, hours=hours)))
    logged(plan, date(2027, 1, 9), pain=2)
    letter_to(patient)
    return plan


def address(patient, tail=""):
    return f"/chart/patients/{patient.pk}/{tail}"


def kinds_on(page):
    return [entry.kind.name for entry in page.context["page"].entries]


class TestOneList:
    def test_every_kind_is_there_newest_first(self, client, physio):
        patient = make_patient()
        care(physio, patient)
        full_story(physio, patient)

        page = client.get(address(patient))

        assert set(kinds_on(page)) == {
            "visit", "intake", "assessment", "plan", "log", "file", "message"
        }  # fmt: skip
        instants = [entry.at for entry in page.context["page"].entries]
        assert instants == sorted(instants, reverse=True)

    @pytest.mark.parametrize(
        "kind", ["visit", "intake", "assessment", "plan", "log", "file", "message"]
    )
    def test_one_kind_alone(self, client, physio, kind):
        patient = make_patient()
        care(physio, patient)
        full_story(physio, patient)

        page = client.get(address(patient, f"?kind={kind}"))

        assert set(kinds_on(page)) == {kind}
        assert page.text.count('aria-current="true"') == 1

    @pytest.mark.parametrize("asked", ["?kind=x", "?page=0", "?page=x", "?page=²", "?page=-1"])
    def test_an_address_that_makes_no_sense_is_the_first_page(self, client, physio, asked):
        patient = make_patient()
        care(physio, patient)
        full_story(physio, patient)

        assert len(kinds_on(client.get(address(patient, asked)))) == 7

    def test_a_day_of_logs_is_one_line_with_the_worst_pain(self, client, physio):
        patient = make_patient()
        care(physio, patient)
        plan = make_issued(1, practitioner=physio, patient=patient)
        lines = list(plan.lines.all()[:3])
        said = [
            log_entry(lines[0], pain=2), log_entry(lines[1], pain=5, done="partly"),
            log_entry(lines[2], done="not"),
        ]  # fmt: skip
        actions.log_sessions(patient, said, by=physio.user, now=NOW)

        page = client.get(address(patient, "?kind=log"))

        [entry] = page.context["page"].entries
        assert (entry.row["whole"], entry.row["partly"], entry.row["missed"]) == (1, 1, 1)
        assert "worst pain 5/10" in page.text

    def test_no_pain_given_is_not_pain_nought(self, client, physio):
        patient = make_patient()
        care(physio, patient)
        plan = make_issued(1, practitioner=physio, patient=patient)
        logged(plan, date(2027, 1, 8), pain=None)
        logged(plan, date(2027, 1, 9), pain=0)

        page = client.get(address(patient, "?kind=log")).text

        assert page.index("worst pain 0/10") < page.index("no pain given")

    def test_what_was_merged_into_the_patient_is_theirs(self, client, physio):
        patient, double = make_patient(), make_patient()
        care(physio, patient)
        full_story(physio, double)
        double.merged_into = patient
        double.save()

        assert len(kinds_on(client.get(address(patient)))) == 7

    def test_a_visit_ahead_stands_above_today_and_not_in_the_past(self, client, physio):
        patient = make_patient()
        care(physio, patient)
        make_visit(physio, patient, NOW + timedelta(days=2))

        page = client.get(address(patient))

        assert kinds_on(page) == []
        assert page.text.index("12 Jan 2027") < page.text.index(">today<")


class TestWhatIsNotShown:
    def test_a_message_is_a_fact_without_its_text(self, client, physio):
        patient = make_patient()
        care(physio, patient)
        letter_to(patient)

        page = client.get(address(patient))

        assert kinds_on(page) == ["message"]
        assert CANARY not in page.text
        assert patient.email not in page.text

    def test_what_staff_were_told_is_no_message_to_the_patient(self, client, physio):
        patient = make_patient()
        care(physio, patient)
        for topic in TO_STAFF:
            letter_to(patient, topic)
        letter_to(patient, state="pending", sent_at=None)
        letter_to(make_patient())

        assert kinds_on(client.get(address(patient))) == []

    @pytest.mark.parametrize("kind", ["", "assessment", "intake", "file"])
    def test_a_coach_reads_nothing_that_was_found(self, client, physio, kind):
        patient = make_patient()
        care(physio, patient)
        full_story(physio, patient)
        coach = make_practitioner(roles.COACH)
        care(coach, patient)
        client.force_login(coach.user)

        for tail in (f"?kind={kind}", f"timeline/?kind={kind}"):
            page = client.get(address(patient, tail))
            assert set(kinds_on(page)) == {"visit", "plan", "log", "message"}
            assert CANARY not in page.text
            assert "/chart/assessments/" not in page.text
            assert "Intake" not in page.text

    def test_a_colleagues_draft_has_no_link(self, client, physio):
        patient = make_patient()
        care(physio, patient)
        chart = make_chart(make_practitioner(), patient)

        page = client.get(address(patient, "timeline/"))

        assert "not signed" in page.text
        assert str(chart.pk) not in page.text


class TestPages:
    @pytest.fixture
    def patient(self, physio):
        patient = make_patient()
        care(physio, patient)
        for days in range(1, 28):
            make_visit(physio, patient, NOW - timedelta(days=days, hours=1), state="completed")
            letter_to(patient, sent_at=NOW - timedelta(days=days))
        return patient

    def test_pages_hold_everything_once_and_in_order(self, client, patient):
        found, number = [], 1
        while number:
            page = client.get(address(patient, f"?page={number}")).context["page"]
            found += page.entries
            assert page.number == number
            number = page.older

        keys = [(entry.kind.name, getattr(entry.row, "message", entry.row).pk) for entry in found]
        assert len(keys) == len(set(keys)) == 54
        assert [each.at for each in found] == sorted((e.at for e in found), reverse=True)

    def test_the_links_keep_the_kind(self, client, patient):
        page = client.get(address(patient, "?kind=visit")).text
        assert 'href="?kind=visit&amp;page=2"' in page

        second = client.get(address(patient, "?kind=visit&page=2"))
        assert len(kinds_on(second)) == 2
        assert 'rel="next"' not in second.text

    def test_a_page_beyond_the_last_is_empty(self, client, patient):
        page = client.get(address(patient, "?page=99"))
        assert (page.status_code, kinds_on(page)) == (200, [])

    def test_paper_holds_all_of_it(self, client, patient):
        page = client.get(address(patient, "timeline/"))
        assert len(kinds_on(page)) == 54
        assert "Only the newest" not in page.text

    def test_paper_says_when_it_is_not_all(self, client, patient, monkeypatch):
        monkeypatch.setattr(pages, "MOST_ON_PAPER", 10)
        page = client.get(address(patient, "timeline/"))
        assert len(kinds_on(page)) == 10
        assert "Only the newest 10 entries" in page.text

    def test_a_kind_reads_no_further_than_the_page(self, patient, physio):
        reader = timeline.Reader(patient=patient, practitioner=physio, now=NOW, examines=True)
        [visits] = [kind for kind in registry.kinds_for(reader) if kind.name == "visit"]
        assert len(list(visits.read(reader, 5))) == 5


@pytest.mark.parametrize("tail", ["", "timeline/"])
def test_the_number_of_queries_does_not_grow(client, physio, tail):
    first, second = make_patient(), make_patient()
    for hours, patient in enumerate((first, second)):
        care(physio, patient)
        plan = full_story(physio, patient, hours)
    for days in range(4, 9):
        visit = make_visit(physio, second, NOW - timedelta(days=days), state="completed")
        VisitReason.objects.create(appointment=visit, text="Again", written_at=NOW)
        sent_file(make_visit(physio, second, NOW + timedelta(days=days)))
        letter_to(second)
        ExerciseLog.objects.create(
            patient=second, plan=plan, line=plan.lines.first(), client_id=uuid4(),
            on=date(2027, 1, days - 3), done="done", logged_at=NOW,
        )  # fmt: skip
    counts = []
    for patient in (first, second):
        client.get(address(patient, tail))
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address(patient, tail)).status_code == 200
        counts.append(len(reads(asked)))

    assert counts[0] == counts[1]
    assert counts[0] <= 31


def test_a_kind_of_another_module_is_one_function(client, physio, monkeypatch):
    monkeypatch.setattr(registry, "_kinds", list(registry._kinds))
    patient = make_patient()
    care(physio, patient)
    told = datetime(2027, 1, 2, 12, 0, tzinfo=NOW.tzinfo)

    def parcels(reader, most):
        return [(told, {"get_kind_display": "Parcel", "pk": uuid4()})][:most]

    kind = timeline.Kind(
        name="parcel", label="Parcels", read=parcels, clinical=False,
        template="assessments/timeline/_file.html",
    )  # fmt: skip
    timeline.register(kind, 85)

    page = client.get(address(patient, "?kind=parcel"))

    assert kinds_on(page) == ["parcel"]
    assert "Parcel" in page.text
