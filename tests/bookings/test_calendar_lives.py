"""Rule 30 for every kind of visit: one entry, at the right instant, gone at the end.

The files are taken from the letters and from behind the link, and read by a calendar program of
the tests' own (``ics_reader``), which shares no code with the writer.
"""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client

from bookings import actions, links
from bookings.actions import groups, series, waiting
from bookings.actions.waiting import Wishes
from bookings.models import WaitingOffer
from clinic import outbox
from clinic.audit import GUEST, Actor
from tests.bookings.conftest import HOUR, at, details
from tests.bookings.ics_reader import Diary, read
from tests.bookings.waiting_room import work
from tests.conftest import NOW
from tests.factories import PatientFactory, ServiceFactory, ServiceOfferFactory

DESK = Actor("staff")
START, SECOND, THIRD = at(10, day=20), at(11, day=21), at(12, day=22)


def in_person(clinic):
    return clinic.book(START)


def phone(clinic):
    clinic.service.mode = "phone"
    clinic.service.save()
    return clinic.book(START, phone="+14035550142")


def video(clinic):
    clinic.service.mode = "video"
    clinic.service.save()
    return clinic.book(START)


def by_the_desk(clinic):
    return actions.desk_book(
        patient=PatientFactory(), service=clinic.service, practitioner=clinic.physio,
        location=clinic.place, starts_at=START, by=DESK, now=NOW,
    )  # fmt: skip


def requested(clinic):
    clinic.service.approval_hours = 48
    clinic.service.save()
    return clinic.book(START)


def confirmed(clinic):
    visit = requested(clinic)
    send(NOW)
    return actions.confirm(visit, by=DESK, now=NOW)


def group(clinic):
    klass = ServiceFactory(slug="knee-class", seats=2)
    ServiceOfferFactory(service=klass, practitioner=clinic.physio, location=clinic.place)
    for start in (START, SECOND, THIRD):
        groups.plan_session(
            service=klass, practitioner=clinic.physio, location=clinic.place, starts_at=start,
            by=DESK, now=NOW,
        )  # fmt: skip
    return actions.book(clinic.hold(START, service=klass), details(), by=GUEST, now=NOW)


def of_a_series(clinic):
    wanted = series.Wanted(
        patient=PatientFactory(), service=clinic.service, practitioner=clinic.physio,
        location=clinic.place, pattern=[(2, 600)], first_day=START.date(), count=2,
    )  # fmt: skip
    starts = [row.starts_at for row in series.preview(wanted, now=NOW)]
    made = series.book_series(wanted, starts, by=DESK, now=NOW)
    return made.visits.order_by("appointment__starts_at").first().appointment


def offered(clinic):
    """Taken from the waiting list."""
    other = clinic.book(START, browser="other", email="other@example.com")
    waiting.join(clinic.service, details(), Wishes(), by=GUEST, now=NOW - HOUR)
    actions.cancel(other, reason="other", by=DESK, now=NOW)
    work()
    send(NOW)
    return waiting.accept(WaitingOffer.objects.get(), by=GUEST, now=NOW)


KINDS = [in_person, phone, video, by_the_desk, requested, confirmed, group, of_a_series, offered]


def send(now):
    """Let the worker send; return the calendar files that left."""
    before = len(mail.outbox)
    with time_machine.travel(now, tick=False):
        outbox.send_due()
    parts = (part for letter in mail.outbox[before:] for part in letter.message().walk())
    return [p.get_payload(decode=True) for p in parts if p.get_content_type() == "text/calendar"]


def behind_the_link(visit, now):
    with time_machine.travel(now, tick=False):
        token = links.mint(visit, "test", now)
        return Client().get(f"/visit/{token}/calendar.ics").content


@pytest.mark.parametrize("kind", KINDS)
def test_rule_30_one_entry_from_the_booking_to_the_end(clinic, kind):
    diary, seen, now = Diary(), [], NOW
    visit = kind(clinic)
    for start in (None, SECOND, THIRD):
        if start:
            now += HOUR
            to = {"practitioner": visit.practitioner, "location": visit.location}
            visit = actions.move(visit, **to, starts_at=start, by=GUEST, now=now)
        for content in [*send(now), behind_the_link(visit, now)]:
            diary.receive(content)
        [entry] = [e for uid, e in diary.entries.items() if uid.startswith(str(visit.pk))]
        seen.append((entry.starts, entry.ends - entry.starts))
    visit = actions.cancel(visit, reason="other", by=GUEST, now=now + HOUR)
    for content in [*send(now + HOUR), behind_the_link(visit, now + HOUR)]:
        diary.receive(content)

    assert seen == [(start, HOUR) for start in (START, SECOND, THIRD)]
    assert not [uid for uid in diary.entries if uid.startswith(str(visit.pk))]
    assert diary.gone[f"{visit.pk}@127.0.0.1"] == visit.version


@pytest.mark.parametrize(
    ("kind", "status"),
    [(in_person, "CONFIRMED"), (group, "CONFIRMED"), (requested, "TENTATIVE"),
     (confirmed, "CONFIRMED")],
)  # fmt: skip
def test_rule_30_what_is_not_confirmed_yet_is_tentative(clinic, kind, status):
    event = read(behind_the_link(kind(clinic), NOW)).children[0]

    assert event.one("STATUS") == status


@pytest.mark.parametrize(
    ("kind", "place"),
    [
        (in_person, "Downtown, 1 Larch Street, Exampleville"),
        (phone, "By phone: Anna Example calls you on +1 403-555-0142"),
        (video, "By video: the link opens on the page of your visit, 15 minutes before the start"),
    ],
)
def test_rule_30_the_place_says_where_or_who_calls_whom(clinic, kind, place):
    kind(clinic)
    [content] = send(NOW)

    assert read(content).children[0].text("LOCATION") == place


def test_rule_30_a_request_that_ran_out_leaves_the_calendar(clinic):
    diary = Diary()
    visit = requested(clinic)
    [content] = send(NOW)
    diary.receive(content)
    late = NOW + timedelta(hours=48)
    actions.expire_requests(now=late)
    for content in send(late):
        diary.receive(content)

    assert diary.entries == {}
    assert list(diary.gone) == [f"{visit.pk}@127.0.0.1"]
