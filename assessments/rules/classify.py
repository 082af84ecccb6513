"""Subcategory, irritability, severity, start phase and running (specification, D2 and D3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from assessments.rules.chart import Chart, Limit
from assessments.rules.checks import Check, Part, Reading, Verdict, all_of, any_of, not_
from assessments.rules.contributors_mobility import CONTRIBUTORS

MUSCLE, COORD, MOBILITY = GUIDELINE_SUBCATEGORIES = ("MUSCLE", "COORD", "MOBILITY")
OVERLOAD = "OVERLOAD"
UNCLASSIFIED = "UNCLASSIFIED"
LOW, MODERATE, HIGH = "LOW", "MODERATE", "HIGH"
MILD, SEVERE = "MILD", "SEVERE"
P1, P2, P3 = START_PHASES = ("P1", "P2", "P3")
NOT_APPLICABLE = "NOT_APPLICABLE"
FOLLOW_RTR = "FOLLOW_RTR"
STOP_TEMPORARILY = "STOP_TEMPORARILY"
MODIFY_50 = "MODIFY_50"
CONTINUE_WITHIN_LIMITS = "CONTINUE_WITHIN_LIMITS"
SWOLLEN = ("1+", "2+", "3+")


class Decision(NamedTuple):
    """One of several words for ``name``, and the comparisons that led to it."""

    name: str
    value: str
    checks: tuple[Check, ...]

    def is_(self, *words: str) -> Verdict:
        """Is it one of ``words``? If so, what led to it is part of the reason."""
        fits = self.value in words
        said = Reading(self.name, None, self.value).is_one_of(*words)
        return Verdict(fits, (said, *self.checks) if fits else (said,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Classified:
    """What the findings add up to.

    contributors  every contributor with its verdict, fired or not
    found         the codes of those that fired, in the order a draft lists them
    """

    contributors: Mapping[str, Part]
    found: tuple[str, ...]
    subcategories: tuple[str, ...]
    irritability: Decision
    severity: Decision
    start_phase: Decision
    run_action: Decision


def classify(chart: Chart, limit: Limit, subcategory_of: Mapping[str, str]) -> Classified:
    """Classify one assessment.

    subcategory_of  contributor code -> MUSCLE, COORD or MOBILITY, for those that set one
    """
    verdicts = {code: rule(chart, limit) for code, rule in CONTRIBUTORS.items()}
    found = tuple(code for code, verdict in verdicts.items() if verdict.fired)
    named = subcategories(found, subcategory_of)
    irritable = irritability(chart, limit)
    return Classified(
        contributors=verdicts,
        found=found,
        subcategories=named,
        irritability=irritable,
        severity=severity(chart, limit),
        start_phase=start_phase(chart, limit, irritable, named),
        run_action=run_action(chart, limit, irritable),
    )


def subcategories(found: tuple[str, ...], subcategory_of: Mapping[str, str]) -> tuple[str, ...]:
    """MUSCLE, COORD, MOBILITY as the contributors set them; OVERLOAD when none of the three and
    LOAD_ERROR; UNCLASSIFIED when none of the above.
    """
    set_by_findings = {subcategory_of.get(code) for code in found}
    named = tuple(each for each in GUIDELINE_SUBCATEGORIES if each in set_by_findings)
    if named:
        return named
    return (OVERLOAD,) if "LOAD_ERROR" in found else (UNCLASSIFIED,)


def irritability(chart: Chart, limit: Limit) -> Decision:
    """HIGH if nprs_worst_7d >= 7 or settle_minutes > 1440 or nprs_now >= 5. LOW if nprs_worst_7d
    <= 3 and settle_minutes <= 60 and next_morning_worse is not true. Else MODERATE.
    """
    worst, settle = chart.value("nprs_worst_7d"), chart.value("settle_minutes")
    high = any_of(
        worst.is_at_least(limit("irritable_worst_from")),
        settle.is_above(limit("irritable_settle_above")),
        chart.value("nprs_now").is_at_least(limit("irritable_now_from")),
    )
    low = all_of(
        worst.is_at_most(limit("calm_worst_to")),
        settle.is_at_most(limit("calm_settle_to")),
        chart.value("next_morning_worse").is_not(True),
    )
    return first_that_fires("irritability", {HIGH: high, LOW: low}, otherwise=MODERATE)


def severity(chart: Chart, limit: Limit) -> Decision:
    """SEVERE if AKPS < 70 or nprs_worst_7d >= 7. MILD if AKPS >= 80 (or AKPS missing) and
    nprs_worst_7d <= 4. Else MODERATE.
    """
    akps, worst = chart.metric("akps_total"), chart.value("nprs_worst_7d")
    severe = any_of(
        akps.is_below(limit("severe_akps_below")),
        worst.is_at_least(limit("severe_worst_from")),
    )
    mild = all_of(
        any_of(akps.is_at_least(limit("mild_akps_from")), akps.is_not_recorded()),
        worst.is_at_most(limit("mild_worst_to")),
    )
    return first_that_fires("severity", {SEVERE: severe, MILD: mild}, otherwise=MODERATE)


def start_phase(
    chart: Chart, limit: Limit, irritable: Decision, named: tuple[str, ...]
) -> Decision:
    """P1 if HIGH or triggers.walking >= 3 or triggers.squatting >= 6. P3 if LOW and
    triggers.squatting <= 2 (scored; not scored is not P3) and not MUSCLE and not COORD. Else P2.
    """
    squatting = chart.value("triggers.squatting")
    settle = any_of(
        irritable.is_(HIGH),
        chart.value("triggers.walking").is_at_least(limit("settle_walking_from")),
        squatting.is_at_least(limit("settle_squatting_from")),
    )
    load = all_of(
        irritable.is_(LOW),
        squatting.is_at_most(limit("load_squatting_to")),
        not_(_named(named, MUSCLE)),
        not_(_named(named, COORD)),
    )
    return first_that_fires("start_phase", {P1: settle, P3: load}, otherwise=P2)


def run_action(chart: Chart, limit: Limit, irritable: Decision) -> Decision:
    """First match: not is_runner = NOT_APPLICABLE; run_status stopped = FOLLOW_RTR; HIGH or
    walking >= 3 or gait antalgic or effusion 1+ or more or running >= 6 = STOP_TEMPORARILY;
    running >= 3 or settle_minutes > 60 or next_morning_worse = MODIFY_50; else
    CONTINUE_WITHIN_LIMITS.
    """
    running = chart.value("triggers.running")
    stop = any_of(
        irritable.is_(HIGH),
        chart.value("triggers.walking").is_at_least(limit("stop_walking_from")),
        chart.value("gait_walking").is_("antalgic"),
        chart.index("effusion").is_one_of(*SWOLLEN),
        running.is_at_least(limit("stop_running_from")),
    )
    reduce = any_of(
        running.is_at_least(limit("reduce_running_from")),
        chart.value("settle_minutes").is_above(limit("reduce_settle_above")),
        chart.value("next_morning_worse").is_(True),
    )
    return first_that_fires(
        "run_action",
        {
            NOT_APPLICABLE: chart.value("is_runner").is_not(True),
            FOLLOW_RTR: chart.value("run_status").is_("stopped"),
            STOP_TEMPORARILY: stop,
            MODIFY_50: reduce,
        },
        otherwise=CONTINUE_WITHIN_LIMITS,
    )


def _named(named: tuple[str, ...], subcategory: str) -> Check:
    present = subcategory in named
    return Check("subcategories", None, named, "holds", (subcategory,), present, present)


def first_that_fires(name: str, choices: Mapping[str, Part], *, otherwise: str) -> Decision:
    """Return the first word whose rule fires and why; of ``otherwise``, why none of them did."""
    for word, verdict in choices.items():
        if verdict.fired:
            return Decision(name, word, verdict.checks)
    checks = tuple(check for verdict in choices.values() for check in verdict.checks)
    return Decision(name, otherwise, checks)
