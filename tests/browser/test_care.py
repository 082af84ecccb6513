"""From the first visit to the plan on a phone: physio and patient, four ways."""

import re
from itertools import count

from playwright.sync_api import expect

from tests.browser.demo_site import text_of
from tests.browser.steps import (
    BORN,
    book_as_guest,
    chart_of,
    claim,
    everything_saved,
    fill_chart,
    sign_in_by_code,
    sign_in_staff,
)

CLINICAL = re.compile(r"\b(knee|pain|sore|exercis\w*|plan\b.*dose|kneecap)\b", re.IGNORECASE)
patients = count(1)


def test_plan_reaches_the_patient(open_page, site, width, script):
    number = next(patients)
    address = f"careful{number}@example.com"
    guest = open_page(width, script=script)
    book_as_guest(guest, address, days_ahead=6, nth=number)
    site.mails(address)

    physio = open_page(width, script=script)
    sign_in_staff(physio, "physio@example.com", "/chart/")
    chart_of(physio, f"Careful{number}")
    fill_chart(physio, "stairs_and_hills", script=script)
    the_gate_opens(physio)
    signs(physio)
    taken_out = edits_the_draft(physio)
    issues(physio)

    patient = open_page(width, script=script)
    the_mail_says_nothing_clinical(site, address)
    sign_in_by_code(patient, site, address)
    claim(patient, BORN)
    sees_the_plan(patient, taken_out)
    logs_a_zero(patient)
    downloads_the_paper(patient)
    sees_the_progress(patient)


def the_gate_opens(page):
    page.reload()
    expect(page.locator("#panel .sd-gate")).to_have_class(re.compile("sd-gate-clear"))
    expect(page.locator("#panel")).to_contain_text("Contributors so far")
    expect(page.locator("#panel .sd-chips li")).not_to_have_count(0)


def signs(page):
    page.get_by_role("link", name="Review and sign").first.click()
    expect(page.locator("main")).to_contain_text("Signed, this assessment is final")
    page.get_by_role("button", name="Sign as Juno Larkspur").click()
    page.wait_for_url(re.compile(r"/chart/assessments/[^/]+/(plan/)?$"))


def edits_the_draft(page) -> str:
    """Draft where needed, look at the reasons, change a dose, take a line out; returns its name."""
    if not page.url.endswith("/plan/"):
        page.get_by_role("link", name="Plan", exact=True).click()
    draft = page.get_by_role("button", name="Draft the plan")
    if draft.count():
        draft.click()
    why = page.locator("details.sd-why").first
    why.locator("summary").click()
    expect(why).to_contain_text("Evidence:")

    lines = page.locator(".sd-review-line", has=page.locator("input[name=sets]"))
    first = lines.first.get_attribute("id")
    line = page.locator(f"#{first}")
    line.get_by_text("Change dose").click()
    line.locator("[name=sets]").fill("2")
    line.get_by_role("button", name="Save").click()
    expect(page.locator(".sd-review-line", has_text="dose changed").first).to_contain_text("2 ×")

    second = page.locator(".sd-review-line", has=page.locator("input[name=sets]")).nth(1)
    name = second.locator("h4").inner_text()
    second.locator("summary", has_text="Take out").click()
    second.locator("[name=reason]").fill("Not yet: settle first")
    second.get_by_role("button", name="Take out").click()
    expect(page.locator(".sd-review-off")).to_contain_text("Not yet: settle first")
    return name


def issues(page):
    page.get_by_role("button", name="Issue to the patient").click()
    expect(page.locator("h1")).to_contain_text("in force since")


def the_mail_says_nothing_clinical(site, address):
    mail = site.mails(address)[-1]
    said = text_of(mail).replace("Fernhill Demo Physiotherapy", "")
    assert CLINICAL.findall(said) == []
    assert f"{site.address}/me/" in said


