"""Somebody calls: found, offered the first free times, booked, in twelve interactions at most."""

import re

from playwright.sync_api import expect

from tests.browser.steps import sign_in_staff
from tests.browser.test_pages import faults, look_at

MOST = 12


class Hand:
    """Does what a person does, and counts it: words typed, a key or a button pressed."""

    def __init__(self, page):
        self.page, self.count = page, 0

    def type(self, words):
        self.count += 1
        self.page.keyboard.type(words)

    def key(self, name):
        self.count += 1
        self.page.keyboard.press(name)

    def press(self, target):
        self.count += 1
        target.click()


def test_a_caller_is_booked_by_mouse_without_script(open_page):
    page = open_page(1280, script=False)
    sign_in_staff(page, "desk@example.com", "/admin/")
    hand = Hand(page)

    hand.press(page.get_by_role("link", name="Book by phone"))
    expect(page.locator("#find-q")).to_be_focused()
    hand.type("testwlel")  # a typing error
    hand.press(page.get_by_role("button", name="Find"))
    hand.press(page.locator("#found").get_by_role("link", name=re.compile("Gus Testwell")))
    hand.press(page.locator("label.ph-time").nth(2))
    hand.press(page.locator("[name=visit_reason]"))
    hand.type("Zaunkoenig on stairs")
    hand.press(page.get_by_role("button", name="Book", exact=True))

    expect(page.locator(".pp-booked")).to_contain_text("Booked for Gus Testwell")
    expect(page.locator("body")).not_to_contain_text("Zaunkoenig")
    assert hand.count <= MOST


def test_a_caller_is_booked_by_keyboard_with_script(open_page):
    page = open_page(1280)
    sign_in_staff(page, "desk@example.com", "/admin/")
    page.get_by_role("link", name="Book by phone").focus()
    hand = Hand(page)

    hand.key("Enter")
    expect(page.locator("#find-q")).to_be_focused()
    hand.type("mockri")
    expect(page.locator("#found a")).to_have_count(1)
    for _ in range(3):  # Find, Somebody new, who was found
        hand.key("Tab")
    hand.key("Enter")
    expect(page.get_by_role("heading", name="Rex Mockridge")).to_be_visible()
    expect(page.locator("[name=take]").first).to_be_focused()
    hand.key("Space")
    hand.key("ArrowDown")
    expect(page.locator("[name=take]").nth(1)).to_be_checked()
    hand.key("Enter")

    expect(page.locator(".pp-booked")).to_contain_text("Booked for Rex Mockridge")
    expect(page.locator("#find-q")).to_be_focused()  # the next caller
    assert hand.count <= MOST


def test_pages_about_people(open_page, watch):
    watch.expected = {422, 409}
    page = open_page()
    sign_in_staff(page, "desk@example.com", "/admin/")
    assert look_at(page, "/admin/patients/find/", "/admin/patients/new/", touch=False) == {}
    page.goto("/admin/phone/")
    page.locator("#find-q").fill("dummott")
    page.locator("#found a").first.click()
    page.wait_for_url(re.compile("patient="))
    page.locator(".ph-another summary").click()
    assert faults(page, touch=False) == []
    page.get_by_role("button", name="Book", exact=True).click()
    page.wait_for_selector("[role=alert]")
    assert faults(page, touch=False) == []
    page.goto("/admin/patients/new/")
    page.locator("[name=first_name]").fill("Gus")
    page.locator("[name=last_name]").fill("Testwel")
    page.locator("[name=date_of_birth]").fill("1979-11-30")
    page.get_by_role("button", name="Add", exact=True).click()
    page.wait_for_selector("#alike")
    assert faults(page, touch=False) == []
