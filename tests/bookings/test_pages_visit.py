"""One visit behind its link: seen, put in a calendar, moved, cancelled."""

from datetime import timedelta

import pytest
import time_machine
from icalendar import Calendar

from bookings import actions, links
from bookings.actions.waiting import open_entry
from bookings.models import Appointment, Service, VisitLink
from bookings.schedule import Kept
from clinic.audit import GUEST
from clinic.models import AuditEvent, Message
from tests.bookings.conftest import READING, at, works
from tests.bookings.page import Page
from tests.bookings.waiting_room import waits_sooner
from tests.conftest import NOW
from tests.factories import LocationFactory, PatientFactory, UserFactory

PAGES = ("", "move/", "cancel/", "calendar.ics")


@pytest.fixture
def visit(clinic):
    clinic.place.directions = "Second floor."
    clinic.place.save()
    return clinic.book(
        at(10, day=13),
        first_name="Test",
        last_name="Secretname",
        email="secret@example.com",
        phone="+14035550142",
        reason="CANARY",
    )


@pytest.fixture
def address(visit):
    return f"/visit/{links.mint(visit, 'page', NOW)}/"


def inside_cutoff(visit):
    return time_machine.travel(visit.starts_at - timedelta(hours=3), tick=False)


def tuesday(**more):
    return {
        "practitioner": "anna",
        "location": "downtown",
        "starts_at": "2027-01-12T10:00-06:00",
        **more,
    }


def snapshot():
    tables = (Appointment, VisitLink, AuditEvent, Message)
    return [list(table.objects.order_by("pk").values()) for table in tables]


def test_what_the_page_shows(client, address):
    page = client.get(address)

    for text in (
        "You are booked, Test",
        "Wednesday 13 January 2027, 10:00–11:00",
        "Edmonton time (UTC−6)",
        "Anna Example",
        "1 Larch Street, Exampleville",
        "Second floor.",
        "120 CAD",
        "until Tuesday 12 January 2027, 10:00",
        "911",
    ):
        assert text in page.text
    assert page["Cache-Control"] == "no-store, private"
    assert "noindex" in page["X-Robots-Tag"]


def test_price_and_fees_are_those_agreed_when_it_was_booked(front_desk, clinic):
    clinic.service.late_cancel_fee = clinic.service.no_show_fee = 60
    clinic.service.save()
    visit = clinic.book(at(10, day=13))
    address = f"/visit/{links.mint(visit, 'page', NOW)}/"
    sooner = waits_sooner(visit)
    clinic.service.price, clinic.service.late_cancel_fee = 150, 0
    clinic.service.save()
    Service.objects.update(no_show_fee=90)
    visit.refresh_from_db()
    offer = actions.offer_time(
        sooner, clinic.physio, clinic.place, at(10, day=12), by=GUEST, now=NOW
    )

    pages = (
        address,
        f"/admin/bookings/appointment/{visit.pk}/confirmation/",
        f"/waitlist/{open_entry(offer.entry, now=NOW)}/",
    )
    for path in pages:
        text = front_desk.get(path).text
        assert "120 CAD" in text
        assert "Cancelling later than that costs 60 CAD." in text
        assert "Not coming costs 60 CAD." in text
        assert "150 CAD" not in text
    assert "150 CAD" in front_desk.get("/book/first-visit/").text


def test_a_visit_from_before_prices_were_kept_says_what_its_service_costs(client, visit, address):
    Appointment.objects.filter(pk=visit.pk).update(price=None, currency="")

    assert "120 CAD" in client.get(address).text


@pytest.mark.parametrize("name", PAGES)
def test_no_personal_and_no_clinical_data_behind_a_link(client, address, name):
    text = client.get(address + name).text

    for secret in ("CANARY", "Secretname", "secret@example.com", "5550142", "555-0142"):
        assert secret not in text


@pytest.mark.parametrize("name", PAGES)
def test_looking_changes_nothing(client, address, name):
    before = snapshot()

    client.get(address + name, {**tuesday(), "reason": "other"})
    client.head(address + name, tuesday())

    assert snapshot() == before


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("why", ["unknown", "revoked", "over"])
def test_a_link_that_does_not_hold_is_not_found(client, visit, address, name, why):
    now = NOW
    if why == "unknown":
        address = "/visit/nope/"
    elif why == "revoked":
        actions.renew_links(visit, by=GUEST, now=NOW)
    else:
        now = visit.ends_at
    with time_machine.travel(now, tick=False):
        assert client.get(address + name).status_code == 404


