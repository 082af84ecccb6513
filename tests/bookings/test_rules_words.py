"""Rules 3, 29, 35 and 37: what is said, where, and by which name."""

import re

import pytest
import time_machine
from django.core import mail
from django.test import Client

from bookings import actions, feeds, owing
from bookings.actions import illness, series, waiting
from bookings.actions.waiting import Wishes
from bookings.models import Appointment
from clinic import outbox
from clinic.actions.consents import give_consent
from clinic.audit import GUEST
from clinic.models import Message
from tests.bookings.conftest import HOUR, at, details
from tests.bookings.page import Page
from tests.bookings.requesting import file_in
from tests.bookings.waiting_room import work
from tests.bookings.walking import Guest
from tests.conftest import NOW
from tests.factories import PatientFactory

NEUTRAL, OPEN = "Appointment, 60 min", "CANARY meniscus visit"
WEDNESDAY = at(10, day=13)


def send(now=NOW):
    before = len(mail.outbox)
    with time_machine.travel(now, tick=False):
        outbox.send_due(limit=1000)
    return mail.outbox[before:]


# 3: the clock of who sees somebody from elsewhere -----------------------------------------------


@pytest.fixture
def remote(clinic):
    clinic.service.mode = "video"
    clinic.service.save()
    clinic.physio.video_link = "https://video.example.com/anna"
    clinic.physio.save()
    return clinic


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Europe/Berlin", "Monday 11 January 2027, 16:00, Berlin time (UTC+1)"),
        ("Asia/Kathmandu", "Monday 11 January 2027, 20:45, Kathmandu time (UTC+5:45)"),
        ("Pacific/Auckland", "Tuesday 12 January 2027, 04:00, Auckland time (UTC+13)"),
    ],
)
def test_rule_03_phone_and_video_visits_show_the_patients_own_zone_too(remote, zone, words):
    guest = Guest()
    held = guest.hold()
    assert "own_zone" in guest.fields(held["Location"])

    done = guest.details(held, own_zone=zone)

    for said in (guest.client.get(done["Location"]).text, send()[0].body):
        assert f"On your clock: {words}" in said
        assert "09:00–10:00" in said
        assert "Edmonton time (UTC−6)" in said


@pytest.mark.parametrize(
    "zone",
    ["America/Edmonton", "America/Regina", "", "Middle/Earth", "../../etc/passwd", "x" * 300],
)
def test_rule_03_one_clock_is_enough_where_both_show_the_same_or_nobody_told(remote, zone):
    guest = Guest()
    done = guest.details(guest.hold(), own_zone=zone)

    assert done.status_code == 303
    assert "Monday 11 January 2027, 09:00, Edm" not in guest.client.get(done["Location"]).text
    assert "On your clock:" not in send()[0].body


def test_rule_03_in_person_the_clock_of_the_place_is_the_only_one(clinic):
    guest = Guest()
    held = guest.hold()
    assert "own_zone" not in guest.fields(held["Location"])

    guest.details(held, own_zone="Europe/Berlin")

    assert Appointment.objects.get(patient__isnull=False).patient_zone == ""
    assert "clock:" not in send()[0].body


# 37: one neutral name wherever others may look --------------------------------------------------


@pytest.fixture
def named(clinic):
    clinic.service.name = OPEN
    clinic.service.save()
    clinic.colleague()
    return clinic


