"""What people do in the browser, said once: book, sign in, chart a knee."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from playwright.sync_api import Locator, Page, expect

from assessments.demo.charts import entries, knee
from assessments.demo.places import PASSWORD
from assessments.screen.entries import Entry
from tests.browser.demo_site import DemoSite, code_in, text_of

BORN = date(1990, 3, 4)
JUNO = "juno-larkspur"


def choose_time(page: Page, days_ahead: int, nth: int = 0) -> str:
    """From the list of services to a held time with Juno; returns the time it stands for."""
    page.goto("/book/")
    page.get_by_role("link", name="Initial knee assessment").click()
    expect(page).to_have_url(re.compile(r"/book/initial-knee-assessment/$"))
    filters = page.locator("form.bk-filters")
    filters.locator("[name=practitioner]").select_option(JUNO)
    first = datetime.now(UTC).date() + timedelta(days=days_ahead)
    filters.locator("[name=from]").fill(first.isoformat())
    filters.get_by_role("button").click()
    return take_time(page, nth)


def take_time(page: Page, nth: int = 0) -> str:
    """Press one of the free times of the page, opening its day where it is folded."""
    slot = page.locator("#times button[name=starts_at]").nth(nth)
    value = slot.get_attribute("value") or ""
    day = page.locator("#times details", has=page.locator(f"button[value='{value}']"))
    if day.get_attribute("open") is None:
        day.locator("summary").click()
    slot.click()
    return value


def give_details(page: Page, **typed: str) -> None:
    """Fill the details form and agree; sends it."""
    for name, value in typed.items():
        page.locator(f"form.bk-details [name={name}]").fill(value)
    page.locator("form.bk-details [name=consent]").check()
    page.get_by_role("button", name="Book this visit").click()


def book_as_guest(page: Page, address: str, days_ahead: int, nth: int = 0) -> str:
    """Book a first visit with Juno without an account; returns the address of the visit."""
    choose_time(page, days_ahead, nth)
    give_details(
        page,
        first_name="Wren",
        last_name=address.partition("@")[0].title(),
        email=address,
        date_of_birth=BORN.isoformat(),
    )
    expect(page).to_have_url(re.compile(r"/visit/[^/]+/$"))
    return page.url


def sign_in_staff(page: Page, address: str, landing: str) -> None:
    page.goto("/accounts/login/")
    page.locator("[name=login]").fill(address)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile(re.escape(landing) + "$"))


def sign_in_by_code(page: Page, site: DemoSite, address: str) -> None:
    """Ask for a code, read it from the mail, type it."""
    before = len(site.mails(address))
    page.goto("/accounts/login/code/")
    page.locator("[name=email]").fill(address)
    page.get_by_role("button", name="Send me a code").click()
    expect(page).to_have_url(re.compile(r"/accounts/login/code/confirm/"))
    mails = site.mails(address)
    assert len(mails) == before + 1
    page.locator("[name=code]").fill(code_in(text_of(mails[-1])))
    page.locator("main").get_by_role("button", name="Sign in").first.click()
    page.wait_for_url(re.compile(r"/me/"))


def claim(page: Page, born: date) -> None:
    """Answer the question for the date of birth that comes with the first sign-in."""
    page.locator("input[name=date_of_birth]").fill(born.isoformat())
    with page.expect_navigation():
        page.get_by_role("button", name="Open the pages").click()


def chart_of(page: Page, last_name: str, first_name: str = "") -> None:
    """Find a patient among Juno's and begin a chart, for today's visit where there is one."""
    page.goto("/chart/patients/")
    page.locator("#name").fill(last_name)
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name=re.compile(f"{last_name}, {first_name}")).click()
    page.get_by_role("button", name=re.compile("^Chart ")).first.click()
    expect(page).to_have_url(re.compile(r"/chart/assessments/[^/]+/$"))


def fill_chart(page: Page, knee_name: str, *, script: bool) -> None:
    """Enter a demo knee by the names of its controls; without script section by section."""
    values = flat(entries(knee(knee_name)))
    for code in page.locator("form[data-section]").evaluate_all(CODES):
        section = page.locator(f"form[data-section='{code}']")
        kinds = section.evaluate(KINDS)
        mine = [one for one in values if _name(one) in kinds]
        if not mine:
            continue
        _unfold(page)
        for entry in mine:
            _enter(section, entry, kinds[_name(entry)])
        if not script:
            section.locator("[data-save-section]").click()
            expect(page.locator(f"[data-progress='{code}']")).not_to_have_text(re.compile("^0/"))
    if script:
        everything_saved(page)


def _unfold(page: Page) -> None:
    """Open what a preset leaves out and long forms, as somebody does who wants all of it."""
    folded = page.locator(
        ".sd-chart-sections :is(details.sd-fold, details.sd-more):not([open]) > summary"
    )
    while folded.count():
        folded.first.click()


CODES = "forms => forms.map(form => form.dataset.section)"
KINDS = "form => Object.fromEntries([...form.elements].map(each => [each.name, each.type]))"


def everything_saved(page: Page) -> None:
    """Wait past the pause after which the chart saves by itself, then for its word."""
    page.wait_for_timeout(1_500)
    expect(page.locator("#save-state")).to_have_text(re.compile(r"^saved \d"), timeout=20_000)


def flat(values: Iterable[Entry]) -> list[Entry]:
    """Split what holds several parts (scores, step-down criteria) into one entry per control."""
    listed = []
    for one in values:
        if isinstance(one.value, dict):
            listed += [Entry(f"{one.field}.{k}", one.side, v) for k, v in one.value.items()]
        elif isinstance(one.value, list) and one.field == "psfs":
            listed += [Entry(f"psfs.{n}", one.side, v) for n, v in enumerate(one.value, 1)]
        else:
            listed.append(one)
    return listed


def _name(entry: Entry) -> str:
    return f"{entry.field}:{entry.side}" if entry.side else entry.field


def _enter(section: Locator, entry: Entry, kind: str) -> None:
    """Type, choose or tick one value, whatever kind of control the chart has for it."""
    control = section.locator(f"[name='{_name(entry)}']").first
    for value in entry.value if isinstance(entry.value, list) else [entry.value]:
        text = ("yes" if value else "no") if isinstance(value, bool) else str(value)
        if kind in {"radio", "checkbox"}:
            section.locator(f"label:has([name='{_name(entry)}'][value='{text}'])").click()
        elif kind == "select-one":
            control.select_option(text)
        else:
            control.fill(text)
            control.blur()
