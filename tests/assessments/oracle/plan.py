"""Sections D3 to D6: the start phase, running, blocks, exercises and limits."""

from decimal import Decimal

from tests.assessments.oracle.chart import Chart, Missing, Values, rounded

# D6: block, then the exercises of P1, P2 and P3. GAIT_CUES is chosen by its contributors.
EXERCISES = {
    "EDU_CORE": ("EX64", "EX64", "EX64"),
    "PAIN_MON": ("EX65", "EX65", "EX65"),
    "KNEE_STR": ("EX04 EX03", "EX05 EX06", "EX09 EX12"),
    "HIP_STR": ("EX16 EX18", "EX20 EX19", "EX23 EX22"),
    "ISO_QUAD": ("EX01 EX02", "EX02", "EX02"),
    "GMAX_STR": ("EX18", "EX19", "EX24"),
    "COORD": ("EX37", "EX36", "EX35 EX36"),
    "CALF_STR": ("EX30", "EX31", "EX31 EX32"),
    "HAM_STR": ("EX18", "EX33", "EX34"),
    "CORE": ("EX29", "EX28", "EX25"),
    "MOB_ANKLE": ("EX49", "EX49", "EX49"),
    "MOB_HIP": ("EX50", "EX50", "EX50"),
    "FLEX_QUAD": ("EX40", "EX40", "EX40"),
    "FLEX_HIPFLEX": ("EX41", "EX41", "EX41"),
    "FLEX_HAM": ("EX45 EX44", "EX45 EX44", "EX45 EX44"),
    "FLEX_CALF": ("EX42 EX43", "EX42 EX43", "EX42 EX43"),
    "FLEX_ITB": ("EX46 EX47", "EX46 EX47", "EX46 EX47"),
    "FLEX_PIRI": ("EX48", "EX48", "EX48"),
    "TAPE": ("EX58", "EX58", "EX58"),
    "FOOT_ORTH": ("EX59", "EX59", "EX59"),
    "MANUAL": ("EX60", "EX60", "EX60"),
    "GAIT_CADENCE": ("EX52", "EX52", "EX52"),
    "RTR": ("EX55", "EX55", "EX55"),
    "CROSS_TRAIN": ("EX57", "EX57", "EX57"),
    "FOOTWEAR": ("EX67", "EX67", "EX67"),
    "WARMUP": ("EX56", "EX56", "EX56"),
    "RECOVERY": ("EX68", "EX68", "EX68"),
    "SITTING": ("EX66", "EX66", "EX66"),
    "FEAR": ("EX69", "EX69", "EX69"),
    "ADOLESCENT": ("EX71", "EX71", "EX71"),
    "MAINTAIN": ("EX70", "EX70", "EX70"),
}


def plan(chart: Chart, numbers: Values, found: dict) -> dict:
    """Return the plan of D9."""
    phase = start_phase(chart, found)
    run = run_action(chart, found)
    included = blocks_included(chart, numbers, found, run)
    optional = blocks_optional(chart, found)
    exercises = exercise_list(chart, found, included, phase)
    home = [exercise for exercise in exercises if int(exercise[2:]) <= 51]
    high = found["irritability"] == "HIGH"
    return {
        "start_phase": phase,
        "run_action": run,
        "blocks_included": included,
        "blocks_start_with_rtr": start_with_rtr(included, run),
        "blocks_optional": optional,
        "blocks_excluded": blocks_excluded(chart, found, included, optional),
        "exercises": exercises,
        "home_exercise_count": len(home),
        "prune_warning": len(home) > 6,
        "pain_limit_exercise": pain_limit_exercise(chart, found),
        "pain_limit_running": 2 if chart.person["is_runner"] else None,
        "knee_flexion_limit_deg": {"P1": 45, "P2": 60, "P3": 90}[phase],
        "cadence_target_spm": cadence_target(chart) if "GAIT_CADENCE" in included else None,
        "run_km_target_this_week": run_km_target(chart, run),
        "review_days": 7 if high or chart.person["nprs_now"] >= 8 else 14,
    }


def start_phase(chart: Chart, found: dict) -> str:
    """D3, I-PHASE."""
    walking, squatting = chart.triggers["walking"], chart.triggers["squatting"]
    if found["irritability"] == "HIGH" or walking >= 3 or squatting >= 6:
        return "P1"
    impaired = "MUSCLE" in found["subcategories"] or "COORD" in found["subcategories"]
    if found["irritability"] == "LOW" and squatting <= 2 and not impaired:
        return "P3"
    return "P2"


