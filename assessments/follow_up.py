"""What a follow-up asks, what it takes over from the visit before, and what it never does.

Facts of the history come along, marked with the day they come from. The safety list is read out
again. Measurements come along only when the clinician says so, marked as not retested; pain,
scores and red-flag answers never do.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from assessments.findings import FIELDS, NOT_TESTED, SIDES, Field, Findings
from assessments.findings.dictionary import fields_of
from assessments.findings.field import gettext_noop as _
from assessments.library import Library
from assessments.presets import Opened
from assessments.rules.chart import Chart
from assessments.rules.classify import classify
from assessments.scoring.metrics import MUSCLES, metrics
from assessments.screen.entries import Entry
from assessments.storage import plain

# Facts that a visit later are what they were, or follow from the days in between.
FACTS = (
    "sex_at_birth", "height_cm", "affected_side", "index_side", "sports", "goals",
    "occupation_knee_load", "onset_type", "injury_days_ago", "xray_since_injury",
    "symptom_duration_weeks", "previous_episodes", "is_runner", "running_level",
)  # fmt: skip
# Asked again with the red flags, because a plan relies on the answers.
PRECAUTIONS = (
    "pregnant", "anticoagulant_or_bleeding", "skin_tape_problem", "cold_problem",
    "bfr_contraindication",
)  # fmt: skip
OUTCOMES = (
    "nprs_now", "nprs_worst_7d", "nprs_avg_7d", "settle_minutes", "next_morning_worse",
    "pain_location", "psfs", "akps", "koos_pf_items", "lefs_items", "tsk11_total",
)  # fmt: skip
ALWAYS = (
    "nprs_now", "nprs_worst_7d", "nprs_avg_7d", "settle_minutes", "next_morning_worse",
    "pain_location", "triggers.squatting", "triggers.stairs_down", "triggers.walking", "effusion",
    "step_down_nprs",
)  # fmt: skip
MEASURED = ("observation", "mobility", "strength", "function", "running")
SLUG, NAME = "follow-up", _("Follow-up")

# Which findings a score is made of, for scores that a contributor reads.
_MADE_OF: Mapping[str, tuple[str, ...]] = {
    "fpi_total": ("fpi",),
    "lsd_total": ("lsd",),
    "heel_raise_pct_norm": ("heel_raise_reps",),
    "lsi_pct.heel_raise": ("heel_raise_reps",),
    "load_change_pct": ("usual_week_km", "peak_week_km"),
    "session_spike_pct": ("longest_run_km", "longest_run_prior30d_km"),
    "new_starter": ("usual_week_km", "peak_week_km"),
    "tsk11_total": ("tsk11_total",),
    **{f"lsi_pct.{each}": (f"{each}_force_n",) for each in MUSCLES},
    **{f"torque_nm_per_kg_index.{each}": (f"{each}_force_n",) for each in MUSCLES},
}


def facts_of(before: Findings, days: int) -> Findings:
    """Return the facts that come along from a visit ``days`` ago."""
    known = {name: before.values[name] for name in FACTS if _is_known(before.values.get(name))}
    return Findings(known | dict(_later(known, days)))


def safety_entries(before: Findings, now: Findings) -> list[Entry]:
    """Return what "nothing new" says again: every question of the list that was answered no.

    What needs hands or judgement is not among them, nor what was answered yes, nor what this
    chart answers already.
    """
    return [
        Entry(field.id, "", plain(before.value(field.id)))
        for field in safety_list()
        if before.value(field.id) in ("no", False) and now.state(field.id) == "missing"
    ]


def safety_list() -> tuple[Field, ...]:
    """Return the questions that are read out: red flags that can be asked, and precautions."""
    asked = (f for f in FIELDS.values() if f.kind == "yes_no" and not f.one_by_one)
    return (*asked, *(FIELDS[name] for name in PRECAUTIONS))


def not_retested(before: Findings, now: Findings) -> Findings:
    """Return the measurements of the visit before that this chart holds nothing of."""
    found: dict[str, object] = {}
    for section in MEASURED:
        for field in fields_of(section):
            if field.unit == "0-10" or field.id == "effusion":
                continue  # pain and swelling are of the day
            value = _missing_part(field, before, now)
            if value:
                found[field.id] = value
    return Findings(found)


def follow_up_preset(before: Findings, library: Library) -> Opened:
    """Return what a follow-up asks for: safety, outcomes, and what was found last time."""
    asked = set(_asked(before, library))
    sections = frozenset(FIELDS[field_id].section for field_id in asked)
    return Opened(SLUG, NAME, sections, frozenset(FIELDS) - asked)


def _asked(before: Findings, library: Library) -> Iterator[str]:
    yield from (name for name, field in FIELDS.items() if field.kind == "yes_no")
    yield from (*PRECAUTIONS, *ALWAYS)
    yield from (name for name in OUTCOMES if before.known(name))
    yield from (name for name in FIELDS if name.startswith("triggers.") and before.value(name))
    yield from (name for name in FACTS if FIELDS[name].required and not before.known(name))
    if before.value("is_runner"):
        yield from ("run_status", "current_week_km", "triggers.running")
    yield from _behind_contributors(before, library)


def _behind_contributors(before: Findings, library: Library) -> Iterator[str]:
    """Yield the findings that made the contributors of last time: they are retested."""
    rulebook = library.rulebook
    classified = classify(Chart(before, metrics(before)), rulebook.limit, rulebook.subcategory_of)
    for code in classified.found:
        for check in classified.contributors[code].checks:
            whole = check.field if check.field in FIELDS else check.field.rpartition(".")[0]
            yield from _MADE_OF.get(check.field, (whole,) if whole in FIELDS else ())


def _later(known: Mapping[str, object], days: int) -> Iterator[tuple[str, object]]:
    """Yield what grows with the days; outside the limits of the dictionary it is left out."""
    injured, weeks = known.get("injury_days_ago"), known.get("symptom_duration_weeks")
    if isinstance(injured, int):
        later = injured + days
        yield "injury_days_ago", later if FIELDS["injury_days_ago"].hard.holds(later) else None
    if isinstance(weeks, Decimal):
        field = FIELDS["symptom_duration_weeks"]
        longer = (weeks + Decimal(days) / 7).quantize(Decimal("0.1"))
        yield field.id, longer if field.hard.holds(longer) else None


def _missing_part(field: Field, before: Findings, now: Findings) -> object | None:
    value = before.values.get(field.id)
    if not field.sided:
        return value if _is_known(value) and now.state(field.id) == "missing" else None
    sides = value if isinstance(value, Mapping) else {}
    return {
        side: sides[side]
        for side in SIDES
        if _is_known(sides.get(side)) and now.state(field.id, side) == "missing"
    }


def _is_known(value: object) -> bool:
    return value is not None and value != NOT_TESTED


def days_between(earlier: date, later: date) -> int:
    return max((later - earlier).days, 0)
