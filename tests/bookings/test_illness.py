"""Rule 27: a practitioner falls ill; everybody touched is offered three times; the desk sees who
answered what. And the same over HTTP, at the desk and behind the link in the mail."""

import re
from datetime import date, datetime, time, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings import actions
from bookings.actions import groups, illness, other_times
from bookings.errors import OfferGone, TimeTaken
from bookings.models import Absence, Appointment, OtherTimes, TimeOff
from bookings.views import choose as choose_page
from clinic.audit import GUEST
from clinic.models import AuditEvent, Message
from tests.bookings.conftest import at, details
from tests.bookings.page import Page
from tests.bookings.waiting_room import fill, letters
from tests.conftest import NOW
from tests.factories import (
    AppointmentFactory,
    PatientFactory,
    ServiceFactory,
    ServiceOfferFactory,
)

TUESDAY = date(2027, 1, 12)
NINE = at(9, day=12)


@pytest.fixture
def visits(clinic):
    """Three visits on Tuesday; a colleague has the same hours."""
    clinic.colleague()
    return fill(clinic, [NINE, at(11, day=12), at(15, day=12)])


def report(clinic, by, **part):
    return illness.report_absence(clinic.physio, TUESDAY, by=by, now=NOW, **part)


def times_of(visit):
    offer = OtherTimes.objects.get(appointment=visit)
    return [(row.practitioner.slug, row.starts_at) for row in offer.times.order_by("starts_at")]


def choose(visit, time, *, now=NOW):
    return other_times.choose_time(
        OtherTimes.objects.get(appointment=visit), practitioner=time.practitioner,
        location=time.location, starts_at=time.starts_at, by=GUEST, now=now,
    )  # fmt: skip


def test_rule_27_every_patient_touched_is_offered_three_times(clinic, visits, desk):
    report(clinic, desk)

    assert OtherTimes.objects.count() == 3
    times = [time for visit in visits.values() for time in times_of(visit)]
    assert len(times) == len(set(times)) == 9  # no time is offered to two people
    for visit in visits.values():
        people = {slug for slug, _ in times_of(visit)}
        assert "anna" in people
        days = {starts_at.date() for _, starts_at in times_of(visit)}
        assert len(days) == 3


def test_rule_27_the_day_becomes_time_off_and_nothing_is_cancelled(clinic, visits, desk):
    report(clinic, desk)

    off = TimeOff.objects.get()
    assert (off.first_day, off.last_day, off.starts, off.ends) == (TUESDAY, TUESDAY, None, None)
    assert set(Appointment.objects.values_list("state", flat=True)) == {"booked"}
    with pytest.raises(Exception, match="working hours"):
        clinic.hold(at(13, day=12))
    for visit in visits.values():
        assert all(
            slug != "anna" or starts_at.astimezone(clinic.place.tz).date() != TUESDAY
            for slug, starts_at in times_of(visit)
        )


def test_rule_27_a_part_of_the_day_touches_only_its_visits(clinic, visits, desk):
    report(clinic, desk, starts=time(10, 30), ends=time(15))

    assert [offer.appointment for offer in OtherTimes.objects.all()] == [visits[at(11, day=12)]]
    off = TimeOff.objects.get()
    assert (off.starts, off.ends) == (time(10, 30), time(15))


def test_rule_27_choosing_moves_the_visit_inside_the_cutoff_too(clinic, visits, desk):
    report(clinic, desk)
    offer = OtherTimes.objects.get(appointment=visits[NINE])
    late = at(8, 30, day=12)
    time = offer.times.order_by("-starts_at").first()

    moved = choose(visits[NINE], time, now=late)

    assert (moved.pk, moved.starts_at, moved.version) == (visits[NINE].pk, time.starts_at, 2)
    offer.refresh_from_db()
    assert (offer.state, offer.answered_at) == ("accepted", late)


