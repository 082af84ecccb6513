"""Public pages and choosing a time: with script and without, on a phone and on a screen."""

import json
import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from tests.browser.demo_site import code_in, text_of
from tests.browser.steps import BORN, book_as_guest, claim, sign_in_by_code
from tests.browser.test_pages import faults, look_at

STRUCTURED = "script[type='application/ld+json']"


def structured(page: Page) -> list[dict]:
    """What the page tells search engines, as the browser has it."""
    return json.loads(page.locator(STRUCTURED).text_content() or "")["@graph"]


def test_the_self_check_answers_and_keeps_nothing(open_page, width, script):
    page = open_page(width, script=script)
    page.goto("/knee/")
    for number in (1, 2, 3):
        page.locator(f"[name=tick][value='{number}']").check()
    page.get_by_role("button", name="What does that mean?").click()

    expect(page).to_have_url(re.compile(r"/knee/\?tick=1&tick=2&tick=3&check=1#answer$"))
    expect(page.locator("#answer")).to_contain_text("That is no diagnosis")
    assert page.locator("[name=tick]:checked").count() == 3
    assert "sessionid" not in {cookie["name"] for cookie in page.context.cookies()}
    page.get_by_role("link", name="Clear the ticks").click()
    assert page.locator("[name=tick]:checked").count() == 0


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("/", "Service"),
        ("/book/", "Service"),
        ("/team/", "Person"),
        ("/team/juno-larkspur/", "Person"),
        ("/knee/", "FAQPage"),
    ],
)
def test_data_for_search_engines_is_read_and_breaks_no_policy(open_page, address, kind):
    page = open_page()  # the fixture fails the test at any complaint about the policy
    page.goto(address)

    assert kind in [each["@type"] for each in structured(page)]


def test_filters_narrow_the_times_and_paging_keeps_them(open_page, width, script):
    page = open_page(width, script=script)
    page.goto("/book/initial-knee-assessment/")
    page.locator(".bk-more > summary").click()
    page.locator("[name=part]").select_option("afternoon")
    page.locator("[name=weekday][value='1']").check()
    page.get_by_role("button", name="Show times").click()
    expect(page).to_have_url(re.compile("part=afternoon"))
    page.get_by_role("link", name="Later times").click()
    expect(page).to_have_url(re.compile(r"part=afternoon&weekday=1&from="))

    buttons = page.locator("#times button[name=starts_at]")
    found = [datetime.fromisoformat(b.get_attribute("value")) for b in buttons.all()]
    assert found
    assert {start.weekday() for start in found} == {1}
    assert {12 <= start.hour < 17 for start in found} == {True}


def test_a_practitioners_next_free_time_is_one_press_away(open_page, width, script):
    page = open_page(width, script=script)
    page.goto("/team/coral-wintergreen/")
    page.locator(".bk-soonest button[name=starts_at]").click()

    expect(page.locator(".sd-held")).to_contain_text("Held for you until")
    expect(page.locator(".bk-summary")).to_contain_text("Coral Wintergreen")
    if script:
        expect(page.locator(".bk-countdown")).to_have_text(re.compile(r"\d:\d\d left"))
    page.locator("[name=first_name]").fill("Typed before")
    page.get_by_role("button", name="Choose another time").click()
    expect(page).to_have_url(re.compile(r"/book/initial-knee-assessment/$"))
    page.locator("#times details[open] button[name=starts_at]").first.click()
    expect(page.locator("[name=first_name]")).to_have_value("Typed before")


def test_the_enter_key_books_and_does_not_give_the_time_back(open_page):
    page = open_page()
    page.goto("/team/coral-wintergreen/")
    page.locator(".bk-soonest button[name=starts_at]").click()
    typed = {
        "first_name": "Enter",
        "last_name": "Keyes",
        "email": "enter@example.com",
        "date_of_birth": BORN.isoformat(),
    }
    for name, value in typed.items():
        page.locator(f"form.bk-details [name={name}]").fill(value)
    page.locator("form.bk-details [name=consent]").check()
    page.locator("form.bk-details [name=email]").press("Enter")

    expect(page).to_have_url(re.compile(r"/visit/[^/]+/$"))


