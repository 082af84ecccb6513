"""A practitioner's own diary from the chart: the desk's actions and checks, for one's own time."""

import re
from datetime import date, time, timedelta
from uuid import uuid4

import pytest

from bookings import owing
from bookings.models import AffectedVisit, Appointment, Series, TimeOff
from clinic import roles
from clinic.models import AuditEvent, Message
from tests.assessments.factories import (
    NOW,
    care,
    make_hours,
    make_issued,
    make_patient,
    make_practice,
    make_practitioner,
    make_time_off,
    make_visit,
)

pytestmark = pytest.mark.django_db

# NOW is Sunday 10 January 2027, 13:00 in Alberta.
TOMORROW = date(2027, 1, 11)
TEN = NOW + timedelta(hours=21)  # Monday 10:00 in Alberta


@pytest.fixture
def physio(client):
    make_practice()
    practitioner = make_practitioner()
    make_hours(practitioner)
    client.force_login(practitioner.user)
    return practitioner


@pytest.fixture
def patient(physio):
    return patient_of(physio)


def patient_of(practitioner, **values):
    patient = make_patient(**values)
    care(practitioner, patient)
    return patient


def booking(physio, at="10:00", day=TOMORROW, **more):
    place, service = make_hours_of(physio)
    sent = {
        "service": service.pk,
        "practitioner": physio.pk,
        "location": place.pk,
        "day": day.isoformat(),
        "time": at,
        "form_key": str(uuid4()),
    }
    return sent | more


def make_hours_of(physio):
    offer = physio.offers.get()
    return offer.location, offer.service


def book(client, patient, sent):
    return client.post(f"/chart/patients/{patient.pk}/book/", sent)


class TestBooking:
    def test_a_press_on_a_free_time_books_it(self, client, physio, patient):
        page = client.get(f"/chart/patients/{patient.pk}/book/").text
        form = booking(physio)
        for name in ("location", "day", "time"):
            del form[name]
        take = re.search(r'name="take" value="([^"]+)"', page)[1]

        answer = book(client, patient, form | {"take": take})

        assert (answer.status_code, answer.url) == (302, f"/chart/patients/{patient.pk}/")
        visit = Appointment.objects.get(patient=patient)
        assert (visit.practitioner, visit.state) == (physio, "booked")
        local = visit.starts_at.astimezone(visit.location.tz)
        assert take.startswith(f"{local:%Y-%m-%d %H:%M}")
        assert Message.objects.filter(topic=owing.BOOKED_BY_DESK).exists()
        row = AuditEvent.objects.get(action="visit.book")
        assert (row.actor_id, row.patient_id) == (physio.user.pk, patient.pk)

    def test_sent_twice_it_is_booked_once(self, client, physio, patient):
        sent = booking(physio)
        assert [book(client, patient, sent).status_code for _ in range(2)] == [302, 302]
        assert Appointment.objects.count() == 1

    def test_a_taken_time_names_what_is_in_the_way_and_offers_others(self, client, physio, patient):
        there = make_visit(physio, patient_of(physio), TEN)

        answer = book(client, patient, booking(physio))

        assert answer.status_code == 409
        assert f"In the way: 10:00–11:00, {there.patient}" in answer.text
        assert 'name="take" value="2027-01-11 11:00' in answer.text
        assert 'value="10:00"' in answer.text  # what was typed is kept
        assert not Appointment.objects.filter(patient=patient).exists()

    def test_against_the_diary_only_with_a_reason(self, client, physio, patient):
        make_visit(physio, patient_of(physio), TEN)
        sent = booking(physio, force="on")

        assert book(client, patient, sent).status_code == 422
        assert not Appointment.objects.filter(patient=patient).exists()

        answer = book(client, patient, sent | {"force_reason": "Ten minutes are enough"})
        assert answer.status_code == 302
        visit = Appointment.objects.get(patient=patient)
        assert (visit.overbooked, visit.overbook_reason) == (True, "Ten minutes are enough")

    @pytest.mark.parametrize(
        ("field", "value", "words"),
        [
            ("day", "2027-13-40", "year-month-day"),
            ("day", "", "required"),
            ("time", "25:99", "valid time"),
            ("location", "x", "valid"),
        ],
    )
    def test_what_cannot_be_read_is_said_beside_its_field(
        self, client, physio, patient, field, value, words
    ):
        answer = book(client, patient, booking(physio) | {field: value})

        assert answer.status_code == 422
        beside = re.search(rf'id="error_1_id_{field}"[^>]*>\s*<strong>([^<]*)', answer.text)
        assert words in beside[1]
        assert not Appointment.objects.exists()

    def test_a_day_gone_by_is_refused_and_no_reason_helps(self, client, physio, patient):
        sent = booking(physio, day=date(2027, 1, 9), force="on", force_reason="Anyway")
        assert book(client, patient, sent).status_code == 409
        assert not Appointment.objects.exists()

    def test_nobody_is_booked_with_a_colleague_from_here(self, client, physio, patient):
        colleague = make_practitioner()
        make_hours(colleague)
        sent = booking(physio) | {"practitioner": colleague.pk}
        assert book(client, patient, sent).status_code == 422
        assert not Appointment.objects.exists()

    def test_a_child_needs_somebody_who_agreed(self, client, physio):
        child = patient_of(physio, date_of_birth=date(2018, 5, 1))
        answer = book(client, child, booking(physio))
        assert answer.status_code == 422
        assert "parent or guardian" in answer.text

    def test_the_review_of_the_plan_is_a_press_away(self, client, physio):
        plan = make_issued(1, practitioner=physio, patient=patient_of(physio))
        page = client.get(f"/chart/patients/{plan.episode.patient.pk}/book/").text
        assert f'href="?from_day={plan.review_on:%Y-%m-%d}"' in page

    def test_who_offers_nothing_is_told_so(self, client):
        newcomer = make_practitioner()
        client.force_login(newcomer.user)
        page = client.get(f"/chart/patients/{patient_of(newcomer).pk}/book/").text
        assert "You offer no visits yet." in page


