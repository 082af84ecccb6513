"""What is mailed, when, and what it says: rules 4, 28, 29, 30 and 31."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from icalendar import Calendar

from bookings import actions, owing
from bookings.links import visit_of
from bookings.models import VisitLink
from clinic import outbox
from clinic.audit import GUEST
from clinic.models import Message
from tests.bookings.conftest import at
from tests.conftest import NOW

MINUTE = timedelta(minutes=1)
TUESDAY = at(10, day=12)


def send(at_time=NOW):
    """Let the worker run once; return the mails it sent."""
    before = len(mail.outbox)
    with time_machine.travel(at_time, tick=False):
        outbox.send_due()
    return mail.outbox[before:]


def states():
    rows = Message.objects.order_by("created_at", "pk")
    return [(row.topic, row.version, row.state) for row in rows]


def move(clinic, visit, starts_at, now):
    return actions.move(
        visit, practitioner=clinic.physio, location=clinic.place, starts_at=starts_at,
        by=GUEST, now=now,
    )  # fmt: skip


def cancel(visit, now):
    return actions.cancel(visit, reason="cannot come", by=GUEST, now=now)


def event_in(letter):
    """The calendar file of a mail, as its VEVENT and its METHOD."""
    found = [part for part in letter.message().walk() if part.get_content_type() == "text/calendar"]
    assert len(found) == 1
    calendar = Calendar.from_ical(found[0].get_payload(decode=True))
    assert f"method={calendar['METHOD']}" in found[0]["Content-Type"].replace('"', "")
    return calendar.walk("VEVENT")[0], calendar["METHOD"]


@pytest.fixture
def visit(clinic):
    clinic.place.what_to_wear = "Bring shorts & shoes."
    clinic.place.save()
    return clinic.book(at(10, day=13), first_name="Test", last_name="O'Connor", reason="CANARY")


def test_a_booking_is_confirmed_once(visit):
    (letter,) = send()

    assert letter.to == ["gus@example.com"]
    assert letter.subject == "Your appointment on Wednesday 13 January 2027, 10:00"
    assert send() == []
    assert states() == [("booked", 1, "sent")]


def test_what_the_letter_says(visit):
    (letter,) = send()

    for text in (letter.body, letter.alternatives[0].content):
        assert "Wednesday 13 January 2027, 10:00–11:00" in text
        assert "Edmonton time (UTC−6)" in text
        assert "Anna Example" in text
        assert "Appointment, 60 min" in text
        assert "Downtown, 1 Larch Street, Exampleville" in text
        assert "openstreetmap.org" in text
        assert "Tuesday 12 January 2027, 10:00" in text  # until when it can be changed
        assert "911" in text
        assert "Larchwood Physiotherapy" in text
    assert "Bring shorts & shoes." in letter.body
    assert "Bring shorts &amp; shoes." in letter.alternatives[0].content


def test_no_health_words_anywhere(clinic, visit):
    actions.renew_links(visit, by=GUEST, now=NOW)
    letters = send()
    moved = move(clinic, visit, TUESDAY, NOW + 4 * MINUTE)
    letters += send(NOW + 4 * MINUTE)
    cancel(moved, NOW + 8 * MINUTE)
    letters += send(NOW + 8 * MINUTE)

    assert len(letters) == 4
    for letter in letters:
        whole = letter.message().as_string() + "".join(
            part.get_payload(decode=True).decode()
            for part in letter.message().walk()
            if not part.is_multipart()
        )
        assert not re.search(r"CANARY|\bknee|\bsore\b", whole, re.I)


def test_every_letter_has_a_link_of_its_own(visit):
    (letter,) = send()

    token = re.search(r"/visit/([\w-]+)/", letter.body).group(1)
    assert letter.body.count(token) == 2  # the visit, and the form before it
    assert token in letter.alternatives[0].content
    assert visit_of(token, NOW) == visit
    links = VisitLink.objects.order_by("pk")
    assert [(link.purpose, link.expires_at) for link in links] == [
        ("page", visit.ends_at),
        ("booked", visit.ends_at),
    ]
    assert token not in "".join(link.token_sha256 for link in links)


def test_a_name_is_not_mangled_in_plain_text(clinic):
    clinic.book(first_name="D'Arcy & Co")
    (letter,) = send()

    assert letter.body.startswith("Hello D'Arcy & Co,")
    assert "D&#x27;Arcy &amp; Co" in letter.alternatives[0].content


def test_a_change_within_three_minutes_waits_and_carries_the_final_state(clinic, visit):
    send()
    first = move(clinic, visit, TUESDAY, NOW + MINUTE)
    move(clinic, first, at(14, day=12), NOW + 2 * MINUTE)

    assert send(NOW + 2 * MINUTE) == []
    (letter,) = send(NOW + 3 * MINUTE)

    assert letter.subject == "New time of your appointment: Tuesday 12 January 2027, 14:00"
    assert states() == [("booked", 1, "sent"), ("moved", 2, "skipped"), ("moved", 3, "sent")]


def test_a_later_change_is_told_at_once(clinic, visit):
    send()
    move(clinic, visit, TUESDAY, NOW + 3 * MINUTE)

    assert len(send(NOW + 3 * MINUTE)) == 1


def test_booked_moved_and_cancelled_in_a_hurry_make_two_letters(clinic, visit):
    send()
    moved = move(clinic, visit, TUESDAY, NOW + MINUTE)
    cancel(moved, NOW + 2 * MINUTE)

    letters = send(NOW + 10 * MINUTE)

    assert [letter.subject for letter in letters] == [
        "Cancelled: your appointment on Tuesday 12 January 2027, 10:00"
    ]
    assert states()[1:] == [("moved", 2, "skipped"), ("cancelled", 3, "sent")]


def test_the_quiet_is_counted_per_person(clinic, visit):
    other = clinic.book(at(13, day=13), email="other@example.com")
    send()

    assert owing.due_at(other, "third@example.com", NOW + MINUTE) == NOW + MINUTE
    assert owing.due_at(visit, "gus@example.com", NOW + MINUTE) == NOW + 3 * MINUTE


def test_a_move_before_any_letter_left_is_still_the_first_news(clinic, visit):
    move(clinic, visit, TUESDAY, NOW + MINUTE)

    (letter,) = send(NOW + 5 * MINUTE)

    assert letter.subject == "Your appointment on Tuesday 12 January 2027, 10:00"


def test_nothing_is_mailed_about_visits_that_began(visit):
    assert send(visit.starts_at) == []
    assert states() == [("booked", 1, "skipped")]


def test_nothing_is_owed_about_a_past_visit(clinic, visit, desk):
    actions.cancel(visit, reason="other", by=desk, now=visit.ends_at, late=False)

    assert not Message.objects.filter(topic="cancelled").exists()


def test_the_desks_bookings_say_so(clinic, desk, visit):
    send()
    actions.desk_book(
        patient=visit.patient, service=clinic.service, practitioner=clinic.physio,
        location=clinic.place, starts_at=TUESDAY, by=desk, now=NOW,
    )  # fmt: skip

    (letter,) = send()
    assert "Our front desk has booked" in letter.body


def test_a_letter_written_in_the_patients_language_needs_no_translation_to_be_sent(clinic):
    clinic.book(language="fr")

    assert len(send()) == 1


def test_a_broken_letter_does_not_stop_the_others(clinic, visit):
    other = clinic.book(at(13, day=13), email="other@example.com")
    Message.objects.filter(subject_id=str(visit.pk)).update(subject_id="not an id")

    (letter,) = send()

    assert letter.to == [other.patient.email]
    assert states()[0][2] == "failed"


def test_one_calendar_entry_from_booking_to_cancelling(clinic, visit):
    (booked,) = send()
    moved = move(clinic, visit, TUESDAY, NOW + 4 * MINUTE)
    (told,) = send(NOW + 4 * MINUTE)
    cancel(moved, NOW + 8 * MINUTE)
    (gone,) = send(NOW + 8 * MINUTE)

    events = [event_in(letter) for letter in (booked, told, gone)]
    assert [method for _, method in events] == ["REQUEST", "REQUEST", "CANCEL"]
    assert {str(event["UID"]) for event, _ in events} == {f"{visit.pk}@127.0.0.1"}
    assert [event["SEQUENCE"] for event, _ in events] == [1, 2, 3]
    assert [str(event["STATUS"]) for event, _ in events] == ["CONFIRMED"] * 2 + ["CANCELLED"]
    assert [event["DTSTART"].dt for event, _ in events] == [at(10, day=13), TUESDAY, TUESDAY]
    assert [event["DTEND"].dt for event, _ in events] == [at(11, day=13)] + [at(11, day=12)] * 2
    assert all(event["DTSTART"].to_ical().endswith(b"Z") for event, _ in events)


def test_what_the_calendar_entry_says(visit):
    (letter,) = send()
    event, _ = event_in(letter)

    assert str(event["SUMMARY"]) == "Appointment, 60 min · Larchwood Physiotherapy"
    assert str(event["LOCATION"]) == "Downtown, 1 Larch Street, Exampleville"
    assert str(event["ORGANIZER"]) == "mailto:desk@example.com"
    assert str(event["ATTENDEE"]) == "mailto:gus@example.com"
    assert "+1 403-555-0101" in str(event["DESCRIPTION"])


def test_one_message_per_visit_topic_and_version(visit):
    assert owing.tell(visit, owing.BOOKED, by=GUEST, now=NOW) is False
    assert Message.objects.count() == 1
