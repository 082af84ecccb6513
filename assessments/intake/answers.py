"""Read what a patient answers: each value on its own, then against the others. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from assessments.findings import Fault, RefusedError, check_across, parse_value
from assessments.findings.faults import InputError
from assessments.findings.field import gettext_noop as _
from assessments.findings.reported import GOAL_DAY, PSFS_NAME
from assessments.intake.steps import Step, field_of
from assessments.intake.told import Told

FARTHEST_GOAL = timedelta(days=3 * 366)
WORST, BELOW_WORST = "nprs_worst_7d", ("nprs_now", "nprs_avg_7d")
WORST_SAYS = _("The worst of the week cannot be less than what it is now, or mostly was.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """``values`` can be kept (None takes an answer away); ``faults`` are about the others."""

    values: Mapping[str, object | None]
    faults: tuple[Fault, ...]


def read_answers(sent: Mapping[str, object], told: Told, today: date) -> Read:
    """Return what can be kept of the raw values in ``sent``, on top of what was told.

    A value that is out of its limits, or contradicts another one, is refused and never changed.
    """
    values: dict[str, object | None] = {}
    faults: list[Fault] = []
    for name, raw in sent.items():
        try:
            values[name] = parse_value(field_of(name), raw)
        except RefusedError as refusal:
            faults.extend(refusal.faults)
    faults.extend(_goal_day(values, today))
    faults.extend(_activities(values, told))
    faults.extend(_against(values, told))
    refused = {fault.field for fault in faults}
    if {"psfs", PSFS_NAME} & refused:
        refused |= {"psfs", PSFS_NAME}  # a name and its score come and go together
    kept = {name: value for name, value in values.items() if name not in refused}
    return Read(values=kept, faults=tuple(faults))


def missing_in(step: Step, told: Told, known: Told) -> tuple[str, ...]:
    """Return the questions of a screen without whose answer the part is not sent.

    known  everything told in any part, by which it is decided what is asked
    """
    asked = step.asked(known.findings)
    missing = [item.field for item in asked if item.needed and not told.has(item.field)]
    if step.at_least_one and not any(told.has(item.field) for item in asked):
        missing.append(asked[0].field)
    return tuple(missing)


def _goal_day(values: Mapping[str, object | None], today: date) -> list[Fault]:
    said = values.get(GOAL_DAY)
    if said is None:
        return []
    try:
        day = date.fromisoformat(str(said))
    except ValueError:
        return [InputError(_("Write the day like 2027-05-31.")).at(GOAL_DAY)]
    if not today <= day <= today + FARTHEST_GOAL:
        return [InputError(_("Choose a day within the next three years.")).at(GOAL_DAY)]
    return []


def _activities(values: Mapping[str, object | None], told: Told) -> list[Fault]:
    """A score belongs to a name, and a name to a score."""
    if "psfs" not in values and PSFS_NAME not in values:
        return []
    scores = values.get("psfs", told.value("psfs"))
    named = values.get(PSFS_NAME, told.value(PSFS_NAME))
    named = set(named) if isinstance(named, Mapping) else set()
    places = enumerate(scores if isinstance(scores, tuple) else (), start=1)
    scored = {str(n) for n, score in places if score is not None}
    faults = [
        InputError(_("Write down what it is.")).at(PSFS_NAME, part=part)
        for part in sorted(scored - named)
    ]
    faults += [
        InputError(_("Choose a number from 0 to 10.")).at("psfs", part=part)
        for part in sorted(named - scored)
    ]
    return faults


def _against(values: Mapping[str, object | None], told: Told) -> list[Fault]:
    """Name the sent values that contradict others, in words for a patient."""
    found = check_across(told.with_values(values).findings.values)[0]
    faults = [fault for fault in found if fault.field in values and fault.field != WORST]
    if any(fault.field == WORST for fault in found):
        sent = [name for name in (WORST, *BELOW_WORST) if name in values][:1]
        faults += [InputError(WORST_SAYS).at(name) for name in sent]
    return [fault for fault in faults if not fault.part]
