"""Values, comparisons and codes in words, for whoever reads a chart or a reason."""

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.findings import FIELDS, NOT_TESTED, Field
from assessments.findings.field import SIDES, Part
from assessments.findings.remarks import REMARKS
from assessments.screen.entries import split

SIDE_NAMES = {"L": gettext_lazy("left"), "R": gettext_lazy("right")}
SIDE_SHORT = {"L": gettext_lazy("L"), "R": gettext_lazy("R")}

METRICS = {
    "akps_total": gettext_lazy("AKPS (0–100, higher is better)"),
    "koos_pf": gettext_lazy("KOOS-PF (0–100, higher is better)"),
    "psfs_mean": gettext_lazy("PSFS (0–10, higher is better)"),
    "lefs_total": gettext_lazy("LEFS (0–80, higher is better)"),
    "tsk11_total": gettext_lazy("TSK-11 (11–44, lower is better)"),
    "bmi": gettext_lazy("Body mass index"),
    "wells_score": gettext_lazy("Wells score"),
    "fpi_total": gettext_lazy("Foot posture index"),
    "fpi_category": gettext_lazy("Foot posture"),
    "lsd_total": gettext_lazy("Lateral step-down (0–6)"),
    "lsd_quality": gettext_lazy("Step-down quality"),
    "load_change_pct": gettext_lazy("Rise of the weekly distance, %"),
    "session_spike_pct": gettext_lazy("Longest run above the one before, %"),
    "heel_raise_pct_norm": gettext_lazy("Heel raises, % of the norm"),
    "hip_abd_norm_minus_1sd": gettext_lazy("Hip abduction norm minus 1 SD, Nm/kg"),
    "new_starter": gettext_lazy("New to running"),
    "dx_support": gettext_lazy("Support for kneecap pain"),
    "irritability": gettext_lazy("Irritability"),
    "severity": gettext_lazy("Severity"),
    "start_phase": gettext_lazy("Start phase"),
    "run_action": gettext_lazy("Running"),
    "subcategories": gettext_lazy("Subcategories"),
    "triggers": gettext_lazy("At least one pain trigger"),
}
MEASURES = {
    "hip_abd": gettext_lazy("hip abduction"),
    "hip_er": gettext_lazy("hip external rotation"),
    "hip_ext": gettext_lazy("hip extension"),
    "knee_ext": gettext_lazy("knee extension"),
    "knee_flex": gettext_lazy("knee flexion"),
    "heel_raise": gettext_lazy("heel raises"),
}
GROUPS = {
    "lsi_pct": gettext_lazy("%(measure)s, %% of the other side"),
    "torque_nm_per_kg_index": gettext_lazy("%(measure)s, Nm/kg"),
}
CODES = {
    "PFP_LIKELY": gettext_lazy("place and triggers fit"),
    "PFP_POSSIBLE": gettext_lazy("place or triggers fit, not both"),
    "PFP_UNLIKELY": gettext_lazy("neither place nor triggers fit"),
    "MUSCLE": gettext_lazy("muscle performance"),
    "COORD": gettext_lazy("movement coordination"),
    "MOBILITY": gettext_lazy("mobility"),
    "OVERLOAD": gettext_lazy("overload without other findings"),
    "UNCLASSIFIED": gettext_lazy("unclassified"),
    "LOW": gettext_lazy("low"),
    "MODERATE": gettext_lazy("moderate"),
    "HIGH": gettext_lazy("high"),
    "MILD": gettext_lazy("mild"),
    "SEVERE": gettext_lazy("severe"),
    "GOOD": gettext_lazy("good"),
    "POOR": gettext_lazy("poor"),
    "NORMAL": gettext_lazy("normal"),
    "PRONATED": gettext_lazy("pronated"),
    "HIGHLY_PRONATED": gettext_lazy("highly pronated"),
    "SUPINATED": gettext_lazy("supinated"),
    "HIGHLY_SUPINATED": gettext_lazy("highly supinated"),
    "NOT_APPLICABLE": gettext_lazy("does not run"),
    "CONTINUE_WITHIN_LIMITS": gettext_lazy("keep running within the limits"),
    "MODIFY_50": gettext_lazy("run half"),
    "STOP_TEMPORARILY": gettext_lazy("pause running for now"),
    "FOLLOW_RTR": gettext_lazy("walk-jog programme"),
    "HIP_STRENGTH": gettext_lazy("hip strength"),
    "KNEE_STRENGTH": gettext_lazy("knee strength"),
    "CONTROL": gettext_lazy("movement control"),
    "ANKLE": gettext_lazy("ankle"),
    "FLEXIBILITY": gettext_lazy("flexibility"),
    "FOOT": gettext_lazy("foot"),
    "CALF": gettext_lazy("calf"),
    "TRUNK": gettext_lazy("trunk"),
    "FEAR": gettext_lazy("fear of movement"),
    "AKPS": gettext_lazy("AKPS"),
    "RUN_GAIT": gettext_lazy("running gait"),
    "P1": gettext_lazy("1, settle"),
    "P2": gettext_lazy("2, strengthen"),
    "P3": gettext_lazy("3, load and control"),
    "yes": gettext_lazy("yes"),
    "no": gettext_lazy("no"),
    "given": gettext_lazy("given"),
}
OPERATORS = {  # every operator of the rules
    "<": "<",
    "<=": "≤",
    ">": ">",
    ">=": "≥",
    "is": "=",
    "is not": "≠",
    "in": gettext_lazy("is one of"),
    "not in": gettext_lazy("is not one of"),
    "holds": gettext_lazy("includes"),
    "holds none of": gettext_lazy("includes none of"),
    "holds other than": gettext_lazy("includes more than"),
    "holds nothing but": gettext_lazy("includes nothing but"),
    "recorded": gettext_lazy("recorded"),
    "not recorded": gettext_lazy("not recorded"),
}