def run_action(chart: Chart, found: dict) -> str:
    """D3, A-RUN: the first that matches."""
    person, triggers = chart.person, chart.triggers
    if not person["is_runner"]:
        return "NOT_APPLICABLE"
    if person["run_status"] == "stopped":
        return "FOLLOW_RTR"
    if (
        found["irritability"] == "HIGH"
        or triggers["walking"] >= 3
        or person["gait_walking"] == "antalgic"
        or chart.index["effusion"] in ("1+", "2+", "3+")
        or triggers["running"] >= 6
    ):
        return "STOP_TEMPORARILY"
    if triggers["running"] >= 3 or person["settle_minutes"] > 60 or person["next_morning_worse"]:
        return "MODIFY_50"
    return "CONTINUE_WITHIN_LIMITS"


def tape_helps(chart: Chart) -> bool:
    """TAPE: no trial, or pain before it and at most half of it after."""
    trial = chart.person["tape_trial"]
    if isinstance(trial, Missing):
        return True
    return trial["pre"] > 0 and trial["post"] <= trial["pre"] / 2


def inserts_fit(chart: Chart, numbers: Values) -> bool:
    """FOOT_ORTH: a pronated foot without a trial, or a trial one point better."""
    trial = chart.person["orthosis_trial"]
    if isinstance(trial, Missing):
        return numbers["fpi_total"] >= 6
    return trial["post"] <= trial["pre"] - 1


def blocks_included(chart: Chart, numbers: Values, found: dict, run: str) -> list[str]:
    """D4, in its order."""
    person, codes = chart.person, found["contributors"]
    high = found["irritability"] == "HIGH"
    sore = person["nprs_worst_7d"] >= 4
    stopped = run in ("STOP_TEMPORARILY", "FOLLOW_RTR")
    stiff = "ANKLE_STIFF" in codes or "PATELLA_TILT_TIGHT" in codes or "HIP_STIFF" in codes
    rows = [
        ("EDU_CORE", True),
        ("PAIN_MON", True),
        ("LOAD_MGMT", True),
        ("KNEE_STR", True),
        ("HIP_STR", True),
        ("ISO_QUAD", high or chart.triggers["squatting"] >= 5),
        ("GMAX_STR", "GMAX_WEAK" in codes),
        ("COORD", "COORD" in found["subcategories"]),
        ("CALF_STR", "CALF_WEAK" in codes),
        ("HAM_STR", "HAM_WEAK" in codes),
        ("CORE", "CORE_WEAK" in codes),
        ("MOB_ANKLE", "ANKLE_STIFF" in codes),
        ("MOB_HIP", "HIP_STIFF" in codes),
        ("FLEX_QUAD", "TIGHT_QUAD" in codes),
        ("FLEX_HIPFLEX", "TIGHT_HIPFLEXOR" in codes),
        ("FLEX_HAM", "TIGHT_HAM" in codes),
        ("FLEX_CALF", "TIGHT_GASTROC" in codes or "ANKLE_STIFF" in codes),
        ("FLEX_ITB", "TIGHT_ITB" in codes),
        ("FLEX_PIRI", "TIGHT_PIRIFORMIS" in codes),
        ("TAPE", sore and not person["skin_tape_problem"] and tape_helps(chart)),
        ("FOOT_ORTH", inserts_fit(chart, numbers)),
        ("MANUAL", stiff),
        ("GAIT_CADENCE", "LOW_CADENCE" in codes),
        ("GAIT_CUES", "RUN_VALGUS" in codes or "OVERSTRIDE" in codes),
        ("RTR", stopped),
        ("LOAD_PROG", person["is_runner"]),
        ("CROSS_TRAIN", stopped or run == "MODIFY_50"),
        ("FOOTWEAR", "SHOE_ISSUE" in codes or "FOOT_SUPINATED_HIGH" in codes),
        ("WARMUP", person["warm_up_usual"] == "none"),
        ("RECOVERY", "RECOVERY_POOR" in codes),
        ("SITTING", chart.triggers["prolonged_sitting"] >= 3),
        ("FEAR", "FEAR_HIGH" in codes),
        ("ADOLESCENT", person["age_years"] <= 17),
        ("REVIEW", True),
        ("MAINTAIN", True),
    ]
    return [block for block, holds in rows if holds]


