"""A whole case charted by keyboard alone, from opening to signature, counting keys and seconds."""

import re
from collections.abc import Iterator

from playwright.sync_api import Page, expect

from assessments.findings import FIELDS
from assessments.findings.dictionary import TRIGGERS
from tests.assessments.case_files import case_input
from tests.assessments.factories import ASKED
from tests.browser.steps import chart_of, everything_saved, sign_in_staff

MOST_KEYS = 340
SECONDS_A_KEY = 0.5  # for eyes and hands, on top of what the page itself takes
MOST_SECONDS = 240

# What has the focus: the control, all values its name can take, and where it stands.
FOCUS = """() => {
  const each = document.activeElement;
  const row = each.closest(".sd-side-row");
  if (!row) return null;
  const cells = [...row.querySelectorAll("[data-cell]")];
  const options = each.tagName === "SELECT" ? [...each.options]
    : [...document.getElementsByName(each.name)];
  return {
    name: each.name,
    kind: each.type,
    reads: each.dataset.reads,
    values: options.map(one => one.value).filter(Boolean),
    paired: cells.length > 1 && cells[0].contains(each) && !row.matches(".sd-row-grid"),
  };
}"""
AHEAD = """names => {
  const here = document.activeElement;
  const section = here.closest(".sd-panel");
  return names.filter(name => {
    const one = document.getElementsByName(name)[0];
    return section.contains(one) && one.checkVisibility()
      && here.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING;
  });
}"""


def controls_of(raw: dict) -> Iterator[tuple[str, object]]:
    """Yield every value of a case by the name of its control."""
    for name, value in raw.items():
        if name == "triggers":
            yield from ((TRIGGERS[each], score) for each, score in value.items())
        elif isinstance(value, dict):
            for key, one in value.items():
                if isinstance(one, dict):
                    yield from ((f"{name}.{part}:{key}", score) for part, score in one.items())
                else:
                    yield (f"{name}:{key}" if FIELDS[name].sided else f"{name}.{key}"), one
        elif name == "psfs":
            yield from ((f"psfs.{part}", score) for part, score in enumerate(value, 1))
        else:
            yield name, value


class Keyboard:
    """Charts what it is told to, and counts."""

    def __init__(self, page: Page, values: dict[str, object]) -> None:
        self.page, self.left, self.keys = page, values, 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.keys += 1

    def chart(self) -> None:
        self.press("Enter")
        while self.left and self.keys < MOST_KEYS:
            at = self.page.evaluate(FOCUS)
            if at["name"] in self.left:
                self.enter(at, self.left.pop(at["name"]))
            elif at["kind"] == "textarea":
                self.press("Escape")
            else:
                self.go_on(at)

    def go_on(self, at) -> None:
        ahead = self.page.evaluate(AHEAD, list(self.left))
        other_side = at["paired"] and at["name"].partition(":")[0] in {
            name.partition(":")[0] for name in ahead
        }
        self.press("Tab" if other_side else "Enter" if ahead else "]")

    def enter(self, at, value) -> None:
        if at["kind"] == "text":
            self.press(*str(value), "Tab" if at["paired"] else "Enter")
        elif at["kind"] == "checkbox":
            self.press(*(str(at["values"].index(code) + 1) for code in value) if value else "0")
            if value:
                self.press("Tab" if at["paired"] else "Enter")
        elif at["reads"] == "number":
            self.press(*str(value))
            if value == 1 and "10" in at["values"]:  # it waits for a nought
                self.press("Enter")
        elif at["reads"] == "bool":
            self.press("y" if value else "0")
        elif set(at["values"]) == {"yes", "no"}:
            self.press(value[0])
        elif at["kind"] == "select-one":
            self.press(value)
        else:
            self.press(str(at["values"].index(value) + 1))


class Work:
    """What the page itself takes: processor seconds, whatever else the machine is doing."""

    def __init__(self, page: Page) -> None:
        self.session = page.context.new_cdp_session(page)
        self.session.send("Performance.enable", {"timeDomain": "threadTicks"})
        self.before = self._now()

    def _now(self) -> float:
        metrics = self.session.send("Performance.getMetrics")["metrics"]
        return next(each["value"] for each in metrics if each["name"] == "TaskDuration")

    @property
    def seconds(self) -> float:
        return self._now() - self.before


def test_worked_case_3_is_charted_and_signed_within_240_seconds(open_page):
    page = open_page(1280)
    sign_in_staff(page, "physio@example.com", "/chart/")
    chart_of(page, "Exampleby")
    expect(page.locator("[data-help]")).to_be_visible()  # the keys are listened to
    values = dict(controls_of(case_input(3) | ASKED))
    del values["age_years"]  # filled in from the date of birth
    keyboard = Keyboard(page, values)

    work = Work(page)
    keyboard.chart()
    assert keyboard.left == {}
    worked = work.seconds
    everything_saved(page)
    expect(page.locator("#panel .sd-gate")).to_have_class(re.compile("sd-gate-clear"))
    keyboard.press("s")
    page.wait_for_url(re.compile("/sign/$"))
    keyboard.press("s", "Enter")
    page.wait_for_url(re.compile("/plan/$"))

    assert keyboard.keys < MOST_KEYS
    assert keyboard.keys * SECONDS_A_KEY + worked <= MOST_SECONDS
    expect(page.locator("main")).to_contain_text("Slow step rate")
