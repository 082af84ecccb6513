"""The parts that rules read: thresholds, exercises, blocks, contributors."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assessments.library.texts import DOSE_LIMITS
from assessments.library_desk.parts import (
    Data,
    Part,
    line,
    number,
    sources,
    strength,
    text,
    whole,
)
from assessments.library_desk.slots import Choices, Slot, Words

# Each table begins at the threshold named here and ends where the next begins.
TABLES: tuple[tuple[str, str, Promise], ...] = (
    ("ottawa_within_days", "gate", _("Red flags and cautions")),
    ("load_change_above", "contributors", _("Contributors")),
    ("irritable_worst_from", "phase", _("Irritability, severity and start phase")),
    ("pain_limit_high", "limits", _("Limits of the plan")),
    ("static_start_squatting_from", "blocks", _("Blocks")),
    ("long_standing_weeks_from", "prognosis", _("Prognosis")),
)
# Scores, days and minutes are whole; these may have decimals.
WITH_DECIMALS = ("%", "Nm/kg", "share", "times", "cm", "h")
ANGLES_WITH_DECIMALS = ("squat_angle_from",)

KINDS_OF_DOOR: dict[str, Promise] = {
    "always": _("in every plan"),
    "contributors": _("when one of these contributors is found"),
    "subcategories": _("when one of these subcategories is found"),
    "rule": _("by a rule of the program"),
}


def threshold_parts(data: Data) -> Iterator[Part]:
    """One part per table of thresholds."""
    starts = {first: (ref, heading) for first, ref, heading in TABLES}
    ref, heading = TABLES[0][1:]
    tables: dict[str, tuple[Promise, list[Slot]]] = {}
    for entry in data["thresholds"]:
        ref, heading = starts.get(entry["id"], (ref, heading))
        tables.setdefault(ref, (heading, []))[1].append(_threshold(entry))
    for ref, (heading, slots) in tables.items():
        yield Part(
            kind="thresholds", ref=ref, section="thresholds", heading=heading,
            file="thresholds", where="", slots=tuple(slots),
        )  # fmt: skip


def _threshold(entry: dict[str, Any]) -> Slot:
    name, low, high = entry["id"], entry["low"], entry["high"]
    path = ("thresholds", name, "value")
    label = name.replace("_", " ").capitalize()
    more = {"unit": entry["unit"], "note": entry["why"], "needed": True}
    if entry["unit"] in WITH_DECIMALS or name in ANGLES_WITH_DECIMALS:
        return number(name, path, label, str(low), str(high), **more)
    return whole(name, path, label, int(Decimal(str(low))), int(Decimal(str(high))), **more)


def exercise_choices(data: Data) -> Choices:
    """Every exercise as a choice: its id and its name."""
    return tuple((each["id"], f"{each['id']} {each['name']}") for each in data["exercises"])


def exercise_parts(data: Data) -> Iterator[Part]:
    """One part per exercise."""
    choices = exercise_choices(data)
    sets = next(
        each["value"] for each in data["thresholds"] if each["id"] == "strength_sets_irritable"
    )
    for each in data["exercises"]:
        at = ("exercises", each["id"])
        yield Part(
            kind="exercise", ref=each["id"], section="exercises",
            heading=f"{each['id']} {each['name']}", file="exercises", where=each["id"],
            slots=(*_what(at), *_dose(at, int(Decimal(str(sets)))), *_ladder(at, choices),
                   *_limit(at, each), *_for_clinicians(at)),
            fixed=((_("Phases"), ", ".join(each["phases"])),),
        )  # fmt: skip


def _what(at: tuple[str, ...]) -> tuple[Slot, ...]:
    return (
        line("name", (*at, "name"), _("Name"), 120, needed=True, patient=True),
        line("target", (*at, "target"), _("What it trains"), 300, needed=True, patient=True),
        text("instruction", (*at, "instruction"), _("What to do"), 1000, needed=True, patient=True),
        line("equipment", (*at, "equipment"), _("What is needed"), 120, patient=True),
        line("precaution", (*at, "precaution"), _("Take care"), 300, patient=True),
    )


def _dose(at: tuple[str, ...], sets_when_high: int) -> tuple[Slot, ...]:
    dose = (*at, "dose")
    labels = {
        "sets": (_("Sets"), _("a session")),
        "reps": (_("Repetitions"), _("a set")),
        "hold_s": (_("Hold"), _("seconds")),
        "per_week": (_("Sessions"), _("a week; 7 is daily")),
    }
    numbers = (
        whole(name, (*dose, name), label, *DOSE_LIMITS[name], unit=unit)
        for name, (label, unit) in labels.items()
    )
    fewer = _("Fewer sets while the knee is irritable")
    how_many = _("The number is the threshold “strength sets irritable” of this version.")
    return (
        *numbers,
        Slot(
            name="fewer_sets", path=(*dose, "sets_when_high"), label=fewer, kind="on",
            written=sets_when_high, note=how_many,
        ),
        Slot(name="per_side", path=(*dose, "per_side"), label=_("On each side"), kind="on"),
        line("unit", (*dose, "unit"), _("Repetitions of what"), 40, patient=True),
        line(
            "dose_words", (*dose, "words"), _("Dose in words"), 200, patient=True,
            note=_("Shown instead of the numbers, where numbers cannot say it."),
        ),
    )  # fmt: skip


def _ladder(at: tuple[str, ...], choices: Choices) -> tuple[Slot, ...]:
    return (
        line("progress_to", (*at, "progress_to"), _("Step up to"), 300, patient=True),
        Slot(
            name="harder", path=(*at, "harder"), label=_("Harder exercises"), kind="ordered",
            choices=choices,
        ),
        line("step_back_to", (*at, "step_back_to"), _("Step back to"), 300, patient=True),
        Slot(
            name="easier", path=(*at, "easier"), label=_("Easier exercises"), kind="ordered",
            choices=choices,
        ),
    )  # fmt: skip


def _limit(at: tuple[str, ...], exercise: dict[str, Any]) -> tuple[Slot, ...]:
    """Words of its own, where the exercise does not follow the pain limit of the plan."""
    if exercise.get("pain_limit", {}).get("rule") != "own":
        return ()
    path, label = (*at, "pain_limit", "text"), _("Pain limit in words")
    return (line("pain_limit", path, label, 120, needed=True, patient=True),)


def _for_clinicians(at: tuple[str, ...]) -> tuple[Slot, ...]:
    note = (*at, "clinician_note")
    return (
        text("clinician_note", note, _("Note for the clinician"), 600),
        Slot(
            name="sources", path=(*at, "sources"), label=_("Sources"), kind="lines", cites=True,
            longest=40, note=_("None for a clinic default. One a line: KEY [V], or KEY [R, A]."),
        ),
        line("source_note", (*at, "source_note"), _("Note on the sources"), 300),
    )  # fmt: skip


def block_parts(data: Data) -> Iterator[Part]:
    """One part per block, then the contributors, then what is never generated."""
    exercises = exercise_choices(data)
    contributors = tuple((each["id"], each["name"]) for each in data["contributors"])
    for section in ("blocks", "optional"):
        for each in data["blocks"][section]:
            yield _block(("blocks", section, each["id"]), each, exercises, contributors)
    for each in data["contributors"]:
        yield _contributor(each)
    for each in data["blocks"]["never"]:
        yield _never(each)


def _block(
    at: tuple[str, ...], block: dict[str, Any], exercises: Choices, contributors: Choices
) -> Part:
    door = next(name for name in (*KINDS_OF_DOOR, "") if block.get(name) or not name)
    reasons = (
        line(f"reason_{each['id'].lower()}", (*at, "reasons", each["id"], "text"),
             _("Left out because"), 300, needed=True, note=each["id"])
        for each in block.get("reasons", [])
    )  # fmt: skip
    slots = (
        line("name", (*at, "name"), _("Name"), 120, needed=True, patient=True),
        text("why", (*at, "why"), _("Why it is in the plan"), 600, needed=True, patient=True),
        line("dose_cap", (*at, "dose_cap"), _("At most"), 200, needed=True, patient=True),
        *_door(at, block, door, contributors),
        *_by_phase(at, exercises),
        strength((*at, "strength")),
        sources((*at, "sources")),
        *reasons,
    )
    return Part(
        kind="block", ref=block["id"], section="blocks", file="blocks", where=block["id"],
        heading=f"{block['id']} {block['name']}", slots=slots, fixed=_comes_in(block, door),
    )  # fmt: skip


def _door(
    at: tuple[str, ...], block: dict[str, Any], door: str, contributors: Choices
) -> Iterator[Slot]:
    """What the lead may change about when the block comes in."""
    if door == "contributors" or not door:
        yield Slot(
            name="contributors", path=(*at, "contributors"), label=_("Brought by"),
            kind="chosen", choices=contributors, needed=True,
        )  # fmt: skip
    if at[1] == "optional":
        path = (*at, "guideline_note")
        yield text("guideline_note", path, _("What the guideline says"), 600, needed=True)


def _by_phase(at: tuple[str, ...], exercises: Choices) -> Iterator[Slot]:
    labels = {
        "P1": _("Exercises in phase 1"),
        "P2": _("Exercises in phase 2"),
        "P3": _("Exercises in phase 3"),
    }
    for phase, label in labels.items():
        yield Slot(
            name=phase.lower(), path=(*at, "exercises", phase), label=label, kind="ordered",
            choices=exercises,
        )  # fmt: skip


def _comes_in(block: dict[str, Any], door: str) -> tuple[tuple[Words, Words], ...]:
    named = block.get(door)
    detail = ", ".join(named) if isinstance(named, list) and door == "subcategories" else ""
    how: list[tuple[Words, Words]] = [(_("Comes in"), KINDS_OF_DOOR[door])] if door else []
    if detail:
        how.append((_("Subcategories"), detail))
    if block.get("contraindications"):
        how.append((_("Asked before it is issued"), ", ".join(block["contraindications"])))
    return tuple(how)


def _contributor(entry: dict[str, Any]) -> Part:
    at = ("contributors", entry["id"])
    return Part(
        kind="contributor", ref=entry["id"], section="contributors", file="contributors",
        where=entry["id"], heading=f"{entry['id']} {entry['name']}",
        slots=(
            line("name", (*at, "name"), _("Name"), 120, needed=True),
            text("sentence", (*at, "sentence"), _("What the clinician reads"), 600, needed=True),
            strength((*at, "strength")),
            sources((*at, "sources")),
        ),
        fixed=((_("Subcategory"), entry.get("subcategory", "–")),),
    )  # fmt: skip


def _never(entry: dict[str, Any]) -> Part:
    at = ("blocks", "never", entry["id"])
    return Part(
        kind="never", ref=entry["id"], section="blocks", file="blocks", where=entry["id"],
        heading=f"{entry['id']} {entry['name']}",
        slots=(
            text("why", (*at, "why"), _("Why it is not generated"), 600, needed=True,
                 patient=True),
            strength((*at, "strength")),
            sources((*at, "sources")),
        ),
        fixed=((_("Never generated"), entry["status"].replace("_", " ").lower()),),
    )  # fmt: skip
