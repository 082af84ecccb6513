"""One screen as data for the page: questions with their controls, filled in or as typed."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from assessments.findings import NOT_TESTED, Fault, Field
from assessments.findings.reported import GOAL_DAY, PSFS_NAME
from assessments.intake.form import GOAL_WEEKS, NONE, OTHER_DAY, PLACES, groups
from assessments.intake.steps import Item, Step, field_of
from assessments.intake.told import Told
from assessments.library.questionnaires import Questionnaire

SHORT = 10  # characters; options whose words are no longer stand side by side
LINE = 200  # characters; a text up to this long is written on one line
SCORES = tuple(str(score) for score in range(11))


@dataclass(frozen=True, slots=True)
class Option:
    code: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """A row of the goals: what it is, and how well it goes."""

    place: str
    name: str
    scores: tuple[Option, ...]
    name_error: str = ""
    score_error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question with its control; ``kind`` names the part of the template that draws it.

    fields  what the control answers, sent along so that an empty one is known to be empty
    heading  above the first question of a questionnaire
    ends    what the lowest and the highest number mean
    none    the name of "none of these"
    """

    name: str
    kind: str  # scale, radio, ticks, statements, number, length, text, line, activities, day
    label: str
    fields: tuple[str, ...]
    heading: str = ""
    hint: str = ""
    value: str = ""
    unit: str = ""
    longest: int = 0
    options: tuple[Option, ...] = ()
    units: tuple[Option, ...] = ()
    activities: tuple[Activity, ...] = ()
    ends: tuple[str, str] = ("", "")
    none: str = ""
    none_chosen: bool = False
    error: str = ""
    needed: bool = False

    @property
    def beside(self) -> bool:
        """Do the options fit side by side on a phone?"""
        return 0 < len(self.options) <= 3 and all(len(each.label) <= SHORT for each in self.options)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the questions are drawn from.

    told    what is stored of this part; nothing in a correction of what was sent
    known   what is known in any part: it decides what is asked
    questionnaires  those whose wording the library holds
    typed   a form that could not be kept as it was, shown again as it was typed
    """

    told: Told
    known: Told
    typed: QueryDict | None = None
    faults: tuple[Fault, ...] = ()
    missing: tuple[str, ...] = ()
    questionnaires: Mapping[str, Questionnaire] = dataclass_field(default_factory=dict)

    def text(self, field: Field) -> str:
        """Return what stands in the control of one value."""
        if self.typed is not None:
            return self.typed.get(field.id, "")
        return text_of(self.told.value(field.id))

    def error(self, *names: str, part: str = "") -> str:
        for fault in self.faults:
            if fault.field in names and (not part or fault.part == part):
                said = fault.said(_)
                return said[:1].upper() + said[1:]
        return _("Please answer this.") if set(names) & set(self.missing) and not part else ""


def questions_of(step: Step, shown: Shown) -> list[Question]:
    """Return what this person is asked on a screen, in its order."""
    if step.way == "forms":
        return [each for form in shown.questionnaires.values() for each in _form(form, shown)]
    items = [item for item in step.asked(shown.known.findings) if item.field != PSFS_NAME]
    return [
        _statements(place, group, shown) if place else _question(group[0], shown)
        for place, group in groups(step, items)
    ]


def text_of(value: object) -> str:
    """Return a stored value as its control holds it; numbers without trailing zeros."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return str(value)


def _question(item: Item, shown: Shown) -> Question:
    field = field_of(item.field)
    if field.id == "psfs":
        return _activities(item, field, shown)
    if field.id == GOAL_DAY:
        return _day(item, field, shown)
    if field.unit == "0-10":
        return _scale(item, field, shown)
    if field.kind == "multi":
        return _ticks(item, field, shown)
    if field.asked and field.asked.per_unit:
        return _length(item, field, shown)
    choices = _choices(field)
    if choices:
        options = _options(choices, (shown.text(field),))
        return _drawn(item, field, shown, "radio", options=options)
    if field.kind == "text":
        kind = "line" if field.longest <= LINE else "text"
        return _drawn(item, field, shown, kind, value=shown.text(field), longest=field.longest)
    unit = _(field.unit) if field.unit else ""
    return _drawn(item, field, shown, "number", value=shown.text(field), unit=unit)


def _form(form: Questionnaire, shown: Shown) -> Iterator[Question]:
    """Yield the questions of a questionnaire, in the wording the clinic may use."""
    field = field_of(form.field)
    held = shown.told.value(field.id)
    if isinstance(held, tuple):
        held = dict(zip(field.part_ids, held, strict=False))
    for place, asking in enumerate(form.questions):
        name = f"{field.id}.{asking.part}"
        stored = held.get(asking.part) if isinstance(held, Mapping) else None
        chosen = shown.typed.get(name, "") if shown.typed is not None else text_of(stored)
        yield Question(
            name=name,
            kind="radio",
            label=asking.question,
            fields=(field.id,),
            heading=form.title if place == 0 else "",
            hint=form.lead if place == 0 else "",
            options=_options(asking.answers, (chosen,)),
            error=shown.error(field.id, part=asking.part),
        )


def _drawn(item: Item, field: Field, shown: Shown, kind: str, **more: Any) -> Question:
    asked = field.asked
    more.setdefault("error", shown.error(field.id))
    return Question(
        name=field.id,
        kind=kind,
        label=_(asked.question) if asked else _(field.label),
        hint=_(asked.hint) if asked and asked.hint else "",
        needed=item.needed,
        fields=more.pop("fields", (field.id,)),
        **more,
    )


