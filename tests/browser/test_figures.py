"""A drawing moves when somebody asks for it, stops, and never moves by itself."""

import re
from math import dist
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from playwright.sync_api import expect

from assessments.drawn import drawn
from assessments.library import shipped

SCRIPT = Path(finders.find("assessments/figures.js"))
HALF = 700 + 700  # milliseconds: the rest at the first pose, and half the way to the second
ROOM = 1.5  # centimetres


@pytest.fixture
def show(new_context):
    """Return a function that opens a page with drawings and what moves them."""

    def shown(*exercises, motion="no-preference"):
        page = new_context(reduced_motion=motion).new_page()
        page.clock.install(time=0)
        pictures = [
            render_to_string(
                "assessments/_figure.html", {"drawing": drawn(shipped(), each, each, n)}
            )
            for n, each in enumerate(exercises)
        ]
        page.set_content("<!doctype html>" + "".join(pictures))
        page.add_script_tag(path=SCRIPT)
        page.clock.pause_at(3_600_000)  # from here time passes only when a test says so
        return page

    return shown


def ways(page, panel=0):
    """The path of every part of a pose."""
    paths = page.locator("g[data-x]").nth(panel).locator("[data-part]").all()
    return {path.get_attribute("data-part"): path.get_attribute("d") for path in paths}


def points(way):
    numbers = [float(each) for each in re.findall(r"-?[\d.]+", way.partition("h")[0])]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def farthest(some, others):
    """How far apart two chains of points are at most, in centimetres."""
    return max(dist(one, other) for one, other in zip(some, others, strict=True))


def test_a_drawing_moves_when_asked_and_goes_back_when_stopped(show):
    page = show("EX04")
    still = ways(page)
    button = page.get_by_role("button", name="Show it moving · EX04")
    expect(button).to_have_attribute("aria-pressed", "false")

    button.click()
    page.clock.run_for(HALF)

    stop = page.get_by_role("button", name="Stop · EX04")
    expect(stop).to_have_attribute("aria-pressed", "true")
    moving = ways(page)
    assert moving != still

    stop.click()
    page.clock.run_for(100)

    for part, way in ways(page).items():
        assert farthest(points(way), points(still[part])) <= 0.1, part
    expect(page.get_by_role("button", name="Show it moving")).to_have_count(1)


def test_it_goes_all_the_way_to_the_second_pose(show):
    page = show("EX04")
    x, y = (float(page.locator("g[data-x]").nth(1).get_attribute(f"data-{axis}")) for axis in "xy")

    page.get_by_role("button").click()
    page.clock.run_for(2 * HALF - 300)

    moved = ways(page)
    for part, way in ways(page, 1).items():
        target = [(at[0] - x, at[1] - y) for at in points(way)]
        assert farthest(points(moved[part]), target) <= ROOM, part


@pytest.mark.parametrize("exercise", ["EX04", "EX06", "EX23", "EX29", "EX34"])
def test_limbs_keep_their_length_on_the_way(show, exercise):
    page = show(exercise)
    still = ways(page)

    page.get_by_role("button").click()
    page.clock.run_for(HALF)

    for part, way in ways(page).items():
        before, now = points(still[part]), points(way)
        if part.startswith("b") and len(before) == 3 and not way.endswith("Z"):
            for i in (0, 1):
                assert dist(now[i], now[i + 1]) == pytest.approx(
                    dist(before[i], before[i + 1]), abs=3
                ), part


def test_a_standing_foot_stays_where_it_is(show):
    page = show("EX06")
    planted = points(ways(page)["b3"])[-1]

    page.get_by_role("button").click()
    page.clock.run_for(HALF)

    assert dist(points(ways(page)["b3"])[-1], planted) <= ROOM


def test_nothing_moves_where_less_motion_is_wanted_or_there_is_one_pose(show):
    page = show("EX04", motion="reduce")
    expect(page.get_by_role("button")).to_have_count(0)

    page = show("EX03")
    expect(page.get_by_role("button")).to_have_count(0)
