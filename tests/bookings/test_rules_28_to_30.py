"""Rules 28, 29 and 30, sentence by sentence, from the booking to the calendar at home."""

import itertools
import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.db import transaction

from assessments.models import Intake
from bookings import actions, links, owing
from bookings.models import Appointment, VisitLink
from clinic import outbox, practice
from clinic.audit import GUEST, Actor
from clinic.models import Message
from tests.bookings.conftest import at
from tests.bookings.ics_reader import Diary, read
from tests.conftest import NOW
from tests.factories import AppointmentFactory, UserFactory

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
WEDNESDAY = at(10, day=13)


def send(now=NOW):
    before = len(mail.outbox)
    with time_machine.travel(now, tick=False):
        outbox.send_due()
    return mail.outbox[before:]


def move(clinic, visit, starts_at, now, by=GUEST):
    return actions.move(
        visit,
        practitioner=clinic.physio,
        location=clinic.place,
        starts_at=starts_at,
        by=by,
        now=now,
    )


def cancel(visit, now, by=GUEST):
    return actions.cancel(visit, reason="other", by=by, now=now)


def token_in(letter):
    return re.search(r"/visit/([\w-]+)/", letter.body).group(1)


def file_in(letter):
    parts = [p for p in letter.message().walk() if p.get_content_type() == "text/calendar"]
    return parts[0].get_payload(decode=True) if parts else b""


@pytest.fixture
def visit(clinic):
    return clinic.book(WEDNESDAY)


# 28: written with the event, decided when sent ---------------------------------------------------


def test_rule_28_a_change_that_fails_owes_nothing(clinic):
    with transaction.atomic():
        clinic.book(WEDNESDAY)
        transaction.set_rollback(True)

    assert not Message.objects.exists()
    assert not Appointment.objects.exists()


def test_rule_28_nothing_for_an_old_time(clinic, visit):
    move(clinic, visit, at(14, day=13), NOW + MINUTE)

    [letter] = send(NOW + 10 * MINUTE)

    assert "14:00" in letter.subject
    assert Message.objects.filter(state="skipped").count() == 1


def test_rule_28_nothing_for_a_cancelled_visit_but_that_it_is(clinic, visit):
    send()
    later = NOW + 5 * MINUTE
    moved = move(clinic, visit, at(14, day=13), later)
    owing.remind(moved, 48 * HOUR)
    cancel(moved, later + MINUTE)

    subjects = [letter.subject for letter in send(at(15, day=12))]

    assert subjects == ["Cancelled: your appointment on Wednesday 13 January 2027, 14:00"]


@pytest.mark.parametrize(
    ("second", "leaves"),
    [(0, 180), (1, 180), (179, 180), (180, 180), (181, 181), (3600, 3600)],
)
def test_rule_28_a_further_change_waits_for_the_end_of_three_minutes(clinic, visit, second, leaves):
    send()
    move(clinic, visit, at(14, day=13), NOW + second * MINUTE / 60)

    owed = Message.objects.get(topic="moved")

    assert owed.due_at == NOW + leaves * MINUTE / 60


def test_rule_28_the_last_message_counts_whatever_it_was(clinic, visit):
    send()
    owing.remind(visit, 48 * HOUR)
    now = WEDNESDAY - 48 * HOUR
    send(now)
    move(clinic, visit, at(14, day=14), now + MINUTE)

    assert Message.objects.get(topic="moved").due_at == now + 3 * MINUTE


def test_rule_28_a_letter_that_waits_for_the_server_does_not_hold_the_news_longer(clinic, visit):
    Message.objects.update(due_at=NOW + HOUR)  # it was put off
    move(clinic, visit, at(14, day=13), NOW + MINUTE)

    assert Message.objects.get(topic="moved").due_at == NOW + 4 * MINUTE


@pytest.mark.parametrize("state", ["sending", "sent", "unsure"])
def test_rule_28_a_move_is_news_only_to_who_may_know_the_old_time(clinic, visit, state):
    send()
    Message.objects.update(state=state, lease_until=NOW + HOUR)
    move(clinic, visit, at(14, day=13), NOW + 5 * MINUTE)

    [letter] = send(NOW + 5 * MINUTE)

    assert letter.subject.startswith("New time of your appointment")


def test_rule_28_staff_are_not_mailed_about_their_own_action(clinic):
    visit = clinic.book(WEDNESDAY, email="colleague@example.com")
    colleague = UserFactory(email="colleague@example.com", is_staff=True)
    send()
    move(clinic, visit, at(14, day=13), NOW + 5 * MINUTE, by=Actor("staff", colleague.pk))
    assert send(NOW + 10 * MINUTE) == []

    other = UserFactory(email="other@example.com", is_staff=True)
    move(clinic, visit, at(15, day=13), NOW + 15 * MINUTE, by=Actor("staff", other.pk))
    assert len(send(NOW + 20 * MINUTE)) == 1


