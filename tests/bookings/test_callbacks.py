"""Call-backs: when they are due, each try written down, and turned into a visit."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from bookings import actions
from bookings.calling import call_by
from bookings.models import Appointment, CallbackAttempt, CallbackRequest
from clinic import roles
from clinic.audit import GUEST
from tests.bookings.conftest import at
from tests.clinic.test_admin import signed_in
from tests.conftest import NOW
from tests.factories import CallbackRequestFactory, ClosureFactory, PatientFactory

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
EDMONTON, KATHMANDU = ZoneInfo("America/Edmonton"), ZoneInfo("Asia/Kathmandu")
MONDAY = datetime(2027, 1, 11, tzinfo=UTC)


def open_on(*weekdays):
    return lambda day: day.weekday() in weekdays


@pytest.mark.parametrize(
    ("asked", "when", "zone", "by"),
    [
        pytest.param(15 * HOUR, "morning", EDMONTON, 18 * HOUR, id="nine, by noon the same day"),
        pytest.param(17 * HOUR, "morning", EDMONTON, 18 * HOUR, id="eleven, still by noon"),
        pytest.param(17.6 * HOUR, "morning", EDMONTON, DAY + 18 * HOUR, id="too late for today"),
        pytest.param(15 * HOUR, "midday", EDMONTON, 20 * HOUR, id="midday ends at two"),
        pytest.param(15 * HOUR, "afternoon", EDMONTON, 23 * HOUR, id="afternoon ends at five"),
        pytest.param(15 * HOUR, "any", EDMONTON, 23 * HOUR, id="any time ends at five"),
        pytest.param(DAY, "any", EDMONTON, DAY + 23 * HOUR, id="six in the evening: tomorrow"),
        pytest.param(4 * DAY + DAY, "any", EDMONTON, 7 * DAY + 23 * HOUR, id="Friday evening"),
        pytest.param(5 * HOUR, "morning", KATHMANDU, 6.25 * HOUR, id="an odd offset"),
    ],
)
def test_by_when_to_call(asked, when, zone, by):
    assert call_by(MONDAY + asked, when, zone, open_on(0, 1, 2, 3, 4)) == MONDAY + by


def test_a_clinic_that_never_opens_still_has_a_day():
    assert call_by(MONDAY, "any", EDMONTON, open_on()) > MONDAY + 20 * DAY


def ask(when="any", now=NOW, **values):
    return actions.request_callback(
        **{"name": "Cal Sample", "phone": "+14035550142", "message": "", **values},
        when=when, by=GUEST, now=now,
    )  # fmt: skip


def test_due_on_the_next_day_somebody_works(clinic):
    assert ask("morning").due_at == at(12)  # asked on Sunday; Monday noon
    ClosureFactory(location=clinic.place, first_day=at(0).date())
    assert ask("morning").due_at == at(12, day=12)


def test_without_hours_it_is_due_on_a_weekday(db):
    assert ask("any").due_at == at(17)


def test_every_try_is_written_down_and_moves_the_next_one(clinic, desk):
    call = ask("morning")
    actions.try_callback(call, by=desk, now=at(9), result="message")
    tried = actions.try_callback(call, by=desk, now=at(11, 30))

    assert (tried.attempts, tried.due_at) == (2, at(12, day=12))
    tries = CallbackAttempt.objects.order_by("at").values_list("at", "result", "by")
    assert list(tries) == [(at(9), "message", desk.id), (at(11, 30), "no_answer", desk.id)]


def test_it_is_overdue_after_its_window_and_only_while_open(clinic, desk):
    call = ask("morning")

    assert [call.is_overdue(now) for now in (at(12), at(12, 1))] == [False, True]
    closed = actions.close_callback(call, result="unreached", by=desk, now=at(13))
    assert not closed.is_overdue(at(14))
    assert closed.attempts == 0  # nobody was spoken with


def test_only_a_booking_may_name_a_visit(clinic, desk):
    visit = clinic.book()
    call = ask()

    with pytest.raises(IntegrityError), transaction.atomic():
        actions.close_callback(call, result="declined", appointment=visit, by=desk, now=NOW)
    call.refresh_from_db()
    assert call.state == "open"


# The desk's pages --------------------------------------------------------------------------------


@pytest.fixture
def browser(db):
    return signed_in(roles.FRONT_DESK)


def page_of(call):
    return f"/admin/bookings/callbackrequest/{call.pk}/change/"


def test_overdue_ones_are_marked_in_the_list_and_on_the_start_page(browser, clinic):
    CallbackRequestFactory(created_at=NOW - DAY, due_at=NOW - HOUR)
    CallbackRequestFactory(created_at=NOW, due_at=NOW + HOUR)

    for address in ("/admin/bookings/callbackrequest/", "/admin/"):
        assert browser.get(address).content.decode().count('data-state="overdue"') == 1


def test_a_call_back_turns_into_a_visit_of_somebody_known(browser, clinic):
    patient = PatientFactory(phone="+14035550142")
    PatientFactory(phone="+14035550199")
    call = ask()

    page = browser.get(page_of(call))
    [(found, url)] = page.context["book_for"]
    assert found == patient
    form = browser.get(url).context["form"]
    assert form["patient"].value() == patient.pk
    assert "asked to be called" in browser.get(url).content.decode()
    answer = browser.post(
        url,
        {
            "patient": patient.pk, "service": clinic.service.pk, "day": "2027-01-12",
            "practitioner": clinic.physio.pk, "location": clinic.place.pk, "time": "10:00",
        },
    )  # fmt: skip

    visit = Appointment.objects.get()
    assert answer["Location"] == f"/admin/phone/?booked={visit.pk}"
    call.refresh_from_db()
    assert (call.state, call.result, call.appointment) == ("done", "booked", visit)
    assert CallbackAttempt.objects.get().result == "spoke"
    assert f"{visit.pk}/change/" in browser.get(page_of(call)).content.decode()


def test_a_refused_booking_leaves_the_call_back_open(browser, clinic):
    patient = PatientFactory(phone="+14035550142")
    call = ask()

    answer = browser.post(f"/admin/phone/?callback={call.pk}", {"patient": patient.pk})

    assert answer.context["form"].errors
    call.refresh_from_db()
    assert call.state == "open"


def test_somebody_new_is_added_with_what_they_gave_and_nothing_of_it_is_in_the_address(
    browser, clinic
):
    call = ask(name="Cal van Sample")
    url = browser.get(page_of(call)).context["add_patient"]

    assert url == f"/admin/patients/new/?then=book&callback={call.pk}"
    form = browser.get(url).context["form"]
    initial = form.initial
    assert (initial["first_name"], initial["last_name"]) == ("Cal", "van Sample")
    assert initial["phone"] == "+14035550142"
    typed = {
        "first_name": "Cal", "last_name": "van Sample", "phone": "+14035550142",
        "key": form["key"].value(), "then": "book", "callback": str(call.pk),
    }  # fmt: skip
    answer = browser.post(url, typed)

    assert answer.status_code == 302
    assert f"callback={call.pk}" in answer["Location"]
    assert browser.get(answer["Location"]).context["form"]["patient"].value()


@pytest.mark.parametrize("value", ["x", "00000000-0000-4000-8000-000000000000", ""])
def test_an_unknown_call_back_in_the_address_is_left_out(browser, clinic, value):
    page = browser.get(f"/admin/phone/?callback={value}")

    assert page.status_code == 200
    assert page.context["call"] is None


def test_a_wrong_result_is_said_at_the_field(browser, clinic):
    call = ask()

    answer = browser.post(f"/admin/bookings/callbackrequest/{call.pk}/tried/", {"how": "spoke"})

    assert answer.status_code == 422
    assert "how" in answer.context["attempt"].errors
    assert CallbackRequest.objects.get().attempts == 0
