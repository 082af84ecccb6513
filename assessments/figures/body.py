"""From a pose to the points of a body: forward kinematics, and the angles of every joint."""

from dataclasses import dataclass, field
from math import acos, degrees
from typing import Final

from assessments.figures.entries import Arm, Leg, Place, Pose, Spot
from assessments.figures.vectors import (
    UP,
    UPRIGHT,
    ZERO,
    Frame,
    Vector,
    angle_between,
    turned,
)

# Lengths in centimetres, of a grown person of 1.72 m.
THIGH, SHIN, ANKLE = 43, 42, 8  # ANKLE: height of the joint over the sole
HEEL, BALL, TOE = 6, 13, 18  # behind and before the ankle
UPPER_ARM, FOREARM, HAND = 29, 25, 9
WAIST, CHEST, NECK, HEAD = 22, 28, 17, 11  # HEAD: radius; NECK: to the middle of the head
HIP_WIDTH, SHOULDER_WIDTH = 9, 16  # from the middle
LEG_RADIUS, ARM_RADIUS, TRUNK_RADIUS, FOOT_RADIUS = 7, 5, 10, 4

LYING = 0.75  # how far a front looks up or down from which the body lies
SIDES: Final = ("right", "left")


class UnreachableError(ValueError):
    """A pose asks for a place that a limb cannot reach, or names a point there is not."""


@dataclass(slots=True)
class Body:
    """One pose in space: every named point, and every joint's angle by ``right_knee`` and so on."""

    points: dict[str, Vector] = field(default_factory=dict)
    angles: dict[str, float] = field(default_factory=dict)

    def at(self, spot: Spot | Place) -> Vector:
        """Return a named point, or the place itself. Raises UnreachableError for a wrong name."""
        if not isinstance(spot, str):
            return Vector(*spot)
        if spot not in self.points:
            raise UnreachableError(f"there is no point {spot}")
        return self.points[spot]

    def shifted(self, by: Vector) -> None:
        self.points = {name: point.plus(by) for name, point in self.points.items()}


def body_of(pose: Pose) -> Body:
    """Return the body of a complete pose, its pinned point where it belongs.

    Raises UnreachableError when a hand or foot cannot get to where the pose puts it.
    """
    body = Body()
    pelvis = UPRIGHT.turned(lean=pose.lean or 0, tilt=pose.tilt or 0)
    pelvis = _about_vertical(pelvis, pose.turn or 0)
    chest = pelvis.turned(lean=pose.bend or 0, tilt=pose.side or 0, turn=pose.twist or 0)
    _trunk(body, pose, pelvis, chest)
    pin = pose.pin or "pelvis"
    for side in SIDES:
        leg: Leg = getattr(pose, f"{side}_leg")
        if leg.to is None:
            _free_leg(body, side, leg, pelvis, stands=pin == f"{side}_foot")
    for side in SIDES:
        arm: Arm = getattr(pose, f"{side}_arm")
        if arm.to is None:
            _free_arm(body, side, arm, chest)
    body.shifted(Vector(*(pose.at or (0, 0, 0))).minus(body.at(pin)))
    for side in SIDES:
        leg = getattr(pose, f"{side}_leg")
        if leg.to is not None:
            _standing_leg(body, side, leg, pelvis, leg.to)
    for side in SIDES:
        arm = getattr(pose, f"{side}_arm")
        if arm.to is not None:
            _reaching_arm(body, side, arm, chest, arm.to)
    return body


def _about_vertical(frame: Frame, angle: float) -> Frame:
    def about(each: Vector) -> Vector:
        level = each.level()
        return turned(level, UP.cross(level), angle).plus(UP, each.y)

    return Frame(*(about(each) for each in frame))


def _outward(frame: Frame, side: str) -> Vector:
    return frame.right if side == "right" else frame.right.scaled(-1)


