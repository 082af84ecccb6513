"""The pages about messages, looked at as the others are: axe, sideways scrolling, thumbs."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.steps import choose_time, give_details, sign_in_staff
from tests.browser.test_pages import faults, look_at

pytestmark = pytest.mark.browser


def test_choosing_messages_by_link(open_page):
    page = open_page()
    choose_time(page, days_ahead=21)
    give_details(
        page,
        first_name="Mara",
        last_name="Messageworthy",
        email="mara@example.com",
        date_of_birth="1980-05-06",
        phone="403 555 0142",
    )
    page.wait_for_url(re.compile(r"/visit/[^/]+/$"))
    page.get_by_role("link", name="Choose what we write to you about").click()
    assert faults(page, touch=True) == []

    page.get_by_label("News from the clinic").check()
    page.get_by_label("My visits also by text message").check()
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(re.compile(r"saved=1"))

    assert page.get_by_label("News from the clinic").is_checked()
    assert not page.get_by_label("Reminders of my plan").is_checked()
    assert faults(page, touch=True) == []


def test_a_practitioners_calendar_elsewhere(open_page):
    page = open_page()
    sign_in_staff(page, "physio@example.com", "/chart/")
    page.goto("/calendar/")
    assert faults(page, touch=False) == []
    page.get_by_role("button", name=re.compile("Make .* address")).click()
    assert page.get_by_label("Address").input_value().endswith(".ics")
    assert faults(page, touch=False) == []


def test_a_manager_changes_a_text(open_page, watch):
    watch.expected = {422}
    page = open_page()
    sign_in_staff(page, "manager@example.com", "/admin/")
    texts = "/admin/clinic/messagetext/text"
    addresses = [f"{texts}/booked/email/", f"{texts}/moved/sms/"]
    addresses += ["/admin/clinic/messagetext/", "/admin/bookings/practitionerfeed/add/"]
    addresses += ["/admin/clinic/news/add/", "/admin/first-day/"]
    assert look_at(page, *addresses, touch=False) == {}

    page.goto(f"{texts}/reminder/email/")
    page.get_by_label("Text").fill("Hello {first_name}, see you soon. {details} {link}")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".text-letter")).to_contain_text("Hello Sam, see you soon.")
    page.get_by_label("Text").fill("Hello {surname}")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#id_body_error")).to_contain_text("no placeholder {surname}")


def test_the_desk_answers_a_call_back(open_page):
    page = open_page()
    page.goto("/callback/")
    page.locator("[name=name]").fill("Cal Backworthy")
    page.locator("[name=phone]").fill("403 555 0199")
    page.locator("[name=consent]").check()
    page.get_by_role("button", name="Ask for a call").click()
    page.wait_for_url(re.compile("asked=1"))

    desk = open_page()
    sign_in_staff(desk, "desk@example.com", "/admin/")
    desk.goto("/admin/bookings/callbackrequest/")  # the first page shows the oldest few
    desk.get_by_role("link", name="Cal Backworthy").click()
    assert faults(desk, touch=False) == []
    desk.get_by_label("How it went").select_option("message")
    desk.get_by_role("button", name="Write the attempt down").click()
    expect(desk.locator("#content-main")).to_contain_text("left a message")
    desk.get_by_role("link", name="Somebody new: add them and book").click()
    expect(desk.locator("#id_first_name")).to_have_value("Cal")