def label_of(name: str) -> str:
    """Return the words for a finding, a part of one, a score or a decision."""
    if name in METRICS:
        return str(METRICS[name])
    if name in REMARKS:
        return _(REMARKS[name].label)
    group, _dot, measure = name.partition(".")
    if group in GROUPS and measure in MEASURES:
        words = str(GROUPS[group]) % {"measure": MEASURES[measure]}
        return words[:1].upper() + words[1:]
    field, part = split(name)
    if field is None:
        return name
    if part:
        return f"{_(field.label)}: {_(field.part(part).label)}"
    return _(field.label)


def value_words(name: str, value: object) -> str:
    """Return a value as people read it, with its unit; what is not known is said so."""
    field, part = split(name)
    if value is None:
        return _("not recorded")
    if value == NOT_TESTED:
        return _("not tested")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list | tuple):
        said = [value_words(name, each) for each in value]
        return ", ".join(said) if said else _("none of them")
    if isinstance(value, int | float | Decimal):
        return _with_unit(field, value)
    text = str(value)
    if field is not None:
        choices = field.part(part).choices if part else field.choices
        return _(dict(choices).get(text, text)) if text else ""
    return str(CODES.get(text, text))


def code_words(code: str) -> str:
    return str(CODES.get(code, code))


def range_words(field: Field) -> str:
    """Say the hard limits of a number; empty where there are none."""
    if field.hard.low is None or field.hard.high is None:
        return ""
    return _("%(low)s to %(high)s") % {"low": field.hard.low, "high": field.hard.high}


def held_words(field: Field, value: object) -> list[tuple[str, str]]:
    """Return the lines that show one recorded value: one, or one per part with its label."""
    if isinstance(value, Mapping):
        known = [(part, value[part.id]) for part in field.parts if part.id in value]
        return [(_(part.label), _part_words(part, each)) for part, each in known]
    if field.kind == "int_list" and isinstance(value, tuple):
        pairs = zip(field.parts, value, strict=False)
        return [(_(part.label), str(each)) for part, each in pairs if each is not None]
    return [("", value_words(field.id, value))]


def side_words(side: str | None) -> str:
    """Say a side; a difference of sides is named in the order it was taken."""
    if not side:
        return ""
    if side in SIDES:
        return str(SIDE_NAMES[side])
    first, _minus, second = side.partition("-")
    names = {"first": SIDE_NAMES.get(first, first), "second": SIDE_NAMES.get(second, second)}
    return _("%(first)s minus %(second)s") % names


def _part_words(part: Part, value: object) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    choices = dict(part.choices)
    return f"{value}: {_(choices[str(value)])}" if str(value) in choices else str(value)


def _with_unit(field: Field | None, value: int | float | Decimal) -> str:
    number = format(value, "f") if isinstance(value, Decimal) else str(value)
    number = number.replace("-", "−")
    if field is None or not field.unit:
        return number
    if field.unit == "0-10":
        return f"{number}/10"
    return number if field.unit[0].isdigit() else f"{number} {_(field.unit)}"


def fields_words(names: list[str]) -> list[str]:
    """Return the labels of several findings, for a list of what is open."""
    return [label_of(name) for name in names if name in FIELDS or name in METRICS]
