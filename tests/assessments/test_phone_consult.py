"""A call: five lines, signed like a note; one press signs it and books the assessment."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from assessments import actions
from assessments.actions.notes import WantedTime
from assessments.errors import NoteIncomplete, NoteSigned
from assessments.models import Note
from assessments.screen.entries import Entry
from bookings.errors import BookingError, TimeTaken
from bookings.models import Appointment, VisitReason
from clinic.models import Message
from tests.assessments.factories import care, make_patient, make_practitioner, make_visit
from tests.assessments.test_guards_final import refused
from tests.assessments.test_notes import SIGNED
from tests.bookings.conftest import works
from tests.factories import LocationFactory, PracticeFactory, ServiceFactory

pytestmark = pytest.mark.django_db

CALL = {
    "complaint": "Knee hurts on stairs",
    "course": "Three weeks, hills",
    "safety_asked": "none",
    "advice": "Fewer hills until then",
    "outcome": "book",
}
FIVE = ("complaint", "course", "safety", "outcome", "advice")


def monday(now):
    """Ten o'clock in Edmonton on the next Monday that is at least a day away."""
    day = now.date() + timedelta(days=2)
    while day.weekday():
        day += timedelta(days=1)
    return datetime(day.year, day.month, day.day, 17, tzinfo=UTC)


class World:
    """A physio with hours, a service, a patient in care, and the clock of these tests."""

    def __init__(self):
        self.now = datetime(2027, 1, 12, 15, 0, tzinfo=UTC)
        PracticeFactory()
        self.place = LocationFactory()
        self.service = ServiceFactory(slug="first-knee", name="First knee visit")
        self.physio = works(make_practitioner(), self.place, self.service)
        self.patient = make_patient(date_of_birth=date(1990, 1, 1))
        care(self.physio, self.patient)
        self.by = {"by": self.physio.user, "now": self.now}

    def call(self, **words):
        note = actions.start_note(self.patient, self.physio, "phone", **self.by)
        entries = [Entry(name, "", text) for name, text in (CALL | words).items()]
        assert actions.save_note(note, 0, entries, **self.by).errors == ()
        note.refresh_from_db()
        return note

    def wanted(self, starts_at=None):
        return WantedTime(self.service, self.place, starts_at or monday(self.now))


@pytest.fixture
def world():
    return World()


class TestTheRecord:
    @pytest.mark.parametrize("outcome", ["book", "gp", "emergency", "self_care", "not_for_us"])
    def test_every_outcome_signs(self, world, outcome):
        signed = actions.sign_note(world.call(outcome=outcome), **world.by)

        assert (signed.outcome, signed.safety, signed.booked) == (outcome, "none", None)
        assert Appointment.objects.count() == 0

    @pytest.mark.parametrize("missing", ["complaint", "safety_asked", "outcome"])
    def test_without_what_it_is_for_it_is_not_signed(self, world, missing):
        note = world.call(**{missing: None})

        with pytest.raises(NoteIncomplete) as refusal:
            actions.sign_note(note, **world.by)

        assert [name for name, _sentence in refusal.value.missing] == [missing]

    @pytest.mark.parametrize("answer", ["some", "not_asked"])
    def test_a_yes_and_a_question_not_asked_need_words(self, world, answer):
        note = world.call(safety_asked=answer)
        with pytest.raises(NoteIncomplete):
            actions.sign_note(note, **world.by)

        entry = Entry("safety", "", "Night pain since Sunday")
        actions.save_note(note, note.version, [entry], **world.by)

        assert actions.sign_note(note, **world.by).safety == answer

    def test_nothing_is_chosen_to_begin_with(self, world, client):
        note = actions.start_note(world.patient, world.physio, "phone", **world.by)
        client.force_login(world.physio.user)

        page = client.get(f"/chart/notes/{note.pk}/").text

        assert "checked" not in page.split('id="chart"', 1)[1]
        assert "Chest pain" in page  # what to ask, in the library's words
        assert [page.index(f'data-cell="{name}"') for name in FIVE[:3]] == sorted(
            page.index(f'data-cell="{name}"') for name in FIVE[:3]
        )

    def test_the_database_keeps_the_rule_as_well(self, world):
        note = world.call(safety_asked=None)
        rows = Note.objects.filter(pk=note.pk)
        signature = {
            "signed_at": world.now,
            "signed_by": world.physio.user,
            "content_hash": "x",
        }

        with (
            pytest.raises(IntegrityError, match="note_call_signed_with_its_outcome"),
            transaction.atomic(),
        ):
            rows.update(**signature)

    def test_signed_it_is_as_final_as_a_note(self, world):
        note = actions.sign_note(world.call(), **world.by)

        assert refused(SIGNED, lambda: Note.objects.update(outcome="self_care"))
        with pytest.raises(NoteSigned):
            actions.save_note(note, note.version, [Entry("outcome", "", "gp")], **world.by)


