"""What is stored, by the names of the page's controls: how a page brings itself up to date."""

from collections.abc import Iterator, Mapping

from assessments.findings import FIELDS, NOT_TESTED, SIDES, Field, Findings
from assessments.findings.remarks import REMARKS
from assessments.screen.controls import controls_of
from assessments.screen.posted import SKIPPED

Held = str | list[str]


def controls_held(findings: Findings, words: Mapping[str, str]) -> dict[str, Held]:
    """Return the value of every control that holds one; the others are blank."""
    held: dict[str, Held] = {name: words[name] for name in REMARKS if words.get(name)}
    for field_id, value in findings.values.items():
        field = FIELDS[field_id]
        for side in SIDES if field.sided else ("",):
            one = value.get(side) if field.sided and isinstance(value, Mapping) else value
            if one is not None:
                held.update(held_by_control(field, side, one, {}))
    return held


def held_by_control(
    field: Field, side: str, value: object, words: Mapping[str, str]
) -> Iterator[tuple[str, Held]]:
    """Yield the controls of one finding that hold something, with what they hold."""
    if value == NOT_TESTED:
        yield f"{field.id}:{side}:{SKIPPED}" if side else f"{field.id}:{SKIPPED}", "1"
        return
    for control in controls_of(field, side, value, {}, words):
        if control.kind == "chips":
            yield control.name, [each.code for each in control.options if each.chosen]
        elif control.value:
            yield control.name, control.value
        if control.about[1]:
            yield control.about
