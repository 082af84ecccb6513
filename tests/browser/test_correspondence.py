"""Letters, referral, hand-over and emergency on a tablet and a screen: axe, nothing sideways."""

import re
from functools import partial

import pytest
from playwright.sync_api import Page, expect

from assessments.demo.places import PASSWORD
from tests.browser.conftest import SIZES, TABLET
from tests.browser.steps import sign_in_staff
from tests.browser.test_pages import faults

wrong = partial(faults, touch=False, sizes=TABLET | {1280: SIZES[1280]})


def record_of(page: Page, name: str) -> None:
    page.goto("/chart/patients/")
    page.get_by_role("link", name=re.compile(name)).click()


@pytest.fixture
def page(open_page) -> Page:
    return open_page(1280)


def test_letters_and_the_referral_of_a_red_flag(page):
    sign_in_staff(page, "physio@example.com", "/chart/")
    record_of(page, "Sampleton")
    page.goto(f"{page.url}?kind=letter")
    page.locator(".sd-story-line").get_by_role("link").first.click()
    expect(page.locator("h1")).to_contain_text("finished")
    assert wrong(page) == []

    page.goto("/chart/")
    page.get_by_role("link", name=re.compile("Mockridge")).first.click()
    page.wait_for_url(re.compile("/chart/referrals/"))
    assert wrong(page) == []
    page.get_by_role("button", name="Write the referral letter").click()
    page.wait_for_url(re.compile("/chart/letters/"))
    expect(page.locator("h1")).to_contain_text("draft")
    assert wrong(page) == []


def test_a_hand_over_as_its_receiver_reads_it(page):
    sign_in_staff(page, "coach@example.com", "/chart/")
    record_of(page, "Sampleton")
    page.get_by_role("link", name="Juno Larkspur to Basil Thistledown").click()
    expect(page.get_by_role("heading", name="Runs")).to_be_visible()
    assert wrong(page) == []


def test_a_record_opened_in_an_emergency(page):
    sign_in_staff(page, "physio@example.com", "/chart/")
    page.goto("/chart/emergency/")
    assert wrong(page) == []
    page.get_by_label("First name").fill("Bo")
    page.get_by_label("Last name").fill("Fauxley")
    page.get_by_label("Date of birth").fill("2001-03-14")
    page.locator("main form").get_by_role("button").click()
    page.wait_for_url(re.compile("/emergency/open/"))
    assert wrong(page) == []
    page.get_by_label("Reason").select_option(index=1)
    page.get_by_label("What happened").fill("Collapsed in the waiting room")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Open for 30 minutes").click()
    page.wait_for_url(re.compile("/chart/patients/"))
    expect(page.locator("body")).to_contain_text("minutes left")
    assert wrong(page) == []
