"""The phrases a figure is described with, marked for the translators.

The right side is the one that works: it is called one leg, the left is the other.
"""

from collections.abc import Mapping


def gettext_noop(message: str) -> str:
    """Mark a text for the translators and return it as it is: cores know no Django."""
    return message


_ = gettext_noop
Two = tuple[str, str]  # what is said when a value grows, and when it gets less

POSITIONS: Mapping[str, str] = {
    "standing": _("standing"),
    "standing on one leg": _("standing on one leg"),
    "standing on a step": _("standing on a step"),
    "sitting": _("sitting"),
    "sitting on the floor": _("sitting on the floor"),
    "lying on the back": _("lying on the back"),
    "lying on the side": _("lying on the side"),
    "lying on the front": _("lying on the front, propped on the forearms"),
    "kneeling": _("kneeling"),
    "kneeling on one knee": _("kneeling on one knee"),
    "on hands and knees": _("on hands and knees"),
    "on forearms and toes": _("on forearms and toes, the body in one line"),
    "propped on one elbow": _("on the side, propped on one elbow"),
    "leaning on a bench": _("on the back, the shoulders on a bench"),
    "running": _("running"),
}
THINGS: Mapping[str, str] = {
    "box": _("a box"),
    "step": _("a step"),
    "bench": _("a bench"),
    "chair": _("a chair"),
    "wall": _("a wall"),
    "mat": _("a mat"),
    "platform": _("a plate to push"),
    "towel": _("a towel"),
    "ball": _("a ball"),
    "roller": _("a foam roller"),
    "weight": _("a weight"),
    "cuff": _("an ankle weight"),
    "band": _("a band"),
    "strap": _("a strap"),
    "rail": _("a post"),
    "metronome": _("a metronome"),
    "cue": _("a line to watch"),
}
ACCENTS: Mapping[str, str] = {
    "trunk": _("the trunk"),
    "right_leg": _("one leg"),
    "right_thigh": _("one thigh"),
    "right_shin": _("one lower leg"),
    "right_foot": _("one foot"),
    "right_arm": _("one arm"),
    "left_leg": _("the other leg"),
    "left_thigh": _("the other thigh"),
    "left_shin": _("the other lower leg"),
    "left_foot": _("the other foot"),
    "left_arm": _("the other arm"),
}
BOTH_ACCENTS: Mapping[str, str] = {
    "leg": _("both legs"),
    "thigh": _("both thighs"),
    "shin": _("both lower legs"),
    "foot": _("both feet"),
    "arm": _("both arms"),
}
MOVES: Mapping[str, Mapping[str, Two]] = {
    "knee": {
        "right": (
            _("one knee bends to %(to)s degrees"),
            _("one knee straightens to %(to)s degrees"),
        ),
        "left": (
            _("the other knee bends to %(to)s degrees"),
            _("the other knee straightens to %(to)s degrees"),
        ),
    },
    "hip": {
        "right": (_("one hip bends to %(to)s degrees"), _("one hip opens")),
        "left": (_("the other hip bends to %(to)s degrees"), _("the other hip opens")),
    },
    "hip_out": {
        "right": (_("one leg opens out to the side"), _("one leg closes toward the middle")),
        "left": (
            _("the other leg opens out to the side"),
            _("the other leg closes toward the middle"),
        ),
    },
    "hip_turn": {
        "right": (_("one thigh turns outward"), _("one thigh turns inward")),
        "left": (_("the other thigh turns outward"), _("the other thigh turns inward")),
    },
    "ankle": {
        "right": (_("the toes of one foot come up"), _("the heel of one foot comes up")),
        "left": (_("the toes of the other foot come up"), _("the heel of the other foot comes up")),
    },
    "shoulder": {
        "right": (_("one arm goes forward and up"), _("one arm goes back and down")),
        "left": (_("the other arm goes forward and up"), _("the other arm goes back and down")),
    },
}
BOTH_MOVE: Mapping[str, Two] = {
    "knee": (_("both knees bend to %(to)s degrees"), _("both knees straighten to %(to)s degrees")),
    "hip": (_("both hips bend to %(to)s degrees"), _("both hips open")),
    "hip_out": (_("both legs open out to the side"), _("both legs close toward the middle")),
    "hip_turn": (_("both thighs turn outward"), _("both thighs turn inward")),
    "ankle": (_("the toes of both feet come up"), _("both heels come up")),
    "shoulder": (_("both arms go forward and up"), _("both arms go back and down")),
}
# By the axis a foot moves along: forward, up, to the right.
TRAVELS: Mapping[str, Mapping[str, Two]] = {
    "x": {
        "right": (_("one foot goes forward"), _("one foot goes back")),
        "left": (_("the other foot goes forward"), _("the other foot goes back")),
    },
    "y": {
        "right": (_("one foot goes up"), _("one foot goes down")),
        "left": (_("the other foot goes up"), _("the other foot goes down")),
    },
    "z": {
        "right": (_("one foot goes out to the side"), _("one foot goes across")),
        "left": (_("the other foot goes across"), _("the other foot goes out to the side")),
    },
}
BOTH_TRAVEL: Mapping[str, Two] = {
    "x": (_("both feet go forward"), _("both feet go back")),
    "y": (_("both feet go up"), _("both feet go down")),
    "z": (_("both feet go sideways"), _("both feet go sideways")),
}
