"""Today on the patient's page: what is due, strength days, the morning question, flares."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from assessments import actions
from assessments.models import Flare, MorningLog, StrengthDays
from clinic import roles
from clinic.actions.consents import has_agreed
from clinic.models import AuditEvent, Consent, Message
from tests.assessments.factories import (
    NOW,
    care,
    grant,
    log_entry,
    make_issued,
    make_practice,
    make_practitioner,
)

pytestmark = pytest.mark.django_db
SUNDAY = 6


@pytest.fixture
def plan():
    make_practice()
    return make_issued()


@pytest.fixture
def patient(plan, client):
    found = plan.episode.patient
    found.user = grant(found)
    client.force_login(found.user)
    return found


def words(text):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


@pytest.fixture
def page(client, patient):
    return lambda: words(client.get(f"/me/{patient.pk}/plan/").text)


@pytest.fixture
def post(client, patient):
    return lambda tail, **form: client.post(f"/me/{patient.pk}/plan/{tail}", form)


def due(said):
    """The part of the page before what is not due."""
    return said.split("Not due today")[0]


class TestStrengthDays:
    def test_on_a_picked_day_strength_is_due_and_on_others_it_rests(self, post, page):
        assert post("days/", day=["2", "4", "6"]).status_code == 303
        assert "Box squat" in due(page())

        post("days/", day=["0", "3"])
        said = page()
        assert "Box squat" not in due(said)
        assert "Box squat" in said
        assert "Strength comes next on Monday 11 January." in said
        assert StrengthDays.objects.get().days == [0, 3]

    @pytest.mark.parametrize("days", [[], ["0", "1"], ["0", "6"], ["7"], ["x"]])
    def test_days_without_rest_are_refused_and_kept_ticked(self, post, days):
        response = post("days/", day=days)

        assert response.status_code == 422
        assert "a rest day between" in response.text
        for day in days:
            if day in "0123456":
                assert re.search(rf'value="{day}"\s+checked', response.text)
        assert StrengthDays.objects.count() == 0

    def test_reminders_go_on_and_off_by_one_button(self, post, patient, page):
        post("days/", remind="on")
        assert has_agreed(patient, Consent.Kind.REMINDERS)
        assert "Turn reminders off" in page()

        post("days/", remind="off")
        assert not has_agreed(patient, Consent.Kind.REMINDERS)


def test_at_most_six_are_due(client):
    make_practice()
    plan = make_issued(4)
    client.force_login(grant(plan.episode.patient))

    html = client.get(f"/me/{plan.episode.patient.pk}/plan/").text

    assert plan.lines.filter(home=True).count() > 6
    assert html.split('id="rest"')[0].count("data-card") == 6
    assert html.count("data-card") >= plan.lines.filter(home=True).count()


class TestTheMorning:
    def test_it_is_asked_after_a_day_with_something_done(self, page, plan, patient, post):
        assert "How is the knee this morning?" not in page()
        entry = log_entry(plan.lines.get(exercise="EX05"), on="2027-01-09")
        actions.log_sessions(patient, [entry], by=patient.user, now=NOW)
        assert "How is the knee this morning?" in page()

        post("log/", kind="morning", client_id=uuid4(), on="2027-01-10", knee="worse", pain="0")

        morning = MorningLog.objects.get()
        assert (morning.knee, morning.pain) == ("worse", 0)
        said = page()
        assert "This morning: worse · pain 0" in said
        assert "How is the knee this morning?" not in said

    def test_nothing_done_is_nothing_to_ask_about(self, page, plan, patient):
        entry = log_entry(plan.lines.get(exercise="EX05"), on="2027-01-09", done="not")
        actions.log_sessions(patient, [entry], by=patient.user, now=NOW)

        assert "How is the knee this morning?" not in page()

    def test_a_morning_without_an_answer_is_refused(self, post):
        assert post("log/", kind="morning", client_id=uuid4()).status_code == 422
        assert MorningLog.objects.count() == 0


class TestAFlare:
    def test_the_safety_questions_come_first(self, client, patient):
        page = client.get(f"/me/{patient.pk}/plan/ask/")

        assert page.text.count('name="yes"') == 12
        assert re.search(r"<input[^>]*\schecked", page.text) is None

    @pytest.mark.parametrize("ticked", [[], ["none", "rf_locked"], ["nonsense"]])
    def test_silence_is_no_no(self, post, ticked):
        response = post("ask/", yes=ticked, pain="3")

        assert response.status_code == 422
        assert re.search(r'value="3"\s+checked', response.text)
        assert Flare.objects.count() == 0

    def test_none_of_these_leads_to_the_flare_plan(self, post, client, plan):
        response = post("ask/", yes="none", client_id=uuid4())

        flare = Flare.objects.get()
        assert (flare.level, flare.yes, flare.pain) == ("", [], None)
        assert "cut running to half for 7 days" in words(client.get(response.url).text)
        mail = Message.objects.get(topic="needs_a_look")
        assert (mail.to, mail.payload) == (plan.assessment.author.user.email, {})

    @pytest.mark.parametrize(
        ("yes", "level", "said"),
        [
            (["rf_chest_symptoms"], "EMERGENCY", "Call 911"),
            (["rf_hot_joint", "rf_systemic"], "EMERGENCY", "Call 911"),
            (["rf_locked"], "SAME_DAY", "See a doctor today"),
            (["rf_systemic"], "REFER", "Stop the exercises and call the clinic"),
        ],
    )
    def test_a_yes_says_how_soon(self, post, client, yes, level, said):
        response = post("ask/", yes=yes)

        assert Flare.objects.get().level == level
        page = words(client.get(response.url).text)
        assert said in page
        assert "Leave the exercises" in page
        assert "cut running" not in page

    def test_sent_twice_it_is_one(self, post):
        form = {"yes": "none", "client_id": str(uuid4())}
        addresses = {post("ask/", **form).url for _ in "12"}

        assert len(addresses) == Flare.objects.count() == 1
        assert Message.objects.filter(topic="needs_a_look").count() == 1

    def test_the_trail_does_not_say_why(self, post):
        post("ask/", yes="rf_cauda_equina")

        row = AuditEvent.objects.get(action="look.asked")
        assert (row.data, row.reason) == ({}, "")

    def test_the_physio_sees_it_until_one_has_looked(self, post, client, plan, patient):
        post("ask/", yes="rf_locked", pain="6")
        client.force_login(plan.assessment.author.user)

        said = words(client.get("/chart/").text)
        assert str(patient) in said
        assert "told to see a doctor today" in said
        assert "pain 6" in said

        actions.look_at_logs(
            patient, plan.assessment.author, up_to=NOW, by=plan.assessment.author.user, now=NOW
        )
        assert "Says it flared up" not in client.get("/chart/").text

    def test_a_stranger_does_not_see_it(self, post, client):
        post("ask/", yes="none")
        client.force_login(make_practitioner().user)

        assert "flared up" not in client.get("/chart/").text

    def test_a_coach_sees_that_it_flared_and_not_what_was_answered(self, post, client, patient):
        coach = make_practitioner(roles.COACH)
        care(coach, patient)
        post("ask/", yes="rf_locked")
        client.force_login(coach.user)

        said = client.get("/chart/").text
        assert "Says it flared up, told to see a doctor today" in said
        assert "Truly locked" not in said

    def test_another_patients_flare_is_404(self, post, client, patient):
        post("ask/", yes="none")
        flare = Flare.objects.get()
        other = make_issued().episode.patient
        client.force_login(grant(other))

        assert client.get(f"/me/{other.pk}/plan/ask/{flare.pk}/").status_code == 404


def test_two_phones_and_a_late_one(page, plan, patient):
    """What was said last by the clock counts, whichever arrives last."""
    line = plan.lines.get(exercise="EX05")
    early = log_entry(line, done="not", at="2027-01-10T08:00:00+00:00")
    late = log_entry(line, done="done", pain=0, at="2027-01-10T09:00:00+00:00")
    actions.log_sessions(patient, [late], by=patient.user, now=NOW)
    actions.log_sessions(patient, [early], by=patient.user, now=NOW + timedelta(hours=1))

    assert "Done · pain 0" in page()


@pytest.mark.parametrize(
    "at", ["2027-01-10T22:00:00+00:00", "2027-01-10T09:00:00", "nonsense", 7, "9999-99-99"]
)
def test_a_clock_that_is_off_puts_no_entry_into_the_future(plan, patient, at):
    line = plan.lines.get(exercise="EX05")
    answers = actions.log_sessions(patient, [log_entry(line, at=at)], by=patient.user, now=NOW)

    assert answers[0].status == "saved"
    assert plan.logs.get().said_at == NOW