def start_with_rtr(included: list[str], run: str) -> list[str]:
    """D4: the gait blocks that wait for walk-jog stage 1."""
    if run not in ("STOP_TEMPORARILY", "FOLLOW_RTR"):
        return []
    return [block for block in ("GAIT_CADENCE", "GAIT_CUES") if block in included]


def ice_indicated(chart: Chart, found: dict) -> bool:
    """ICE before its contraindication: a small effusion, or HIGH irritability."""
    return chart.index["effusion"] in ("trace", "1+") or found["irritability"] == "HIGH"


def blocks_optional(chart: Chart, found: dict) -> list[str]:
    """D4, the second table."""
    person = chart.person
    cuff_barred = (
        person["bfr_contraindication"] or person["pregnant"] or person["anticoagulant_or_bleeding"]
    )
    cuff_wanted = "QUAD_WEAK" in found["contributors"] and chart.index["knee_ext_test_nprs"] >= 4
    rows = [
        ("ICE", ice_indicated(chart, found) and not person["cold_problem"]),
        ("MEDS_ADVICE", found["irritability"] == "HIGH"),
        ("BRACE", person["nprs_worst_7d"] >= 4 and person["skin_tape_problem"]),
        ("BFR", cuff_wanted and not cuff_barred),
    ]
    return [block for block, holds in rows if holds]


def blocks_excluded(chart: Chart, found: dict, included: list[str], optional: list[str]) -> dict:
    """D5."""
    person = chart.person
    why = {}
    if "TAPE" not in included:
        if person["nprs_worst_7d"] < 4:
            why["TAPE"] = "PAIN_BELOW_THRESHOLD"
        elif person["skin_tape_problem"]:
            why["TAPE"] = "SKIN_CONTRAINDICATION"
        else:
            why["TAPE"] = "TRIAL_NO_BENEFIT"
    if "FOOT_ORTH" not in included:
        tried = "orthosis_trial" in person
        why["FOOT_ORTH"] = "TRIAL_NO_BENEFIT" if tried else "NO_INDICATION"
    if "MANUAL" not in included:
        why["MANUAL"] = "NO_INDICATION"
    if "GAIT_CADENCE" not in included:
        measured = "CADENCE_ADEQUATE" if "cadence_spm" in person else "NOT_ASSESSED"
        why["GAIT_CADENCE"] = measured if person["is_runner"] else "NOT_RUNNER"
    if "RTR" not in included:
        why["RTR"] = "STILL_RUNNING" if person["is_runner"] else "NOT_RUNNER"
    if "ICE" not in optional:
        wanted = ice_indicated(chart, found)
        why["ICE"] = "COLD_CONTRAINDICATION" if wanted else "NO_INDICATION"
    return why | {"DRY_NEEDLING": "GUIDELINE_AGAINST", "BIOPHYSICAL": "GUIDELINE_AGAINST"}


def exercise_list(chart: Chart, found: dict, included: list[str], phase: str) -> list[str]:
    """D6: block order, then list order, each exercise once, no ball or roller with CA09."""
    column = ("P1", "P2", "P3").index(phase)
    cues = [
        exercise
        for exercise, code in (("EX53", "RUN_VALGUS"), ("EX54", "OVERSTRIDE"))
        if code in found["contributors"]
    ]
    chosen: list[str] = []
    for block in included:
        if block == "GAIT_CUES":
            chosen += cues
        elif block in EXERCISES:
            chosen += EXERCISES[block][column].split()
    barred = ("EX44", "EX47") if chart.person["anticoagulant_or_bleeding"] else ()
    return [exercise for exercise in dict.fromkeys(chosen) if exercise not in barred]


def pain_limit_exercise(chart: Chart, found: dict) -> int:
    """D3, I-LIM."""
    limit = {"HIGH": 3, "MODERATE": 4, "LOW": 5}[found["irritability"]]
    return min(limit, 3) if chart.person["age_years"] < 18 else limit


def cadence_target(chart: Chart) -> list[Decimal]:
    """M-CAD: the runner's own cadence plus 5 and plus 10 per cent, in whole steps."""
    cadence = chart.person["cadence_spm"]
    return [rounded(cadence * Decimal("1.05"), "1"), rounded(cadence * Decimal("1.10"), "1")]


def run_km_target(chart: Chart, run: str) -> Decimal | None:
    """D3, RUN-KM."""
    if run != "MODIFY_50" or "current_week_km" not in chart.person:
        return None
    return rounded(chart.person["current_week_km"] * Decimal("0.5"))
