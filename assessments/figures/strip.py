"""A figure as a strip of key poses: side by side, or one under the other when it lies.

What comes out is plain lines with a role each; ``svg.py`` or a template writes them down.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from math import radians, sin
from typing import NamedTuple

from assessments.figures.entries import Arrow, Figure
from assessments.figures.scene import Scene, Shape
from assessments.figures.vectors import Point, apart

MARGIN, GAP = 8, 10
BEHIND, STEEP = 20, 15  # seen from above the floor's edge is so far behind; steeper has a mat
LYING = 1.02  # panels broader than this against their height are put one under the other
SCALE = 1.3  # pixels to a centimetre, where there is room
HALO = 3.5  # a rim in the colour of the ground sets what is near off from what is behind
ARROW_WIDTH, HEAD_LENGTH, HEAD_HALF = 4.5, 13.0, 8.0
SHORTEST, SHORTEST_BOTH = 26.0, 40.0  # an arrow below this cannot be read

# What looks alike.
ROLE: Mapping[str, str] = {
    **dict.fromkeys(("box", "step", "bench", "chair", "platform", "top"), "prop"),
    **dict.fromkeys(("wall", "floor", "mat", "towel"), "ground"),
    **dict.fromkeys(("ball", "roller", "weight", "cuff"), "round"),
    **dict.fromkeys(("band", "strap", "cue"), "band"),
    **dict.fromkeys(("rail", "rest", "metronome", "line"), "rail"),
    "eye": "halo",
}


class Stroke(NamedTuple):
    """One line or area to draw.

    way    its path, as SVG writes paths
    width  of the line; empty for an area without one
    role   what decides its colour: near, far, moving, halo, prop, arrow …
    solid  filled as well
    part   the same in every panel, with ``-`` for its rim; empty for what is in one only
    """

    way: str
    width: str
    role: str
    solid: bool = False
    part: str = ""


class Panel(NamedTuple):
    """The lines of one pose; ``x`` and ``y`` are how far it lies from the first one."""

    x: float
    y: float
    strokes: tuple[Stroke, ...]


class Label(NamedTuple):
    """The number of a pose."""

    x: int
    y: int
    text: str


class Strip(NamedTuple):
    """A drawing: its frame, its size on a page in pixels, its lines and numbers."""

    width: int
    height: int
    page_width: int
    page_height: int
    panels: tuple[Panel, ...]
    labels: tuple[Label, ...]


class Sheet(NamedTuple):
    """Where the panels are: the size of each, of the whole, and the first one's corner."""

    width: float
    height: float
    corner: Point
    panel: Point
    step: Point


@lru_cache(maxsize=512)
def strip_of(figure: Figure) -> Strip:
    """Return the strip of a figure's key poses with arrows, numbers and a clock if it is held."""
    scene = Scene(figure)
    panels = [scene.panel(number) for number in range(1, len(figure.poses) + 1)]
    arrows = [list(_arrows(scene, number)) for number in range(1, len(panels) + 1)]
    sheet = _laid_out(panels, arrows, held=figure.held)
    drawn: list[Panel] = []
    labels: list[Label] = []
    for number, (shapes, ways) in enumerate(zip(panels, arrows, strict=True)):
        strokes = _panel(shapes, ways, sheet, number, figure.pitch)
        x, y = round(number * sheet.step.x), round(number * sheet.step.y)
        if len(panels) > 1:
            labels.append(Label(x + 4, y + 18, str(number + 1)))
        if figure.held and number == len(panels) - 1:
            strokes.append(_clock(x + (32 if labels else 12), y + 12))
        away = (round(number * sheet.step.x, 2), round(number * sheet.step.y, 2))
        drawn.append(Panel(*away, tuple(strokes)))
    return Strip(
        round(sheet.width), round(sheet.height),
        round(sheet.width * SCALE), round(sheet.height * SCALE),
        tuple(drawn), tuple(labels),
    )  # fmt: skip


# --- arrows ------------------------------------------------------------------------------------