def test_several_links_open_one_visit(client, visit, address):
    other = f"/visit/{links.mint(visit, 'moved', NOW)}/"

    assert client.get(address).status_code == client.get(other).status_code == 200


def test_the_calendar_file(client, visit, address):
    answer = client.get(address + "calendar.ics")

    assert answer["Content-Type"] == "text/calendar; charset=utf-8; method=REQUEST"
    event = Calendar.from_ical(answer.content).walk("VEVENT")[0]
    assert event["DTSTART"].dt == visit.starts_at
    assert "ATTENDEE" not in event
    assert max(len(line) for line in answer.content.splitlines()) <= 75


def test_moving_shows_the_same_practitioner_first(client, clinic, address):
    clinic.colleague()

    page = Page(client.get(address + "move/"))

    assert {sent["practitioner"] for sent in page.times()} == {"anna"}
    assert page.form_with("from").choices["practitioner"] == ["any", "anna", "ben"]
    others = Page(client.get(address + "move/?practitioner=ben"))
    assert {sent["practitioner"] for sent in others.times()} == {"ben"}


def test_moving_when_the_practitioner_no_longer_offers_it(client, clinic, address):
    colleague = clinic.colleague()
    clinic.service.offers.exclude(practitioner=colleague).delete()

    page = Page(client.get(address + "move/"))

    assert {sent["practitioner"] for sent in page.times()} == {"ben"}


def test_moving(client, visit, address):
    sent = next(
        one
        for one in Page(client.get(address + "move/")).times()
        if one["starts_at"] == "2027-01-12T10:00-06:00"
    )

    answer = client.post(address + "move/", sent)

    assert (answer.status_code, answer["Location"]) == (303, address)
    visit.refresh_from_db()
    assert (visit.starts_at, visit.version) == (at(10, day=12), 2)
    assert "Tuesday 12 January 2027" in client.get(address).text


def test_moving_pages_on(client, address):
    page = Page(client.get(address + "move/"))

    following = client.get(address + "move/" + page.rels["next"])
    assert following.status_code == 200
    assert Page(following).times()[0]["starts_at"].startswith("2027-01-25")


def test_a_lost_move_is_409_and_the_visit_stays(client, clinic, visit, address):
    clinic.hold(at(10, day=12), browser="another")

    answer = client.post(address + "move/", tuesday())

    assert answer.status_code == 409
    assert "your visit stays where it was" in answer.text
    page = Page(answer)
    assert {form.action for form in page.forms if form.buttons and form.method == "post"} == {
        address + "move/"
    }
    assert len(page.times()) == 6
    visit.refresh_from_db()
    assert visit.version == 1
    assert client.post(address + "move/", page.times()[0]).status_code == 303


def test_the_same_move_again_changes_nothing(client, visit, address):
    for _ in range(2):
        assert client.post(address + "move/", tuesday()).status_code == 303

    visit.refresh_from_db()
    assert visit.version == 2


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"practitioner": "nobody"}, 404),
        ({"location": "nowhere"}, 404),
        ({"practitioner": "any"}, 404),
        ({"starts_at": "soon"}, 422),
        ({"starts_at": "2027-01-12T10:00"}, 422),
        ({"starts_at": "2027-01-12T10:01-06:00"}, 409),
        ({"starts_at": "2020-01-12T10:00-06:00"}, 409),
    ],
)
def test_a_move_that_cannot_be(client, visit, address, wrong, status):
    assert client.post(address + "move/", tuesday(**wrong)).status_code == status
    visit.refresh_from_db()
    assert visit.version == 1


def test_cancelling(client, visit, address):
    page = Page(client.get(address + "cancel/"))
    reasons = page.form_with("reason").choices["reason"]

    answer = client.post(address + "cancel/", {"reason": reasons[0]})

    assert (answer.status_code, answer["Location"]) == (303, address)
    visit.refresh_from_db()
    assert (visit.state, visit.cancel_reason) == ("cancelled", "cannot come")
    shown = client.get(address)
    assert "This visit was cancelled" in shown.text
    assert "move/" not in shown.text
    assert b"METHOD:CANCEL" in client.get(address + "calendar.ics").content