def everything_said(clinic, desk, folder) -> list[str]:
    """Go through every kind of message about visits; return all that left, files included."""
    patient = PatientFactory(phone="+14035550142")
    give_consent(patient, "sms", by=GUEST, now=NOW)
    held = clinic.hold(WEDNESDAY)
    visit = actions.book(held, details(patient=patient), by=GUEST, now=NOW)
    letters = send()
    to = {"practitioner": clinic.physio, "location": clinic.place}
    visit = actions.move(visit, **to, starts_at=at(14, day=13), by=GUEST, now=NOW + HOUR)
    actions.renew_links(visit, by=desk, now=NOW + HOUR)
    owing.remind(visit, 48 * HOUR)
    letters += send(NOW + 2 * HOUR) + send(at(15, day=11))
    who = details(first_name="Wanda", email="wanda@example.com")
    waiting.join(clinic.service, who, Wishes(), by=GUEST, now=NOW)
    waiting.join_sooner(visit, Wishes(), by=GUEST, now=NOW)
    other = clinic.book(at(9, day=14), browser="b", email="other@example.com", first_name="Oda")
    actions.cancel(other, reason="other", by=GUEST, now=NOW)
    work()
    letters += send()
    illness.report_absence(clinic.physio, WEDNESDAY.date(), by=desk, now=NOW)
    wanted = series.Wanted(
        patient=patient, service=clinic.service, **to, pattern=[(4, 600)],
        first_day=at(9, day=22).date(), count=2,
    )  # fmt: skip
    starts = [row.starts_at for row in series.preview(wanted, now=NOW)]
    series.book_series(wanted, starts, by=desk, now=NOW)
    approval = clinic.service
    approval.approval_hours = 4
    approval.save()
    for number, end in enumerate(("confirmed", "declined", "ran out")):
        request = clinic.book(at(10 + number, day=19), browser=end, email=f"r{number}@example.com")
        letters += send()
        if end == "confirmed":
            actions.confirm(request, by=desk, now=NOW)
        elif end == "declined":
            actions.decline(request, reason="no", by=desk, now=NOW)
    actions.expire_requests(now=NOW + 4 * HOUR)
    letters += send(NOW + 5 * HOUR)
    actions.cancel(visit, reason="other", by=desk, now=NOW + 6 * HOUR)
    letters += send(NOW + 7 * HOUR)
    said = [f"{one.subject}\n{one.body}\n{one.alternatives[0].content}" for one in letters]
    said += [
        file_in(one).decode() for one in letters if b"text/calendar" in one.message().as_bytes()
    ]
    return said + [path.read_text() for path in folder.iterdir()]


def test_rule_37_mail_text_messages_and_calendars_use_the_neutral_name(
    named, desk, settings, tmp_path
):
    settings.SMS_BACKEND, settings.SMS_DIR = "file", str(tmp_path)

    said = everything_said(named, desk, tmp_path)

    topics = set(Message.objects.filter(state="sent").values_list("topic", flat=True))
    assert topics >= {
        "booked", "moved", "cancelled", "reminder", "new-link", "waiting-list", "waiting-offer",
        "other-times", "series-booked", "requested", "confirmed", "declined", "request-ran-out",
    }  # fmt: skip
    assert Message.objects.filter(channel="sms", state="sent").exists()
    assert [text for text in said if "CANARY" in text or "meniscus" in text] == []
    assert sum(NEUTRAL in re.sub(r"\\\\,", ",", text).replace("\\,", ",") for text in said) > 10
    feed = feeds.calendar(named.physio, NOW).decode()
    assert "CANARY" not in feed


def test_rule_37_pages_where_one_chooses_name_length_price_and_whom_it_is_for(named):
    page = Client().get("/book/").text

    for words in (OPEN, "60 min", "120 CAD", "For everybody"):
        assert words in page
    named.service.price = 0
    named.service.save()
    assert "free" in Client().get("/book/").text


# 29: how to change it, and the map --------------------------------------------------------------


@pytest.mark.parametrize("topic", ["booked", "moved", "reminder"])
def test_rule_29_every_letter_about_a_visit_says_how_to_change_it(clinic, topic):
    visit = clinic.book(WEDNESDAY)
    letters = send()
    if topic == "moved":
        to = {"practitioner": clinic.physio, "location": clinic.place}
        actions.move(visit, **to, starts_at=at(14, day=13), by=GUEST, now=NOW + HOUR)
        letters = send(NOW + HOUR)
    elif topic == "reminder":
        actions.queue_reminders(now=WEDNESDAY - 48 * HOUR)
        letters = send(WEDNESDAY - 48 * HOUR)

    [letter] = letters
    assert "There you can move or cancel it until" in letter.body
    link = re.search(r"/visit/[\w-]+/", letter.body).group(0)
    page = Client().get(link)
    assert {f"{link}move/", f"{link}cancel/"} <= set(Page(page).links)


# 35: nobody without a mail address is left without word -----------------------------------------


@pytest.mark.parametrize("mode", ["in_person", "phone", "video"])
def test_rule_35_the_printed_confirmation_says_what_the_letter_would(
    clinic, desk, admin_client, mode
):
    clinic.service.mode = mode
    clinic.service.save()
    patient = PatientFactory(email="", phone="+14035550142")
    visit = actions.desk_book(
        patient=patient, service=clinic.service, practitioner=clinic.physio,
        location=clinic.place, starts_at=WEDNESDAY, by=desk, now=NOW,
    )  # fmt: skip

    page = admin_client.get(f"/admin/bookings/appointment/{visit.pk}/confirmation/").text

    for words in (
        "Wednesday 13 January 2027, 10:00–11:00",
        "Edmonton time",
        "Anna Example",
        NEUTRAL,
    ):
        assert words in page
    where = {"in_person": "1 Larch Street", "phone": "+1 403-555-0142", "video": "By video"}[mode]
    assert where in page
    assert not Message.objects.exists()
