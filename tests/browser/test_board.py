"""The day board in a real browser: by mouse, by keys, without script, by two people at once."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.steps import sign_in_staff

RULES = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
SIDEWAYS = "() => document.scrollingElement.scrollWidth > window.innerWidth"
SIZES = [(1280, 900), (820, 1180), (390, 844)]

# Two visits of one day with Juno, an hour apart, booked by the desk.
BOOK = """
import json, sys
from datetime import date, datetime, time
from django.utils import timezone
from bookings import actions
from bookings.models import Service
from clinic.audit import Actor
from clinic.models import Location, Patient, Practitioner, User
day = date.fromisoformat("{day}")
place = Location.objects.get(slug="riverside")
found = []
for hour, name in ((9, "Wilma Walker"), (11, "Rudi Runner")):
    first, last = name.split()
    patient = Patient.objects.create(first_name=first, last_name=last)
    visit = actions.desk_book(
        patient=patient,
        service=Service.objects.get(slug="follow-up"),
        practitioner=Practitioner.objects.get(slug="juno-larkspur"),
        location=place,
        starts_at=datetime.combine(day, time(hour), place.tz),
        by=Actor("staff", User.objects.get(email="desk@example.com").pk),
        now=timezone.now(),
        force=True,
        force_reason="For a test",
    )
    found.append(str(visit.pk))
