"""Today's plan on a patient's phone: little to fetch, there without a signal, logged just once."""

import re
from datetime import UTC, date, datetime

from playwright.sync_api import expect

from tests.browser.steps import claim, sign_in_by_code
from tests.browser.test_pages import faults

MOST = 60_000  # bytes of a repeat visit, headers too
PHONE = {390: {"width": 390, "height": 844}}
LOG = re.compile(r"/me/[0-9a-f-]{36}/plan/log/$")
# Every file of the page was there: a stylesheet that was not has no rules.
STYLED = """[...document.querySelectorAll("link[rel=stylesheet]")].every(
    each => each.sheet?.cssRules.length)"""
# What the browser reports on the way: no signal, and the answer that a test loses.
LOST = re.compile(r"net::ERR_(INTERNET_DISCONNECTED|FAILED)")
ROWS = """
from assessments.models import ExerciseLog
logs = ExerciseLog.objects.filter(logged_at__gte="{}")
print([(str(each.client_id), each.done, each.pain) for each in logs])
"""


def test_todays_plan_without_a_signal(open_page, site, watch):
    page = open_page(390, touch=True)
    sign_in_by_code(page, site, "patient@example.com")
    if page.locator("input[name=date_of_birth]").count():
        claim(page, date(1994, 6, 15))
    page.goto("/me/plan/")
    a_repeat_visit_fetches_little(page)

    page.get_by_role("button", name="Keep my plan on this phone").click()
    expect(page.locator("html")).to_have_attribute("data-ready", "yes")
    shown, sent = what_is_shown(page), []
    page.on("request", lambda each: LOG.search(each.url) and sent.append(each.post_data))
    page.context.set_offline(True)
    opens_from_its_copy(page, shown)
    assert faults(page, touch=True, sizes=PHONE) == []
    begun = datetime.now(UTC).isoformat()
    entry = logs_a_zero(page)
    waits(page)
    opens_from_its_copy(page, shown)  # closed and opened again, what waits is still there
    waits(page)
    assert sent == []

    is_sent_again_after_a_lost_answer(page)
    for _ in range(2):
        page.reload(wait_until="networkidle")
        expect(page.locator("[data-phone]")).to_be_hidden()
    assert page.locator("html[data-copy]").count() == 0
    logged = page.locator(".sd-plan-card").first
    expect(logged).to_contain_text(re.compile("done · pain 0", re.IGNORECASE))
    assert len(sent) == 2
    assert all(entry in each for each in sent)
    said = site.manage("shell", "-v0", "-c", ROWS.format(begun))
    assert said.strip() == str([(entry, "done", 0)])
    watch.complaints = [each for each in watch.complaints if not LOST.search(each)]


def a_repeat_visit_fetches_little(page):
    wire, fetched = page.context.new_cdp_session(page), []
    wire.send("Network.enable")
    wire.on("Network.loadingFinished", lambda each: fetched.append(int(each["encodedDataLength"])))
    page.goto(page.url, wait_until="networkidle")
    assert len(fetched) > 5  # the cached files are among them, with nothing transferred
    assert 2_000 < sum(fetched) <= MOST
    wire.detach()


def what_is_shown(page) -> list[str]:
    """Title, dose and drawing of every line."""
    assert page.locator(".sd-plan-card svg").count() > 2
    return page.locator(".sd-plan-title, .sd-plan-dose, .sd-plan-card svg").evaluate_all(
        "found => found.map(each => each.textContent.trim() + each.querySelectorAll('path').length)"
    )


def opens_from_its_copy(page, shown):
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-copy", re.compile(r"^\d+$"))
    expect(page.locator("[data-state]")).to_contain_text("No signal: this is the copy of")
    assert what_is_shown(page) == shown
    assert page.evaluate(STYLED)
    expect(page.get_by_role("heading", name="When to get help")).to_be_visible()


def logs_a_zero(page) -> str:
    """Log the first line as done without pain; returns the id that the phone gives the entry."""
    card = page.locator(".sd-plan-card").first
    card.locator(".sd-log > summary").click()
    entry = card.locator("[name=client_id]").get_attribute("value")
    card.locator("[name=pain][value='0']").check(force=True)
    card.get_by_role("button", name="Done", exact=True).click()
    return entry


def waits(page):
    expect(page.locator("[data-unsent]")).to_be_visible()
    expect(page.locator("[data-unsent]")).to_contain_text("1 not sent yet.")


def is_sent_again_after_a_lost_answer(page):
    """Online once more the phone sends by itself; told nothing, it keeps the entry and sends it."""
    page.route(LOG, the_answer_is_lost)
    with page.expect_event("requestfailed", lambda each: LOG.search(each.url)):
        page.context.set_offline(False)
    waits(page)
    page.unroute_all()
    page.get_by_role("button", name="Send now").click()
    expect(page.locator("[data-unsent]")).to_be_hidden()


def the_answer_is_lost(route):
    """The server hears it, and the phone never learns that."""
    assert route.fetch().ok
    route.abort()