class Way(NamedTuple):
    """An arrow: start, the point it bends toward, and its tip."""

    start: Point
    bend: Point
    tip: Point
    both: bool


def _arrows(scene: Scene, number: int) -> Iterator[Way]:
    last = len(scene.bodies)
    for arrow in scene.figure.arrows:
        wanted = arrow.panels or tuple(range(1, last)) or (1,)
        if number in wanted:
            yield _push(scene, arrow, number) if arrow.push else _way(scene, arrow, number)


def _push(scene: Scene, arrow: Arrow, number: int) -> Way:
    right, up = arrow.push or (0, 0)
    at = scene.camera.seen(scene.bodies[number - 1].at(arrow.of))
    start = at.plus(arrow.shift[0], -arrow.shift[1])
    tip = start.plus(right, -up)
    return Way(start, Point((start.x + tip.x) / 2, (start.y + tip.y) / 2), tip, arrow.both)


def _way(scene: Scene, arrow: Arrow, number: int) -> Way:
    """Return the way from this pose to the next, bent as the limb swings."""
    here, there = scene.bodies[number - 1], scene.bodies[number % len(scene.bodies)]
    seen = scene.camera.seen
    joint = PIVOT.get(arrow.of.partition("_")[2])
    start, tip = seen(here.at(arrow.of)), seen(there.at(arrow.of))
    middle = Point((start.x + tip.x) / 2, (start.y + tip.y) / 2)
    bend = middle
    if joint:
        side = arrow.of.partition("_")[0]
        hinges = [seen(body.at(f"{side}_{joint}")) for body in (here, there)]
        hinge = Point((hinges[0].x + hinges[1].x) / 2, (hinges[0].y + hinges[1].y) / 2)
        reach = (apart(start, hinge) + apart(tip, hinge)) / 2
        far = apart(middle, hinge)
        if 0 < far < reach and apart(hinges[0], hinges[1]) < reach / 2:
            more = 1 + 2 * (reach / far - 1) if far > reach / 3 else 1
            bend = Point(
                hinge.x + (middle.x - hinge.x) * more, hinge.y + (middle.y - hinge.y) * more
            )
    moved = [each.plus(arrow.shift[0], -arrow.shift[1]) for each in (start, bend, tip)]
    return _lengthened(Way(moved[0], moved[1], moved[2], arrow.both))


# A point swings about this joint of its limb.
PIVOT: Mapping[str, str] = {
    "foot": "hip", "ankle": "hip", "toe": "hip", "knee": "hip",
    "hand": "shoulder", "wrist": "shoulder", "elbow": "shoulder",
}  # fmt: skip


def _lengthened(way: Way) -> Way:
    """Make a short arrow long enough to be read, from its middle."""
    length = apart(way.start, way.tip)
    least = SHORTEST_BOTH if way.both else SHORTEST
    if not 0 < length < least:
        return way
    more = (least / length - 1) / 2
    x, y = (way.tip.x - way.start.x) * more, (way.tip.y - way.start.y) * more
    return way._replace(start=way.start.plus(-x, -y), tip=way.tip.plus(x, y))


# --- panels ------------------------------------------------------------------------------------


def _laid_out(panels: list[tuple[Shape, ...]], arrows: list[list[Way]], *, held: bool) -> Sheet:
    edges = [
        (point.x - shape.width / 2, point.y - shape.width / 2,
         point.x + shape.width / 2, point.y + shape.width / 2)
        for shapes in panels for shape in shapes for point in shape.points
    ]  # fmt: skip
    edges += [
        (point.x - HEAD_HALF, point.y - HEAD_HALF, point.x + HEAD_HALF, point.y + HEAD_HALF)
        for ways in arrows for way in ways for point in (way.start, way.tip)
    ]  # fmt: skip
    left, top = min(edge[0] for edge in edges), min(edge[1] for edge in edges)
    right, bottom = max(edge[2] for edge in edges), max(edge[3] for edge in edges)
    number = 18 if len(panels) > 1 or held else 0
    width, height = right - left + 2 * MARGIN, bottom - top + 2 * MARGIN + number
    under = len(panels) > 1 and width > LYING * height
    step = Point(0, height + GAP / 2) if under else Point(width + GAP, 0)
    many = len(panels) - 1
    return Sheet(
        width + many * step.x, height + many * step.y,
        Point(MARGIN - left, MARGIN + number - top), Point(width, height), step,
    )  # fmt: skip


