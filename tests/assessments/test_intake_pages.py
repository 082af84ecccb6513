"""The form before a visit on a phone without script: short, kept, and for this device alone."""

import pytest

from assessments.intake.steps import asked_fields
from assessments.intake.storage import intakes_of, told_altogether
from assessments.models import Intake, IntakeAnswer
from bookings.models import Appointment
from clinic.models import Consent
from tests.assessments.factories import NOW
from tests.assessments.intake_walks import (
    ALL_DO,
    none_of_these,
    pain,
    rate,
    start,
    walk_as_non_runner,
    walk_as_runner,
    where,
)
from tests.assessments.intakes import link_to, open_visit, sent_visit
from tests.assessments.thumb import Phone

pytestmark = pytest.mark.django_db

MOST_TAPS = 40


@pytest.fixture
def visit():
    return open_visit()


@pytest.fixture
def address(visit):
    return link_to(visit)


class TestTheWayThrough:
    @pytest.mark.parametrize("walk", [walk_as_non_runner, walk_as_runner])
    def test_every_question_answered_and_sent_in_forty_taps(self, visit, address, walk):
        phone = Phone()
        walk(phone, address)
        assert phone.heading == "Thank you, it is sent"
        assert Intake.objects.get().sent_at == NOW
        assert phone.taps <= MOST_TAPS
        assert phone.typed <= 30
        told = told_altogether(intakes_of(visit.pk).values())
        asked = set(asked_fields("first", told.findings))
        assert {name for name in asked if not told.has(name)} == {"goals"}  # words of one's own

    def test_what_was_meant_is_what_is_stored(self, visit, address):
        walk_as_runner(Phone(), address)
        told = told_altogether(intakes_of(visit.pk).values())
        held = told.findings.values
        assert held["rf_locked"] == "no"
        assert held["nprs_now"] == 2
        assert str(held["symptom_duration_weeks"]) == "13.0"
        assert held["pain_location"] == ("behind_patella",)
        assert (held["is_runner"], held["run_status"]) == (True, "running_modified")
        assert (held["abrupt_change"], held["other_load_spike"]) == (False, False)
        assert held["psfs"] == (4,)
        assert told.reported == {"psfs_name": {"1": "Stairs at work"}, "goal_on": "2027-04-11"}
        assert Consent.objects.get(kind="treatment").patient == visit.patient

    def test_who_does_not_run_sees_nothing_of_running(self, address):
        phone = Phone()
        phone.open(f"{address}intake/")
        none_of_these(phone)
        where(phone)
        pain(phone)
        phone.tap("sports", "walking")
        phone.press()
        assert "running" not in phone.page.lower().split("<main")[1]
        rate(phone, *ALL_DO)
        start(phone)
        assert "running" not in phone.page.lower().split("<main")[1]

    def test_both_knees_ask_which_is_worse_on_the_same_screen(self, visit, address):
        phone = Phone()
        phone.open(f"{address}intake/where/")
        phone.tap("affected_side", "BOTH")
        phone.tap("pain_location", "posterior")
        assert phone.press() == 303
        assert phone.at.endswith("/where/#more")
        phone.tap("index_side", "L")
        assert phone.press() == 303
        held = told_altogether(intakes_of(visit.pk).values()).findings
        assert (held.value("affected_side"), held.index_side) == ("BOTH", "L")

    def test_an_injury_asks_how_long_ago_on_the_same_screen(self, visit, address):
        phone = Phone()
        phone.open(f"{address}intake/start/")
        phone.tap("onset_type", "twist_landing")
        phone.type("symptom_duration_weeks", "2")
        phone.tap("symptom_duration_weeks.unit", "weeks")
        assert phone.press() == 303
        assert phone.at.endswith("/start/#more")
        phone.type("injury_days_ago", "2")
        phone.tap("injury_days_ago.unit", "weeks")
        assert phone.press() == 303
        assert told_altogether(intakes_of(visit.pk).values()).value("injury_days_ago") == 14

    def test_the_second_part_to_its_end(self, visit, address):
        phone = Phone()
        walk_as_non_runner(phone, address)
        phone.open(f"{address}intake/you/")
        for _ in range(7):
            phone.press()
        assert phone.heading == "Ready to send?"
        phone.press()
        assert Intake.objects.filter(sent_at__isnull=False).count() == 2


