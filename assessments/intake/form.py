"""What a screen sends, read into raw values by question. What it did not show says nothing.

Names: a question's own id; ``<id>.unit`` beside a length of time; ``psfs.1`` and ``psfs_name.1``
for activities; ``<place>.none`` for "none of these". ``asked`` repeats for every question shown.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.http import QueryDict

from assessments.findings import NOT_TESTED, Fault, Field
from assessments.findings.faults import InputError
from assessments.findings.field import gettext_noop as _
from assessments.findings.reported import GOAL_DAY, PSFS_NAME
from assessments.intake.steps import Item, Step, field_of
from assessments.screen.posted import number_or_text

NONE = "none"
PLACES = ("1", "2", "3")  # activities a patient may name
GOAL_WEEKS = {"4": _("In a month"), "13": _("In three months"), "26": _("In half a year")}
OTHER_DAY = "day"
HUGE = 100_000  # beyond every limit in any unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """``values`` as they can be read further; ``faults`` are about what cannot."""

    values: Mapping[str, object]
    faults: tuple[Fault, ...]


def read_form(step: Step, form: QueryDict, today: date, *, finished: bool = True) -> Sent:
    """Return what this form says of the questions it showed.

    finished  False for a save in between: then a statement not ticked yet is not a no
    """
    shown = set(form.getlist("asked"))
    items = [item for item in step.items if item.field in shown]
    values: dict[str, object] = {}
    faults: list[Fault] = []
    for place, group in groups(step, items):
        if place:
            _read_statements(place, group, form, values, faults, finished=finished)
    for item in items:
        if item.field in values or step.way == "statements" or item.together:
            continue
        try:
            values[item.field] = _value(item, form, today)
        except InputError as error:
            faults.append(error.at(item.field))
    return Sent(values=values, faults=tuple(faults))


def groups(step: Step, items: list[Item]) -> Iterator[tuple[str, list[Item]]]:
    """Yield the questions in their order; statements that belong together with their place.

    The place is what their "none of these" is called by; "" for a question of its own.
    """
    if step.way == "statements":
        yield step.name, items
        return
    headings = [item.together for item in items if item.together]
    for item in items:
        if not item.together:
            yield "", [item]
        elif item.together in headings:
            same = [each for each in items if each.together == item.together]
            headings = [each for each in headings if each != item.together]
            yield f"{step.name}-{same[-1].field}", same


def _read_statements(
    place: str,
    items: list[Item],
    form: QueryDict,
    values: dict[str, object],
    faults: list[Fault],
    *,
    finished: bool,
) -> None:
    """A tick is a yes; the others are a no once somebody said that these are all, or none."""
    ticked = {item.field for item in items if item.field in form}
    none = f"{place}.{NONE}" in form
    if ticked and none:
        error = InputError(_("You ticked something and pressed that none applies. Which is it?"))
        faults.append(error.at(items[0].field))
        return
    for item in items:
        is_bool = field_of(item.field).kind == "bool"
        said: object = True if is_bool else "yes"
        if item.field not in ticked:
            said = (False if is_bool else "no") if none or (ticked and finished) else None
        values[item.field] = said


def _value(item: Item, form: QueryDict, today: date) -> object | None:
    field = field_of(item.field)
    if field.id == "psfs":
        scores = [_number(form.get(f"psfs.{place}", "")) for place in PLACES]
        return scores if any(score is not None for score in scores) else None
    if field.id == PSFS_NAME:
        names = {place: form.get(f"{PSFS_NAME}.{place}", "").strip() for place in PLACES}
        return {place: name for place, name in names.items() if name} or None
    if field.id == GOAL_DAY:
        return _goal_day(form, today)
    if field.parts:
        return _questionnaire(field, form)
    if field.kind == "multi":
        return form.getlist(field.id) or None
    text = form.get(field.id, "").strip()
    if not text:
        return None
    if field.kind == "bool":
        return {"yes": True, "no": False}.get(text, text)
    if field.kind in ("int", "decimal"):
        return _length(field, text, form) if field.asked and field.asked.per_unit else _number(text)
    return form.get(field.id, "").replace("\r\n", "\n").strip()


def _questionnaire(field: Field, form: QueryDict) -> object | None:
    """Return the answers in the shape of the instrument: letters by part, or numbers in order."""
    said = {part: form.get(f"{field.id}.{part}", "") for part in field.part_ids}
    if not any(said.values()):
        return None
    if field.kind == "letters":
        return {part: text for part, text in said.items() if text}
    return [_number(text) for text in said.values()]


def _number(text: str) -> Decimal | str | None:
    if not text.strip():
        return None
    return NOT_TESTED if text == NOT_TESTED else number_or_text(text)


def _length(field: Field, text: str, form: QueryDict) -> object:
    """Return a length of time in the field's own unit, rounded to what it can hold.

    Raises InputError when the unit was not chosen.
    """
    units = dict(field.asked.per_unit) if field.asked else {}
    unit = form.get(f"{field.id}.unit", "")
    if unit not in units:
        raise InputError(_("Choose days, weeks, months or years."))
    number = number_or_text(text)
    if not isinstance(number, Decimal) or abs(number) > HUGE:
        return number
    finest = Decimal((0, (1,), -field.decimals))
    return (number * units[unit]).quantize(finest, rounding=ROUND_HALF_UP)


def _goal_day(form: QueryDict, today: date) -> str | None:
    chosen = form.get("goal_pick", "")
    if chosen in GOAL_WEEKS:
        return (today + timedelta(weeks=int(chosen))).isoformat()
    return form.get(GOAL_DAY, "").strip() or None
