"""What can be wrong with a figure: a joint no body has, a foot in the floor or that slides."""

import itertools
from collections.abc import Iterator, Mapping
from functools import lru_cache

from assessments.figures.body import (
    ARM_RADIUS,
    FOOT_RADIUS,
    LEG_RADIUS,
    SIDES,
    Body,
    UnreachableError,
    lowest,
)
from assessments.figures.entries import Figure
from assessments.figures.scene import Scene

# Degrees a figure may show: what a supple healthy body reaches, with a little room.
LIMITS: Mapping[str, tuple[int, int]] = {
    "hip": (-30, 130),
    "hip_out": (-35, 60),
    "hip_turn": (-60, 85),
    "knee": (0, 150),
    "ankle": (-60, 45),
    "shoulder": (-75, 185),
    "shoulder_out": (-50, 185),
    "elbow": (0, 150),
}
TRUNK_LIMITS: Mapping[str, tuple[int, int]] = {
    "bend": (-35, 60),
    "side": (-40, 40),
    "twist": (-60, 60),
    "nod": (-50, 60),
}
FLOOR = -1.5  # centimetres a broad line may reach into the floor
TOUCHES, SLIDES = 1.0, 2.0  # centimetres over the floor; centimetres it may move along it
# Points that may carry the body, and how thick it is there.
CARRIES: Mapping[str, float] = {
    f"{side}_{point}": radius
    for side in SIDES
    for point, radius in (
        ("ball", FOOT_RADIUS),
        ("heel", FOOT_RADIUS),
        ("knee", LEG_RADIUS),
        ("elbow", ARM_RADIUS),
        ("wrist", ARM_RADIUS),
    )
}


@lru_cache(maxsize=1024)
def figure_faults(figure: Figure) -> tuple[str, ...]:
    """Return what is wrong with a figure, pose by pose; nothing is a sound one."""
    if not figure.poses:
        return ("has no pose",)
    scene = Scene(figure)
    try:
        bodies = scene.bodies
        for number in range(1, len(bodies) + 1):
            scene.panel(number)
        for arrow in figure.arrows:
            bodies[0].at(arrow.of)
    except UnreachableError as error:
        return (str(error),)
    except KeyError as error:
        return (f"there is no point {error.args[0]}",)
    return (
        *(
            f"pose {number}: {each}"
            for number, body in enumerate(bodies, start=1)
            for each in (*_joints(body), *_floor(body))
        ),
        *_slides(figure, bodies),
        *_panels(figure),
    )


def _joints(body: Body) -> Iterator[str]:
    limits = {
        **TRUNK_LIMITS,
        **{f"{side}_{joint}": span for side in SIDES for joint, span in LIMITS.items()},
    }
    for joint, (least, most) in limits.items():
        angle = body.angles[joint]
        if not least - 0.5 <= angle <= most + 0.5:
            name = joint.replace("_", " ")
            yield f"{name} at {angle:.0f} degrees, a body has {least} to {most}"


def _floor(body: Body) -> Iterator[str]:
    name, height = lowest(body)
    if height < FLOOR:
        yield f"{name.replace('_', ' ')} is {-height:.0f} cm under the floor"


def _slides(figure: Figure, bodies: tuple[Body, ...]) -> Iterator[str]:
    """What carries on the floor stays where it is, unless it is drawn as what moves."""
    for number, (before, after) in enumerate(itertools.pairwise(bodies), start=2):
        for name, radius in CARRIES.items():
            here, there = before.points[name], after.points[name]
            if _moving(figure, name) or max(here.y, there.y) - radius > TOUCHES:
                continue
            slid = there.minus(here).level().length
            if slid > SLIDES:
                yield f"pose {number}: {name.replace('_', ' ')} slides {slid:.0f} cm on the floor"


def _moving(figure: Figure, name: str) -> bool:
    side, _separator, point = name.partition("_")
    limb = f"{side}_{'arm' if point in ('elbow', 'wrist') else 'leg'}"
    return limb in figure.accent


def _panels(figure: Figure) -> Iterator[str]:
    known = range(1, len(figure.poses) + 1)
    asked = [each.panels for each in figure.props] + [each.panels for each in figure.arrows]
    for number in itertools.chain.from_iterable(asked):
        if number not in known:
            yield f"there is no pose {number}"
