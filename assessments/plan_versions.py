"""What one version of a plan changes about the one before, said in words.

Pure: it reads two versions as plain values. A line is known by its exercise, so that lines in
another order are no change.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from assessments.library.texts import DAYS_A_WEEK, Translate, gettext_noop

Kind = Literal["plan", "changed", "added", "removed", "swapped"]
NOTHING = ("", "-", "none")  # equipment of an exercise that needs none

_ = gettext_noop


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line of a version. Numbers are whole; ``None`` where the dose has no such part.

    dose        the whole dose as it was printed
    kept        False where the clinician took the line out of this version
    reason      why it was added or taken out, as the clinician wrote it
    instead_of  the exercise this one took the place of, by its id
    easier      what may stand in for it after a flare, and for how many days
    """

    exercise: str
    name: str
    dose: str
    sets: int | None = None
    reps: int | None = None
    hold_seconds: int | None = None
    per_week: int | None = None
    equipment: str = ""
    pain_limit: str = ""
    instruction: str = ""
    precaution: str = ""
    kept: bool = True
    reason: str = ""
    instead_of: str = ""
    easier: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What is compared of a plan. ``pain_limit`` is 0 to 10, ``bend_limit`` degrees.

    pain_limit_running  None for who does not run
    running             the title of the running advice
    """

    items: Sequence[Item]
    phase: str = ""
    pain_limit: int | None = None
    pain_limit_running: int | None = None
    bend_limit: int | None = None
    running: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference: of what, and what it is; ``reason`` only where a clinician gave one."""

    kind: Kind
    what: str
    said: str
    reason: str = ""

    def __str__(self) -> str:
        return f"{self.what}: {self.said}"


def changes(
    before: Version, after: Version, translate: Translate = gettext_noop
) -> tuple[Change, ...]:
    """Return what ``after`` changes: the plan as a whole, its lines in order, what is gone.

    ``translate`` gets each pattern. Empty when nothing a patient follows reads otherwise.
    """
    return (*_whole(before, after, translate), *_lines(before, after, translate))


def _whole(before: Version, after: Version, say: Translate) -> Iterator[Change]:
    limits = (before.pain_limit, after.pain_limit)
    running = (before.pain_limit_running, after.pain_limit_running)
    out_of = say(_("%(number)s out of 10"))
    degrees = say(_("%(number)s degrees"))
    pairs = (
        (_("Phase"), before.phase, after.phase),
        (_("Pain limit in exercises"), *(_number(each, out_of) for each in limits)),
        (_("Pain limit in running"), *(_number(each, out_of) for each in running)),
        (
            _("Knee bend in strength work"),
            *(_number(each, degrees) for each in (before.bend_limit, after.bend_limit)),
        ),
        (_("Running"), before.running, after.running),
    )
    for what, old, new in pairs:
        if old != new:
            said = _arrow(old or say(_("no limit")), new or say(_("no limit")))
            yield Change(kind="plan", what=say(what), said=said)


def _lines(before: Version, after: Version, say: Translate) -> Iterator[Change]:
    old = {item.exercise: item for item in before.items if item.kept}
    new = {item.exercise: item for item in after.items if item.kept}
    out = {item.exercise: item for item in after.items if not item.kept}
    same_limit = before.pain_limit == after.pain_limit
    replaced = set()
    for item in new.values():
        earlier = old.get(item.exercise)
        place = old.get(item.instead_of)
        if earlier is not None:
            said = ", ".join(_differences(earlier, item, same_limit, say))
            if said:
                yield Change(kind="changed", what=item.name, said=said)
        elif place is not None and item.instead_of not in new:
            replaced.add(item.instead_of)
            said = say(_("instead of %(name)s, %(dose)s")) % {
                "name": place.name,
                "dose": item.dose,
            }
            yield Change(kind="swapped", what=item.name, said=said, reason=item.reason)
        else:
            said = say(_("new, %(dose)s")) % {"dose": item.dose}
            yield Change(kind="added", what=item.name, said=said, reason=item.reason)
    for exercise, item in old.items():
        if exercise not in new and exercise not in replaced:
            reason = out[exercise].reason if exercise in out else ""
            yield Change(
                kind="removed", what=item.name, said=say(_("no longer in the plan")), reason=reason
            )


def _differences(old: Item, new: Item, same_limit: bool, say: Translate) -> Iterator[str]:
    yield from _dose(old, new, say)
    if needed(old.equipment) != needed(new.equipment):
        equipment = needed(new.equipment) or say(_("nothing"))
        yield say(_("you need: %(equipment)s")) % {"equipment": equipment}
    if same_limit and old.pain_limit != new.pain_limit:
        none = say(_("no limit"))
        both = _arrow(old.pain_limit or none, new.pain_limit or none)
        yield say(_("pain limit: %(both)s")) % {"both": both}
    if (old.instruction, old.precaution) != (new.instruction, new.precaution):
        yield say(_("the instruction reads differently"))
    if old.easier != new.easier:
        yield _after_a_flare(new.easier, say)


def _after_a_flare(easier: tuple[str, int] | None, say: Translate) -> str:
    if easier is None:
        return say(_("if it flares: nothing else in its place any more"))
    name, days = easier
    return say(_("if it flares: %(name)s, for %(days)s days")) % {"name": name, "days": days}


def _dose(old: Item, new: Item, say: Translate) -> Iterator[str]:
    """Say each number that differs; the whole dose where more than numbers reads otherwise."""
    if old.dose == new.dose:
        return
    parts = [
        _amount_change(old, new, say),
        _hold_change(old, new, say),
        _weekly_change(old, new, say),
    ]
    said = [part for part in parts if part]
    if said and _shape(old) == _shape(new):
        yield from said
    else:
        yield _arrow(old.dose, new.dose)


def _amount_change(old: Item, new: Item, say: Translate) -> str:
    """``2 × 10 → 3 × 8``; seconds where a set is a hold without repetitions."""
    first, second = _amount(old, say), _amount(new, say)
    return _arrow(first, second) if first != second else ""


def _hold_change(old: Item, new: Item, say: Translate) -> str:
    if not (old.reps and new.reps) or old.hold_seconds == new.hold_seconds:
        return ""
    seconds = say(_("hold %(old)s s → %(new)s s"))
    return seconds % {"old": old.hold_seconds, "new": new.hold_seconds}


def _weekly_change(old: Item, new: Item, say: Translate) -> str:
    if old.per_week == new.per_week:
        return ""
    return _arrow(_weekly(old.per_week, say), _weekly(new.per_week, say))


def _amount(item: Item, say: Translate) -> str:
    each = str(item.reps or "")
    if not each and item.hold_seconds:
        each = say(_("%(seconds)s s")) % {"seconds": item.hold_seconds}
    return f"{item.sets} × {each}" if item.sets and each else each


def _weekly(times: int | None, say: Translate) -> str:
    if times == DAYS_A_WEEK:
        return say(_("daily"))
    return say(_("%(times)s a week")) % {"times": times}


def _shape(item: Item) -> tuple[object, ...]:
    """Return which parts the dose has, and its words without numbers and how often."""
    has = (item.sets is None, item.reps is None, item.hold_seconds is None, item.per_week is None)
    amount = item.dose.split(",")[0]
    return (*has, re.sub(r"\d+( ×)?|\s", "", amount))


def needed(equipment: str) -> str:
    """Return what is needed; empty where a line says that nothing is."""
    return "" if equipment in NOTHING else equipment


def _number(value: int | None, pattern: str) -> str:
    return "" if value is None else pattern % {"number": value}


def _arrow(old: str, new: str) -> str:
    return f"{old} → {new}"
