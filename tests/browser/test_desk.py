"""The front desk finds today's visit in the admin and meets nothing clinical on the way."""

import re

from playwright.sync_api import expect

from tests.browser.steps import sign_in_staff
from tests.browser.test_pages import look_at


def test_desk_finds_todays_visit(open_page, watch, width, script):
    watch.expected = {404}
    page = open_page(width, script=script)
    sign_in_staff(page, "desk@example.com", "/admin/")

    today = page.locator("section[aria-labelledby='today-visits']")
    today.get_by_role("link", name=re.compile("Testwell")).first.click()

    expect(page).to_have_url(re.compile(r"/admin/bookings/"))
    expect(page.locator("#content")).to_contain_text("Gus Testwell")
    expect(page.locator("#content")).to_contain_text("Juno Larkspur")
    # What he wrote about his knee is for the person who treats him.
    expect(page.locator("body")).not_to_contain_text("downhill")
    assert page.goto("/chart/").status == 404


def test_the_queues_keep_themselves_up_to_date(open_page, watch):
    watch.expected = {304}
    desk, guest = open_page(), open_page(390)
    sign_in_staff(desk, "desk@example.com", "/admin/")
    calls = desk.locator("section[aria-labelledby='dq-call-backs']")
    before = calls.locator(".dq-count").inner_text()
    link = calls.get_by_role("link", name="Uma Dialtone")
    link.focus()

    guest.goto("/callback/")
    guest.locator("[name=name]").fill("Tess Ringup")
    guest.locator("[name=phone]").fill("403 555 0177")
    guest.locator("[name=consent]").check()
    guest.get_by_role("button", name=re.compile("call", re.I)).last.click()
    desk.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    expect(calls.locator(".dq-count")).to_have_text(str(int(before) + 1))
    expect(link).to_be_focused()
    expect(desk.get_by_role("status").filter(has_text="To call back")).to_have_count(1)
    calls.get_by_role("link", name="See all").click()  # the queue shows the most urgent only
    expect(desk.locator("#result_list")).to_contain_text("Tess Ringup")


def test_what_was_done_is_looked_up(open_page):
    page = open_page()
    sign_in_staff(page, "manager@example.com", "/admin/")
    found = []
    for listed in ("clinic/message", "clinic/auditevent", "bookings/appointment"):
        page.goto(f"/admin/{listed}/")
        found += [page.url, page.locator("#result_list tbody a").first.get_attribute("href")]
    visit = found[-1]
    history = visit.replace("/change/", "/history/").partition("?")[0]
    lists = ["/admin/bookings/cliniciancall/?taken=all", "/admin/bookings/affectedvisit/"]

    assert look_at(page, *found, history, *lists, touch=False) == {}