def _panel(
    shapes: tuple[Shape, ...], ways: list[Way], sheet: Sheet, number: int, tilt: int
) -> list[Stroke]:
    x, y = number * sheet.step.x, number * sheet.step.y
    pen = Point(x + sheet.corner.x, y + sheet.corner.y)
    floor = pen.y + 1 - BEHIND * sin(radians(tilt))
    level = _line([Point(x + 2, floor), Point(x + sheet.panel.x - 2, floor)], 2, "floor")
    parts = [stroke for shape in shapes for stroke in _shape(shape, pen)]
    if not tilt:
        parts.append(level)
    elif tilt <= STEEP:
        parts.insert(0, level)
    return parts + [stroke for way in ways for stroke in _arrow(way, pen)]


def _clock(x: int, y: int) -> Stroke:
    """A small clock: this pose is held."""
    face = f"M{x - 8} {y}a8 8 0 1 0 16 0a8 8 0 1 0-16 0"
    return Stroke(f"{face}M{x} {y - 4.5}v4.5l3.5 2", "2", "clock")


def _shape(shape: Shape, pen: Point) -> Iterator[Stroke]:
    points = [Point(point.x + pen.x, point.y + pen.y) for point in shape.points]
    if shape.rim and shape.kind in ("near", "far", "moving"):
        rim = _line(points, shape.width + 2 * HALO, "halo", closed=shape.closed)
        yield rim._replace(part=f"{shape.part}-")
    yield _line(points, shape.width, shape.kind, closed=shape.closed)._replace(part=shape.part)


def _line(points: list[Point], width: float, kind: str, *, closed: bool = False) -> Stroke:
    role = ROLE.get(kind, kind)
    if len(points) == 1:  # a line of no length with round ends is a disc
        return Stroke(f"M{_places(points)}h.01", _number(width), role)
    return Stroke(f"M{_places(points)}{'Z' if closed else ''}", _number(width), role, closed)


def _places(points: Iterable[Point]) -> str:
    return "L".join(f"{_number(point.x)} {_number(point.y)}" for point in points)


def _arrow(way: Way, pen: Point) -> Iterator[Stroke]:
    start, bend, tip = (Point(each.x + pen.x, each.y + pen.y) for each in way[:3])
    begin = _back(bend, start) if way.both else start
    curve = f"M{_places([begin])}Q{_places([bend])} {_places([_back(bend, tip)])}"
    yield Stroke(curve, _number(ARROW_WIDTH), "arrow")
    yield _head(bend, tip)
    if way.both:
        yield _head(bend, start)


def _back(bend: Point, tip: Point) -> Point:
    long = apart(bend, tip) or 1
    share = min(HEAD_LENGTH * 0.8, long) / long
    return Point(tip.x + (bend.x - tip.x) * share, tip.y + (bend.y - tip.y) * share)


def _head(bend: Point, tip: Point) -> Stroke:
    long = apart(bend, tip) or 1
    x, y = (tip.x - bend.x) / long, (tip.y - bend.y) / long
    root = Point(tip.x - x * HEAD_LENGTH, tip.y - y * HEAD_LENGTH)
    corners = (root.plus(-y * HEAD_HALF, x * HEAD_HALF), root.plus(y * HEAD_HALF, -x * HEAD_HALF))
    return Stroke(f"M{_places([tip, *corners])}Z", "", "arrowhead", solid=True)


def _number(value: float) -> str:
    """Write a coordinate as short as it can be."""
    text = f"{value:.1f}"
    return text[:-2] if text.endswith(".0") else text
