"""The red-flag gate (specification, section C): runs before anything else.

It never says that a red flag is absent, only which ones were recorded.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from assessments.findings import FIELDS, Findings
from assessments.library.rule_entries import Rulebook
from assessments.rules.cautions import CAUTIONS, OVERRIDE_USED
from assessments.rules.chart import Chart, Limit, Rule
from assessments.rules.checks import ALWAYS, Part
from assessments.rules.diagnosis import UNLIKELY
from assessments.rules.flags import FLAGS, traumatic_onset

INCOMPLETE, CAUTION, CLEAR = "INCOMPLETE", "CAUTION", "CLEAR"
BLOCKING = ("EMERGENCY", "SAME_DAY", "REFER")
STRONGEST_FIRST = (*BLOCKING, INCOMPLETE, CAUTION, CLEAR)
DRAFT, DRAFT_WITH_CAUTION = "DRAFT", "DRAFT_WITH_CAUTION"
BLOCKED, NOT_INDICATED = "BLOCKED", "NOT_INDICATED"

QUESTIONS = tuple(field for field in FIELDS if field.startswith(("rf_", "okr_")))
TRIGGERS = tuple(field for field in FIELDS if field.startswith("triggers."))
REQUIRED = (
    "age_years",
    "sex_at_birth",
    "index_side",
    "affected_side",
    "onset_type",
    "symptom_duration_weeks",
    "nprs_now",
    "nprs_worst_7d",
    "settle_minutes",
    "pain_location",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What the gate says; ``because`` holds the reasons of every flag and caution by its id."""

    level: str
    red_flags: tuple[str, ...]
    overridden: tuple[str, ...]
    cautions: tuple[str, ...]
    unanswered: tuple[str, ...]
    missing: tuple[str, ...]
    alternative_diagnoses: tuple[str, ...]
    because: Mapping[str, Part]

    def as_dict(self) -> dict[str, object]:
        return {
            "level": self.level,
            "red_flags": list(self.red_flags),
            "overridden": list(self.overridden),
            "cautions": list(self.cautions),
            "unanswered": list(self.unanswered),
            "missing": list(self.missing),
            "alternative_diagnoses": list(self.alternative_diagnoses),
        }


def read_gate(chart: Chart, rulebook: Rulebook) -> Gate:
    """Run every flag and caution and find the strongest level that applies."""
    flags = _fired(FLAGS, chart, rulebook.limit)
    cautions = _fired(CAUTIONS, chart, rulebook.limit)
    overridden = _overridden(tuple(sorted(flags)), chart.findings, rulebook)
    if overridden:
        cautions[OVERRIDE_USED] = ALWAYS
    open_questions, missing = unanswered(chart), missing_fields(chart)
    levels: set[str] = {rulebook.flag_by_id[flag].level for flag in flags if flag not in overridden}
    levels |= {INCOMPLETE} if open_questions or missing else set()
    levels |= {CAUTION} if cautions else set()
    return Gate(
        level=next((level for level in STRONGEST_FIRST if level in levels), CLEAR),
        red_flags=tuple(sorted(flags)),
        overridden=overridden,
        cautions=tuple(sorted(cautions)),
        unanswered=open_questions,
        missing=missing,
        alternative_diagnoses=alternative_diagnoses(chart, rulebook),
        because=flags | cautions,
    )


def plan_status(level: str, dx_support: str) -> str:
    """EMERGENCY, SAME_DAY or REFER = BLOCKED. INCOMPLETE = INCOMPLETE. Otherwise PFP_UNLIKELY =
    NOT_INDICATED; CAUTION = DRAFT_WITH_CAUTION; CLEAR = DRAFT.
    """
    if level in BLOCKING:
        return BLOCKED
    if level == INCOMPLETE:
        return INCOMPLETE
    if dx_support == UNLIKELY:
        return NOT_INDICATED
    return DRAFT_WITH_CAUTION if level == CAUTION else DRAFT


def unanswered(chart: Chart) -> tuple[str, ...]:
    """Return the rf_ and okr_ questions whose answer is neither yes nor no, sorted."""
    return tuple(sorted(each for each in QUESTIONS if chart.value(each).value not in ("yes", "no")))


def missing_fields(chart: Chart) -> tuple[str, ...]:
    """Return the required fields nobody recorded, sorted; an empty pain_location is missing.

    One recorded trigger is enough, a score of 0 too; none is listed as ``triggers``.
    ``injury_days_ago`` is required after a traumatic onset.
    """
    absent = [field for field in REQUIRED if chart.value(field).value in (None, ())]
    if all(chart.value(trigger).value is None for trigger in TRIGGERS):
        absent.append("triggers")
    if traumatic_onset(chart).fired and chart.value("injury_days_ago").value is None:
        absent.append("injury_days_ago")
    return tuple(sorted(absent))


def alternative_diagnoses(chart: Chart, rulebook: Rulebook) -> tuple[str, ...]:
    """Return the codes of the other diagnoses that tender places of the sore side suggest."""
    tender = chart.index("tenderness_sites")
    return tuple(
        sorted(
            alternative.id
            for alternative in rulebook.alternatives
            if tender.holds_any_of(*alternative.sites).fired
        )
    )


def _fired(rules: Mapping[str, Rule], chart: Chart, limit: Limit) -> dict[str, Part]:
    verdicts = {name: rule(chart, limit) for name, rule in rules.items()}
    return {name: verdict for name, verdict in verdicts.items() if verdict.fired}


def _overridden(flags: tuple[str, ...], findings: Findings, rulebook: Rulebook) -> tuple[str, ...]:
    """Return all ``flags`` when every one may be overridden and the override is complete.

    One flag that may not be overridden keeps them all: it needs a new assessment.
    """
    may = all(rulebook.flag_by_id[flag].override for flag in flags)
    return flags if flags and may and _override_complete(findings) else ()


def _override_complete(findings: Findings) -> bool:
    """reason, cleared_by and date all present and not blank."""
    override = findings.value("gate_override")
    if not isinstance(override, Mapping):
        return False
    return all(str(override.get(part) or "").strip() for part in ("reason", "cleared_by", "date"))