def test_rule_28_nothing_is_mailed_about_past_visits(clinic, visit, desk):
    owing.remind(visit, 3 * HOUR)

    assert send(WEDNESDAY) == []
    assert set(Message.objects.values_list("state", flat=True)) == {"skipped"}
    assert not owing.renewed(visit, now=visit.ends_at)


# 28: reminders -----------------------------------------------------------------------------------


def remind_at(hours):
    now = WEDNESDAY - hours * HOUR
    with time_machine.travel(now, tick=False):
        return actions.queue_reminders(now=now)


def test_rule_28_reminders_go_out_at_the_hours_of_the_settings(clinic):
    clinic.practice.reminder_hours, clinic.practice.last_reminder_hours = 24, 2
    clinic.practice.save()
    practice.forget()
    AppointmentFactory(starts_at=WEDNESDAY)

    assert [remind_at(hours) for hours in (48, 25, 24, 3, 2, 1)] == [0, 0, 1, 0, 1, 0]


def test_rule_28_zero_hours_switch_a_reminder_off(clinic):
    clinic.practice.reminder_hours, clinic.practice.last_reminder_hours = 0, 0
    clinic.practice.save()
    practice.forget()
    AppointmentFactory(starts_at=WEDNESDAY)

    assert [remind_at(hours) for hours in (48, 3, 1)] == [0, 0, 0]


@pytest.mark.parametrize(
    ("booked", "found"), [(49, [1, 1]), (48, [1, 1]), (47, [0, 1]), (4, [0, 1]), (2, [0, 0])]
)
def test_rule_28_only_if_they_became_due_after_booking(clinic, booked, found):
    AppointmentFactory(starts_at=WEDNESDAY, booked_at=WEDNESDAY - booked * HOUR)

    assert [remind_at(hours) for hours in (min(booked, 48), min(booked, 3))] == found


# 28: links ---------------------------------------------------------------------------------------


def test_rule_28_every_message_mints_its_own_link_and_all_stay_valid(clinic, visit):
    letters = send()
    moved = move(clinic, visit, at(14, day=13), NOW + 5 * MINUTE)
    letters += send(NOW + 5 * MINUTE)
    owing.remind(moved, 3 * HOUR)
    letters += send(moved.starts_at - 3 * HOUR)

    tokens = [token_in(letter) for letter in letters]
    assert len(set(tokens)) == 3
    for token in tokens:
        assert links.visit_of(token, moved.ends_at - MINUTE) == moved
        assert links.visit_of(token, moved.ends_at) is None
    assert [link.purpose for link in VisitLink.objects.order_by("pk")] == [
        "page",
        "booked",
        "moved",
        "reminder",
    ]


def test_rule_28_the_database_keeps_only_the_digest(clinic, visit):
    [letter] = send()

    stored = str(list(VisitLink.objects.values())) + str(list(Message.objects.values()))
    assert token_in(letter) not in stored


def test_rule_28_a_letter_that_is_tried_again_brings_a_fresh_link(clinic, visit):
    first = outbox._claim(())[1]
    Message.objects.update(state="pending", lease_until=None)
    second = outbox._claim(())[1]

    assert token_in_text(first.text) != token_in_text(second.text)


def token_in_text(text):
    return re.search(r"/visit/([\w-]+)/", text).group(1)


def test_rule_28_on_a_cancelled_visit_links_show_that_and_change_nothing(client, clinic, visit):
    [letter] = send()
    cancel(visit, NOW + MINUTE)
    path = f"/visit/{token_in(letter)}/"

    page = client.get(path)
    assert page.status_code == 200
    assert "This visit was cancelled" in page.text
    for step in ("move/", "cancel/"):
        assert step not in page.text.replace(path, "")
    wanted = {
        "practitioner": "anna", "location": "downtown", "starts_at": at(14, day=13).isoformat(),
    }  # fmt: skip
    assert client.post(f"{path}move/", wanted).status_code == 403
    client.post(f"{path}cancel/", {"reason": "other"})
    visit.refresh_from_db()
    assert (visit.state, visit.version, visit.starts_at) == ("cancelled", 2, WEDNESDAY)


def test_rule_28_a_new_link_revokes_all(client, clinic, visit, desk):
    [letter] = send()
    actions.renew_links(visit, by=desk, now=NOW + MINUTE)
    actions.renew_links(visit, by=desk, now=NOW + MINUTE + timedelta(milliseconds=5))
    fresh = send(NOW + MINUTE + timedelta(seconds=1))

    assert client.get(f"/visit/{token_in(letter)}/").status_code == 404
    assert links.visit_of(token_in(fresh[-1]), NOW + HOUR) == visit
    standing = VisitLink.objects.filter(revoked_at__isnull=True)
    assert standing.count() == len(fresh) == 2
    assert "Older links no longer work" in fresh[-1].body