class TestScreens:
    def test_pain_has_no_default_and_nought_is_not_nothing(self, visit, address):
        phone = Phone()
        phone.open(f"{address}intake/pain/")
        assert not [name for name, _ in phone.controls.sent if name.startswith("nprs")]
        assert phone.press() == 422
        assert not IntakeAnswer.objects.exists()
        phone.tap("nprs_now", "0")
        phone.press()
        assert told_altogether(intakes_of(visit.pk).values()).value("nprs_now") == 0

    def test_what_is_wrong_is_said_beside_it_and_the_rest_is_kept(self, visit, address):
        phone = Phone()
        phone.open(f"{address}intake/start/")
        phone.tap("onset_type", "gradual")
        phone.type("symptom_duration_weeks", "lots")
        phone.tap("symptom_duration_weeks.unit", "weeks")
        assert phone.press() == 422
        assert 'value="lots"' in phone.page
        assert "Must be a number" in phone.page
        assert told_altogether(intakes_of(visit.pk).values()).value("onset_type") == "gradual"

    @pytest.mark.parametrize("number", ["1e999", "-1", "NaN", "99999999999999999999", "٣", "1e-9"])
    def test_odd_numbers_are_no_accident(self, address, number):
        phone = Phone()
        phone.open(f"{address}intake/start/")
        phone.type("symptom_duration_weeks", number)
        phone.tap("symptom_duration_weeks.unit", "years")
        assert phone.press() == 422

    def test_a_length_without_its_unit_is_asked_for_it(self, address):
        phone = Phone()
        phone.open(f"{address}intake/start/")
        phone.type("symptom_duration_weeks", "3")
        assert phone.press() == 422
        assert "Choose days, weeks, months or years." in phone.page

    def test_a_tick_and_none_contradict_each_other(self, visit, address):
        phone = Phone()
        phone.open(f"{address}intake/safety-2/")
        phone.tap("rf_locked", "yes")
        assert phone.press("safety-2.none", "1") == 422
        assert not IntakeAnswer.objects.exists()

    def test_nothing_ticked_and_nothing_said_is_no_answer(self, address):
        phone = Phone()
        phone.open(f"{address}intake/safety-1/")
        assert phone.press() == 422
        assert "Tick what fits, or press that none of it does." in phone.page
        assert not IntakeAnswer.objects.exists()

    def test_the_way_back_shows_what_was_answered(self, address):
        phone = Phone()
        phone.open(f"{address}intake/pain/")
        phone.tap("nprs_now", "3")
        phone.tap("nprs_worst_7d", "6")
        phone.tap("settle_minutes", "60")
        phone.press()
        phone.open(f"{address}intake/pain/")
        assert {("nprs_now", "3"), ("settle_minutes", "60")} <= set(phone.controls.sent)

    def test_a_save_on_the_way_keeps_what_is_there_and_asks_for_nothing(self, visit, address):
        phone = Phone()
        phone.open(f"{address}intake/pain/")
        sent = {"asked": ["nprs_now", "nprs_worst_7d"], "nprs_now": "4", "in_between": "1"}
        answer = phone.client.post(f"{address}intake/pain/", sent)
        assert (answer.status_code, answer.content.decode().strip()) == (200, "Saved")
        assert told_altogether(intakes_of(visit.pk).values()).value("nprs_now") == 4
        assert Intake.objects.get().done == []

    def test_an_unknown_screen_is_not_found(self, client, address):
        assert client.get(f"{address}intake/elbow/").status_code == 404
        assert client.get(f"{address}intake/send/third/").status_code == 404

    def test_sending_too_early_names_what_is_open(self, address):
        phone = Phone()
        phone.open(f"{address}intake/pain/")
        phone.tap("nprs_now", "4")
        phone.press()
        phone.open(f"{address}intake/send/first/")
        assert phone.press() == 422
        assert "A few answers are missing" in phone.page

    @pytest.mark.parametrize("state", ["cancelled", "completed"])
    def test_a_visit_that_is_over_takes_nothing(self, client, visit, address, state):
        Appointment.objects.filter(pk=visit.pk).update(state=state, cancelled_at=NOW)
        page = client.get(f"{address}intake/pain/")
        assert (page.status_code, "Nothing to fill in" in page.text) == (200, True)
        sent = {"asked": "nprs_now", "nprs_now": "4"}
        assert client.post(f"{address}intake/pain/", sent).status_code == 403
        assert not Intake.objects.exists()

    @pytest.mark.parametrize("name", ["", "pain/", "send/first/"])
    def test_looking_writes_nothing(self, client, address, name):
        client.get(f"{address}intake/{name}")
        client.head(f"{address}intake/{name}")
        assert not Intake.objects.exists()
        assert "intake" not in client.cookies

    @pytest.mark.parametrize("name", ["", "pain/", "send/first/"])
    def test_a_link_that_does_not_hold_is_not_found(self, client, name):
        assert client.get(f"/visit/nope/intake/{name}").status_code == 404
        assert client.post(f"/visit/nope/intake/{name}").status_code in (404, 405)

    def test_pages_stay_out_of_caches_and_search(self, client, address):
        page = client.get(f"{address}intake/")
        assert page["Cache-Control"] == "no-store, private"
        assert "noindex" in page["X-Robots-Tag"]


def test_a_visit_link_never_shows_an_answer(client):
    visit = sent_visit()
    for name in ("", "move/", "cancel/", "calendar.ics"):
        assert "Stairs at work" not in client.get(link_to(visit) + name).text


@pytest.mark.parametrize("name", ["", "pain/", "send/first/"])
def test_query_counts_do_not_grow(client, address, django_assert_max_num_queries, name):
    with django_assert_max_num_queries(9):
        client.get(f"{address}intake/{name}")
