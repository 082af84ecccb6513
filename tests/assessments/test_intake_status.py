"""Who learns that the form before a visit is filled in, and who learns what it says."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client

from bookings import actions as booking
from bookings.models import Appointment
from clinic import outbox, roles
from clinic.models import AuditEvent, CareRelation
from tests.assessments.factories import NOW, care, make_practitioner, make_user
from tests.assessments.intakes import answer, correct, fill, link_to, open_visit, send, sent_visit

pytestmark = pytest.mark.django_db

TODAY = datetime(2027, 1, 10, 21, 0, tzinfo=UTC)
FRIDAY = datetime(2027, 1, 15, 16, 0, tzinfo=UTC)
ASKS = "Please fill this in before you come"


def browser_of(practitioner):
    browser = Client()
    browser.force_login(practitioner.user)
    return browser


def intake_page(visit, browser=None):
    return (browser or browser_of(visit.practitioner)).get(f"/chart/visits/{visit.pk}/intake/")


class TestTheVisitPage:
    def test_it_asks_until_it_is_sent(self, client):
        visit = open_visit()
        assert ASKS in client.get(link_to(visit)).text
        answer(visit, "pain")
        assert "Go on with the form" in client.get(link_to(visit)).text
        fill(visit)
        send(visit)
        page = client.get(link_to(visit)).text
        assert ASKS not in page
        assert "Your form has arrived" in page

    @pytest.mark.parametrize("change", ["returning", "not asked", "cancelled"])
    def test_it_asks_nobody_else(self, client, change):
        visit = open_visit()
        if change == "returning":
            Appointment.objects.update(new_patient=False)
        elif change == "cancelled":
            Appointment.objects.update(state="cancelled", cancelled_at=NOW)
        else:
            visit.service.asks_intake = False
            visit.service.save()
        assert ASKS not in client.get(link_to(visit)).text

    def test_the_form_is_open_to_who_is_not_asked(self, client):
        visit = open_visit()
        Appointment.objects.update(new_patient=False)
        assert "Safety first" in client.get(link_to(visit) + "intake/").text

    def test_it_is_the_same_whatever_was_answered(self, client):
        pages = []
        for yes in ({}, {"rf_chest_symptoms": "yes"}):
            visit = open_visit()
            answer(visit, "safety-1", **yes)
            link = link_to(visit)
            page = client.get(link).text.split("<main")[1].replace(link, "")
            page = re.sub(r"/messages/[^/]+/", "", page)
            for name in (visit.patient.first_name, visit.practitioner.name):
                page = page.replace(name, "")
            pages.append(page)
            Appointment.objects.filter(pk=visit.pk).update(state="cancelled", cancelled_at=NOW)
        assert pages[0] == pages[1]


class TestLetters:
    def reminder(self, visit):
        """The reminder as it goes out two days before."""
        mail.outbox.clear()
        with time_machine.travel(FRIDAY - timedelta(hours=47), tick=False):
            booking.queue_reminders(now=FRIDAY - timedelta(hours=47))
            outbox.send_due()
        (letter,) = [each for each in mail.outbox if each.to == [visit.patient.email]]
        return letter.subject + letter.body + letter.alternatives[0].content

    @pytest.fixture
    def visit(self):
        return open_visit(FRIDAY, booked_at=NOW - timedelta(days=1), version=1)

    def test_a_reminder_leads_to_the_form_while_it_is_open(self, visit):
        answer(visit, "safety-2", rf_locked="yes")
        said = self.reminder(visit)
        assert "Please fill in a short form before you come." in said
        assert "/intake/" in said
        for secret in ("knee", "locked", "pain", "safety", "red flag"):
            assert secret not in said.lower()

    def test_and_says_nothing_once_it_is_sent(self, visit):
        fill(visit)
        send(visit)
        assert "/intake/" not in self.reminder(visit)


class TestToday:
    def page(self, visit):
        return browser_of(visit.practitioner).get("/chart/").text

    def test_each_state_of_the_form(self):
        visit = open_visit(TODAY)
        assert "no intake yet" in self.page(visit)
        answer(visit, "pain")
        assert "intake begun" in self.page(visit)
        fill(visit)
        send(visit)
        page = self.page(visit)
        assert "intake sent" in page
        assert f"/chart/visits/{visit.pk}/intake/" in page
        assert "red-flag answer" not in page

    def test_a_red_flag_answer_stands_out_and_says_why_one_click_away(self):
        visit = open_visit(TODAY)
        answer(visit, "safety-2", rf_locked="yes")
        page = self.page(visit)
        assert "red-flag answer" in page
        assert ">Why<" in page
        assert "locked" not in page

    def test_who_is_not_asked_is_not_missing_it(self):
        visit = open_visit(TODAY)
        Appointment.objects.update(new_patient=False)
        assert "no intake yet" not in self.page(visit)

    def test_a_coach_sees_neither_state_nor_alert(self):
        visit = open_visit(TODAY)
        answer(visit, "safety-2", rf_locked="yes")
        visit.practitioner.user.groups.clear()
        coach = make_user(roles.COACH)
        visit.practitioner.user = coach
        visit.practitioner.save()
        page = browser_of(visit.practitioner).get("/chart/").text
        assert visit.patient.first_name in page
        assert "red-flag answer" not in page
        assert "intake begun" not in page

    @pytest.mark.parametrize("count", [1, 3])
    def test_it_costs_the_same_for_many(self, count, django_assert_num_queries):
        visits = [open_visit(TODAY)]
        for hours in range(1, count):
            later = open_visit(TODAY + timedelta(hours=hours))
            CareRelation.objects.filter(patient=later.patient).update(
                practitioner=visits[0].practitioner
            )
            Appointment.objects.filter(pk=later.pk).update(practitioner=visits[0].practitioner)
            visits.append(later)
        for visit in visits:
            answer(visit, "safety-2", rf_locked="yes")
        browser = browser_of(visits[0].practitioner)
        browser.get("/chart/")
        with django_assert_num_queries(28):
            assert browser.get("/chart/").text.count("red-flag answer") == count


class TestReading:
    def test_the_patients_story_leads_there_for_who_examines(self):
        visit = sent_visit()
        address = f"/chart/patients/{visit.patient.pk}/"
        link = f"/chart/visits/{visit.pk}/intake/"
        assert link in browser_of(visit.practitioner).get(address).text
        coach = make_practitioner(roles.COACH)
        care(coach, visit.patient)
        assert link not in browser_of(coach).get(address).text

    def test_everything_that_was_sent_and_what_was_corrected(self):
        visit = sent_visit()
        correct(visit, "pain", nprs_worst_7d=9)
        fill(visit, "more")
        send(visit, "more")
        page = intake_page(visit).text
        for said in (
            "Behind the kneecap",
            "Stairs at work 4/10, Hiking 6/10",
            "9/10",
            "corrected, first: 5/10",
            "April 1, 2027",
            "Dr Example",
            "6 questions answered with no.",
        ):
            assert said in page
        for never in ("no red flag", "all clear"):
            assert never not in page.lower()

    def test_an_alert_is_there_before_anything_is_sent_and_the_rest_is_not(self):
        visit = open_visit()
        answer(visit, "safety-2", rf_locked="yes")
        answer(visit, "goals", psfs_name={"1": "Zaunkoenig"}, psfs=[4])
        page = intake_page(visit).text
        assert "The knee is blocked from straightening" in page
        assert "Begun, 2 of 10 screens done, not sent yet." in page
        assert "Zaunkoenig" not in page

    def test_nothing_begun_says_so(self):
        assert "Not begun yet." in intake_page(open_visit()).text

    def test_reading_is_written_down(self):
        visit = sent_visit()
        intake_page(visit)
        intake_page(visit)
        assert AuditEvent.objects.filter(action="intake.opened").count() == 1

    def test_who_does_not_look_after_the_patient_gets_nothing_and_it_is_written_down(self):
        visit = sent_visit()
        answer_ = intake_page(visit, browser_of(make_practitioner()))
        assert answer_.status_code == 404
        event = AuditEvent.objects.get(action="intake.opened")
        assert event.result == "refused"

    @pytest.mark.parametrize(
        "role", [roles.COACH, roles.FRONT_DESK, roles.MANAGER, roles.CLINICAL_LEAD]
    )
    def test_nobody_else_reads_it(self, role):
        visit = sent_visit()
        browser = Client()
        browser.force_login(make_user(role))
        assert intake_page(visit, browser).status_code == 404

    def test_a_guest_is_led_to_the_sign_in(self):
        assert intake_page(sent_visit(), Client()).status_code == 302

    @pytest.mark.parametrize("corrections", [0, 3])
    def test_it_costs_the_same_for_many(self, corrections, django_assert_num_queries):
        visit = sent_visit()
        for pain in range(6, 6 + corrections):
            correct(visit, "pain", nprs_worst_7d=pain)
        browser = browser_of(visit.practitioner)
        intake_page(visit, browser)
        with django_assert_num_queries(15):
            intake_page(visit, browser)
