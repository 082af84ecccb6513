"""`make effort`: what a first knee costs on a tablet, counted on a demo clinic of its own.

Worked case 3 is charted from opening to signature by one finger, 820 px wide. Every tap, every
swipe and every key of the keyboard on the screen is a touch; a touch takes what a person needs to
look, reach and tap, and what the page itself takes comes on top. Ends with 1 beyond the bound.
"""

import os
import re
import sys
import tempfile
from pathlib import Path

import django
from playwright.sync_api import Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
django.setup()

from tests.assessments.case_files import case_input  # noqa: E402
from tests.assessments.factories import ASKED  # noqa: E402
from tests.browser import demo_site  # noqa: E402
from tests.browser.effort import Work, controls_of  # noqa: E402
from tests.browser.finger import SECONDS_A_TOUCH  # noqa: E402
from tests.browser.steps import chart_of, everything_saved, sign_in_staff  # noqa: E402
from tests.browser.touch import Touch, held, same  # noqa: E402

MOST_SECONDS = 300
TABLET = {"width": 820, "height": 1180}


def main() -> int:
    where = demo_site.chromium()
    if where is None:
        print("Chromium is not installed. Install it with: apt install chromium")
        return 1
    expect.set_options(timeout=15_000)
    with (
        tempfile.TemporaryDirectory() as folder,
        demo_site.running(Path(folder) / "clinic") as site,
        sync_playwright() as play,
    ):
        browser = play.chromium.launch(executable_path=where, args=demo_site.CHROMIUM)
        context = browser.new_context(
            base_url=site.address, viewport=TABLET, has_touch=True, reduced_motion="reduce"
        )
        touches, worked = case_3_by_touch(context.new_page())
        browser.close()
    seconds = touches * SECONDS_A_TOUCH + worked
    print(f"Case 3 by touch at {TABLET['width']} px: {touches} touches of {SECONDS_A_TOUCH} s,")
    print(f"the page itself {worked:.1f} s: {seconds:.0f} s of at most {MOST_SECONDS}.")
    return int(seconds > MOST_SECONDS)


def case_3_by_touch(page: Page) -> tuple[int, float]:
    """Chart and sign the case; return the touches, and the page's processor seconds."""
    sign_in_staff(page, "physio@example.com", "/chart/")
    chart_of(page, "Exampleby")
    expect(page.locator("[data-help]")).to_be_visible()  # everything is listened to
    values = dict(controls_of(case_input(3) | ASKED))
    del values["age_years"]  # filled in from the date of birth
    touch, work = Touch(page, values), Work(page)
    touch.chart()
    worked = work.seconds
    everything_saved(page)
    stored = held(page)
    wrong = {name for name, value in values.items() if not same(stored[name], value)}
    if wrong or set(values) - touch.entered:
        raise AssertionError(f"not as entered: {wrong | (set(values) - touch.entered)}")
    touch.finger.tap(page.locator("[data-sign]"))
    page.wait_for_url(re.compile("/sign/$"))
    touch.finger.tap(page.get_by_role("button", name=re.compile("^Sign as")))
    page.wait_for_url(re.compile("/plan/$"))
    return touch.finger.touches, worked


if __name__ == "__main__":
    sys.exit(main())
