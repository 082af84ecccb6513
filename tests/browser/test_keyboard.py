"""The keyboard alone: every control is reached, seen while it has focus, and left again."""

import re

from playwright.sync_api import Page, expect

from tests.browser.steps import choose_time, sign_in_staff

# Marks what Tab should reach: one of each group of radio buttons, nothing folded away.
REACHABLE = """() => {
  const groups = new Set();
  const all = [...document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")];
  return all.filter(each => {
    if (each.disabled || each.tabIndex < 0 || each.closest("[aria-hidden=true]")) return false;
    const shown = each.checkVisibility({visibilityProperty: true});
    if (!shown && !each.matches(".sd-skip")) return false;
    if (each.type !== "radio") return true;
    const group = [...document.getElementsByName(each.name)].filter(one => one.form === each.form);
    const stop = group.find(one => one.checked) || group[0];
    return each === stop && !groups.has(stop) && groups.add(stop);
  }).map((each, place) => { each.dataset.reach = place; return place; }).length;
}"""

# What has the focus now: its mark, and how it looks. What shows the focus may be the control
# itself or the label or chip drawn in its place.
FOCUSED = """() => {
  const each = document.activeElement;
  const shown = [each, each.nextElementSibling, each.closest("label"), each.parentElement];
  const look = shown.filter(Boolean).map(one => {
    const style = getComputedStyle(one);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0
      ? "outline" : style.boxShadow;
  });
  const box = (each.closest("label") || each).getBoundingClientRect();
  const over = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  const label = each.closest("label");
  const clear = !over || each === over || each.contains(over) || over.contains(each)
    || (label && label.contains(over));
  return {
    at: each.dataset ? each.dataset.reach : undefined,
    seen: look.some(one => one !== "none"),
    clear: Boolean(clear),
    what: each.outerHTML.slice(0, 140),
  };
}"""


def walk(page: Page, limit: int) -> tuple[set[int], list[str]]:
    """Press Tab until the first control comes round again.

    Returns the marks reached and what could not be seen. A date field takes several presses.
    """
    reached, unseen = [], []
    for _ in range(limit):
        page.keyboard.press("Tab")
        now = page.evaluate(FOCUSED)
        if now["at"] is None or now["at"] in reached[-1:]:
            continue
        if now["at"] in reached[:1]:
            break
        reached.append(now["at"])
        if not now["seen"]:
            unseen.append(f"no focus shown: {now['what']}")
        if not now["clear"]:
            unseen.append(f"hidden by something: {now['what']}")
    return {int(mark) for mark in reached}, unseen


def everything_is_reached(page: Page) -> None:
    """Tab from the top of the page through all of it, once round."""
    page.evaluate("() => { document.activeElement.blur(); window.scrollTo(0, 0); }")
    total = page.evaluate(REACHABLE)
    reached, unseen = walk(page, total + 40)
    assert unseen == []
    missed = [
        page.locator(f"[data-reach='{place}']").evaluate("each => each.outerHTML.slice(0, 160)")
        for place in sorted(set(range(total)) - reached)
    ]
    assert missed == []
    assert total > 5


def test_skip_link_leads_past_the_header(open_page):
    page = open_page(1280)
    page.goto("/book/")

    page.keyboard.press("Tab")
    skip = page.locator(".sd-skip")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("Tab")

    assert page.locator("#main :focus").count() == 1


def test_free_times_and_details(open_page):
    page = open_page(390)
    page.goto("/book/initial-knee-assessment/")
    everything_is_reached(page)

    choose_time(page, days_ahead=25)
    everything_is_reached(page)


def test_chart(open_page):
    page = open_page(1280)
    sign_in_staff(page, "physio@example.com", "/chart/")
    page.locator("section[aria-labelledby=unsigned] a").first.click()
    page.wait_for_url(re.compile(r"/chart/assessments/[^/]+/$"))
    everything_is_reached(page)


def test_a_time_is_booked_without_a_mouse(open_page):
    page = open_page(1280)
    page.goto("/book/initial-knee-assessment/")
    there = page.get_by_role("link", name="Go to this day")
    if there.count():  # the first available time is at the other place today
        there.press("Enter")
    page.get_by_role("button", name="Take this time").press("Enter")
    expect(page).to_have_url(re.compile(r"/book/details/[^/]+/$"))
    typed = {
        "first_name": "Key",
        "last_name": "Boarder",
        "email": "keys@example.com",
    }
    for name, value in typed.items():
        page.locator(f"form.bk-details [name={name}]").focus()
        page.keyboard.type(value)
    # The order of a date's parts is the browser's own; what is typed there is its business.
    page.locator("[name=date_of_birth]").fill("1977-07-07")
    page.locator("[name=consent]").press("Space")
    page.get_by_role("button", name="Book this visit").press("Enter")

    expect(page).to_have_url(re.compile(r"/visit/[^/]+/$"))
