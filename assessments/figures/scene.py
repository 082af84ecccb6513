"""From bodies and things in space to shapes in the picture, the farthest first."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from math import cos, radians, sin

from assessments.figures.body import (
    ARM_RADIUS,
    FOOT_RADIUS,
    HEAD,
    LEG_RADIUS,
    SIDES,
    TRUNK_RADIUS,
    Body,
    body_of,
)
from assessments.figures.entries import Figure, Prop, complete
from assessments.figures.vectors import Point, Vector, apart

WALL_HEIGHT, WALL_DEPTH = 178, 8
BOXES = ("box", "step", "bench", "chair", "wall", "mat", "platform", "towel")
LINES = {"rail": 5.0, "rest": 5.0, "metronome": 4.0, "line": 2.0}  # widths; others have 4
LOOKS_AT_US = 9.0  # centimetres the face is nearer than the middle of the head
FAR_BY = 3.0  # centimetres behind the middle from which a limb is the far one


@dataclass(frozen=True, slots=True)
class Shape:
    """One thing to draw: a broad line, an area or a disc.

    kind    what it is: near, far, moving, head, hand, box …
    points  of the line or area; one point for a disc
    width   of the line; of a disc its diameter
    rim     what lies behind is held off by a rim
    part    the same in every pose, so that one can move to the other
    """

    kind: str
    points: tuple[Point, ...]
    width: float
    closed: bool = False
    depth: float = 0.0
    rim: bool = True
    part: str = ""


@dataclass(frozen=True, slots=True)
class Camera:
    """From where the figure is seen; nothing gets smaller with distance."""

    yaw: int
    pitch: int

    def seen(self, at: Vector) -> Point:
        turn, fall = radians(self.yaw), radians(self.pitch)
        across = at.x * cos(turn) - at.z * sin(turn)
        toward = at.x * sin(turn) + at.z * cos(turn)
        return Point(across, -(at.y * cos(fall) - toward * sin(fall)))

    def depth(self, at: Vector) -> float:
        """Return how near it is: more is nearer."""
        turn, fall = radians(self.yaw), radians(self.pitch)
        return (at.x * sin(turn) + at.z * cos(turn)) * cos(fall) + at.y * sin(fall)


@dataclass(frozen=True)
class Scene:
    """A figure's poses in space, and how each is seen."""

    figure: Figure

    @cached_property
    def camera(self) -> Camera:
        return Camera(self.figure.yaw, self.figure.pitch)

    @cached_property
    def bodies(self) -> tuple[Body, ...]:
        return tuple(body_of(pose) for pose in complete(self.figure.poses))

    @cached_property
    def far(self) -> str:
        """The side that is away from us, the same in every pose; empty seen from the front."""
        first = self.bodies[0]
        right, left = (self.camera.depth(first.points[f"{side}_hip"]) for side in SIDES)
        if abs(right - left) < FAR_BY:
            return ""
        return "left" if right > left else "right"

    def panel(self, number: int) -> tuple[Shape, ...]:
        """Return the shapes of one pose, in the order they are drawn."""
        body = self.bodies[number - 1]
        things = [
            (prop.over, replace(shape, part=part + ("top" if shape.kind == "top" else "")))
            for part, prop in self._things(number)
            for shape in prop_shapes(prop, body, self.camera)
        ]
        parts = [replace(shape, part=f"b{place}") for place, shape in enumerate(self._person(body))]
        person = sorted(parts, key=lambda shape: shape.depth)
        return (
            *(shape for over, shape in things if not over),
            *person,
            *(shape for over, shape in things if over),
        )

    def _things(self, number: int) -> Iterator[tuple[str, Prop]]:
        """Name each thing of a pose; one that stands elsewhere in the next keeps its name."""
        met: Counter[str] = Counter()
        for place, prop in enumerate(self.figure.props):
            if not prop.panels:
                yield f"t{place}", prop
            elif number in prop.panels:
                yield f"t{prop.kind}{met[prop.kind]}", prop
                met[prop.kind] += 1

    def _tone(self, part: str, side: str) -> str:
        if part in self.figure.accent:
            return "moving"
        return "far" if side and side == self.far else "near"

    def _person(self, body: Body) -> list[Shape]:
        """The trunk first: what is joined to it moves with it; what not every pose has, last."""
        return [
            *self._trunk(body),
            *(shape for side in SIDES for shape in self._leg(body, side)),
            *(shape for side in SIDES for shape in self._arm(body, side)),
            *self._nose(body),
            *self._eyes(body),
        ]

    def _line(self, body: Body, kind: str, width: float, *names: str, lift: float = 0) -> Shape:
        places = [body.points[name] for name in names]
        depth = sum(self.camera.depth(place) for place in places) / len(places)
        return Shape(kind, tuple(map(self.camera.seen, places)), width, depth=depth + lift)

    def _trunk(self, body: Body) -> list[Shape]:
        tone = self._tone("trunk", "")
        names = ("right_belt", "right_rib", "right_yoke", "left_yoke", "left_rib", "left_belt")
        outline = self._line(body, tone, 2 * TRUNK_RADIUS, *names)
        trunk = replace(outline, closed=True)
        neck = self._line(body, "near", 9, "neck", "head", lift=-0.3)
        head = self._line(body, "near", 2 * HEAD, "head")
        return [trunk, neck, head]

    def _nose(self, body: Body) -> list[Shape]:
        """A nose that is one with the head: its rim behind, its line in front."""
        head, face = (self.camera.seen(body.points[name]) for name in ("head", "face"))
        if apart(head, face) < HEAD:
            return []
        depth = self.camera.depth(body.points["head"])
        rim = Shape("halo", (head, face), 13, depth=depth - 0.2)
        return [rim, Shape("near", (head, face), 6, depth=depth + 0.2, rim=False)]

    def _eyes(self, body: Body) -> list[Shape]:
        """Two eyes where somebody looks at us; from the side the nose says it."""
        toward = self.camera.depth(body.points["face"]) - self.camera.depth(body.points["head"])
        if toward < LOOKS_AT_US:
            return []
        return [self._line(body, "eye", 4, f"{side}_eye") for side in SIDES]

    def _leg(self, body: Body, side: str) -> list[Shape]:
        whole = f"{side}_leg" in self.figure.accent
        tones = {
            part: "moving" if whole else self._tone(f"{side}_{part}", side)
            for part in ("thigh", "shin", "foot")
        }
        hip, knee, ankle = (f"{side}_{joint}" for joint in ("hip", "knee", "ankle"))
        lift = self._stacked(side)
        foot = self._line(
            body, tones["foot"], 2 * FOOT_RADIUS,
            ankle, f"{side}_heel", f"{side}_ball", f"{side}_toe", lift=lift + 0.2,
        )  # fmt: skip
        foot = replace(foot, closed=True)
        same = tones["thigh"] == tones["shin"]
        still = tones["thigh"] if same or tones["shin"] == "moving" else tones["shin"]
        leg = self._line(body, still, 2 * LEG_RADIUS, hip, knee, ankle, lift=lift)
        if same:
            return [leg, foot]
        ends = (hip, knee) if tones["thigh"] == "moving" else (knee, ankle)
        coloured = self._line(body, "moving", 2 * LEG_RADIUS, *ends)
        return [leg, replace(coloured, rim=False, depth=leg.depth + 0.1), foot]

    def _arm(self, body: Body, side: str) -> list[Shape]:
        tone = self._tone(f"{side}_arm", side)
        lift = self._stacked(side)
        joints = (f"{side}_{joint}" for joint in ("shoulder", "elbow", "wrist"))
        arm = self._line(body, tone, 2 * ARM_RADIUS, *joints, lift=lift)
        hand = self._line(body, tone, 7, f"{side}_wrist", f"{side}_hand", lift=lift + 0.1)
        return [arm, hand]

    def _stacked(self, side: str) -> float:
        """Keep the near side in front of the trunk and the far side behind it."""
        if not self.far:
            return 0
        return -12 if side == self.far else 12