def _trunk(body: Body, pose: Pose, pelvis: Frame, chest: Frame) -> None:
    points = body.points
    points["pelvis"] = ZERO
    points["waist"] = pelvis.up.scaled(WAIST)
    points["neck"] = points["waist"].plus(chest.up, CHEST)
    head = turned(chest.up, chest.front, pose.nod or 0)
    points["head"] = points["neck"].plus(head, NECK)
    face = turned(chest.front, chest.up, -(pose.nod or 0))
    points["face"] = points["head"].plus(face, HEAD + 1)
    for side in SIDES:
        points[f"{side}_eye"] = points["head"].plus(face, HEAD).plus(_outward(chest, side), 4.5)
    points["upper_back"] = points["neck"].plus(chest.up, -8).plus(chest.front, -TRUNK_RADIUS)
    points["seat"] = pelvis.front.scaled(-4).plus(pelvis.up, -4)
    for side in SIDES:
        points[f"{side}_hip"] = _outward(pelvis, side).scaled(HIP_WIDTH)
        points[f"{side}_shoulder"] = (
            points["neck"].plus(chest.up, -5).plus(_outward(chest, side), SHOULDER_WIDTH)
        )
        # The outline of the trunk: narrower than the joints, for it is drawn with a broad line.
        points[f"{side}_belt"] = _outward(pelvis, side).scaled(5)
        points[f"{side}_rib"] = points["waist"].plus(_outward(chest, side), 5)
        points[f"{side}_yoke"] = points["neck"].plus(chest.up, -7).plus(_outward(chest, side), 10)
    body.angles["bend"], body.angles["side"] = pose.bend or 0, pose.side or 0
    body.angles["twist"], body.angles["nod"] = pose.twist or 0, pose.nod or 0


def _limb(
    frame: Frame, side: str, forward: float, out: float, turn: float
) -> tuple[Vector, Vector]:
    """Return where a thigh or upper arm points, and where its front looks."""
    swung = turned(frame.up.scaled(-1), frame.front, forward)
    front = turned(frame.front, frame.up, forward)
    outward = _outward(frame, side)
    along = turned(swung, outward, out)
    return along, turned(front, turned(outward, swung, -out), turn)


def _read_limb(frame: Frame, side: str, along: Vector, front: Vector) -> tuple[float, ...]:
    """Return forward, out and turn of a limb of which only the directions are known."""
    outward = _outward(frame, side)
    forward = angle_between(along.dot(frame.up.scaled(-1)), along.dot(frame.front))
    out = angle_between(along.across(outward).dot(along), along.dot(outward))
    _, plain = _limb(frame, side, forward, out, 0)
    _, sideways = _limb(frame, side, forward, out, 90)
    return forward, out, angle_between(front.dot(plain), front.dot(sideways))


def _free_leg(body: Body, side: str, leg: Leg, pelvis: Frame, *, stands: bool) -> None:
    along, front = _limb(pelvis, side, leg.hip or 0, leg.out or 0, leg.turn or 0)
    knee = leg.knee or 0
    shin, shin_front = turned(along, front, -knee), turned(front, along, knee)
    grounded = leg.ankle is None and (leg.sole is not None or stands)
    if not grounded:
        foot = turned(shin_front, shin.scaled(-1), leg.ankle or 0)
        below = shin.across(foot)
    else:
        foot = _on_the_ground(_heading(pelvis, shin_front), leg.sole or 0)
        below = UP.scaled(-1).across(foot)
    _leg_points(body, side, along, shin)
    _foot_points(body, side, foot, below, grounded=grounded)
    _leg_angles(
        body, side, (leg.hip or 0, leg.out or 0, leg.turn or 0), knee, shin_front, shin, foot
    )


def _heading(pelvis: Frame, front: Vector) -> Vector:
    """Return where the toes of a foot on the ground look, for a shin whose front looks there."""
    if abs(front.y) < LYING:
        return front.level().unit()
    away = pelvis.up.level().scaled(-1 if pelvis.front.y > 0 else 1)
    return away.unit()