class TestChangingAVisit:
    def move(self, client, visit, at="11:00", **more):
        place = visit.location
        sent = {
            "move-practitioner": visit.practitioner_id, "move-location": place.pk,
            "move-day": TOMORROW.isoformat(), "move-time": at, "seen": self.seen(client, visit),
        }  # fmt: skip
        return client.post(f"/chart/visits/{visit.pk}/move/", sent | more)

    def seen(self, client, visit):
        page = client.get(f"/chart/visits/{visit.pk}/").text
        found = re.search(r'name="seen" value="([^"]+)"', page)
        return found[1] if found else ""

    def test_moved(self, client, physio, patient):
        visit = make_visit(physio, patient, TEN)
        assert self.move(client, visit).status_code == 302
        visit.refresh_from_db()
        assert visit.starts_at == TEN + timedelta(hours=1)
        assert Message.objects.filter(topic=owing.MOVED).exists()

    def test_into_another_visit_it_stays_and_says_why(self, client, physio, patient):
        visit = make_visit(physio, patient, TEN)
        there = make_visit(physio, patient_of(physio), TEN + timedelta(hours=1))
        answer = self.move(client, visit)
        assert answer.status_code == 409
        assert f"11:00–12:00, {there.patient}" in answer.text
        assert 'name="move-take"' in answer.text
        visit.refresh_from_db()
        assert visit.starts_at == TEN

    def test_somebody_was_quicker(self, client, physio, patient):
        visit = make_visit(physio, patient, TEN)
        answer = self.move(client, visit, seen="booked.99.0")
        assert answer.status_code == 409
        visit.refresh_from_db()
        assert visit.starts_at == TEN

    def test_cancelled_with_a_reason(self, client, physio, patient):
        visit = make_visit(physio, patient, TEN + timedelta(days=7))
        where = f"/chart/visits/{visit.pk}/cancel/"
        seen = self.seen(client, visit)
        assert client.post(where, {"seen": seen}).status_code == 422

        answer = client.post(where, {"cancel-reason": "Course", "seen": seen})
        assert answer.status_code == 302
        visit.refresh_from_db()
        assert (visit.state, visit.cancel_reason) == ("cancelled", "Course")
        assert Message.objects.filter(topic=owing.CANCELLED).exists()

        again = client.post(where, {"cancel-reason": "Again", "seen": seen})
        assert again.status_code == 409
        assert "can no longer be changed" in again.text

    def test_a_colleagues_visit_does_not_exist_here(self, client, physio, patient):
        colleague = make_practitioner()
        theirs = make_visit(colleague, patient, TEN)  # although the patient is shared
        for address in ("", "move/", "cancel/"):
            ask = client.post if address else client.get
            assert ask(f"/chart/visits/{theirs.pk}/{address}").status_code == 404

    def test_a_held_time_is_no_visit(self, client, physio):
        held = make_visit(physio, None, TEN, state="held", held_until=NOW + timedelta(minutes=5))
        assert client.get(f"/chart/visits/{held.pk}/").status_code == 404