def prop_shapes(prop: Prop, body: Body, camera: Camera) -> list[Shape]:
    """Return the shapes of a thing beside this body."""
    if prop.path:
        points = tuple(camera.seen(body.at(spot)) for spot in prop.path)
        return [Shape(prop.kind, points, LINES.get(prop.kind, 4.0))]
    if prop.kind in BOXES:
        return _square(prop, camera)
    middle = body.at(prop.at).plus(Vector(*prop.shift))
    if prop.kind == "roller":
        ends = [camera.seen(middle.plus(Vector(0, 0, z))) for z in prop.z]
        return [Shape(prop.kind, tuple(ends), 2.0 * prop.size)]
    return [Shape(prop.kind, (camera.seen(middle),), 2.0 * prop.size)]


def _square(prop: Prop, camera: Camera) -> list[Shape]:
    heights = (0, WALL_HEIGHT) if prop.kind == "wall" else prop.y
    corners = [Vector(*each) for each in product(prop.x, heights, prop.z)]
    shapes = [Shape(prop.kind, hull([camera.seen(corner) for corner in corners]), 1.5, closed=True)]
    if camera.pitch:
        top = [Vector(x, heights[1], z) for x, z in product(prop.x, prop.z)]
        shapes.append(Shape("top", hull([camera.seen(corner) for corner in top]), 1.5, closed=True))
    return shapes


def hull(points: list[Point]) -> tuple[Point, ...]:
    """Return the outline around points."""
    ordered = sorted({(round(point.x, 2), round(point.y, 2)) for point in points})

    def half(pairs: list[tuple[float, float]]) -> list[tuple[float, float]]:
        found: list[tuple[float, float]] = []
        for x, y in pairs:
            while len(found) > 1:
                (ax, ay), (bx, by) = found[-2:]
                if (bx - ax) * (y - ay) - (by - ay) * (x - ax) > 0:
                    break
                found.pop()
            found.append((x, y))
        return found[:-1]

    around = half(ordered) + half(ordered[::-1])
    return tuple(Point(x, y) for x, y in around)
