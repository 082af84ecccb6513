"""When a block with a rule of its own comes in, and why one is left out (specification, D4, D5).

Blocks that follow from a contributor or subcategory need nothing here: blocks.yaml says which.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from assessments.rules.chart import Chart, Limit
from assessments.rules.checks import Part, all_of, any_of, not_
from assessments.rules.classify import (
    FOLLOW_RTR,
    HIGH,
    MODIFY_50,
    STOP_TEMPORARILY,
    Classified,
)

Condition = Callable[[Chart, Limit, Classified], Part]


def static_start(chart: Chart, limit: Limit, classified: Classified) -> Part:
    """ISO_QUAD: irritability HIGH or triggers.squatting >= 5."""
    return any_of(
        classified.irritability.is_(HIGH),
        chart.value("triggers.squatting").is_at_least(limit("static_start_squatting_from")),
    )


def tape(chart: Chart, limit: Limit, classified: Classified) -> Part:
    """TAPE: nprs_worst_7d >= 4 and no skin_tape_problem and (no trial, or pre > 0 and post <=
    half of pre).
    """
    return all_of(
        chart.value("nprs_worst_7d").is_at_least(limit("tape_worst_from")),
        chart.value("skin_tape_problem").is_not(True),
        any_of(chart.value("tape_trial").is_not_recorded(), _tape_trial_helped(chart, limit)),
    )


def inserts(chart: Chart, limit: Limit, classified: Classified) -> Part:
    """FOOT_ORTH: (FPI >= 6 and no trial) or (trial with post <= pre - 1); never if the trial
    failed.
    """
    return all_of(
        any_of(
            chart.metric("fpi_total").is_at_least(limit("foot_pronated_from")),
            _insert_trial_helped(chart, limit),
        ),
        not_(_insert_trial_failed(chart, limit, classified)),
    )


def runner(chart: Chart, limit: Limit, classified: Classified) -> Part:
    """LOAD_PROG: is_runner."""
    return chart.value("is_runner").is_(True)


def return_to_running(chart: Chart, limit: Limit, classified: Classified) -> Part:
    """RTR: run_action STOP_TEMPORARILY or FOLLOW_RTR."""
    return classified.run_action.is_(STOP_TEMPORARILY, FOLLOW_RTR)


def running_reduced(chart: Chart, limit: Limit, classified: Classified) -> Part:
    """CROSS_TRAIN: run_action STOP_TEMPORARILY, FOLLOW_RTR or MODIFY_50."""
    return classified.run_action.is_(STOP_TEMPORARILY, FOLLOW_RTR, MODIFY_50)


def sore_sitting(chart: Chart, limit: Limit, classified: Classified) -> Part:
    """SITTING: triggers.prolonged_sitting >= 3."""
    return chart.value("triggers.prolonged_sitting").is_at_least(limit("sitting_from"))


def adolescent(chart: Chart, limit: Limit, classified: Classified) -> Part:
    """ADOLESCENT: age_years <= 17."""
    return chart.value("age_years").is_at_most(limit("adolescent_age_to"))


def ice(chart: Chart, limit: Limit, classified: Classified) -> Part:
    """ICE: effusion trace or 1+, or irritability HIGH; not with cold_problem."""
    return all_of(
        _ice_indicated(chart, classified),
        chart.value("cold_problem").is_not(True),
    )


def irritable(chart: Chart, limit: Limit, classified: Classified) -> Part:
    """MEDS_ADVICE: irritability HIGH."""
    return classified.irritability.is_(HIGH)


def brace(chart: Chart, limit: Limit, classified: Classified) -> Part:
    """BRACE: nprs_worst_7d >= 4 and skin_tape_problem."""
    return all_of(
        chart.value("nprs_worst_7d").is_at_least(limit("brace_worst_from")),
        chart.value("skin_tape_problem").is_(True),
    )


def cuff_training(chart: Chart, limit: Limit, classified: Classified) -> Part:
    """BFR: QUAD_WEAK and knee_ext_test_nprs >= 4 and none of bfr_contraindication, pregnant,
    anticoagulant_or_bleeding.
    """
    return all_of(
        classified.contributors["QUAD_WEAK"],
        chart.index("knee_ext_test_nprs").is_at_least(limit("cuff_test_pain_from")),
        chart.value("bfr_contraindication").is_not(True),
        chart.value("pregnant").is_not(True),
        chart.value("anticoagulant_or_bleeding").is_not(True),
    )


CONDITIONS: Mapping[str, Condition] = MappingProxyType(
    {
        "static_start": static_start,
        "tape": tape,
        "inserts": inserts,
        "runner": runner,
        "return_to_running": return_to_running,
        "running_reduced": running_reduced,
        "sore_sitting": sore_sitting,
        "adolescent": adolescent,
        "ice": ice,
        "irritable": irritable,
        "brace": brace,
        "cuff_training": cuff_training,
    }
)


def _too_little_pain(chart: Chart, limit: Limit, classified: Classified) -> Part:
    """PAIN_BELOW_THRESHOLD (worst < 4)."""
    return chart.value("nprs_worst_7d").is_below(limit("tape_worst_from"))


def _skin_problem(chart: Chart, limit: Limit, classified: Classified) -> Part:
    """SKIN_CONTRAINDICATION."""
    return chart.value("skin_tape_problem").is_(True)


def _insert_trial_failed(chart: Chart, limit: Limit, classified: Classified) -> Part:
    """TRIAL_NO_BENEFIT: a trial that did not drop the pain by 1."""
    return all_of(
        chart.value("orthosis_trial").is_recorded(),
        not_(_insert_trial_helped(chart, limit)),
    )


def _not_runner(chart: Chart, limit: Limit, classified: Classified) -> Part:
    """NOT_RUNNER."""
    return chart.value("is_runner").is_not(True)


def _no_cadence(chart: Chart, limit: Limit, classified: Classified) -> Part:
    """NOT_ASSESSED (no cadence)."""
    return chart.value("cadence_spm").is_not_recorded()


def _cold_problem(chart: Chart, limit: Limit, classified: Classified) -> Part:
    """COLD_CONTRAINDICATION (indicated but barred)."""
    return all_of(_ice_indicated(chart, classified), chart.value("cold_problem").is_(True))


# Why a block is left out: its reasons in order, the first that fires is printed. The last one
# stands for whatever else kept the block out, so it needs no rule.
EXCLUSIONS: Mapping[str, Mapping[str, Condition | None]] = MappingProxyType(
    {
        "TAPE": {
            "PAIN_BELOW_THRESHOLD": _too_little_pain,
            "SKIN_CONTRAINDICATION": _skin_problem,
            "TRIAL_NO_BENEFIT": None,
        },
        "FOOT_ORTH": {"TRIAL_NO_BENEFIT": _insert_trial_failed, "NO_INDICATION": None},
        "MANUAL": {"NO_INDICATION": None},
        "GAIT_CADENCE": {
            "NOT_RUNNER": _not_runner,
            "NOT_ASSESSED": _no_cadence,
            "CADENCE_ADEQUATE": None,
        },
        "RTR": {"NOT_RUNNER": _not_runner, "STILL_RUNNING": None},
        "ICE": {"COLD_CONTRAINDICATION": _cold_problem, "NO_INDICATION": None},
    }
)


def _tape_trial_helped(chart: Chart, limit: Limit) -> Part:
    """pre > 0 and post <= half of pre."""
    before = chart.part("tape_trial", "pre")
    pre = before.number
    return all_of(
        before.is_above(0),
        chart.part("tape_trial", "post").is_at_most(
            None if pre is None else pre * limit("tape_trial_share")
        ),
    )


def _insert_trial_helped(chart: Chart, limit: Limit) -> Part:
    """Trial with post <= pre - 1."""
    pre = chart.part("orthosis_trial", "pre").number
    return chart.part("orthosis_trial", "post").is_at_most(
        None if pre is None else pre - limit("insert_trial_drop_from")
    )


def _ice_indicated(chart: Chart, classified: Classified) -> Part:
    """effusion trace or 1+, or irritability HIGH."""
    return any_of(
        chart.index("effusion").is_one_of("trace", "1+"),
        classified.irritability.is_(HIGH),
    )
