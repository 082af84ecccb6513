"""The controls of one finding on the chart: what is filled in, chosen or ticked.

A blank is always one of the choices, because nothing on this screen has a default.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from assessments.findings import Field
from assessments.findings.field import Part
from assessments.findings.remarks import activity_name

FEW = 6  # so many choices stand beside each other; more go into a list
FEW_A_SIDE = 3  # the same where both sides share the width
# by how much a button changes a decimal: a tap is worth what the instrument resolves
STEPS = {"m": "0.01", "cm": "0.5", "kg": "0.5", "km": "0.5"}
Typed = Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class Option:
    code: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One thing to fill in; ``kind`` names the part of the template that draws it.

    name   as a form sends it: field (with part), a colon, side
    step   by how much a button beside a number changes it
    about  where the name of what is scored is kept, and that name (PSFS activities)
    """

    name: str
    kind: str  # number, scale, radio, select, chips, text, line, date
    reads: str  # what a script makes of it: number, code, bool, codes, text
    label: str = ""
    value: str = ""
    options: tuple[Option, ...] = ()
    step: str = ""
    about: tuple[str, str] = ("", "")


def controls_of(
    field: Field, side: str, value: object, typed: Typed, words: Mapping[str, str]
) -> Iterable[Control]:
    """Yield the controls of a finding on one side: one, or one per part.

    typed  what a form sent and was refused, shown again as it was typed
    words  what is kept beside the findings
    """
    tail = f":{side}" if side else ""
    if not field.parts:
        yield _whole(field, f"{field.id}{tail}", value, typed)
        return
    places = _places(field, value)
    for part in field.parts:
        control = _part(field, part, f"{field.id}.{part.id}{tail}", places.get(part.id), typed)
        if field.id == "psfs":
            name = activity_name(part.id)
            control = replace(control, about=(name, _text(name, words.get(name), typed)))
        yield control


def _whole(field: Field, name: str, value: object, typed: Typed) -> Control:
    if field.kind == "multi":
        return _chips(field, name, value, typed)
    if field.kind in ("choice", "yes_no"):
        return _choice(name, field.choices, value, typed, reads="code")
    if field.kind == "bool":
        return _choice(name, _yes_no(), _yes_no_code(value), typed, reads="bool")
    if field.kind == "text":
        return Control(name=name, kind="text", reads="text", value=_text(name, value, typed))
    if field.unit == "0-10":
        scores = tuple((str(score), str(score)) for score in range(11))
        return _choice(name, scores, value, typed, reads="number", kind="scale")
    return Control(
        name=name,
        kind="number",
        reads="number",
        value=_text(name, value, typed),
        step=STEPS.get(field.unit, "1") if field.decimals else "1",
    )


def _part(field: Field, part: Part, name: str, value: object, typed: Typed) -> Control:
    label = _(part.label)
    if field.kind == "text_object":
        kind = "date" if part.id == "date" else "line"
        text = _text(name, value, typed)
        return Control(name=name, kind=kind, reads="text", value=text, label=label)
    if field.kind == "bool_object":
        code = _yes_no_code(value)
        return _choice(name, _yes_no(), code, typed, reads="bool", label=label)
    if field.kind == "letters":
        choices = tuple((code, f"{code}: {_(words)}") for code, words in part.choices)
        return _choice(name, choices, value, typed, reads="code", label=label, kind="select")
    low, high = int(part.hard.low or 0), int(part.hard.high or 0)
    scores = tuple((str(n), str(n).replace("-", "−")) for n in range(low, high + 1))
    narrow = field.sided and len(scores) > FEW_A_SIDE
    kind = "select" if narrow else "scale" if field.unit == "0-10" else ""
    return _choice(name, scores, value, typed, reads="number", label=label, kind=kind)


def _choice(
    name: str,
    choices: Iterable[tuple[str, str]],
    value: object,
    typed: Typed,
    *,
    reads: str,
    label: str = "",
    kind: str = "",
) -> Control:
    chosen = _text(name, value, typed)
    options = tuple(Option(code, _(words), code == chosen) for code, words in choices)
    return Control(
        name=name,
        kind=kind or ("radio" if len(options) <= FEW else "select"),
        reads=reads,
        label=label,
        value=chosen,
        options=options,
    )


def _chips(field: Field, name: str, value: object, typed: Typed) -> Control:
    """Several choices; "none of these" is one of its own, for asked and none is not missing."""
    held = value if isinstance(value, tuple) else None
    sent = typed.get(name)
    codes = sent if sent is not None else list(held or ())
    none = "none" in codes if sent is not None else held == ()
    options = [Option(code, _(words), code in codes) for code, words in field.choices]
    options.append(Option("none", _("None of these"), none))
    return Control(name=name, kind="chips", reads="codes", options=tuple(options))


def _text(name: str, value: object, typed: Typed) -> str:
    sent = typed.get(name)
    if sent is not None:
        return sent[-1] if sent else ""
    return "" if value is None else str(value)


def _places(field: Field, value: object) -> Mapping[str, object]:
    if isinstance(value, tuple):
        return dict(zip(field.part_ids, value, strict=False))
    return value if isinstance(value, Mapping) else {}


def _yes_no() -> tuple[tuple[str, str], ...]:
    return (("yes", _("Yes")), ("no", _("No")))


def _yes_no_code(value: object) -> str | None:
    return None if value is None else "yes" if value else "no"
