"""What a figure is told by: whole degrees and centimetres, as in ``library/v1/figures.yaml``.

x forward, y up, z to the person's right; the floor is y = 0. A pose says only what differs from
the one before; the first begins from standing. ``docs/figures.md`` has the words and a drawing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Literal, TypeVar

Place = tuple[int, int, int]
Spot = str | Place  # a named point of the body, or a place in the room

Position = Literal[
    "standing",
    "standing on one leg",
    "standing on a step",
    "sitting",
    "sitting on the floor",
    "lying on the back",
    "lying on the side",
    "lying on the front",
    "kneeling",
    "kneeling on one knee",
    "on hands and knees",
    "on forearms and toes",
    "propped on one elbow",
    "leaning on a bench",
    "running",
]
Part = Literal[
    "trunk",
    "right_leg",
    "right_thigh",
    "right_shin",
    "right_foot",
    "left_leg",
    "left_thigh",
    "left_shin",
    "left_foot",
    "right_arm",
    "left_arm",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One leg, by its joints or by where its foot is.

    hip    bend forward; negative is behind the body      knee   bend
    out    away from the middle; negative crosses it      ankle  toes toward the shin
    turn   kneecap outward; negative inward
    sole   tilt of the sole in the room: 0 flat, 40 heel up, -20 toes up; instead of ``ankle``
    to     the point under the ankle of a foot that stands there, or with ``ankle`` the place of
           the ankle itself; hip and knee follow
    """

    hip: int | None = None
    out: int | None = None
    turn: int | None = None
    knee: int | None = None
    ankle: int | None = None
    sole: int | None = None
    to: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """One arm, by its joints or by where its wrist is.

    up     raised forward; negative is behind the body    elbow  bend
    out    raised sideways                                 turn   forearm swung outward
    wrist  hand bent back
    to     where the wrist is: a place, or a point of the body
    """

    up: int | None = None
    out: int | None = None
    turn: int | None = None
    elbow: int | None = None
    wrist: int | None = None
    to: Spot | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pose:
    """One key pose.

    lean, tilt, turn     the pelvis: forward, to the right, to the left (90 is lying)
    bend, side, twist    the chest against the pelvis, the same ways
    nod                  the head forward
    pin, at              the point that holds the body in place, and where it is
    """

    lean: int | None = None
    tilt: int | None = None
    turn: int | None = None
    bend: int | None = None
    side: int | None = None
    twist: int | None = None
    nod: int | None = None
    pin: str | None = None
    at: Place | None = None
    right_leg: Leg = Leg()
    left_leg: Leg = Leg()
    right_arm: Arm = Arm()
    left_arm: Arm = Arm()


@dataclass(frozen=True, slots=True, kw_only=True)
class Prop:
    """A thing beside the body.

    x, y, z    from and to, of what is square: box, bench, chair, step, wall, mat, platform
    at, size   middle and radius of what is round: ball, roller, weight, cuff; ``at`` may be a
               point of the body, then ``shift`` moves it
    path       the points a band, strap, rail or line goes through; a cue is a line to watch
    over       drawn over the body
    panels     the numbers of the poses it belongs to; all when left out
    """

    kind: Literal[
        "box", "step", "bench", "chair", "wall", "mat", "platform", "towel",
        "ball", "roller", "weight", "cuff",
        "band", "strap", "rail", "rest", "metronome", "line", "cue",
    ]  # fmt: skip
    x: tuple[int, int] = (-25, 25)
    y: tuple[int, int] = (0, 20)
    z: tuple[int, int] = (-25, 25)
    at: Spot = (0, 0, 0)
    size: int = 6
    shift: Place = (0, 0, 0)
    path: tuple[Spot, ...] = ()
    over: bool = False
    panels: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """The way a point of the body takes to the next pose, or a push.

    of       the point; the arrow is drawn in every pose but the last
    shift    moves the arrow in the picture: right, up
    push     with ``of``: to the right and up, how far it pushes there; no way to the next pose
    both     to and fro
    panels   the numbers of the poses it is drawn in, where that is not all but the last
    """

    of: str
    shift: tuple[int, int] = (0, 0)
    push: tuple[int, int] | None = None
    both: bool = False
    panels: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """The drawing of one exercise.

    yaw, pitch   from where it is seen: 0 the right side, 90 the front; pitch from above
    position     what a person would call it
    accent       the parts in colour: what works or moves
    held         kept still: the one pose, or the last one, is held
    """

    exercise: str
    position: Position
    poses: tuple[Pose, ...]
    yaw: int = 0
    pitch: int = 0
    accent: tuple[Part, ...] = ()
    props: tuple[Prop, ...] = ()
    arrows: tuple[Arrow, ...] = ()
    held: bool = False


STANDING = Pose(
    lean=0, tilt=0, turn=0, bend=0, side=0, twist=0, nod=0, pin="right_foot", at=(0, 0, 9),
    right_leg=Leg(hip=0, out=0, turn=0, knee=0), left_leg=Leg(hip=0, out=0, turn=0, knee=0),
    right_arm=Arm(up=5, out=6, turn=0, elbow=10, wrist=0),
    left_arm=Arm(up=5, out=6, turn=0, elbow=10, wrist=0),
)  # fmt: skip

L = TypeVar("L", Leg, Arm)
# What says the same thing in another way: giving one takes the other back.
INSTEAD: Mapping[str, tuple[str, ...]] = {
    "to": (),
    "hip": ("to",),
    "knee": ("to",),
    "up": ("to",),
    "elbow": ("to",),
    "ankle": ("sole",),
    "sole": ("ankle",),
}


def complete(poses: tuple[Pose, ...]) -> tuple[Pose, ...]:
    """Return the poses with everything said: what each leaves out is as in the one before."""
    found: list[Pose] = []
    before = STANDING
    for pose in poses:
        before = _after(before, pose)
        found.append(before)
    return tuple(found)


def _after(before: Pose, pose: Pose) -> Pose:
    limbs = {
        name: _limb_after(getattr(before, name), getattr(pose, name))
        for name in ("right_leg", "left_leg", "right_arm", "left_arm")
    }
    plain = {
        each.name: getattr(pose, each.name)
        for each in fields(Pose)
        if each.name not in limbs and getattr(pose, each.name) is not None
    }
    return replace(before, **plain, **limbs)


def _limb_after(before: L, limb: L) -> L:
    given = {
        each.name: getattr(limb, each.name)
        for each in fields(limb)
        if getattr(limb, each.name) is not None
    }
    gone = {other: None for name in given for other in INSTEAD.get(name, ()) if other not in given}
    return replace(before, **gone, **given)
