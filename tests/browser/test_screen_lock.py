"""An idle screen covers the page and gives it back as it was."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from assessments.demo.places import PASSWORD
from tests.browser.steps import sign_in_staff

RULES = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
SIDEWAYS = "() => document.scrollingElement.scrollWidth > window.innerWidth"


def test_the_cover_keeps_what_was_typed(open_page, watch):
    watch.expected = {422}
    page = open_page()
    page.clock.install()
    sign_in_staff(page, "desk@example.com", "/admin/")
    page.goto("/admin/rota/maple-nightjar/")
    page.locator("[name=w-0-starts]").fill("7:45")

    page.clock.fast_forward("04:01:00")
    cover = page.get_by_role("dialog", name="Locked")
    expect(cover).to_contain_text("DD")
    expect(page.locator("[name=w-0-starts]")).to_be_hidden()

    cover.get_by_label("PIN or password").fill("wrong")
    cover.get_by_role("button", name="Unlock").click()
    expect(cover.get_by_role("alert")).to_contain_text("does not open")
    cover.get_by_label("PIN or password").fill("stepdown-demo-2026")
    cover.get_by_role("button", name="Unlock").click()
    expect(cover).to_be_hidden()
    expect(page.locator("[name=w-0-starts]")).to_have_value("7:45")

    cookie = next(each["value"] for each in page.context.cookies() if "csrf" in each["name"])
    lock = {"do": "lock", "csrfmiddlewaretoken": cookie}
    page.request.post("/accounts/unlock/", form=lock, headers={"Referer": page.url})
    page.goto("/admin/")  # what is left without script: a page of its own
    expect(page).to_have_url(re.compile("/accounts/unlock/"))
    for width in (820, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert Axe().run(page, options=RULES).response["violations"] == []
        assert not page.evaluate(SIDEWAYS)


KEY = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
    "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture
def by_name(browser, site, watch):
    """A window at the site's name (a passkey belongs to a name, never to a number).

    Keys are forgotten afterwards: the other tests sign in with a password alone.
    """
    host = f"http://localhost:{site.port}"
    context = browser.new_context(base_url=host)
    watch.follow(context, host)
    yield context
    context.close()
    forget = "from allauth.mfa.models import Authenticator as A; A.objects.all().delete()"
    site.manage("shell", "-c", forget)


def test_a_passkey_opens_it_in_the_same_tab(by_name):
    context = by_name
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    sign_in_staff(page, "manager@example.com", "/admin/")
    page.goto("/accounts/pin/")
    assert Axe().run(page).response["violations"] == []
    page.goto("/accounts/2fa/webauthn/add/")
    if page.locator("[name=password]").count():
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("[name=password]").press("Enter")
    page.locator("[name=name]").fill("Desk key")
    page.get_by_role("button", name="Add").click()
    expect(page).to_have_url(re.compile("recovery-codes"))

    page.clock.install()
    page.goto("/admin/rota/maple-nightjar/")
    page.locator("[name=w-0-starts]").fill("7:45")
    page.clock.fast_forward("04:01:00")
    page.get_by_role("dialog", name="Locked").get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("[name=w-0-starts]")).to_have_value("7:45")
    assert len(context.pages) == 1