def test_rule_27_a_time_somebody_else_took_is_refused_and_nothing_changes(clinic, visits, desk):
    report(clinic, desk)
    offer = OtherTimes.objects.get(appointment=visits[NINE])
    time = offer.times.order_by("starts_at").first()
    clinic.hold(time.starts_at, practitioner=time.practitioner, browser="quick")

    with pytest.raises(TimeTaken):
        choose(visits[NINE], time)
    offer.refresh_from_db()
    visits[NINE].refresh_from_db()
    assert (offer.state, visits[NINE].starts_at) == ("asked", NINE)


def test_rule_27_settled_meanwhile_it_cannot_be_chosen(clinic, visits, desk):
    report(clinic, desk)
    time = OtherTimes.objects.get(appointment=visits[NINE]).times.first()
    actions.move(
        visits[NINE], practitioner=clinic.physio, location=clinic.place, starts_at=at(9, day=15),
        by=desk, now=NOW,
    )  # fmt: skip

    with pytest.raises(OfferGone):
        choose(visits[NINE], time)


def test_rule_27_reported_twice_asks_nobody_twice_but_whoever_came_since(clinic, visits, desk):
    first = report(clinic, desk)
    letters()
    actions.desk_book(
        patient=visits[NINE].patient, service=clinic.service, practitioner=clinic.physio,
        location=clinic.place, starts_at=at(13, day=12), by=desk, now=NOW, force=True,
        force_reason="was on the phone",
    )  # fmt: skip
    again = report(clinic, desk)

    assert again == first
    assert (Absence.objects.count(), TimeOff.objects.count()) == (1, 1)
    assert OtherTimes.objects.count() == 4
    assert Message.objects.filter(topic="other-times").count() == 4


def test_rule_27_who_has_no_address_is_on_the_list_to_call(clinic, visits, desk, front_desk):
    patient = visits[NINE].patient
    patient.email, patient.phone = "", "+14035550177"
    patient.save()
    absence = report(clinic, desk)

    page = front_desk.get(f"/admin/bookings/absence/{absence.pk}/change/")
    assert [answer.visit for answer in page.context["calls"]] == [visits[NINE]]
    assert "403-555-0177" in page.text or "+1 403" in page.text
    assert Message.objects.filter(topic="other-times").count() == 2


def test_rule_27_the_letter_offers_the_times_and_names_no_health(clinic, visits, desk):
    letters()
    report(clinic, desk)
    letter = letters()["full0@example.com"]

    assert letter.subject == (
        "Your appointment on Tuesday 12 January 2027, 09:00 needs another time"
    )
    for text in (letter.body, letter.alternatives[0].content):
        assert text.count("January 2027, ") >= 3
        assert "Anna Example cannot be here" in text
        assert not re.search(r"knee|\bill\b|sick", text, re.I)


def test_rule_27_a_letter_is_not_sent_once_it_is_settled(clinic, visits, desk):
    report(clinic, desk)
    actions.cancel(visits[NINE], reason="x", by=desk, now=NOW)

    letters()
    left = [(row.to, row.state) for row in Message.objects.filter(topic="other-times")]
    assert sorted(left) == [
        ("full0@example.com", "skipped"),
        ("full1@example.com", "sent"),
        ("full2@example.com", "sent"),
    ]


@pytest.fixture
def link(clinic, visits, desk):
    letters()
    report(clinic, desk)
    return re.search(r"/visit/[\w-]+/choose/", letters()["full0@example.com"].body).group(0)


def test_the_page_offers_the_three_and_a_get_changes_nothing(client, clinic, visits, link):
    page = client.get(link)

    assert page.status_code == 200
    times = [button["starts_at"] for button in Page(page).times()]
    assert len(times) == len(set(times)) or len(times) > 3
    for _, starts_at in times_of(visits[NINE]):
        assert starts_at.astimezone(clinic.place.tz).isoformat(timespec="minutes") in times
    assert OtherTimes.objects.get(appointment=visits[NINE]).state == "asked"
    ids = re.findall(r'id="([^"]+)"', page.text)
    assert len(ids) == len(set(ids))


def test_the_page_of_the_visit_leads_there_until_it_is_settled(client, clinic, visits, link):
    token = actions.open_link(visits[NINE], by=GUEST, now=NOW)
    assert f"/visit/{token}/choose/" in Page(client.get(f"/visit/{token}/")).links

    client.post(link, Page(client.get(link)).times()[0])

    assert "/choose/" not in client.get(f"/visit/{token}/").text