class TestSeries:
    def say(self, physio, **more):
        place, service = make_hours_of(physio)
        sent = {
            "service": service.pk, "location": place.pk, "count": 3, "weekdays": ["0", "3"],
            "first_day": TOMORROW.isoformat(), "time": "10:00", "form_key": str(uuid4()),
        }  # fmt: skip
        return sent | more

    def post(self, client, patient, sent):
        return client.post(f"/chart/patients/{patient.pk}/series/", sent)

    def test_looked_at_then_booked_with_oneself(self, client, physio, patient):
        sent = self.say(physio)
        page = self.post(client, patient, sent | {"look": "1"})
        assert page.status_code == 200
        assert not Appointment.objects.exists()
        starts = re.findall(r'<option value="(2027-[^"]+)">Book it', page.text)
        chosen = {f"visit-{number}": start for number, start in enumerate(starts)}

        answer = self.post(client, patient, sent | {"book": "1"} | chosen)

        assert answer.status_code == 302
        assert Series.objects.get().practitioner == physio
        assert set(Appointment.objects.values_list("patient", flat=True)) == {patient.pk}
        assert Appointment.objects.count() == 3

    def test_one_in_the_way_and_nothing_is_booked(self, client, physio, patient):
        make_visit(physio, patient_of(physio), TEN)
        sent = self.say(physio, book="1", **{"visit-0": TEN.isoformat()})
        answer = self.post(client, patient, sent)
        assert answer.status_code == 409
        assert not Appointment.objects.filter(patient=patient).exists()

    def test_without_a_visit_chosen(self, client, physio, patient):
        answer = self.post(client, patient, self.say(physio, book="1"))
        assert answer.status_code == 422
        assert "Choose at least one visit." in answer.text

    def test_the_plan_says_how_often(self, client, physio):
        plan = make_issued(1, practitioner=physio, patient=patient_of(physio))
        page = client.get(f"/chart/patients/{plan.episode.patient.pk}/series/").text
        assert page.count("checked") == 3


class TestTimeOff:
    def block(self, client, **sent):
        days = {"first_day": TOMORROW.isoformat(), "starts": "09:00", "ends": "12:00"}
        return client.post("/chart/time-off/", days | sent)

    def test_blocked_and_open_again(self, client, physio, patient):
        assert self.block(client, note="Course").status_code == 302
        row = TimeOff.objects.get()
        assert (row.practitioner, row.last_day, row.starts) == (physio, TOMORROW, time(9))
        assert AuditEvent.objects.filter(action="timeoff_added").exists()
        assert book(client, patient, booking(physio)).status_code == 409

        assert client.post(f"/chart/time-off/{row.pk}/remove/").status_code == 302
        assert book(client, patient, booking(physio)).status_code == 302

    def test_visits_in_it_are_shown_before_anything_is_saved(self, client, physio, patient):
        visit = make_visit(physio, patient, TEN)

        answer = self.block(client)

        assert answer.status_code == 409
        assert str(patient) in answer.text
        assert not TimeOff.objects.exists()
        seen = re.search(r'name="look-seen" value="([^"]+)"', answer.text)[1]
        assert self.block(client, **{"look-seen": seen}).status_code == 409

        answer = self.block(client, **{"look-seen": seen, "look-then": "nothing"})
        assert answer.status_code == 302
        assert TimeOff.objects.get().practitioner == physio
        visit.refresh_from_db()
        assert visit.state == "booked"
        assert AffectedVisit.objects.filter(appointment=visit).exists()

    @pytest.mark.parametrize(
        ("sent", "words"),
        [
            ({"first_day": ""}, "required"),
            ({"last_day": "2027-01-10"}, "after the first"),
            ({"ends": "08:00"}, "after the start"),
            ({"first_day": "0001-01-01"}, "after 1900"),
            ({"first_day": "2026-01-01"}, "over already"),
        ],
    )
    def test_what_makes_no_sense(self, client, physio, sent, words):
        answer = self.block(client, **sent)
        assert answer.status_code == 422
        assert words in answer.text
        assert not TimeOff.objects.exists()

    def test_a_colleagues_time_stays_blocked(self, client, physio):
        row = make_time_off(make_practitioner())
        assert client.post(f"/chart/time-off/{row.pk}/remove/").status_code == 404
        assert TimeOff.objects.filter(pk=row.pk).exists()
        assert "Open again" not in client.get("/chart/time-off/").text


class TestGaps:
    def gaps(self, client):
        page = re.sub(r"\s+", " ", client.get("/chart/").text)
        return re.findall(r'sd-gap"> <span class="sd-agenda-time">([^<]+)', page)

    def test_what_is_left_of_today_from_now_on(self, client, physio, patient):
        make_visit(physio, patient, NOW + timedelta(hours=1))  # 14:00 to 15:00
        assert self.gaps(client) == ["13:00–14:00", "15:00–17:00"]

    def test_what_is_blocked_or_held_is_no_gap(self, client, physio):
        make_time_off(physio, starts=time(14), ends=time(16))
        make_visit(
            physio, None, NOW + timedelta(hours=3), state="held",
            held_until=NOW + timedelta(minutes=5),
        )  # fmt: skip
        assert self.gaps(client) == ["13:00–14:00"]

    def test_a_cancelled_visit_leaves_a_gap(self, client, physio, patient):
        start = NOW + timedelta(hours=1)
        make_visit(physio, patient, start, state="cancelled", cancelled_at=NOW)
        assert self.gaps(client) == ["13:00–17:00"]

    def test_somebody_elses_hours_are_not_ones_own(self, client):
        make_hours(make_practitioner())
        client.force_login(make_practitioner(roles.COACH).user)
        assert self.gaps(client) == []
