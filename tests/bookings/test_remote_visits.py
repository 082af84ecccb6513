"""Rule 36 and phone visits: who calls whom on which number, and where the video link is."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from icalendar import Calendar

from bookings import actions, ics, links, owing
from bookings.models import VisitVideo
from clinic import outbox, roles
from clinic.models import AuditEvent
from tests.bookings.conftest import at
from tests.clinic.test_admin import signed_in
from tests.conftest import NOW
from tests.factories import PatientFactory

MINUTE = timedelta(minutes=1)
START = at(10, day=13)
ROOM = "https://video.example.com/anna"
OWN = "https://video.example.com/just-this-one"


@pytest.fixture
def book(clinic):
    def booked(mode, **typed):
        clinic.service.mode = mode
        clinic.service.save()
        clinic.physio.video_link = ROOM
        clinic.physio.save()
        return clinic.book(START, **typed)

    return booked


def letters():
    before = len(mail.outbox)
    outbox.send_due()
    return mail.outbox[before:]


def page(client, visit, now=NOW):
    with time_machine.travel(now, tick=False):
        return client.get(f"/visit/{links.mint(visit, 'test', NOW)}/").text


def file_of(letter):
    [part] = [p for p in letter.message().walk() if p.get_content_type() == "text/calendar"]
    return part.get_payload(decode=True).decode()


def test_rule_36_a_phone_visit_says_who_calls_whom_on_which_number(client, book):
    visit = book("phone", phone="+14035550142")
    [letter] = letters()

    words = "By phone: Anna Example calls you on +1 403-555-0142"
    assert words in letter.body
    assert words in letter.alternatives[0].content
    event = Calendar.from_ical(file_of(letter)).walk("VEVENT")[0]
    assert event["LOCATION"] == words
    assert "openstreetmap" not in letter.body
    shown = page(client, visit)
    assert "Anna Example calls you on …42" in shown


def test_behind_a_link_a_number_shows_its_end_only(client, book):
    visit = book("phone", phone="+14035550142")
    token = links.mint(visit, "test", NOW)

    for address in (f"/visit/{token}/", f"/visit/{token}/calendar.ics"):
        text = client.get(address).text
        assert "5550142" not in text
        assert "555-0142" not in text
        assert "…42" in text


def test_without_a_number_of_theirs_the_patient_calls_us(book):
    visit = book("phone")

    assert ics.where(visit) == "By phone: please call us on +1 403-555-0101 at that time"


@pytest.mark.parametrize(
    ("before", "link"),
    [(16, ""), (15, ROOM), (0, ROOM), (-59, ROOM)],
)
def test_rule_36_the_video_link_opens_a_quarter_of_an_hour_before(client, book, before, link):
    visit = book("video")

    shown = page(client, visit, START - before * MINUTE)

    assert (ROOM in shown) == bool(link)


def test_rule_36_it_closes_with_the_visit(client, book):
    visit = book("video")

    assert actions.video_link(visit, visit.ends_at - MINUTE) == ROOM
    assert actions.video_link(visit, visit.ends_at) == ""


@pytest.mark.parametrize("state", ["completed", "no_show", "cancelled", "late_cancelled"])
def test_a_visit_that_is_over_has_no_way_in(book, state):
    visit = book("video")
    visit.state = state

    assert actions.video_link(visit, START) == ""


def test_rule_36_the_link_is_never_in_a_mail_or_a_calendar(clinic, book, desk):
    visit = book("video")
    actions.set_video_link(visit, OWN, by=desk, now=NOW)
    owing.remind(visit, timedelta(hours=48))
    sent = letters()
    with time_machine.travel(START - timedelta(hours=47), tick=False):
        sent += letters()

    assert len(sent) == 2
    for letter in sent:
        whole = letter.message().as_string() + letter.body + letter.alternatives[0].content
        assert "video.example.com" not in whole
        assert "the link opens on the page of your visit" in letter.body
    assert "video.example.com" not in file_of(sent[0])


def test_a_visits_own_room_wins_and_can_be_taken_away(client, book, desk):
    visit = book("video")

    assert actions.set_video_link(visit, OWN, by=desk, now=NOW)
    assert OWN in page(client, visit, START)
    assert not actions.set_video_link(visit, OWN, by=desk, now=NOW)
    actions.set_video_link(visit, "", by=desk, now=NOW)
    assert ROOM in page(client, visit, START)
    assert "video.example.com" not in str(list(AuditEvent.objects.values()))


def test_rooms_are_https_only_in_the_database_too(clinic, book):
    visit = book("video")
    clinic.physio.video_link = "http://video.example.com/anna"
    with pytest.raises(ValidationError):
        clinic.physio.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        clinic.physio.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        VisitVideo.objects.create(appointment=visit, link="http://video.example.com/x")


def test_the_desk_gives_a_visit_its_own_room(book):
    visit = book("video")
    browser = signed_in(roles.FRONT_DESK)
    url = f"/admin/bookings/appointment/{visit.pk}/video/"

    refused = browser.post(url, {"video-link": "http://video.example.com/x"})
    assert "begins with https://" in refused.context["video"].errors["link"][0]
    assert not VisitVideo.objects.exists()
    browser.post(url, {"video-link": OWN})

    assert VisitVideo.objects.get().link == OWN
    assert OWN in browser.get(f"/admin/bookings/appointment/{visit.pk}/change/").text


def test_the_page_leads_to_the_choice_of_messages(client, book):
    visit = book("in_person")

    assert "/messages/" in page(client, visit)
    assert "Choose what we write to you about" in page(client, visit)
    assert PatientFactory().last_name not in page(client, visit)


def test_rule_35_without_a_mail_address_the_confirmation_is_printed(clinic, book):
    visit = book("in_person", phone="+14035550142", reason="CANARY")
    visit.patient.email = ""
    visit.patient.save()
    clinic.place.what_to_wear = "Bring shorts."
    clinic.place.save()
    browser = signed_in(roles.FRONT_DESK)
    url = f"/admin/bookings/appointment/{visit.pk}/confirmation/"
    links_before = visit.links.count()

    page = browser.get(url).text

    for words in (
        "Wednesday 13 January 2027, 10:00–11:00",
        "Edmonton time (UTC−6)",
        "Anna Example",
        "1 Larch Street",
        "Bring shorts.",
        "call +1 403-555-0101 until Tuesday 12 January 2027, 10:00",
        "911",
    ):
        assert words in page
    assert "CANARY" not in page
    assert visit.links.count() == links_before
    assert url in browser.get(f"/admin/bookings/appointment/{visit.pk}/change/").text
    assert signed_in(roles.CLINICAL_LEAD).get(url).status_code == 404
    assert browser.post(url).status_code == 405