def _on_the_ground(heading: Vector, sole: float) -> Vector:
    return turned(heading, UP.scaled(-1), sole)


def _leg_points(body: Body, side: str, along: Vector, shin: Vector) -> None:
    points = body.points
    points[f"{side}_knee"] = points[f"{side}_hip"].plus(along, THIGH)
    points[f"{side}_ankle"] = points[f"{side}_knee"].plus(shin, SHIN)


def _foot_points(body: Body, side: str, foot: Vector, below: Vector, *, grounded: bool) -> None:
    """Set heel, ball and toe, and ``foot``: the place under the ankle were the sole flat."""
    points = body.points
    under = points[f"{side}_ankle"].plus(below, ANKLE - FOOT_RADIUS)
    points[f"{side}_heel"] = under.plus(foot, -HEEL)
    points[f"{side}_ball"] = under.plus(foot, BALL)
    points[f"{side}_toe"] = under.plus(foot, TOE)
    level = foot.level().unit()
    if foot.y < 0:  # the heel is up: the ball stays
        points[f"{side}_foot"] = points[f"{side}_ball"].plus(level, -BALL).plus(UP, -FOOT_RADIUS)
        if grounded:
            points[f"{side}_toe"] = points[f"{side}_ball"].plus(level, TOE - BALL)
    else:  # the toes are up: the heel stays
        points[f"{side}_foot"] = points[f"{side}_heel"].plus(level, HEEL).plus(UP, -FOOT_RADIUS)


def _leg_angles(
    body: Body, side: str, hip: tuple[float, ...], knee: float,
    shin_front: Vector, shin: Vector, foot: Vector,
) -> None:  # fmt: skip
    forward, out, turn = hip
    body.angles |= {
        f"{side}_hip": forward,
        f"{side}_hip_out": out,
        f"{side}_hip_turn": turn,
        f"{side}_knee": knee,
        f"{side}_ankle": angle_between(foot.dot(shin_front), -foot.dot(shin)),
    }


def _standing_leg(body: Body, side: str, leg: Leg, pelvis: Frame, to: Place) -> None:
    """Bend hip and knee so that the foot stands where it should."""
    outward = _outward(pelvis, side)
    pole = turned(pelvis.front, outward, leg.turn or 0)
    hip, sole = body.points[f"{side}_hip"], leg.sole or 0
    heading = _heading(pelvis, pole)
    free = leg.ankle is not None  # the place is that of the ankle, and the foot follows the shin
    ankle = Vector(*to)
    if not free:
        ankle = _ankle_over(ankle, _on_the_ground(heading, sole), heading)
    along, shin, knee, front = _two_bones(hip, ankle, THIGH, SHIN, pole, f"{side} foot", -1)
    shin_front = turned(front, along, knee)
    _leg_points(body, side, along, shin)
    if free:
        foot = turned(shin_front, shin.scaled(-1), leg.ankle or 0)
        _foot_points(body, side, foot, shin.across(foot), grounded=False)
    else:
        foot = _on_the_ground(heading, sole)
        _foot_points(body, side, foot, UP.scaled(-1).across(foot), grounded=True)
    _leg_angles(body, side, _read_limb(pelvis, side, along, front), knee, shin_front, shin, foot)


def _ankle_over(place: Vector, foot: Vector, heading: Vector) -> Vector:
    """Return where the ankle is when the foot turns about its ball, or about its heel."""
    above = UP.scaled(-1).across(foot).scaled(FOOT_RADIUS - ANKLE)
    stands = place.plus(UP, FOOT_RADIUS).plus(above)
    if foot.y < 0:
        return stands.plus(heading, BALL).plus(foot, -BALL)
    return stands.plus(heading, -HEEL).plus(foot, HEEL)