def sees_the_plan(page, taken_out):
    if not page.url.endswith("/plan/"):
        page.goto("/me/plan/")
    expect(page.locator("h1")).to_have_text("Wren’s plan")
    names = page.locator(".sd-plan-title").all_inner_texts()
    assert names
    assert taken_out not in names
    expect(page.get_by_role("heading", name="When to get help")).to_be_visible()


def logs_a_zero(page):
    card = page.locator(".sd-plan-card").first
    card.locator(".sd-log > summary").click()
    assert card.locator("[name=pain]:checked").count() == 0
    card.locator("[name=pain][value='0']").check(force=True)
    card.get_by_role("button", name="Done").click()
    logged = page.locator(".sd-plan-card").first
    expect(logged).to_contain_text(re.compile("done · pain 0", re.IGNORECASE))


def downloads_the_paper(page):
    address = page.get_by_role("link", name="Plan on paper (PDF)").get_attribute("href")
    answer = page.request.get(address)
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF-")
    assert len(answer.body()) > 5_000


def sees_the_progress(page):
    page.locator("nav.sd-tabs").get_by_role("link", name="How it goes").click()
    expect(page.locator("h1")).to_have_text("How it goes")
    week = page.locator("section[aria-labelledby=week] .sd-weeks")
    expect(week).to_have_text(re.compile(r"^1 of \d+ sessions$"))
    numbers = page.locator("section[aria-labelledby=pain] tbody td")
    assert numbers.all_text_contents() == ["0"]


def test_physio_starts_todays_visit(open_page):
    page = open_page(1280)
    sign_in_staff(page, "physio@example.com", "/chart/")

    page.get_by_role("button", name="Start charting · Gus Testwell").click()
    expect(page).to_have_url(re.compile(r"/chart/assessments/[^/]+/$"))

    expect(page.locator("#panel .sd-gate h2")).to_have_text("Questions open")
    page.goto("/chart/")
    expect(page.get_by_role("link", name="Go on charting · Gus Testwell")).to_be_visible()


def test_slow_line_loses_nothing(open_page):
    """What is entered while an earlier save is still on its way is saved after it."""
    page = open_page(1280)
    sign_in_staff(page, "physio@example.com", "/chart/")
    chart_of(page, "Exampleby")
    slow = []

    def dawdle(route):
        slow.append(route.request.post_data)
        page.wait_for_timeout(1_200)
        route.continue_()

    page.route(re.compile("/save/$"), dawdle)
    page.locator("[name=height_cm]").fill("171")
    page.locator("[name=height_cm]").blur()
    page.wait_for_timeout(600)
    page.locator("[name=body_mass_kg]").fill("64")
    page.locator("[name=body_mass_kg]").blur()
    page.wait_for_timeout(3_500)
    everything_saved(page)
    assert len(slow) == 2

    page.unroute_all()
    page.reload()
    expect(page.locator("[name=height_cm]")).to_have_value(re.compile(r"^171(\.0)?$"))
    expect(page.locator("[name=body_mass_kg]")).to_have_value(re.compile(r"^64(\.0)?$"))


def test_red_flag_stops_everything(open_page, site, width, script):
    physio = open_page(width, script=script)
    sign_in_staff(physio, "physio@example.com", "/chart/")
    physio.goto("/chart/patients/")
    physio.get_by_role("link", name=re.compile("Mockridge")).click()
    expect(physio.locator(".sd-story")).to_contain_text("No plan is in force")
    physio.locator(".sd-story-line").get_by_role("link", name="Initial assessment").click()
    expect(physio.locator(".sd-gate")).to_have_class(re.compile("sd-gate-(stop|refer)"))
    expect(physio.locator(".sd-gate")).to_contain_text("RF")
    physio.get_by_role("link", name="Plan", exact=True).click()
    expect(physio.locator("h1")).to_have_text("No plan")
    assert physio.get_by_role("button", name=re.compile("Draft|Issue")).count() == 0
    assert physio.locator(".sd-review-line").count() == 0
