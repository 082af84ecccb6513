"""Points and directions in centimetres: x forward, y up, z to the person's right."""

from math import atan2, cos, degrees, hypot, radians, sin, sqrt
from typing import NamedTuple


class Vector(NamedTuple):
    """A point or a direction in space."""

    x: float
    y: float
    z: float

    def plus(self, other: "Vector", times: float = 1) -> "Vector":
        return Vector(self.x + other.x * times, self.y + other.y * times, self.z + other.z * times)

    def minus(self, other: "Vector") -> "Vector":
        return self.plus(other, -1)

    def scaled(self, by: float) -> "Vector":
        return Vector(self.x * by, self.y * by, self.z * by)

    def dot(self, other: "Vector") -> float:
        return self.x * other.x + self.y * other.y + self.z * other.z

    def cross(self, other: "Vector") -> "Vector":
        return Vector(
            self.y * other.z - self.z * other.y,
            self.z * other.x - self.x * other.z,
            self.x * other.y - self.y * other.x,
        )

    @property
    def length(self) -> float:
        return sqrt(self.dot(self))

    def unit(self) -> "Vector":
        """Return the direction; the zero vector stays as it is."""
        return self.scaled(1 / self.length) if self.length else self

    def across(self, axis: "Vector") -> "Vector":
        """Return the direction of what is left when the share along ``axis`` is taken away."""
        return self.plus(axis, -self.dot(axis)).unit()

    def level(self) -> "Vector":
        """Return the same without its height."""
        return Vector(self.x, 0, self.z)


UP = Vector(0, 1, 0)
ZERO = Vector(0, 0, 0)


def turned(direction: Vector, toward: Vector, angle: float) -> Vector:
    """Turn a direction by ``angle`` degrees toward another one at right angles to it."""
    return direction.scaled(cos(radians(angle))).plus(toward, sin(radians(angle)))


def angle_between(along: float, across: float) -> float:
    """Return the angle, in degrees, of a direction known by its two shares."""
    return degrees(atan2(across, along))


class Frame(NamedTuple):
    """How a body lies in space: where its front, its upper end and its right side point."""

    front: Vector
    up: Vector
    right: Vector

    def turned(self, lean: float = 0, tilt: float = 0, turn: float = 0) -> "Frame":
        """Lean forward, then tilt to the right, then turn to the left, each about its own axis."""
        front, up = turned(self.front, self.up, -lean), turned(self.up, self.front, lean)
        up, right = turned(up, self.right, tilt), turned(self.right, up, -tilt)
        front, right = turned(front, right, -turn), turned(right, front, turn)
        return Frame(front, up, right)


UPRIGHT = Frame(Vector(1, 0, 0), UP, Vector(0, 0, 1))


class Point(NamedTuple):
    """A point of the picture: x to the right, y down."""

    x: float
    y: float

    def plus(self, x: float, y: float) -> "Point":
        return Point(self.x + x, self.y + y)


def apart(one: Point, other: Point) -> float:
    return hypot(other.x - one.x, other.y - one.y)
