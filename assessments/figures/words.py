"""A figure in words, for those who do not see it: made from the same data as the drawing."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from math import atan2, cos, degrees, radians, sin
from typing import Final

from assessments.figures.body import SIDES, Body
from assessments.figures.entries import Arrow, Figure
from assessments.figures.phrases import (
    ACCENTS,
    BOTH_ACCENTS,
    BOTH_MOVE,
    BOTH_TRAVEL,
    MOVES,
    POSITIONS,
    THINGS,
    TRAVELS,
    gettext_noop,
)
from assessments.figures.scene import Scene

_ = gettext_noop
Translate = Callable[[str], str]

CHANGE: Final[Mapping[str, int]] = {"shoulder": 30, "shoulder_out": 30, "elbow": 45}
LEAST = 12  # degrees from which the other joints are said to move
RISE, TRAVEL = 6, 12  # centimetres from which hips, and feet, are said to move
STRAIGHT = 13  # degrees up to which a knee is called straight
FACING = 0.9  # how squarely a figure is seen to be called front or side


def words(figure: Figure, translate: Translate = gettext_noop) -> str:
    """Say what the drawing shows: from where, the position, the things, then pose by pose.

    ``translate`` gets each pattern, as gettext does.
    """
    scene = Scene(figure)
    said = [_opening(figure, translate), _knees(scene.bodies[0], translate)]
    for number in range(2, len(scene.bodies) + 1):
        before, after = scene.bodies[number - 2 : number]
        moves = [*_body_moves(figure, before, after, translate)]
        moves += [*_joint_moves(before, after, translate)]
        if moves:
            pattern = translate(_("Picture %(number)s: %(moves)s."))
            said.append(pattern % {"number": number, "moves": _listed(moves, translate)})
    said += _pushes(figure, translate)
    if figure.accent:
        parts = [translate(each) for each in _accents(figure)]
        said.append(translate(_("In colour: %(parts)s.")) % {"parts": _listed(parts, translate)})
    if figure.held:
        said.append(translate(_("Hold it there.")))
    return " ".join(said)


def _accents(figure: Figure) -> Iterator[str]:
    """Name what is in colour; what is so on both sides, once."""
    given: set[str] = set(figure.accent)
    for part in figure.accent:
        side, _separator, name = part.partition("_")
        if {f"right_{name}", f"left_{name}"} <= given:
            if side == "right":
                yield BOTH_ACCENTS[name]
        else:
            yield ACCENTS[part]


def _listed(parts: Sequence[str], translate: Translate) -> str:
    """Return ``a``, ``a and b`` or ``a, b and c``."""
    if len(parts) < 2:  # noqa: PLR2004, RUF100 - one needs no "and"
        return "".join(parts)
    return translate(_("%(parts)s and %(last)s")) % {
        "parts": ", ".join(parts[:-1]),
        "last": parts[-1],
    }


def _opening(figure: Figure, translate: Translate) -> str:
    kinds = dict.fromkeys(
        prop.kind
        for prop in figure.props
        if prop.kind in THINGS and not figure.position.endswith(prop.kind)
    )
    things = [translate(THINGS[kind]) for kind in kinds]
    said = {
        "view": translate(_view(figure)),
        "position": translate(POSITIONS[figure.position]),
        "things": _listed(things, translate),
    }
    if things:
        return translate(_("Seen %(view)s: a person %(position)s, with %(things)s.")) % said
    return translate(_("Seen %(view)s: a person %(position)s.")) % said


def _view(figure: Figure) -> str:
    front, side = sin(radians(figure.yaw)), abs(cos(radians(figure.yaw)))
    if side >= FACING:
        return _("from the side")
    if abs(front) >= FACING:
        return _("from the front") if front > 0 else _("from behind")
    return _("half from the front") if front > 0 else _("half from behind")


def _knees(body: Body, translate: Translate) -> str:
    """Say how the knees are at the beginning."""
    right, left = (_five(body.angles[f"{side}_knee"]) for side in SIDES)
    if max(right, left) < STRAIGHT:
        return translate(_("Picture 1: both knees straight."))
    if abs(right - left) < LEAST:
        return translate(_("Picture 1: both knees bent to %(to)s degrees.")) % {"to": right}
    said = {
        name: translate(_("straight"))
        if angle < STRAIGHT
        else translate(_("bent to %(to)s degrees")) % {"to": angle}
        for name, angle in (("one", right), ("other", left))
    }
    return translate(_("Picture 1: one knee %(one)s, the other %(other)s.")) % said


def _five(angle: float) -> int:
    return round(angle / 5) * 5


def _body_moves(figure: Figure, before: Body, after: Body, translate: Translate) -> Iterator[str]:
    """Say what hips and trunk do."""
    rise = after.points["pelvis"].y - before.points["pelvis"].y
    if abs(rise) >= RISE:
        yield translate(_("the hips rise") if rise > 0 else _("the hips go down"))
    if figure.position.startswith(("standing", "sitting", "kneeling")):
        lean = _lean(after) - _lean(before)
        if abs(lean) >= LEAST:
            yield translate(
                _("the trunk leans forward") if lean > 0 else _("the trunk comes back up")
            )
    if abs(after.angles["side"] - before.angles["side"]) >= LEAST:
        yield translate(_("the trunk bends to the side"))


def _lean(body: Body) -> float:
    way = body.points["neck"].minus(body.points["pelvis"])
    return degrees(atan2(way.x, way.y))


def _joint_moves(before: Body, after: Body, translate: Translate) -> Iterator[str]:
    """Say what each joint does, both sides at once where they do the same; then the feet."""
    for joint, patterns in MOVES.items():
        change = {
            side: after.angles[f"{side}_{joint}"] - before.angles[f"{side}_{joint}"]
            for side in SIDES
            if joint != "ankle" or not _bends(before, after, side)
        }
        yield from _said_of(
            {side: each for side, each in change.items() if abs(each) >= CHANGE.get(joint, LEAST)},
            BOTH_MOVE[joint],
            patterns,
            {side: _five(after.angles[f"{side}_{joint}"]) for side in SIDES},
            translate,
        )
    for axis, patterns in TRAVELS.items():
        change = {
            side: getattr(after.points[f"{side}_ankle"].minus(before.points[f"{side}_ankle"]), axis)
            for side in SIDES
        }
        yield from _said_of(
            {side: each for side, each in change.items() if abs(each) >= TRAVEL},
            BOTH_TRAVEL[axis],
            patterns,
            {},
            translate,
        )


def _bends(before: Body, after: Body, side: str) -> bool:
    """Is it a knee that bends over its foot? Then what the ankle does follows from it."""
    return abs(after.angles[f"{side}_knee"] - before.angles[f"{side}_knee"]) >= LEAST


def _said_of(
    change: Mapping[str, float],
    both: tuple[str, str],
    patterns: Mapping[str, tuple[str, str]],
    to: Mapping[str, int],
    translate: Translate,
) -> Iterator[str]:
    """Say one change of one side, of the other, or of both at once."""
    up = {side: each > 0 for side, each in change.items()}
    if len(set(up.values())) == 1 and len(up) == len(SIDES):
        yield translate(both[0] if up["right"] else both[1]) % {"to": to.get("right", "")}
        return
    for side, grows in up.items():
        yield translate(patterns[side][0 if grows else 1]) % {"to": to.get(side, "")}


def _pushes(figure: Figure, translate: Translate) -> Iterator[str]:
    for arrow in figure.arrows:
        if arrow.push:
            yield translate(_("An arrow points %(way)s.")) % {"way": translate(_way(arrow))}


def _way(arrow: Arrow) -> str:
    right, up = arrow.push or (0, 0)
    upright = abs(up) > abs(right)
    if arrow.both:
        return _("up and down") if upright else _("to and fro")
    if upright:
        return _("up") if up > 0 else _("down")
    return _("to the right") if right > 0 else _("to the left")