@pytest.mark.parametrize("reason", ["", "because", "CANARY\0"])
def test_cancelling_needs_one_of_the_reasons(client, visit, address, reason):
    answer = client.post(address + "cancel/", {"reason": reason})

    assert answer.status_code == 422
    visit.refresh_from_db()
    assert visit.state == "booked"


def test_cancelled_is_cancelled(client, visit, address):
    client.post(address + "cancel/", {"reason": "other"})
    before = snapshot()

    assert client.post(address + "cancel/", {"reason": "other"}).status_code == 303
    assert client.post(address + "move/", tuesday()).status_code == 403
    assert client.get(address + "move/").status_code == 200
    assert snapshot() == before


@pytest.mark.parametrize("page", ["move/", "cancel/"])
def test_inside_the_cutoff_the_page_offers_the_phone(client, visit, address, page):
    with inside_cutoff(visit):
        shown = client.get(address + page)
        refused = client.post(address + page, {**tuesday(), "reason": "other"})

    assert (shown.status_code, refused.status_code) == (200, 403)
    for answer in (shown, refused):
        assert "(403) 555-0101" in answer.text
        assert "/callback/" in answer.text
        assert "13 January" not in answer.text  # nothing about the visit itself
    visit.refresh_from_db()
    assert (visit.state, visit.version) == ("booked", 1)


def test_inside_the_cutoff_the_visit_is_still_shown(client, visit, address):
    with inside_cutoff(visit):
        page = client.get(address)

    assert "You are booked" in page.text
    assert "move/" not in page.text
    assert "(403) 555-0100" in page.text or "(403) 555-0101" in page.text


def test_staff_behind_a_link_have_no_more_rights(client, visit, address):
    client.force_login(UserFactory(is_staff=True))

    with inside_cutoff(visit):
        assert client.post(address + "cancel/", {"reason": "other"}).status_code == 403


@pytest.mark.parametrize(("minutes", "shown"), [(16, False), (15, True), (-30, True)])
def test_the_video_link_appears_a_quarter_of_an_hour_before(client, clinic, visit, minutes, shown):
    clinic.service.mode = "video"
    clinic.service.save()
    clinic.physio.video_link = "https://video.example.com/anna"
    clinic.physio.save()
    token = links.mint(visit, "page", NOW)

    with time_machine.travel(visit.starts_at - timedelta(minutes=minutes), tick=False):
        page = client.get(f"/visit/{token}/")

    assert ("https://video.example.com/anna" in page.text) is shown
    assert "On your clock" in page.text


def test_a_place_in_another_zone_shows_its_own_clock(client, clinic):
    kathmandu = LocationFactory(name="Hillside", time_zone="Asia/Kathmandu")
    works(clinic.physio, kathmandu, clinic.service)
    visit = clinic.book(at(10, day=13))
    moved = actions.move(
        visit, practitioner=clinic.physio, location=kathmandu,
        starts_at=at(9, day=20) - timedelta(hours=11, minutes=45), by=GUEST, now=NOW,
    )  # fmt: skip

    page = client.get(f"/visit/{links.mint(moved, 'page', NOW)}/")

    assert "Wednesday 20 January 2027, 09:00–10:00" in page.text
    assert "Kathmandu time (UTC+5:45)" in page.text


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(client, address, method):
    for name in PAGES:
        assert getattr(client, method)(address + name).status_code == 405
    assert client.post(address).status_code == 405


def test_pages_cost_few_queries(client, address, django_assert_num_queries):
    client.get(address)
    # the link with its visit, other times to choose from, a place on the waiting list, the form
    with django_assert_num_queries(4):
        client.get(address)
    Kept.forget()
    with django_assert_num_queries(1 + READING):
        client.get(address + "move/")


def test_a_patient_without_mail_is_not_promised_one(client, clinic, desk):
    visit = actions.desk_book(
        patient=PatientFactory(email=""), service=clinic.service, practitioner=clinic.physio,
        location=clinic.place, starts_at=at(9), by=desk, now=NOW,
    )  # fmt: skip

    page = client.get(f"/visit/{links.mint(visit, 'page', NOW)}/")

    assert "e-mail" not in page.text