def test_who_has_been_here_confirms_the_address_and_books_for_the_record(
    open_page, site, width, script
):
    address = f"back{width}{script}@example.com".lower()
    other = open_page(width, script=script)
    book_as_guest(other, address, days_ahead=30 + width % 7, nth=4 if script else 9)
    site.mails(address)  # the one about the visit leaves first
    page = open_page(width, script=script)
    page.goto("/team/coral-wintergreen/")
    page.locator(".bk-soonest button[name=starts_at]").click()
    held = page.url
    page.locator("form.bk-details [name=reason]").fill("Stairs")
    page.get_by_role("button", name="Confirm my e-mail with a code").click()
    page.locator("[name=email]").fill(address)
    page.get_by_role("button", name="Send me a code").click()
    page.wait_for_url(re.compile("confirm"))
    page.locator("[name=code]").fill(code_in(text_of(site.mails(address)[-1])))
    page.locator("main").get_by_role("button", name="Sign in").first.click()

    expect(page).to_have_url(held)
    expect(page.locator("[name=reason]")).to_have_value("Stairs")
    expect(page.locator("form.bk-details")).to_contain_text("Wren")
    assert page.locator("[name=patient]").count() == 2  # Wren, or somebody else
    page.locator("[name=consent]").check()
    page.get_by_role("button", name="Book this visit").last.click()
    expect(page).to_have_url(re.compile(r"/visit/[^/]+/$"))


def test_states_of_the_public_pages(open_page):
    page = open_page()
    tomorrow = datetime.now(UTC).date().isoformat()
    assert (
        look_at(
            page,
            "/knee/?tick=1&tick=2&check=1",
            "/book/?language=fr",
            "/book/?language=pl",
            f"/book/initial-knee-assessment/?part=evening&weekday=2&from={tomorrow}",
            "/book/initial-knee-assessment/?mode=phone",
            "/team/basil-thistledown/",
            touch=True,
        )
        == {}
    )
    page.goto("/knee/")
    for fold in page.locator("main details").all():
        fold.evaluate("each => each.open = true")
    assert faults(page, touch=True) == []
    page.goto("/team/juno-larkspur/")
    page.locator(".bk-soonest button[name=starts_at]").click()
    page.locator(".bk-guardian").evaluate("each => each.open = true")
    assert faults(page, touch=True) == []


def test_a_receipt(open_page, site):
    page = open_page()
    sign_in_by_code(page, site, "patient@example.com")
    if page.locator("input[name=date_of_birth]").count():
        claim(page, BORN.replace(year=1994, month=6, day=15))
    page.goto("/me/")
    page.locator("a[href$='/receipt/']").first.click()

    expect(page.locator("h1")).to_have_text("Receipt")
    expect(page.locator(".bk-receipt")).to_contain_text("DEMO-")
    expect(page.get_by_role("button", name="Print")).to_be_visible()
    assert faults(page, touch=True) == []


def test_a_guests_visit_joins_the_record_afterwards(open_page, site):
    address = "joiner@example.com"
    book_as_guest(open_page(), address, days_ahead=44, nth=3)
    page = open_page(390)
    visit = book_as_guest(page, address, days_ahead=51, nth=6)
    site.mails(address)  # the ones about the visits leave first
    page.get_by_role("link", name="Confirm my e-mail with a code").click()
    page.locator("[name=email]").fill(address)
    page.get_by_role("button", name="Send me a code").click()
    page.wait_for_url(re.compile("confirm"))
    page.locator("[name=code]").fill(code_in(text_of(site.mails(address)[-1])))
    page.locator("main").get_by_role("button", name="Sign in").first.click()

    expect(page.locator("h1")).to_have_text("Whose visit is it?")
    assert faults(page, touch=True) == []
    page.locator("[name=patient]").check()
    page.get_by_role("button", name="Put it into this record").click()
    expect(page).to_have_url(visit)
    expect(page.get_by_role("status")).to_contain_text("now part of your record")
    assert faults(page, touch=True) == []
