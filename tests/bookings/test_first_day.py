"""The first day: steps that look at the data, closed doors until they are done, a real try-out."""

from datetime import date
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.test import Client

from bookings import actions, migrations
from bookings.actions import waiting
from bookings.actions.waiting import Wishes
from bookings.errors import NotOpenYet
from bookings.models import Appointment
from clinic import outbox, practice, roles
from clinic.audit import GUEST
from clinic.models import AuditEvent, Message, Practice
from tests.bookings.conftest import at, details
from tests.bookings.page import Page
from tests.conftest import NOW
from tests.factories import ClosureFactory, PatientFactory, UserFactory

PAGE = "/admin/first-day/"
LONG = "We keep what you tell us. " * 10


@pytest.fixture
def manager(client, clinic):
    """A browser of the first manager, in a clinic that is set up but for what is asked below."""
    user = UserFactory(email="boss@example.com", name="Billie Boss", is_staff=True)
    user.groups.add(Group.objects.get(name=roles.MANAGER))
    client.force_login(user)
    client.user = user
    Practice.objects.update(booking_opened_at=None)
    practice.forget()
    return client


@pytest.fixture
def ready(manager, clinic, settings, tmp_path):
    """Everything is there: what each test below takes away again."""
    settings.BACKUP_DIR = str(tmp_path)
    (tmp_path / "first.dump").write_text("x")
    clinic.physio.user = UserFactory()
    clinic.physio.save()
    ClosureFactory(location=clinic.place, first_day=date(2027, 2, 15))
    Practice.objects.update(privacy_text=LONG, steps_not_needed=["logo", "texts"])
    practice.forget()
    manager.post(f"{PAGE}steps/mail/", {"do": "act"})
    outbox.send_due()
    return manager


def states(browser):
    return {shown.step.key: shown.state for shown in browser.get(PAGE).context["steps"]}


def open_doors(browser):
    return browser.post(f"{PAGE}doors/", {"do": "open"})


def public_again():
    practice.forget()
    return Client()


# Closed ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/book/", "/book/first-visit/", "/waitlist/"])
def test_before_it_opens_public_pages_say_so(manager, path):
    answer = Client().get(path)

    assert answer.status_code == 200
    assert "does not take bookings online yet" in answer.text
    assert not Page(answer).times()
    assert answer["X-Robots-Tag"].startswith("noindex")


@pytest.mark.parametrize("path", ["/", "/team/", "/team/anna/"])
def test_the_other_pages_offer_no_time(manager, path):
    answer = Client().get(path)

    assert "We do not take bookings online yet" in answer.text
    assert not Page(answer).times()


def test_before_it_opens_nothing_can_be_sent(manager, clinic):
    sent = {"practitioner": "anna", "location": "downtown", "starts_at": "2027-01-12T09:00-06:00"}

    assert Client().post("/book/first-visit/hold/", sent).status_code == 409
    assert Client().post("/waitlist/", {"service": "first-visit"}).status_code == 409
    assert Appointment.objects.count() == 0
    with pytest.raises(NotOpenYet):
        clinic.hold(at(9))
    with pytest.raises(NotOpenYet):
        waiting.join(clinic.service, details(), Wishes(), by=GUEST, now=NOW)


def test_before_it_opens_programs_are_told(manager):
    services = Client().get("/api/v1/services/").json()
    slots = Client().get("/api/v1/slots/?service=first-visit").json()

    assert services == {"services": [], "open": False}
    assert slots == {"time_zone": "America/Edmonton", "slots": [], "open": False}


def test_the_desk_books_all_the_same(manager, clinic, desk):
    patient = PatientFactory()
    visit = actions.desk_book(
        patient=patient, service=clinic.service, practitioner=clinic.physio, location=clinic.place,
        starts_at=at(11), by=desk, now=NOW,
    )  # fmt: skip

    assert visit.state == "booked"


def test_signing_in_leads_a_manager_to_what_is_left(manager):
    assert manager.get("/accounts/welcome/")["Location"] == PAGE
    assert PAGE in Page(manager.get("/admin/")).links


# The steps ---------------------------------------------------------------------------------------


def test_with_everything_there_every_step_is_settled(ready):
    found = states(ready)

    assert set(found) == {
        "clinic", "logo", "place", "privacy", "people", "services", "hours", "holidays", "texts",
        "mail", "second-factor", "backup",
    }  # fmt: skip
    assert {key for key, state in found.items() if state == "skipped"} == {"logo", "texts"}
    assert "open" not in found.values()


def no_phone(clinic, settings):
    Practice.objects.update(phone="")


def no_place(clinic, settings):
    clinic.place.is_active = False
    clinic.place.save()


def short_notice(clinic, settings):
    Practice.objects.update(privacy_text="Soon.")


def nobody_invited(clinic, settings):
    clinic.physio.user = None
    clinic.physio.save()


def nothing_offered(clinic, settings):
    clinic.service.offers.all().delete()


def no_hours(clinic, settings):
    clinic.physio.hours.all().delete()


def no_holiday(clinic, settings):
    clinic.place.closures.all().delete()


def mail_lost(clinic, settings):
    Message.objects.update(state="failed", sent_at=None)


def no_second_factor(clinic, settings):
    settings.DEMO = False


def no_backup(clinic, settings):
    settings.BACKUP_DIR = ""


def empty_backup(clinic, settings):
    settings.BACKUP_DIR += "/none"


TAKEN_AWAY = {
    "clinic": no_phone,
    "place": no_place,
    "privacy": short_notice,
    "people": nobody_invited,
    "services": nothing_offered,
    "hours": no_hours,
    "holidays": no_holiday,
    "mail": mail_lost,
    "second-factor": no_second_factor,
    "backup": no_backup,
}


