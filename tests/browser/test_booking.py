"""A guest books, moves and cancels, on a phone and on a screen, with script and without."""

import re
from datetime import UTC, datetime
from itertools import count

from playwright.sync_api import expect

from tests.browser.demo_site import text_of
from tests.browser.steps import choose_time, give_details, take_time

HEALTH = re.compile(r"\b(knee|pain|sore|physio|swelling|diagnos\w*|injur\w*)\b", re.IGNORECASE)
places = count(1)


def test_guest_books_moves_and_cancels(open_page, site, watch, width, script):
    number = next(places)
    address = f"guest{number}@example.com"
    page = open_page(width, script=script)
    watch.expected = {422}

    begins_on_the_home_page(page)
    chosen = choose_time(page, days_ahead=5 + number)
    the_time_is_held(page, script=script)
    wrong_details_are_kept(page)
    give_details(
        page, first_name="Wren", last_name="Guestly", email=address, date_of_birth="1990-03-04"
    )
    expect(page).to_have_url(re.compile(r"/visit/[^/]+/$"))
    assert calendar(page)["starts"] == in_utc(chosen)
    the_mail_leads_back(page, site, address)
    moved = moves(page)
    assert moved != chosen
    assert calendar(page)["starts"] == in_utc(moved)
    cancels(page)


def begins_on_the_home_page(page):
    page.goto("/")
    expect(page.get_by_role("heading", name="New here")).to_be_visible()
    page.locator("main").get_by_role("link", name="Book a visit").first.click()
    expect(page).to_have_url(re.compile(r"/book/$"))


def the_time_is_held(page, *, script):
    expect(page).to_have_url(re.compile(r"/book/details/[^/]+/$"))
    expect(page.locator(".sd-held")).to_have_text(re.compile(r"Held for you until \d\d:\d\d"))
    left = re.compile(r"\d+:\d\d left")
    if script:
        expect(page.locator("[data-countdown]")).to_have_text(left)
    else:
        expect(page.locator("[data-countdown]")).to_have_text("")


def wrong_details_are_kept(page):
    give_details(page, first_name="Wren", last_name="", email="not-an-address")
    expect(page.get_by_role("alert")).to_contain_text("Nothing is lost")
    expect(page.locator("[name=first_name]")).to_have_value("Wren")
    expect(page.locator("[name=email]")).to_have_value("not-an-address")
    expect(page.locator("[name=last_name]")).to_have_attribute("aria-invalid", "true")


def the_mail_leads_back(page, site, address):
    """One mail, with nothing about health in it, whose link opens the visit."""
    [mail] = site.mails(address)
    said = text_of(mail)
    assert HEALTH.findall(said.replace("Fernhill Demo Physiotherapy", "")) == []
    page.goto(re.search(re.escape(site.address) + r"/visit/[^/\s\"]+/", said)[0])
    expect(page.locator("h1")).to_have_text("You are booked, Wren")


def calendar(page) -> dict[str, str]:
    """Press "Add to calendar" and read the file."""
    with page.expect_download() as coming:
        page.get_by_role("link", name="Add to calendar").click()
    text = coming.value.path().read_text().replace("\r\n ", "")
    assert coming.value.suggested_filename.endswith(".ics")
    return {
        "starts": re.search(r"^DTSTART[^:]*:(\S+)", text, re.MULTILINE)[1],
        "status": re.search(r"^STATUS:(\S+)", text, re.MULTILINE)[1],
    }


def in_utc(value: str) -> str:
    """``2027-01-11T09:00:00-07:00`` as a calendar writes it: ``20270111T160000Z``."""
    return f"{datetime.fromisoformat(value).astimezone(UTC):%Y%m%dT%H%M%SZ}"


def moves(page) -> str:
    visit = page.url
    page.get_by_role("link", name="Move", exact=True).click()
    expect(page.locator("h1")).to_have_text("Move your visit")
    value = take_time(page, nth=-1)  # late enough to cancel online afterwards
    expect(page).to_have_url(visit)
    return value


def cancels(page):
    visit = page.url
    page.get_by_role("link", name="Cancel", exact=True).click()
    page.locator("[name=reason]").first.check()
    page.get_by_role("button", name="Cancel this visit").click()
    expect(page).to_have_url(visit)
    expect(page.locator("h1")).to_have_text("This visit was cancelled")


def test_guest_asks_for_a_call(open_page, watch, width, script):
    page = open_page(width, script=script)
    watch.expected = {422}

    page.goto("/")
    page.locator("main").get_by_role("link", name="Have us call you").first.click()
    page.get_by_label("Your name").fill("Wren Guestly")
    page.get_by_role("button", name="Ask for a call").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing is lost")
    expect(page.get_by_label("Your name")).to_have_value("Wren Guestly")
    page.get_by_label("Phone").fill("+1 403 555 0144")
    page.locator("[name=consent]").check()
    page.get_by_role("button", name="Ask for a call").click()

    expect(page.locator("h1")).to_have_text("We call you")