# 29: what a message says -------------------------------------------------------------------------


def test_rule_29_who_when_where_and_how_to_change_it(clinic):
    clinic.place.what_to_wear, clinic.place.directions = "Bring shorts.", "Second floor."
    clinic.place.save()
    clinic.book(WEDNESDAY, reason="CANARY knee")
    [letter] = send()

    for text in (letter.body, letter.alternatives[0].content):
        for words in (
            "Anna Example",
            "Wednesday 13 January 2027, 10:00–11:00",
            "Edmonton time (UTC−6)",
            "1 Larch Street, Exampleville",
            "openstreetmap.org",
            "Bring shorts.",
            "Second floor.",
            "There you can move or cancel it until Tuesday 12 January 2027, 10:00.",
            "/visit/",
        ):
            assert words in text
        assert "CANARY" not in text
        assert "knee" not in text.lower()


def test_rule_29_once_it_is_too_late_to_change_nothing_is_promised(clinic, visit):
    owing.remind(visit, 3 * HOUR)
    send()
    [letter] = send(WEDNESDAY - 3 * HOUR)

    assert "move or cancel" not in letter.body


def test_rule_29_the_form_before_the_visit_until_it_is_filled_in(clinic, visit):
    [booked] = send()
    assert f"/visit/{token_in(booked)}/intake/" in booked.body

    Intake.objects.create(appointment=visit, part="first", begun_at=NOW, saved_at=NOW, sent_at=NOW)
    owing.remind(visit, 48 * HOUR)
    [reminder] = send(WEDNESDAY - 48 * HOUR)
    assert "/intake/" not in reminder.body


# 30: the calendar at home ------------------------------------------------------------------------


@pytest.fixture
def story(clinic, visit):
    """Booked, moved twice, cancelled: the files as they left, and the times they are about."""
    files = [file_in(send()[0])]
    now = NOW
    for hour in (14, 15):
        now += 5 * MINUTE
        visit = move(clinic, visit, at(hour, day=13), now)
        files.append(file_in(send(now)[0]))
    now += 5 * MINUTE
    cancel(visit, now)
    files.append(file_in(send(now)[0]))
    return files


def test_rule_30_one_entry_at_the_right_instant_and_gone_at_the_end(story, visit):
    diary = Diary()
    seen = []
    for content in story:
        diary.receive(content)
        seen.append([(entry.starts, entry.ends) for entry in diary.entries.values()])

    hours = [(at(hour, day=13), at(hour + 1, day=13)) for hour in (10, 14, 15)]
    assert seen == [[hours[0]], [hours[1]], [hours[2]], []]
    assert list(diary.gone) == [f"{visit.pk}@127.0.0.1"]


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_rule_30_files_that_arrive_in_any_order_end_the_same(story, order):
    diary = Diary()
    for number in order:
        diary.receive(story[number])

    assert diary.entries == {}


def test_rule_30_the_sequence_grows_with_each_change(story):
    events = [read(content).children[0] for content in story]

    numbers = [int(event.one("SEQUENCE")) for event in events]
    assert numbers == sorted(set(numbers))
    assert len({event.one("UID") for event in events}) == 1
    methods = [read(content).one("METHOD") for content in story]
    assert methods == ["REQUEST", "REQUEST", "REQUEST", "CANCEL"]


def test_rule_30_organiser_place_and_neutral_words(story):
    event = read(story[0]).children[0]

    assert event.one("ORGANIZER") == "mailto:desk@example.com"
    assert event.text("LOCATION") == "Downtown, 1 Larch Street, Exampleville"
    assert event.text("SUMMARY") == "Appointment, 60 min · Larchwood Physiotherapy"


def test_rule_30_the_file_behind_the_link_is_the_same_entry(client, clinic, visit):
    [letter] = send()
    diary = Diary()
    diary.receive(file_in(letter))
    diary.receive(client.get(f"/visit/{token_in(letter)}/calendar.ics").content)

    [entry] = diary.entries.values()
    assert entry.starts == WEDNESDAY


def test_rule_30_long_and_odd_names_survive(client, clinic, desk):
    clinic.place.name = "Zürich; Haus “A”, 2\\3 " + "ä" * 60
    clinic.place.save()
    clinic.book(WEDNESDAY)
    diary = Diary()
    diary.receive(file_in(send()[0]))

    [entry] = diary.entries.values()
    assert entry.place == f"{clinic.place.name}, 1 Larch Street, Exampleville"
