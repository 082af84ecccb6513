"""The waiting list in the browser: join, be offered a cancelled time, take it; somebody is ill."""

import re
from datetime import datetime

from playwright.sync_api import expect

from tests.browser.demo_site import text_of
from tests.browser.steps import BORN, book_as_guest, sign_in_staff
from tests.browser.test_pages import faults


def joins(page, address):
    """Say what would suit, on the list of the first visit; returns the place on the list."""
    page.goto("/waitlist/?service=initial-knee-assessment")
    assert faults(page, touch=True) == []
    for name, value in {
        "first_name": "Willa", "last_name": "Waits", "email": address,
        "date_of_birth": BORN.isoformat(),
    }.items():  # fmt: skip
        page.locator(f"form.bk-details [name={name}]").fill(value)
    page.get_by_label("Juno Larkspur").check()
    page.locator("form.bk-details [name=consent]").check()
    page.get_by_role("button", name="Put me on the list").click()
    expect(page.get_by_role("heading", name="You are on the list")).to_be_visible()
    return page.url


def cancels(page):
    page.get_by_role("link", name="Cancel").click()
    page.locator("input[name=reason]").first.check()
    page.get_by_role("button", name="Cancel this visit").click()
    expect(page.get_by_role("heading", name="This visit was cancelled")).to_be_visible()


def link_in(site, address, kind):
    for mail in reversed(site.mails(address)):
        if found := re.search(rf"http://[^\s\"]+/{kind}/?[^\s\"<]*", text_of(mail)):
            return found[0]
    raise AssertionError(address)


def test_a_cancelled_time_is_offered_and_taken(open_page, site):
    page = open_page(390)
    visit = book_as_guest(page, "gives-up@example.com", days_ahead=24)
    place = joins(page, "waits@example.com")
    assert faults(page, touch=True) == []
    page.goto(visit)
    cancels(page)

    offer = link_in(site, "waits@example.com", "waitlist")
    page.goto(offer)
    assert faults(page, touch=True) == []
    expect(page.locator(".sd-held")).to_have_text(re.compile(r"Kept for you until \d\d:\d\d"))
    page.locator("[name=reason]").fill("Stairs.")
    page.get_by_role("button", name="Take this time").click()

    expect(page.get_by_role("heading", name="You are booked, Willa")).to_be_visible()
    page.goto(place)
    expect(page.get_by_role("heading", name="You have a time")).to_be_visible()


def test_without_script_an_offer_is_declined_and_the_list_left(open_page, site):
    page = open_page(390, script=False)
    visit = book_as_guest(page, "gives-too@example.com", days_ahead=27)
    page.goto(visit)
    page.get_by_role("link", name="An earlier time").click()
    page.get_by_role("button", name="Tell me when it is free").click()
    expect(page.get_by_role("heading", name="You are on the list")).to_be_visible()
    page.get_by_role("button", name="Leave the list").click()
    expect(page.get_by_role("heading", name="You are no longer on the list")).to_be_visible()


def test_somebody_is_ill_and_a_patient_chooses_another_time(open_page, site):
    guest, desk = open_page(390), open_page()
    visit = book_as_guest(guest, "moved@example.com", days_ahead=33)
    guest.goto(visit)
    day = datetime.fromisoformat(guest.locator("time").first.get_attribute("datetime"))
    sign_in_staff(desk, "desk@example.com", "/admin/")
    desk.get_by_role("link", name="Somebody is ill").click()
    desk.locator("[name=practitioner]").select_option(label="Juno Larkspur")
    desk.locator("[name=day]").fill(day.date().isoformat())
    desk.get_by_role("button", name="See whom it touches").click()
    expect(desk.get_by_role("heading", name="Visits touched")).to_be_visible()
    assert faults(desk, touch=False) == []
    desk.get_by_role("button", name="Close this time and offer others").click()
    expect(desk.get_by_role("heading", name="To call")).to_be_visible()
    assert faults(desk, touch=False) == []

    guest.goto(link_in(site, "moved@example.com", "visit/[^/]+/choose"))
    assert faults(guest, touch=True) == []
    guest.locator("button[name=starts_at]").first.click()
    expect(guest.get_by_role("heading", name=re.compile("You are booked"))).to_be_visible()
    desk.reload()
    expect(desk.get_by_text("chose 20")).to_be_visible()
