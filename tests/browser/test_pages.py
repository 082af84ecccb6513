"""Every page of the thread: axe finds nothing, nothing scrolls sideways, fingers find the targets.

Each page is looked at on a phone and on a screen, in light and in dark.
"""

import re
from collections.abc import Mapping

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.conftest import SIZES
from tests.browser.steps import choose_time, give_details, sign_in_by_code, sign_in_staff

# Everything axe runs by itself (WCAG 2.2 A and AA, best practices), and the size of targets.
RULES = {
    "resultTypes": ["violations"],
    "rules": {"target-size": {"enabled": True}},
    "preload": False,
}
# The dark scheme changes colours and nothing else: there the rules about colours run again.
COLOURS = {**RULES, "runOnly": ["color-contrast", "link-in-text-block"]}
FINGER = 44  # pixels: what a patient's page gives everything that can be pressed

SIDEWAYS = "() => document.scrollingElement.scrollWidth - window.innerWidth"
# What can be pressed and is lower than a finger. Links inside running text stay as the text is.
SMALL = """finger => [...document.querySelectorAll(
    "a[href], button, select, summary, input:not([type=hidden]), textarea")]
  .filter(each => each.checkVisibility({visibilityProperty: true}))
  .filter(each => !each.closest("[aria-hidden=true]"))
  .filter(each => !(each.matches("a") && each.closest("p, dd, li, td, address")
      && getComputedStyle(each).display === "inline"))
  .filter(each => !each.matches(".sd-skip"))
  .map(each => [each, (each.matches("input[type=radio], input[type=checkbox]")
      ? each.closest("label, .form-check") || each : each).getBoundingClientRect()])
  .filter(([each, box]) => box.height > 0 && box.height < finger - 0.5)
  .map(([each, box]) => each.outerHTML.slice(0, 120) + " is " + Math.round(box.height) + " high")"""


def faults(page: Page, *, touch: bool, sizes: Mapping[int, ViewportSize] = SIZES) -> list[str]:
    """Look at the page as it stands, four ways, and list whatever is wrong with it."""
    found = []
    page.evaluate(Axe().axe_script)
    for width, size in sizes.items():
        page.set_viewport_size(size)
        if (over := page.evaluate(SIDEWAYS)) > 0:
            found.append(f"{width}: scrolls sideways by {over} px")
        if touch and width == min(sizes):
            found += [f"{width}: {each}" for each in page.evaluate(SMALL, FINGER)]
        for scheme, rules in (("light", RULES), ("dark", COLOURS)):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            result = page.evaluate("rules => axe.run(rules)", rules)
            found += [
                f"{width} {scheme}: {each['id']}: {node['target']} {node['failureSummary'][:300]}"
                for each in result["violations"]
                for node in each["nodes"][:5]
            ]
    return found


def look_at(page: Page, *addresses: str, touch: bool) -> dict[str, list[str]]:
    """Visit each address; returns what is wrong, by address, and nothing where all is well."""
    wrong = {}
    for address in addresses:
        assert page.goto(address).status == 200, address
        if found := faults(page, touch=touch):
            wrong[address] = found
    return wrong


def test_public_pages(open_page):
    page = open_page()
    assert (
        look_at(
            page,
            "/",
            "/knee/",
            "/team/",
            "/team/juno-larkspur/",
            "/privacy/",
            "/book/",
            "/book/initial-knee-assessment/",
            "/book/phone-consult/",
            "/callback/",
            "/accounts/login/",
            "/accounts/login/code/",
            touch=True,
        )
        == {}
    )


