"""Charts a case by one finger on a tablet, section by section, and counts touches."""

from collections import defaultdict

from playwright.sync_api import Locator, Page, expect

from tests.browser.finger import Finger

# Every control of a section by its name, in the order of the page.
CONTROLS = """section => {
  const seen = new Map();
  for (const each of section.querySelectorAll("[data-reads]")) {
    if (seen.has(each.name)) continue;
    const cell = each.closest("[data-cell]");
    const row = [...(each.closest(".sd-side-row")?.querySelectorAll("input.sd-num") ?? [])];
    seen.set(each.name, {
      name: each.name, kind: each.type, reads: each.dataset.reads,
      cell: cell.dataset.cell, usual: cell.dataset.usual ?? null,
      step: Number(each.dataset.step), beside: row.find(one => one !== each)?.name,
    });
  }
  return [...seen.values()];
}"""


def said(value: object) -> str:
    """Return a value as the page writes it."""
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def codes_of(value: object) -> list[str]:
    """Return what has to be ticked; "none of these" is a box of its own."""
    if isinstance(value, list):
        return [said(each) for each in value] or ["none"]
    return [said(value)]


class Touch:
    """Charts what it is told to, section by section, "all other normal" where there is any."""

    def __init__(self, page: Page, values: dict[str, object]) -> None:
        self.page, self.values, self.finger = page, values, Finger(page)
        self.entered: set[str] = set()

    def chart(self) -> None:
        codes = "forms => forms.map(form => form.dataset.section)"
        for code in self.page.locator("form[data-section]").evaluate_all(codes):
            self._section(self.page.locator(f"#{code}"))

    def _section(self, section: Locator) -> None:
        cells = defaultdict(list)
        for one in section.evaluate(CONTROLS):
            if one["name"] in self.values:
                cells[one["cell"]].append(one)
        usual = {cell for cell, controls in cells.items() if all(map(self._usual, controls))}
        for cell, controls in cells.items():
            for one in controls if cell not in usual else ():
                self._enter(section, one)
            self.entered.update(one["name"] for one in controls)
        if usual:
            self._rest(section, usual)

    def _usual(self, one) -> bool:
        return codes_of(self.values[one["name"]]) == [one["usual"]]

    def _rest(self, section: Locator, cells: set[str]) -> None:
        self.finger.tap(section.locator("[data-rest]"))
        dialog = self.page.locator("#chart-rest")
        for line in dialog.locator("[data-list] input").all():
            if line.get_attribute("name") not in cells:
                self.finger.tap(line)
        self.finger.tap(dialog.locator("[data-set]"))
        expect(dialog).to_be_hidden()

    def _enter(self, section: Locator, one) -> None:
        name, value = one["name"], self.values[one["name"]]
        control = section.locator(f"[name='{name}']")
        self._unfold(control.first)
        if one["kind"] == "text":
            self._number(control, one, value)
        elif one["kind"] == "select-one":
            self.finger.choose(control, said(value))
        else:
            for code in codes_of(value):
                self._pick(section.locator(f"[name='{name}'][value='{code}']"))

    def _pick(self, choice: Locator) -> None:
        """Tap; a tap that went beside, because the page moved under it, is made once more."""
        self.finger.tap(choice)
        if not choice.is_checked():
            self.finger.tap(choice)

    def _unfold(self, control: Locator) -> None:
        folds = control.locator("xpath=ancestor::details[not(@open)]/summary")
        while folds.count():
            self.finger.tap(folds.first)

    def _number(self, control: Locator, one, value) -> None:
        """Type it, or press the button beside it where that takes no more touches."""
        near = self.values.get(one["beside"]) if one["beside"] in self.entered else None
        steps = None if near is None else abs(value - near) / one["step"]
        if steps is None or steps % 1 or steps > len(str(value)):
            self.finger.type(control, str(value))
            return
        buttons = control.locator("xpath=..").locator("button")
        for _ in range(1 + int(steps)):  # the first shows the other side's value
            self.finger.tap(buttons.last if value > near else buttons.first)


def held(page: Page) -> dict[str, object]:
    """Return what the server holds by the names of the controls."""
    return page.request.get(f"{page.url.partition('#')[0]}values/").json()["controls"]


def same(stored: object, value: object) -> bool:
    """Numbers are stored with the decimals of their unit."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(stored) == value
    return stored == (codes_of(value) if isinstance(value, list) else said(value))
