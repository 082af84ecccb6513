"""A shoulder at a knee clinic: from Today to a signed note with the treatment, on a tablet."""

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.steps import sign_in_staff

# A visit just after midnight of today, when nobody else books: whatever the day and the hour.
COMES_TODAY = """
from datetime import datetime, time, timedelta
from django.utils import timezone
from bookings.models import Appointment, Service
from clinic.models import CareRelation, Location, Patient, Practitioner
place = Location.objects.open().first()
juno = Practitioner.objects.get(user__email="physio@example.com")
nora = Patient.objects.create(first_name="Nora", last_name="Shoulderby")
day = timezone.localdate(timezone.now(), place.tz)
starts = datetime.combine(day, time(0, 5), tzinfo=place.tz)
CareRelation.objects.create(
    patient=nora, practitioner=juno, ground="visit", starts_at=starts - timedelta(days=1)
)
Appointment.objects.create(
    patient=nora, practitioner=juno, location=place, state="completed",
    service=Service.objects.filter(is_active=True, seats=0).order_by("position").first(),
    starts_at=starts, ends_at=starts + timedelta(minutes=20),
)
"""


def test_from_today_to_a_signed_note_with_treatment(open_page, site):
    site.manage("shell", "-v", "0", "-c", COMES_TODAY)
    page = open_page(820)
    sign_in_staff(page, "physio@example.com", "/chart/")
    page.get_by_role("button", name="Only a note · Nora Shoulderby").click()
    expect(page).to_have_url(re.compile(r"/chart/notes/[^/]+/$"))

    page.get_by_label("What it is about").fill("Right shoulder")
    page.get_by_label("Subjective").fill("Aches at night")
    given = page.locator(".sd-given-form")
    given.get_by_label("What was done").select_option("manual")
    given.get_by_label("Where").select_option("shoulder")
    given.get_by_label("Side").select_option("R")
    given.get_by_label("Minutes").fill("10")
    given.get_by_label("Pain before").select_option("4")
    given.get_by_label("Pain after").select_option("0")
    given.get_by_label("Consent").select_option("aloud")
    given.get_by_role("button", name="Write it down").click()

    rows = page.locator(".sd-given li")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("pain 4/10 before, 0/10 after")
    expect(page.get_by_label("Subjective")).to_have_value("Aches at night")  # saved before it left
    nothing_against(page)
    page.get_by_role("button", name="Read and sign").click()
    expect(page.locator("#treatment")).to_contain_text("right shoulder")
    page.get_by_role("button", name="Sign as Juno Larkspur").click()
    expect(page.locator("h1")).to_contain_text("signed")
    expect(page.locator("#treatment")).to_contain_text("Manual therapy")
    nothing_against(page)

    page.goto("/chart/")
    expect(page.get_by_role("link", name="Signed note · Nora Shoulderby")).to_be_visible()


def nothing_against(page):
    assert Axe().run(page).response["violations"] == []