class TestBookingWithTheSignature:
    def test_one_step_signs_and_books(self, world):
        signed = actions.sign_note(world.call(), **world.by, time=world.wanted())

        visit = Appointment.objects.get()
        signed.refresh_from_db()
        assert (signed.booked, signed.signed_at) == (visit, world.now)
        assert (visit.patient, visit.practitioner) == (world.patient, world.physio)
        assert visit.state == Appointment.State.BOOKED
        assert VisitReason.objects.get(appointment=visit).text == CALL["complaint"]
        mail = Message.objects.get(to=world.patient.email)
        assert CALL["complaint"] not in str(mail.payload)

    def test_a_time_that_is_gone_leaves_both_undone(self, world):
        make_visit(world.physio, make_patient(), monday(world.now), location=world.place)
        note = world.call()

        with pytest.raises(TimeTaken):
            actions.sign_note(note, **world.by, time=world.wanted())

        note.refresh_from_db()
        assert (note.signed_at, note.booked) == (None, None)
        assert Appointment.objects.filter(patient=world.patient).count() == 0

    def test_a_time_outside_the_hours_is_refused_as_at_the_desk(self, world):
        with pytest.raises(BookingError):
            actions.sign_note(
                world.call(), **world.by, time=world.wanted(monday(world.now) - timedelta(hours=12))
            )

        assert Note.objects.get().signed_at is None

    def test_only_a_call_that_ends_in_a_visit_books_one(self, world):
        actions.sign_note(world.call(outcome="gp"), **world.by, time=world.wanted())

        assert Appointment.objects.count() == 0

    def test_sent_twice_it_books_once(self, world):
        note = world.call()
        actions.sign_note(note, **world.by, time=world.wanted())

        with pytest.raises(NoteSigned):
            actions.sign_note(note, **world.by, time=world.wanted())
        assert Appointment.objects.count() == 1

    def test_a_booking_without_its_outcome_does_not_exist(self, world):
        note, visit = world.call(), make_visit(world.physio, world.patient)

        with (
            pytest.raises(IntegrityError, match="note_booked_by_its_outcome"),
            transaction.atomic(),
        ):
            Note.objects.filter(pk=note.pk).update(booked=visit)


class TestThePage:
    @pytest.fixture
    def to_sign(self, world, client, monkeypatch):
        """The page to sign, at the clock of these tests."""
        monkeypatch.setattr("django.utils.timezone.now", lambda: world.now)
        client.force_login(world.physio.user)
        note = world.call()
        return note, f"/chart/notes/{note.pk}/sign/"

    def test_the_first_free_times_are_buttons_and_one_press_does_it(self, world, client, to_sign):
        note, address = to_sign
        shown = client.get(address)
        first = shown.context["times"][0]

        pressed = f"first-knee|{world.place.slug}|{first.starts_at.isoformat()}"
        answer = client.post(address, {"time": pressed})

        assert shown.text.count('name="time"') == 8
        assert answer.status_code == 302
        note.refresh_from_db()
        assert note.booked.starts_at == first.starts_at
        assert "First knee visit" in client.get(answer.url).text

    def test_a_time_somebody_took_is_409_and_offers_others(self, world, client, to_sign):
        note, address = to_sign
        first = client.get(address).context["times"][0].starts_at
        make_visit(world.physio, make_patient(), first, location=world.place)

        answer = client.post(
            address, {"time": f"first-knee|{world.place.slug}|{first.isoformat()}"}
        )

        assert answer.status_code == 409
        assert "Nothing was signed or booked" in answer.text
        assert first not in [time.starts_at for time in answer.context["times"]]
        note.refresh_from_db()
        assert note.signed_at is None

    @pytest.mark.parametrize(
        "pressed",
        ["x", "first-knee||2027", "first-knee|nowhere|2027-01-18T17:00:00+00:00", "||" * 99],
    )
    def test_nonsense_is_422(self, client, to_sign, pressed):
        _note, address = to_sign

        assert client.post(address, {"time": pressed}).status_code == 422

    def test_it_may_be_signed_without_booking(self, client, to_sign):
        note, address = to_sign

        assert client.post(address).status_code == 302
        note.refresh_from_db()
        assert (note.signed_at is None, note.booked) == (False, None)
