"""The rota by keyboard and without script; its pages looked at as all others are."""

import re

from playwright.sync_api import expect

from tests.browser.steps import sign_in_staff
from tests.browser.test_pages import faults, look_at

JUNO = "/admin/rota/juno-larkspur/"


def test_the_pages_of_the_rota(open_page, watch):
    watch.expected = {409, 422}
    page = open_page()
    sign_in_staff(page, "desk@example.com", "/admin/")
    pages = ["/admin/rota/", JUNO, f"{JUNO}copy/", f"{JUNO}busy/", f"{JUNO}day/2027-12-01/"]
    assert look_at(page, *pages, touch=False) == {}

    page.goto(JUNO)
    for day in range(7):
        page.locator(f"[name=w-{day}-breaks]").fill("")
        page.locator(f"[name=w-{day}-starts]").fill("12:45")
        page.locator(f"[name=w-{day}-ends]").fill("13")
    page.get_by_role("button", name="Save these hours").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing is saved yet")
    assert faults(page, touch=False) == []
    page.get_by_role("button", name="Save these hours").click()
    expect(page.get_by_text("Say what happens to these visits.")).to_be_visible()
    assert faults(page, touch=False) == []


def test_a_week_is_written_with_the_keyboard_alone_and_without_script(open_page):
    page = open_page(script=False)
    sign_in_staff(page, "desk@example.com", "/admin/")
    page.goto("/admin/rota/maple-nightjar/?from=2028-05-01")

    page.locator("[name=w-0-starts]").focus()
    for typed in ("930", "Tab", "13", "Tab", "11-1115", "Tab", "H"):
        if typed == "Tab":
            page.keyboard.press(typed)
        else:
            page.keyboard.type(typed)
    page.locator("[name=w-0-breaks]").press("Enter")

    expect(page).to_have_url(re.compile(r"/admin/rota/\?week=2028-05-01"))
    row = page.get_by_role("row", name=re.compile("Maple Nightjar"))
    expect(row).to_contain_text("09:30–13:00")
    expect(row).to_contain_text("break 11:00–11:15")
