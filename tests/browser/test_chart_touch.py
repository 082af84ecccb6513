"""Part of a case charted by one finger on a tablet. The whole of it: `make effort`."""

from playwright.sync_api import expect

from tests.assessments.case_files import case_input
from tests.browser.conftest import TABLET
from tests.browser.effort import controls_of
from tests.browser.steps import chart_of, everything_saved, sign_in_staff
from tests.browser.test_pages import faults
from tests.browser.touch import Touch, held, same

# lists, 0-10 rows, numbers beside each other, what "all other normal" enters and what it may not
FIELDS = {"effusion", "tenderness_sites", "gait_walking", "wblt_cm", "thomas_hip_deg",
          "heel_raise_reps", "lsd", "sls_rating", "step_down_nprs"}  # fmt: skip


def test_an_examination_takes_few_touches_and_holds_what_was_entered(open_page):
    page = open_page(820, touch=True)
    sign_in_staff(page, "physio@example.com", "/chart/")
    chart_of(page, "Pretend", "Alba")
    expect(page.locator("[data-help]")).to_be_visible()  # everything is listened to
    some = {name: value for name, value in case_input(3).items() if name in FIELDS}
    values = dict(controls_of(some))

    touch = Touch(page, values)
    touch.chart()
    everything_saved(page)

    stored = held(page)
    assert {name for name, value in values.items() if not same(stored[name], value)} == set()
    assert touch.finger.touches <= 60
    assert faults(page, touch=False, sizes=TABLET) == []