def test_pages_of_a_booking(open_page, watch):
    watch.expected = {422}
    page = open_page()
    choose_time(page, days_ahead=20)
    assert faults(page, touch=True) == []
    give_details(page, first_name="Axel")
    page.wait_for_selector("[role=alert]")
    assert faults(page, touch=True) == []
    give_details(page, last_name="Ruleworthy", email="axel@example.com", date_of_birth="1980-05-06")
    page.wait_for_url(re.compile(r"/visit/[^/]+/$"))
    visit = page.url
    assert look_at(page, visit, f"{visit}move/", f"{visit}cancel/", touch=True) == {}
    form = f"{visit}intake/"
    page.goto(f"{form}safety-2/")
    page.get_by_label("the knee is stuck").check()
    page.get_by_role("button", name="I have ticked what fits").click()
    expect(page.get_by_role("alert")).to_contain_text("See a doctor today")
    assert faults(page, touch=True) == []
    screens = ("", "where/", "pain/", "triggers/", "start/", "goals/", "send/first/", "papers/")
    assert look_at(page, *(form + screen for screen in screens), touch=True) == {}
    page.goto(f"{form}pain/")
    page.get_by_role("group", name="Pain right now").get_by_label("0", exact=True).check(force=True)
    expect(page.locator("#saved")).to_have_text("Saved")  # with a script, as it is filled in
    page.reload()
    now = page.get_by_role("group", name="Pain right now")
    expect(now.get_by_label("0", exact=True)).to_be_checked()


def test_patients_pages(open_page, site):
    page = open_page()
    sign_in_by_code(page, site, "patient@example.com")
    assert faults(page, touch=True) == []
    if page.locator("input[name=date_of_birth]").count():
        page.locator("input[name=date_of_birth]").fill("1994-06-15")
        with page.expect_navigation():
            page.get_by_role("button", name="Open the pages").click()
    assert look_at(page, "/me/", "/me/plan/", "/me/progress/", touch=True) == {}
    page.goto("/me/plan/")
    assert look_at(page, page.url.replace("/plan/", "/opened/"), touch=True) == {}
    page.goto("/me/plan/")
    for fold in page.locator("main details").all():
        fold.evaluate("each => each.open = true")
    assert faults(page, touch=True) == []


def test_code_page(open_page):
    page = open_page()
    page.goto("/accounts/login/code/")
    page.locator("[name=email]").fill("nobody@example.com")
    page.get_by_role("button", name="Send me a code").click()
    page.wait_for_url(re.compile("confirm"))
    assert faults(page, touch=True) == []


@pytest.fixture
def physio(open_page) -> Page:
    page = open_page()
    sign_in_staff(page, "physio@example.com", "/chart/")
    return page


def test_physios_lists(physio):
    patient = physio.locator("#drafts ~ p a, section[aria-labelledby=drafts] a").first
    plan = patient.get_attribute("href")
    addresses = ["/chart/", "/chart/patients/", plan, f"{plan}preview/"]
    assert look_at(physio, *addresses, touch=False) == {}
    physio.goto("/chart/patients/")
    physio.get_by_role("link", name=re.compile("Mockridge")).click()
    assert faults(physio, touch=False) == []
    physio.locator(".sd-story-line").get_by_role("link", name="Initial assessment").click()
    assert faults(physio, touch=False) == []


def test_chart_pages(physio):
    physio.locator("section[aria-labelledby=unsigned] a").first.click()
    physio.wait_for_url(re.compile(r"/chart/assessments/[^/]+/$"))
    assert faults(physio, touch=False) == []
    assert look_at(physio, f"{physio.url}sign/", touch=False) == {}


def test_desks_pages_of_figures(open_page):
    page = open_page()
    sign_in_staff(page, "manager@example.com", "/admin/")
    addresses = (
        "/admin/money/",
        "/admin/reports/",
        "/admin/reports/utilisation/",
        "/admin/import/",
    )
    assert look_at(page, *addresses, "/admin/reports/attendance/", touch=False) == {}
    page.goto("/admin/bookings/appointment/?when=past&state=completed")
    page.locator("#result_list tbody th a").first.click()
    page.get_by_role("link", name="Pay, refund, receipt").click()
    assert faults(page, touch=False) == []


@pytest.mark.parametrize("who", ["desk", "manager", "lead"])
def test_admin_start(open_page, who):
    page = open_page()
    sign_in_staff(page, f"{who}@example.com", "/admin/")
    assert faults(page, touch=False) == []