print("VISITS" + json.dumps(found))
"""
_weeks = iter(range(30, 100))


@pytest.fixture
def day(site):
    """A Monday of its own, far ahead, and the ids of its two visits."""
    today = datetime.now(UTC).date()
    monday = today + timedelta(days=7 * next(_weeks) - today.weekday())
    said = site.manage("shell", "-v", "0", "-c", BOOK.format(day=monday.isoformat()))
    return monday, json.loads(said.partition("VISITS")[2])


def opened(open_page, day, **how):
    page = open_page(**how)
    sign_in_staff(page, "desk@example.com", "/admin/")
    page.goto(f"/admin/board/?place=riverside&day={day[0].isoformat()}")
    return page


def card(page, pk):
    return page.locator(f".bd-grid [data-visit='{pk}']")


def column(page, name):
    return page.locator(".bd-col", has=page.get_by_role("heading", name=name))


def test_by_keys_alone_a_visit_arrives_is_taken_back_and_is_moved(open_page, day):
    page = opened(open_page, day)
    first, second = (card(page, pk) for pk in day[1])
    grid = page.locator(".bd-grid")
    grid.focus()
    page.keyboard.press("Tab")  # column heads are links; go on until a visit has the focus
    while page.evaluate("!document.activeElement.matches('.bd-open')"):
        page.keyboard.press("Tab")
    while (
        page.evaluate("document.activeElement.closest('[data-visit]').dataset.visit") != day[1][0]
    ):
        page.keyboard.press("ArrowUp")

    page.keyboard.press("a")
    expect(first).to_have_attribute("data-state", "arrived")
    expect(first.locator(".bd-open")).to_be_focused()
    page.keyboard.press("u")
    expect(first).to_have_attribute("data-state", "booked")

    page.keyboard.press("ArrowDown")
    expect(second.locator(".bd-open")).to_be_focused()
    page.keyboard.press("m")
    for _ in range(8):
        page.keyboard.press("ArrowDown")
    expect(page.locator("#bd-said")).to_contain_text("13:00, Juno Larkspur")
    page.keyboard.press("Escape")
    expect(second.locator(".bd-time").first).to_have_text("11:00")
    page.keyboard.press("m")
    for _ in range(8):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#bd-toast")).to_contain_text("Rudi Runner moved to")
    expect(second.locator(".bd-time").first).to_have_text("13:00")
    expect(second.locator(".bd-open")).to_be_focused()
    page.keyboard.press("u")
    expect(second.locator(".bd-time").first).to_have_text("11:00")


def test_a_key_that_does_not_fit_says_so(open_page, day):
    page = opened(open_page, day)
    first = card(page, day[1][0])
    first.locator(".bd-open").focus()

    page.keyboard.press("d")  # weeks before the visit

    expect(page.locator("#bd-toast")).to_contain_text("Wilma Walker: that step does not fit now.")
    expect(first).to_have_attribute("data-state", "booked")


def test_who_was_signed_out_is_told_that_nothing_was_changed(open_page, day, watch):
    watch.expected = {403}
    page = opened(open_page, day)
    first = card(page, day[1][0])
    first.locator(".bd-open").focus()
    page.context.clear_cookies()

    page.keyboard.press("a")

    expect(page.locator("#bd-toast")).to_contain_text("Nothing was changed")


def test_tab_leaves_the_board_again(open_page, day):
    page = opened(open_page, day)
    card(page, day[1][0]).locator(".bd-open").focus()

    for _ in range(25):
        page.keyboard.press("Tab")
        if page.evaluate("!document.activeElement.closest('.bd-grid')"):
            break

    assert page.evaluate("!document.activeElement.closest('.bd-grid')")


def test_a_drag_onto_a_visit_warns_and_is_forced_with_a_reason(open_page, day, watch):
    watch.expected = {409}
    page = opened(open_page, day)
    first, second = (card(page, pk) for pk in day[1])
    second.scroll_into_view_if_needed()
    box, onto = second.bounding_box(), first.bounding_box()

    def drag():
        page.mouse.move(box["x"] + 60, box["y"] + 6)
        page.mouse.down()
        page.mouse.move(box["x"] + 60, box["y"] - 60, steps=4)
        page.mouse.move(onto["x"] + 60, onto["y"] + 6, steps=4)
        page.mouse.up()

    drag()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("In the way: 09:00–09:30, Wilma Walker with Juno Larkspur.")
    dialog.get_by_role("button", name="Leave it where it was").click()
    expect(second.locator(".bd-time").first).to_have_text("11:00")

    drag()
    dialog.get_by_role("button", name="Move it all the same").click()
    expect(dialog).to_contain_text("Write down why")
    dialog.get_by_label("Why all the same").fill("Fell this morning.")
    dialog.get_by_role("button", name="Move it all the same").click()

    expect(dialog).to_be_hidden()
    expect(second).to_have_attribute("data-over", "")
    expect(second.locator(".bd-time").first).to_have_text("09:00")
    page.locator("#bd-toast").get_by_role("button", name="Undo").click()
    expect(second.locator(".bd-time").first).to_have_text("11:00")


def test_a_late_cancellation_waits_for_second_thoughts(open_page, day):
    page = opened(open_page, day)
    first = card(page, day[1][0])
    first.locator(".bd-open").focus()

    page.keyboard.press("l")
    expect(first).to_have_attribute("data-leaving", "")
    page.keyboard.press("u")
    expect(first).not_to_have_attribute("data-leaving", "")
    page.keyboard.press("l")
    expect(page.locator(".bd-gone")).to_contain_text("1 cancelled visit")
    expect(first).to_have_count(0)


def test_a_late_cancellation_is_sent_when_the_page_is_left(open_page, day):
    page = opened(open_page, day)
    card(page, day[1][0]).locator(".bd-open").focus()

    page.keyboard.press("l")
    page.get_by_role("link", name="Home").click()
    expect(page).to_have_url(re.compile("/admin/$"))

    page.goto(f"/admin/board/?place=riverside&day={day[0].isoformat()}")
    expect(page.locator(".bd-gone")).to_contain_text("1 cancelled visit")


def test_the_board_updates_itself_and_the_second_person_is_told(open_page, day, watch):
    watch.expected = {409}
    mine, theirs = opened(open_page, day), opened(open_page, day)
    pk = day[1][0]
    theirs.evaluate("setInterval = null; board.waitsFor(() => true)")  # a screen that lags behind
    card(mine, pk).locator(".bd-open").focus()
    mine.keyboard.press("a")
    expect(card(mine, pk)).to_have_attribute("data-state", "arrived")

    card(theirs, pk).locator(".bd-open").focus()
    theirs.evaluate("board.waitsFor(() => false)")
    theirs.keyboard.press("l")
    theirs.keyboard.press("u")
    stale = card(theirs, pk).locator("button[data-key=C]")
    stale.evaluate("button => button.value = 'confirm|booked.1.0'")
    stale.click()
    expect(theirs.locator("#bd-toast")).to_contain_text("Somebody has changed this visit meanwhile")
    expect(card(theirs, pk)).to_have_attribute("data-state", "arrived")

    card(theirs, pk).locator(".bd-open").focus()
    theirs.keyboard.press("r")
    expect(card(mine, pk)).to_have_attribute("data-state", "in_progress")  # without a reload
    expect(card(mine, pk).locator(".bd-open")).to_be_focused()


def test_without_script_a_visit_arrives_and_is_moved(open_page, day, watch):
    watch.expected = {409}
    page = opened(open_page, day, script=False)
    first, second = (card(page, pk) for pk in day[1])
    first.hover()
    first.get_by_role("button", name="Arrived").click()
    expect(first).to_have_attribute("data-state", "arrived")
    page.get_by_role("button", name="Undo").click()
    expect(first).to_have_attribute("data-state", "booked")

    page.mouse.move(0, 0)  # the card that is pointed at lies over its neighbours
    second.locator(".bd-open").click()
    page.locator("[name=move-time]").fill("09:00")
    page.get_by_role("button", name="Move the visit").click()
    expect(page.locator(".bd-warning")).to_contain_text("Wilma Walker")
    page.locator("[name=move-time]").fill("14:00")
    page.get_by_role("button", name="Move the visit").click()
    expect(second.locator(".bd-time").first).to_have_text("14:00")


def test_a_week_and_the_rooms_are_a_press_away(open_page, day):
    page = opened(open_page, day)
    column(page, "Juno Larkspur").get_by_role("link", name="Juno Larkspur").click()
    expect(page.locator(".bd-col")).to_have_count(7)
    expect(card(page, day[1][0])).to_be_visible()
    page.get_by_role("link", name="Rooms").click()
    expect(page.locator(".bd-grid")).to_have_attribute("data-by", "room")
    page.get_by_role("button", name="The day after").click()
    following = day[0] + timedelta(days=1)
    expect(page).to_have_url(re.compile(f"go={following.isoformat()}"))


def test_it_prints_as_a_list_of_the_day(open_page, day):
    page = opened(open_page, day)
    page.emulate_media(media="print")

    expect(page.locator(".bd-grid")).to_be_hidden()
    expect(page.get_by_role("row", name=re.compile("09:00.*Wilma Walker"))).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_at_any_width(open_page, day, scheme):
    page = opened(open_page, day, scheme=scheme)
    pk, base = day[1][0], page.url
    query = base.partition("?")[2]
    found = []
    for address in (
        base,
        f"{base}&by=room",
        f"/admin/board/week/?who=juno-larkspur&{query}",
        f"/admin/board/visit/{pk}/",
    ):
        page.goto(address)
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            if width > 640 and "visit" not in address and "by=room" not in address:
                page.locator(".bd-grid .bd-open").first.focus()
            result = Axe().run(page, options=RULES).response
            found += [
                f"{width} {address}: {each['id']}: {node['html'][:120]}"
                for each in result["violations"]
                for node in each["nodes"][:4]
            ]
            if page.evaluate(SIDEWAYS):
                found.append(f"{width} {address}: wider than the screen")
    page.goto(base)
    page.set_viewport_size({"width": 1280, "height": 900})
    card(page, pk).hover()
    card(page, pk).get_by_role("link", name="Move: Wilma Walker").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    result = Axe().run(page, options=RULES).response
    found += [
        f"dialog: {each['id']}: {each['nodes'][0]['html'][:120]}" for each in result["violations"]
    ]

    assert found == []
