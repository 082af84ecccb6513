"""A chart loses nothing: without a line, with two tabs, after the session has ended."""

import re
from functools import partial

from playwright.sync_api import expect

from tests.browser.steps import chart_of, sign_in_staff

SAVED = re.compile("^saved")


def typed(page, name, value):
    box = page.locator(f"[name='{name}']")
    box.fill(value)
    box.blur()


def stored(page):
    return page.request.get(f"{page.url}values/").json()["controls"]


def state(page):
    return page.locator("#save-state")


def test_nothing_is_lost_and_nothing_doubled(open_page, watch):
    watch.expected |= {401, 409}
    page = open_page(1280)
    context = page.context
    sign_in_staff(page, "physio@example.com", "/chart/")
    chart_of(page, "Exampleby")
    address = page.url

    page.route("**/save/", lambda route: route.fulfill(status=503))
    watch.expected.add(503)
    typed(page, "height_cm", "171")
    expect(state(page)).to_contain_text("waiting on this device: 1")
    page.close()

    page = context.new_page()
    page.goto(address)
    expect(page.locator("[name=height_cm]")).to_have_value(re.compile("^171"))
    expect(state(page)).to_have_text(SAVED)
    assert stored(page)["height_cm"] == "171.0"

    other = context.new_page()
    other.goto(address)
    expect(page.locator("#chart-twice")).to_be_visible()
    typed(other, "sleep_hours", "7")
    expect(page.locator("[name=sleep_hours]")).to_have_value(re.compile("^7"))

    page.route("**/save/", lambda route: route.fulfill(status=503))
    typed(page, "settle_minutes", "30")
    typed(page, "previous_episodes", "2")
    expect(state(page)).to_contain_text("waiting on this device: 2")
    # The first tab hears of it and looks, while its own value still waits for a line.
    with page.expect_response("**/values/"), other.expect_response("**/save/"):
        typed(other, "settle_minutes", "90")
    expect(state(other)).to_have_text(SAVED)
    page.unroute("**/save/")
    merge = page.locator("#chart-merge")
    expect(merge).to_be_visible()
    merge.get_by_role("button", name="Keep mine: 30").click()
    expect(state(page)).to_have_text(SAVED)
    expect(other.locator("[name=settle_minutes]")).to_have_value("30")
    assert (stored(page)["settle_minutes"], stored(page)["previous_episodes"]) == ("30", "2")
    other.close()

    context.clear_cookies(name="sessionid")
    typed(page, "morning_stiffness_min", "5")
    expect(page.locator("#chart-out")).to_be_visible()
    door = context.new_page()
    sign_in_staff(door, "physio@example.com", "/chart/")
    door.close()
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(state(page)).to_have_text(SAVED)
    assert stored(page)["morning_stiffness_min"] == "5"
    assert page.evaluate("Object.keys(localStorage).filter(key => /chart/.test(key))") == []


def test_what_is_typed_before_the_scripts_are_there_is_saved(open_page, watch):
    page = open_page(1280)
    sign_in_staff(page, "physio@example.com", "/chart/")
    chart_of(page, "Exampleby")
    held = []
    page.route("**/chart_save*.js", partial(list.append, held))
    page.goto(page.url, wait_until="commit")
    typed(page, "sleep_hours", "6")
    assert held
    assert stored(page).get("sleep_hours") != "6.0"
    for route in held:
        route.continue_()
    expect(state(page)).to_have_text(re.compile(r"^saved .*\d"))
    assert stored(page)["sleep_hours"] == "6.0"