def test_choose_on_the_page(client, visits, link):
    time = Page(client.get(link)).times()[0]
    done = client.post(link, time)

    assert done.status_code == 303
    assert "You are booked" in client.get(done["Location"]).text
    visits[NINE].refresh_from_db()
    assert visits[NINE].starts_at.isoformat()[:16] != NINE.isoformat()[:16]
    assert client.get(link).status_code == 303  # settled: the visit says the rest


def test_a_time_gone_meanwhile_answers_409_with_others(client, clinic, visits, link):
    time = Page(client.get(link)).times()[0]
    offer = OtherTimes.objects.get(appointment=visits[NINE]).times.order_by("starts_at").first()
    clinic.hold(offer.starts_at, practitioner=offer.practitioner, browser="quick")

    lost = client.post(link, time)

    assert lost.status_code == 409
    assert "Nothing was changed" in lost.text
    first = Page(lost).times()[: choose_page.NEAREST]
    away = [abs(datetime.fromisoformat(each["starts_at"]) - offer.starts_at) for each in first]
    assert max(away) <= timedelta(hours=3)
    visits[NINE].refresh_from_db()
    assert visits[NINE].starts_at == NINE
    assert OtherTimes.objects.get(appointment=visits[NINE]).state == "asked"  # still to be settled
    assert client.post(link, first[0]).status_code == 303


def test_times_at_which_the_patient_is_elsewhere_are_not_shown(client, clinic, visits, link):
    busy = Page(client.get(link)).times()[0]["starts_at"]
    AppointmentFactory(patient=visits[NINE].patient, starts_at=datetime.fromisoformat(busy))

    assert busy not in [each["starts_at"] for each in Page(client.get(link)).times()]


def test_rule_27_a_seat_of_a_class_is_offered_other_sessions(clinic, desk):
    klass = ServiceFactory(slug="knee-class", seats=2)
    ServiceOfferFactory(service=klass, practitioner=clinic.physio, location=clinic.place)
    for day in (12, 13, 14):
        groups.plan_session(
            service=klass, practitioner=clinic.physio, location=clinic.place,
            starts_at=at(10, day=day), by=desk, now=NOW,
        )  # fmt: skip
    seats = [
        actions.book(
            clinic.hold(at(10, day=12), service=klass, browser=f"b{number}"),
            details(email=f"seat{number}@example.com"), by=GUEST, now=NOW,
        )
        for number in (1, 2)
    ]  # fmt: skip
    report(clinic, desk)

    for seat in seats:
        assert [at_ for _, at_ in times_of(seat)] == [at(10, day=13), at(10, day=14)]
        offer = OtherTimes.objects.get(appointment=seat)
        choose(seat, offer.times.order_by("starts_at").first())
    assert Appointment.objects.filter(starts_at=at(10, day=13), seat__isnull=False).count() == 2


def test_ask_for_a_call(client, visits, link, clinic):
    assert client.post(link, {"call": "1"}).status_code == 303
    assert OtherTimes.objects.get(appointment=visits[NINE]).state == "call"
    assert "We call you" in client.get(link).text
    assert client.post(link, Page(client.get(link)).times()[0]).status_code == 303


@pytest.mark.parametrize("sent", [{}, {"starts_at": "soon"}, {"starts_at": "2027-01-13T09:00-06:00",
    "practitioner": "nobody", "location": "downtown"}])  # fmt: skip
def test_an_answer_that_is_none_answers_422(client, link, sent):
    assert client.post(link, sent).status_code == 422


def test_a_visit_nobody_has_to_move_has_no_such_page(client, clinic, visits):
    token = actions.open_link(visits[NINE], by=GUEST, now=NOW)

    answer = client.get(f"/visit/{token}/choose/")
    assert (answer.status_code, answer["Location"]) == (303, f"/visit/{token}/")
    assert client.get("/visit/nothing/choose/").status_code == 404


