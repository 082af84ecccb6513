"""An idle screen covers the page and gives it back as it was."""

from playwright.sync_api import expect

from tests.browser.steps import sign_in_staff


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