def _two_bones(
    start: Vector, end: Vector, upper: float, lower: float, pole: Vector, what: str, bends: int
) -> tuple[Vector, Vector, float, Vector]:
    """Return both directions, the bend between them and where the front of the upper one looks.

    bends  -1 the joint opens backward (knee), 1 forward (elbow)
    """
    way = end.minus(start)
    if not abs(upper - lower) < way.length < upper + lower + 1.5:
        raise UnreachableError(f"the {what} is {way.length:.0f} cm away and cannot be put there")
    length, straight = min(way.length, upper + lower - 0.01), way.unit()
    inner = degrees(acos((upper**2 + lower**2 - length**2) / (2 * upper * lower)))
    bend = 180 - inner
    lift = degrees(acos((upper**2 + length**2 - lower**2) / (2 * upper * length)))
    sideways = pole.across(straight)
    along = turned(straight, sideways, lift)
    front = (
        turned(sideways, straight, -lift)
        if bends < 0
        else turned(sideways, straight, -lift).scaled(-1)
    )
    lower_way = turned(along, front, bends * bend)
    return along, lower_way, bend, front


def _free_arm(body: Body, side: str, arm: Arm, chest: Frame) -> None:
    along, front = _limb(chest, side, arm.up or 0, arm.out or 0, arm.turn or 0)
    forearm = turned(along, front, arm.elbow or 0)
    hand = turned(turned(front, along, -(arm.elbow or 0)), forearm, 90 - (arm.wrist or 0))
    _arm_points(body, side, along, forearm, hand)
    body.angles |= {
        f"{side}_shoulder": arm.up or 0,
        f"{side}_shoulder_out": arm.out or 0,
        f"{side}_elbow": arm.elbow or 0,
    }


def _arm_points(body: Body, side: str, along: Vector, forearm: Vector, hand: Vector) -> None:
    points = body.points
    points[f"{side}_elbow"] = points[f"{side}_shoulder"].plus(along, UPPER_ARM)
    points[f"{side}_wrist"] = points[f"{side}_elbow"].plus(forearm, FOREARM)
    points[f"{side}_hand"] = points[f"{side}_wrist"].plus(hand, HAND)


def _reaching_arm(body: Body, side: str, arm: Arm, chest: Frame, to: Spot) -> None:
    """Bend shoulder and elbow so that the wrist is where it should be; the elbow points back."""
    outward = _outward(chest, side)
    pole = chest.front.scaled(-1).plus(chest.up, -0.6).plus(outward, 0.25)
    pole = turned(pole.unit(), outward.across(pole.unit()), arm.turn or 0)
    along, forearm, elbow, front = _two_bones(
        body.points[f"{side}_shoulder"], body.at(to), UPPER_ARM, FOREARM, pole, f"{side} hand", 1
    )
    hand = turned(forearm, turned(front, along, -elbow), arm.wrist or 0)
    _arm_points(body, side, along, forearm, hand)
    up, out, _ = _read_limb(chest, side, along, front)
    body.angles |= {
        f"{side}_shoulder": up,
        f"{side}_shoulder_out": out,
        f"{side}_elbow": elbow,
    }


def lowest(body: Body) -> tuple[str, float]:
    """Return the point of the body that is lowest, and the height of its underside."""
    radii = {"knee": LEG_RADIUS, "ankle": LEG_RADIUS - 2, "hip": LEG_RADIUS, "elbow": ARM_RADIUS}
    radii |= dict.fromkeys(("heel", "ball", "toe"), FOOT_RADIUS)
    radii |= {"wrist": ARM_RADIUS, "head": HEAD, "shoulder": ARM_RADIUS}
    under = {
        name: point.y - radii.get(name.rpartition("_")[2], 0)
        for name, point in body.points.items()
        if not name.endswith(("_foot", "_belt", "_rib", "_yoke"))
    }
    name = min(under, key=lambda each: under[each])
    return name, under[name]
