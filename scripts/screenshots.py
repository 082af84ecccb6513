"""`make screenshots`: the six pictures of the README, from a demo clinic of its own."""

import re
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests import fresh  # noqa: E402
from tests.browser import demo_site  # noqa: E402
from tests.browser.demo_site import DemoSite, code_in, text_of  # noqa: E402

PICTURES = ROOT / "docs" / "screenshots"
LARGEST = 400_000  # bytes: a README loads on a train
PASSWORD_SHOWN = re.compile(r"physio@example\.com\s+(\S+)")


def main() -> int:
    where = demo_site.chromium()
    if where is None:
        print("Chromium is not installed. Install it with: apt install chromium")
        return 1
    PICTURES.mkdir(parents=True, exist_ok=True)
    try:
        with (
            tempfile.TemporaryDirectory() as folder,
            demo_site.running(Path(folder) / "clinic") as site,
            sync_playwright() as play,
        ):
            browser = play.chromium.launch(executable_path=where, args=demo_site.CHROMIUM)
            public_pictures(browser, site)
            patient_picture(browser, site)
            physio_pictures(browser, site)
            desk_picture(browser, site)
            browser.close()
    finally:
        fresh.clear()
    return 0


def opened(browser: Browser, site: DemoSite, width: int, height: int) -> Page:
    """A fresh visitor: a phone is drawn at twice the pixels, a screen at one and a half."""
    context = browser.new_context(
        base_url=site.address,
        viewport={"width": width, "height": height},
        device_scale_factor=2 if width < 600 else 1.5,
        locale="en-CA",
        timezone_id="America/Edmonton",
        reduced_motion="reduce",
    )
    return context.new_page()


def keep(page: Page, name: str) -> None:
    """Write what is in view. A picture that grew too large is drawn at half the pixels."""
    path = PICTURES / f"{name}.png"
    page.screenshot(path=path, scale="device")
    if path.stat().st_size > LARGEST:
        page.screenshot(path=path, scale="css")
    print(f"{path.relative_to(ROOT)}  {path.stat().st_size // 1000} kB")


def public_pictures(browser: Browser, site: DemoSite) -> None:
    page = opened(browser, site, 1280, 900)
    page.goto("/")
    keep(page, "home-1280")
    page = opened(browser, site, 390, 844)
    page.goto("/book/initial-knee-assessment/")
    page.locator("#times").evaluate("each => each.scrollIntoView()")
    keep(page, "book-390")


def patient_picture(browser: Browser, site: DemoSite) -> None:
    """Sign in by the code from the mail, as a patient does."""
    page = opened(browser, site, 390, 844)
    page.goto("/accounts/login/code/")
    page.locator("[name=email]").fill("patient@example.com")
    page.get_by_role("button", name="Send me a code").click()
    page.wait_for_url(re.compile("confirm"))
    page.locator("[name=code]").fill(code_in(text_of(site.mails("patient@example.com")[-1])))
    page.locator("main").get_by_role("button", name="Sign in").first.click()
    page.wait_for_url(re.compile("/me/"), wait_until="domcontentloaded")
    page.locator("input[name=date_of_birth]").fill("1994-06-15")
    page.get_by_role("button", name="Open the pages").click()
    page.goto("/me/plan/")
    keep(page, "plan-390")


def sign_in(page: Page, site: DemoSite, address: str) -> None:
    """The demo prints its one password; read it from there."""
    printed = PASSWORD_SHOWN.search(site.manage("demo"))
    page.goto("/accounts/login/")
    page.locator("[name=login]").fill(address)
    page.locator("[name=password]").fill(printed[1] if printed else "")
    page.locator("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile("/(chart|admin)/$"))


def physio_pictures(browser: Browser, site: DemoSite) -> None:
    page = opened(browser, site, 1280, 900)
    sign_in(page, site, "physio@example.com")
    page.locator("section[aria-labelledby=unsigned] a").first.click()
    page.wait_for_selector("#save-state")
    keep(page, "chart-1280")
    page.goto("/chart/")
    page.locator("section[aria-labelledby=drafts] a").first.click()
    block = page.locator(".sd-review:has(> .sd-why li):has(input[name=sets])").first
    block.locator(".sd-why summary").first.click()
    block.evaluate("each => window.scrollTo(0, each.offsetTop - 20)")
    keep(page, "review-1280")


def desk_picture(browser: Browser, site: DemoSite) -> None:
    page = opened(browser, site, 1280, 900)
    sign_in(page, site, "desk@example.com")
    keep(page, "desk-1280")


if __name__ == "__main__":
    sys.exit(main())
