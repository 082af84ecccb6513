"""Records the desk keeps: two of one person, files of other systems, money, the figures of it all.

One window, signed in once, for all of them.
"""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PATIENCE, Watch
from tests.browser.steps import sign_in_staff

SIDEWAYS = "() => document.scrollingElement.scrollWidth > window.innerWidth"
# A visit of each of two people, far ahead; the second is one person twice.
BOOK = """
import json
from datetime import date, datetime, time
from django.utils import timezone
from bookings import actions
from bookings.models import Service
from clinic.audit import Actor
from clinic.models import Location, Patient, Practitioner, User
place = Location.objects.get(slug="riverside")
made = {{}}
for hour, first, last in ((9, "Pia", "Payable"), (11, "Mina", "Twofold"), (14, "Mina", "Twofolt")):
    patient = Patient.objects.create(first_name=first, last_name=last, phone="+14035550188")
    visit = actions.desk_book(
        patient=patient,
        service=Service.objects.get(slug="follow-up"),
        practitioner=Practitioner.objects.get(slug="juno-larkspur"),
        location=place,
        starts_at=datetime.combine(date.fromisoformat("{day}"), time(hour), place.tz),
        by=Actor("staff", User.objects.get(email="desk@example.com").pk),
        now=timezone.now(),
        force=True,
        force_reason="For a test",
    )
    made[last] = [str(patient.pk), str(visit.pk)]
print("MADE" + json.dumps(made))
"""


@pytest.fixture(scope="module")
def monday():
    """A Monday no other walk touches."""
    today = datetime.now(UTC).date()
    return today + timedelta(days=7 * 120 - today.weekday())


@pytest.fixture(scope="module")
def made(site, monday):
    """Ids of patient and visit, by last name."""
    said = site.manage("shell", "-v", "0", "-c", BOOK.format(day=monday.isoformat()))
    return json.loads(said.partition("MADE")[2])


@pytest.fixture(scope="module")
def office(browser, site):
    """A manager's window; it fails the last test when a page of it complained."""
    context = browser.new_context(
        base_url=site.address, viewport={"width": 1280, "height": 900}, reduced_motion="reduce"
    )
    context.set_default_timeout(PATIENCE)
    watch = Watch(expected={304})
    watch.follow(context, site.address)
    page = context.new_page()
    sign_in_staff(page, "manager@example.com", "/admin/")
    yield page
    context.close()
    assert watch.complaints == []


def test_two_records_of_one_person_are_merged_and_taken_apart(office, made):
    page, (one, other) = office, (made["Twofold"][0], made["Twofolt"][0])
    page.goto(f"/admin/patients/{one}/")
    page.get_by_role("link", name="Merge").click()
    page.get_by_role("link", name=re.compile("Mina Twofolt")).click()
    page.get_by_role("radio", name=re.compile("left")).check()
    page.get_by_role("button", name="Merge").click()

    visits = page.locator("section[aria-labelledby=pp-visits]")
    expect(visits.locator("a[href*='/appointment/']")).to_have_count(2)
    page.goto(f"/admin/patients/{other}/")  # the duplicate leads to the record that stays
    expect(page.locator("h1")).to_have_text("Mina Twofold")
    page.locator(f"form[action*='{other}'] button").click()
    page.goto(f"/admin/patients/{one}/")
    expect(visits.locator("a[href*='/appointment/']")).to_have_count(1)


def test_a_file_is_looked_at_imported_and_taken_back(office, made, monday):
    page, wednesday = office, monday + timedelta(days=2)
    rows = [
        "First name,Last name,Date,Time,Practitioner,Service,Place",
        f"Pia,Payable,{wednesday},09:00,Juno Larkspur,follow-up,riverside",
        f"Pia,Payable,{wednesday},09:15,Juno Larkspur,follow-up,riverside",
    ]
    page.goto("/admin/import/")
    page.get_by_label("The file holds").select_option("visits")
    file = {"name": "old.csv", "mimeType": "text/csv", "buffer": "\n".join(rows).encode()}
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_label("Days are written like").select_option("ymd")
    page.get_by_role("button", name="Upload and look").click()

    look = page.get_by_role("group", name="What would happen")
    expect(look.locator("tbody tr")).to_have_count(2)
    expect(look.locator("tbody tr").first).to_contain_text("error")
    expect(page.locator("#content")).to_contain_text("1 with errors")
    page.get_by_label("Leave out the rows with errors").check()
    page.get_by_role("button", name="Import these rows").click()
    expect(page.locator(".messagelist")).to_contain_text("1 new of 2 rows, 1 left out")

    page.get_by_role("button", name="Roll the whole import back").click()
    expect(page.locator(".messagelist")).to_contain_text("Rolled back")
    expect(page.get_by_role("row", name=re.compile("old.csv.*rolled back"))).to_have_count(1)


def test_a_visit_is_paid_and_the_receipt_is_a_pdf(office, made):
    page, (_patient, visit) = office, made["Payable"]
    page.goto(f"/admin/bookings/appointment/{visit}/change/")
    page.get_by_role("link", name="Pay, refund, receipt").click()
    page.locator("button[name=take-method]").first.click()
    expect(page.locator("#content")).to_contain_text("paid")

    with page.expect_response(re.compile(r"\.pdf$")) as answer:
        page.get_by_role("button", name="Make the receipt").click()
    receipt = page.request.get(answer.value.url)
    assert receipt.headers["content-type"] == "application/pdf"
    assert receipt.body().startswith(b"%PDF")


@pytest.mark.parametrize("width", [820, 1280])
def test_charts_of_the_reports_fit_and_say_what_they_show(office, width):
    page = office
    page.set_viewport_size({"width": width, "height": 1000})
    for slug in ("utilisation", "attendance", "sources", "waiting-list"):
        page.goto(f"/admin/reports/{slug}/")
        assert not page.evaluate(SIDEWAYS), slug
    page.goto("/admin/reports/utilisation/")
    chart = page.locator("svg[role=img]").first
    expect(chart).to_be_visible()
    box = chart.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width


def test_the_board_hears_its_keys_before_a_visit_is_chosen(office, monday):
    page = office
    page.goto(f"/admin/board/?place=riverside&day={monday}")

    shown = page.locator(".bd-bar input[name=day]")

    def press(key):
        expect(page.locator("[data-script]")).to_have_count(1)  # it listens from now on
        assert page.evaluate("document.activeElement === document.body")
        page.keyboard.press(key)

    press("]")
    expect(shown).to_have_value(f"{monday + timedelta(days=1)}")
    press("[")
    expect(shown).to_have_value(f"{monday}")
    press("t")
    expect(shown).not_to_have_value(f"{monday}")
    press("b")
    expect(page).to_have_url(re.compile(r"/admin/phone/$"))