def test_the_desk_sees_first_and_confirms_then(front_desk, clinic, visits):
    typed = {"practitioner": clinic.physio.pk, "day": "2027-01-12", "starts": "", "ends": ""}
    first = front_desk.post("/admin/bookings/absence/add/", typed)
    assert first.status_code == 200
    assert len(first.context["touched"]) == 3
    assert Absence.objects.count() == 0

    done = front_desk.post("/admin/bookings/absence/add/", {**typed, "confirm": "1"}, follow=True)
    assert "3 visits need another time" in done.text
    assert OtherTimes.objects.count() == 3
    assert AuditEvent.objects.filter(action="absence.report").count() == 1

    choose(visits[NINE], OtherTimes.objects.get(appointment=visits[NINE]).times.first())
    listed = front_desk.get("/admin/bookings/absence/")
    assert "1 of 3" in listed.text


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"day": "2027-01-09"}, "This day is over"),
        ({"day": "tomorrow"}, "Write the day as"),
        ({"starts": "15:00", "ends": "10:00"}, "end comes after"),
        ({"practitioner": str(UUID(int=1))}, "Select a valid choice"),
    ],
)
def test_the_desk_is_told_what_is_wrong(front_desk, clinic, visits, wrong, words):
    typed = {"practitioner": clinic.physio.pk, "day": "2027-01-12", "starts": "", "ends": ""}
    answer = front_desk.post("/admin/bookings/absence/add/", {**typed, "confirm": "1", **wrong})

    assert answer.status_code == 422
    assert words in answer.text
    assert Absence.objects.count() == 0


def test_the_pages_cost_the_same_for_one_and_for_many(front_desk, clinic, desk):
    fill(clinic, [NINE])
    absence = report(clinic, desk)
    address = f"/admin/bookings/absence/{absence.pk}/change/"
    front_desk.get(address)
    with CaptureQueriesContext(connection) as one:
        front_desk.get(address)
    with CaptureQueriesContext(connection) as first_list:
        front_desk.get("/admin/bookings/absence/")
    TimeOff.objects.all().delete()
    for number, hour in enumerate((10, 11, 13)):
        clinic.book(at(hour, day=12), browser=f"b{number}", email=f"more{number}@example.com")
    report(clinic, desk)
    with CaptureQueriesContext(connection) as many:
        front_desk.get(address)
    with CaptureQueriesContext(connection) as second_list:
        front_desk.get("/admin/bookings/absence/")

    assert (len(many), len(second_list)) == (len(one), len(first_list))


def test_proposing_reads_each_service_once(clinic, visits, django_assert_num_queries):
    rows = list(Appointment.objects.with_people().order_by("starts_at"))
    other_times.propose(rows[:1], now=NOW)
    with CaptureQueriesContext(connection) as one:
        other_times.propose(rows[:1], now=NOW)
    with django_assert_num_queries(len(one)):
        other_times.propose(rows, now=NOW)


def test_rule_27_the_times_are_as_long_as_the_visit_whatever_its_service_takes_by_now(
    clinic, desk, django_assert_max_num_queries
):
    short = AppointmentFactory(
        service=clinic.service, practitioner=clinic.physio, location=clinic.place,
        starts_at=at(9, day=12), patient=PatientFactory(),
    )  # fmt: skip
    assert short.length == timedelta(minutes=60)
    clinic.service.minutes = 90
    clinic.service.save()
    visit = Appointment.objects.with_people().get(pk=short.pk)

    # PostgreSQL is also asked for the stamp of what is kept.
    with django_assert_max_num_queries(6 if connection.vendor == "postgresql" else 5):
        found = other_times.propose([visit], now=NOW)[visit.pk]

    assert [each.ends_at - each.starts_at for each in found] == [visit.length] * 3


def test_what_is_not_offered_any_more_gets_no_times_but_a_call(clinic, desk):
    other = ServiceFactory(slug="other")
    offer = ServiceOfferFactory(service=other, practitioner=clinic.physio, location=clinic.place)
    visit = clinic.book(NINE)
    Appointment.objects.filter(pk=visit.pk).update(service=other)
    offer.delete()
    report(clinic, desk)

    assert times_of(visit) == []