@pytest.mark.parametrize("step", TAKEN_AWAY)
def test_a_step_sees_by_itself_what_is_missing_and_the_doors_stay_shut(
    ready, clinic, settings, step
):
    TAKEN_AWAY[step](clinic, settings)
    practice.forget()
    if step == "second-factor":
        assert ready.get(PAGE)["Location"] == "/accounts/2fa/"  # nothing else opens before it
        return

    assert states(ready)[step] == "open"
    refused = open_doors(ready)

    assert refused.status_code == 409
    assert "Some steps are left" in refused.text
    assert "does not take bookings online yet" in public_again().get("/book/").text


def test_a_logo_and_a_text_of_ones_own_settle_their_steps(ready, clinic):
    Practice.objects.update(steps_not_needed=[])
    row = Practice.objects.get()
    row.logo.save("logo.png", ContentFile(b"x"))
    practice.forget()

    found = states(ready)

    assert (found["logo"], found["texts"]) == ("done", "open")


def test_a_step_may_be_left_out_and_needed_again_but_not_every_one(ready):
    ready.post(f"{PAGE}steps/logo/", {"do": "need"})
    assert states(ready)["logo"] == "open"
    ready.post(f"{PAGE}steps/logo/", {"do": "skip"})
    assert states(ready)["logo"] == "skipped"

    assert ready.post(f"{PAGE}steps/hours/", {"do": "skip"}).status_code == 404
    assert ready.post(f"{PAGE}steps/nothing/", {"do": "skip"}).status_code == 404
    assert ready.post(f"{PAGE}steps/logo/", {"do": "act"}).status_code == 404


def test_the_test_mail_goes_the_way_of_every_other_and_says_when(manager, mailoutbox):
    manager.post(f"{PAGE}steps/mail/", {"do": "act"})
    waiting_page = manager.get(PAGE).text
    assert "The newest, to boss@example.com: waiting." in waiting_page
    assert "No worker is running" in waiting_page
    assert states(manager)["mail"] == "open"

    outbox.send_due()

    assert "Sent to boss@example.com: Sun 10 Jan 2027, 13:00." in manager.get(PAGE).text
    assert states(manager)["mail"] == "done"
    assert mailoutbox[0].subject == "Mail from Larchwood Physiotherapy arrives"


def test_the_hours_name_the_first_free_time(ready):
    assert "First free time: Monday 11 January 2027, 09:00, Anna Example, Downtown." in (
        ready.get(PAGE).text
    )


# Open --------------------------------------------------------------------------------------------


def test_with_nothing_left_it_opens_and_can_be_closed_again(ready, clinic):
    assert open_doors(ready)["Location"] == f"{PAGE}#open"
    assert practice.current().booking_opened_at == NOW
    assert Page(public_again().get("/book/first-visit/")).times()
    assert "http://127.0.0.1:8000/" in ready.get(PAGE).text

    ready.post(f"{PAGE}doors/", {"do": "close"})
    assert "does not take bookings online yet" in public_again().get("/book/").text
    verbs = AuditEvent.objects.filter(action__startswith="booking.").values_list(
        "action", flat=True
    )
    assert sorted(verbs) == ["booking.close", "booking.open"]


def test_a_manager_tries_it_out_before_it_opens(ready, clinic, mailoutbox):
    times = Page(ready.get("/book/first-visit/")).times()
    held = ready.post("/book/first-visit/hold/", times[40])
    form = Page(ready.get(held["Location"])).form_with("first_name")
    sent = {"first_name": "Billie", "last_name": "Boss", "email": "boss@example.com",
            "consent": "on"}  # fmt: skip
    visit = ready.post(held["Location"], {**form.fields, **sent})["Location"]
    outbox.send_due()

    parts = [done for done, _words in ready.get(PAGE).context["trial_words"]]
    assert parts == [True, True, False]

    ready.post(f"{visit}cancel/", {"reason": "other"})
    page = ready.get(PAGE)
    assert [done for done, _words in page.context["trial_words"]] == [True, True, True]
    assert "its time is free again" in page.text


def test_only_managers_try_it_out(ready, clinic):
    guest = Client()
    guest.force_login(UserFactory())

    assert "does not take bookings online yet" in guest.get("/book/first-visit/").text


@pytest.mark.parametrize("role", [roles.FRONT_DESK, roles.CLINICAL_LEAD, roles.PHYSIO])
@pytest.mark.parametrize("path", ["", "doors/", "steps/logo/"])
def test_nobody_but_managers_finds_the_first_day(client, clinic, role, path):
    user = UserFactory(is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    asked = client.get if not path else client.post

    assert asked(PAGE + path).status_code == 404


def test_the_page_costs_the_same_for_a_small_clinic_and_a_large_one(
    ready, clinic, django_assert_max_num_queries
):
    for number in range(4):
        clinic.colleague(f"More Example{number}", f"more-{number}")
    with django_assert_max_num_queries(40):
        ready.get(PAGE)


@pytest.mark.parametrize(
    ("hours", "visits", "stays"), [(True, False, True), (False, True, True), (False, False, False)]
)
def test_a_clinic_that_took_bookings_before_stays_open(clinic, hours, visits, stays):
    if visits:
        clinic.book(at(9))
    if not hours:
        clinic.physio.hours.all().delete()
    Practice.objects.update(booking_opened_at=None)

    (path,) = Path(migrations.__file__).parent.glob("*_open_clinics_stay_open.py")
    import_module(f"bookings.migrations.{path.stem}").keep_open(apps, None)

    assert Practice.objects.get().is_open_for_booking == stays