def _choices(field: Field) -> tuple[tuple[str, str], ...]:
    """Return the answers to press: codes in plain words, yes and no, or ready numbers."""
    if field.kind == "bool":
        return (("yes", _("Yes")), ("no", _("No")))
    if field.asked and field.asked.picks:
        return tuple((str(number), _(words)) for number, words in field.asked.picks)
    return tuple((code, words) for code, words in _plain_words(field) if code != "not_runner")


def _plain_words(field: Field) -> Iterable[tuple[str, str]]:
    plain = field.asked.labels if field.asked else {}
    for code, label in field.choices:
        yield code, _(plain.get(code, label))


def _options(choices: Iterable[tuple[str, str]], chosen: Iterable[str]) -> tuple[Option, ...]:
    picked = set(chosen)
    return tuple(Option(code, words, code in picked) for code, words in choices)


def _ticks(item: Item, field: Field, shown: Shown) -> Question:
    held = shown.told.value(field.id)
    chosen = held if isinstance(held, tuple) else ()
    if shown.typed is not None:
        chosen = tuple(shown.typed.getlist(field.id))
    return _drawn(item, field, shown, "ticks", options=_options(_choices(field), chosen))


def _scale(item: Item, field: Field, shown: Shown) -> Question:
    """0 to 10 with nothing chosen; an activity may also be said to be not tried."""
    choices = [(score, score) for score in SCORES]
    if field.section == "triggers":
        choices.append((NOT_TESTED, _("not tried")))
    ends = ("", "") if field.section != "history" else _ends(field)
    options = _options(choices, (shown.text(field),))
    return _drawn(item, field, shown, "scale", options=options, ends=ends)


def _ends(field: Field) -> tuple[str, str]:
    if field.id.startswith("nprs"):
        return _("0 no pain"), _("10 worst imaginable")
    if field.id == "stress_0_10":
        return _("0 none"), _("10 most imaginable")
    return _("0 not at all"), _("10 completely")


def _length(item: Item, field: Field, shown: Shown) -> Question:
    units = [(unit, _(unit)) for unit, _size in (field.asked.per_unit if field.asked else ())]
    value = shown.text(field)
    if shown.typed is not None:
        chosen = shown.typed.get(f"{field.id}.unit", "")
    else:  # what was typed in months is kept, and shown again, in the field's own unit
        chosen = field.unit if value else ""
    return _drawn(item, field, shown, "length", value=value, units=_options(units, (chosen,)))


def _activities(item: Item, field: Field, shown: Shown) -> Question:
    scores, names = shown.told.value(field.id), shown.told.value(PSFS_NAME)
    rows = []
    for place in PLACES:
        number = int(place) - 1
        held = scores[number] if isinstance(scores, tuple) and number < len(scores) else None
        name = names.get(place, "") if isinstance(names, Mapping) else ""
        score = text_of(held)
        if shown.typed is not None:
            name = shown.typed.get(f"{PSFS_NAME}.{place}", "")
            score = shown.typed.get(f"{field.id}.{place}", "")
        rows.append(
            Activity(
                place=place,
                name=name,
                scores=_options([(each, each) for each in SCORES], (score,)),
                name_error=shown.error(PSFS_NAME, part=place),
                score_error=shown.error(field.id, part=place),
            )
        )
    in_rows = any(row.name_error or row.score_error for row in rows)
    return _drawn(
        item,
        field,
        shown,
        "activities",
        fields=(field.id, PSFS_NAME),
        activities=tuple(rows),
        ends=(_("0 cannot do it"), _("10 as before")),
        error="" if in_rows else shown.error(field.id, PSFS_NAME),
    )


def _day(item: Item, field: Field, shown: Shown) -> Question:
    """A day in three presses' distance, or any other one."""
    value = shown.text(field)
    picked = shown.typed.get("goal_pick", "") if shown.typed is not None else ""
    if shown.typed is None and value:
        picked = OTHER_DAY
    choices = [*((weeks, _(words)) for weeks, words in GOAL_WEEKS.items())]
    choices.append((OTHER_DAY, _("On a day of my own:")))
    options = _options(choices, (picked,))
    return _drawn(item, field, shown, "day", value=value, options=options)


def _statements(place: str, items: list[Item], shown: Shown) -> Question:
    """Statements to tick, or none of them. What was said no to shows as none only if all were."""
    fields = [field_of(item.field) for item in items]
    held = [shown.told.value(field.id) for field in fields]
    ticked = {f.id for f, value in zip(fields, held, strict=True) if value in ("yes", True)}
    none = all(value in ("no", False) for value in held)
    if shown.typed is not None:
        ticked = {field.id for field in fields if field.id in shown.typed}
        none = f"{place}.{NONE}" in shown.typed
    options = tuple(
        Option(field.id, _(field.asked.question) if field.asked else "", field.id in ticked)
        for field in fields
    )
    names = tuple(field.id for field in fields)
    error = shown.error(*names)
    if error and not any(fault.field in names for fault in shown.faults):
        error = _("Tick what fits, or press that none of it does.")
    return Question(
        name=place,
        kind="statements",
        label=_(items[0].together) if items[0].together else "",
        fields=names,
        options=options,
        none=f"{place}.{NONE}",
        none_chosen=none,
        error=error,
        needed=items[0].needed,
    )
