"""Section C: red flags, cautions, other diagnoses, and what may be drafted."""

from tests.assessments.oracle.chart import Chart, Missing, Values

ANSWERS = [
    "rf_hot_joint",
    "rf_systemic",
    "rf_neurovascular",
    "rf_chest_symptoms",
    "rf_cauda_equina",
    "rf_dvt_suspected",
    "rf_cannot_slr",
    "rf_locked",
    "rf_rapid_effusion",
    "rf_patella_dislocation_acute",
    "rf_hip_sign",
    "rf_cancer_pattern",
    "rf_giving_way_true",
    "rf_patella_instability",
    "rf_multi_joint",
    "rf_inflammatory_history",
    "rf_bone_stress_knee",
    "rf_neuro_referred",
    "rf_recent_surgery",
    "rf_red_s_risk",
    "okr_patella_tender",
    "okr_fibula_tender",
    "okr_cannot_walk_4",
]

EMERGENCY = ("RF01", "RF03", "RF04", "RF05")
SAME_DAY = ["RF02", "RF06", "RF07", "RF08", "RF09", "RF10", "RF11", "RF12", "RF13", "RF23"]
REFER = ["RF14", "RF15", "RF16", "RF17", "RF18", "RF19", "RF20", "RF21", "RF22", "RF24"]
OVERRIDE_YES = ["RF15", "RF16", "RF17", "RF18", "RF20", "RF21", "RF22", "RF24"]


def gate(chart: Chart, numbers: Values) -> dict:
    """Return the gate of D9."""
    flags = red_flags(chart, numbers)
    overridden = flags if override_holds(chart, flags) else []
    warnings = cautions(chart, numbers, flags)
    if overridden:
        warnings = sorted([*warnings, "CA18"])
    unanswered = sorted(key for key in ANSWERS if not answered(chart.person[key]))
    missing = missing_fields(chart)
    counting = [] if overridden else flags
    return {
        "level": level(counting, bool(unanswered or missing), bool(warnings)),
        "red_flags": flags,
        "overridden": list(overridden),
        "cautions": warnings,
        "unanswered": unanswered,
        "missing": missing,
        "alternative_diagnoses": alternative_diagnoses(chart),
    }


def answered(answer: object) -> bool:
    """C step 1: yes or no and nothing else."""
    return isinstance(answer, str) and answer in ("yes", "no")


def missing_fields(chart: Chart) -> list[str]:
    """C step 2, sorted."""
    person = chart.person
    required = [
        "age_years",
        "sex_at_birth",
        "index_side",
        "affected_side",
        "onset_type",
        "symptom_duration_weeks",
        "nprs_now",
        "nprs_worst_7d",
        "settle_minutes",
    ]
    absent = [key for key in required if key not in person]
    if not person["pain_location"]:
        absent.append("pain_location")
    if not chart.triggers:
        absent.append("triggers")
    if traumatic(chart) and "injury_days_ago" not in person:
        absent.append("injury_days_ago")
    return sorted(absent)


def traumatic(chart: Chart) -> bool:
    """Onset by a blow, a twist or a landing."""
    return chart.person["onset_type"] in ("direct_blow", "twist_landing")


def level(flags: list[str], incomplete: bool, cautious: bool) -> str:
    """C: the strongest level that applies; ``flags`` are those that count."""
    if any(flag in EMERGENCY for flag in flags):
        return "EMERGENCY"
    if any(flag in SAME_DAY for flag in flags):
        return "SAME_DAY"
    if any(flag in REFER for flag in flags):
        return "REFER"
    if incomplete:
        return "INCOMPLETE"
    return "CAUTION" if cautious else "CLEAR"


def plan_status(gate_level: str, support: str) -> str:
    """C step 4."""
    if gate_level in ("EMERGENCY", "SAME_DAY", "REFER"):
        return "BLOCKED"
    if gate_level == "INCOMPLETE":
        return "INCOMPLETE"
    if support == "PFP_UNLIKELY":
        return "NOT_INDICATED"
    return "DRAFT_WITH_CAUTION" if gate_level == "CAUTION" else "DRAFT"


def override_holds(chart: Chart, flags: list[str]) -> bool:
    """C step 6: every fired flag may be overridden and the override is complete."""
    override = chart.person["gate_override"]
    if isinstance(override, Missing) or not flags:
        return False
    texts = [str(override[key] or "").strip() for key in ("reason", "cleared_by", "date")]
    return all(texts) and all(flag in OVERRIDE_YES for flag in flags)


def red_flags(chart: Chart, numbers: Values) -> list[str]:
    """The fired rows of the first table of C, sorted."""
    person, index, other = chart.person, chart.index, chart.other
    age, days, xray = person["age_years"], person["injury_days_ago"], person["xray_since_injury"]
    runs = person["is_runner"]
    effusion, trauma = index["effusion"], traumatic(chart)
    ottawa_place = (
        person["okr_patella_tender"] == "yes"
        or person["okr_fibula_tender"] == "yes"
        or index["knee_flexion_deg"] < 90
    )
    rf06 = xray == "fracture_found" or (
        trauma
        and days <= 7
        and xray != "clear"
        and (age >= 55 or ottawa_place or person["okr_cannot_walk_4"] == "yes")
    )
    big_effusion = effusion in ("2+", "3+")
    recent_effusion = big_effusion and (days <= 14 or (trauma and isinstance(days, Missing)))
    hip_yes = person["rf_hip_sign"] == "yes"
    hip_measured = (
        index["hip_ir_deg"] < 20
        or other["hip_ir_deg"] - index["hip_ir_deg"] >= 10
        or person["gait_walking"] == "antalgic"
    )
    stress_risk = runs or person["rf_red_s_risk"] == "yes"
    inflamed = person["rf_inflammatory_history"] == "yes" or effusion in ("1+", "2+", "3+")
    hot, systemic = person["rf_hot_joint"] == "yes", person["rf_systemic"] == "yes"
    rows = [
        ("RF01", hot and systemic),
        ("RF02", hot and not systemic),
        ("RF03", person["rf_neurovascular"] == "yes"),
        ("RF04", person["rf_chest_symptoms"] == "yes"),
        ("RF05", person["rf_cauda_equina"] == "yes"),
        ("RF06", rf06),
        ("RF07", person["rf_dvt_suspected"] == "yes" or numbers["wells_score"] >= 2),
        ("RF08", person["rf_cannot_slr"] == "yes"),
        ("RF09", person["rf_locked"] == "yes"),
        ("RF10", person["rf_rapid_effusion"] == "yes" or recent_effusion),
        ("RF11", person["rf_patella_dislocation_acute"] == "yes"),
        ("RF12", 8 <= age <= 16 and (hip_yes or hip_measured)),
        ("RF13", age >= 17 and hip_yes and stress_risk),
        ("RF14", person["rf_cancer_pattern"] == "yes"),
        ("RF15", person["rf_giving_way_true"] == "yes"),
        (
            "RF16",
            person["rf_patella_instability"] == "yes"
            or index["patellar_apprehension"] == "positive",
        ),
        (
            "RF17",
            person["rf_multi_joint"] == "yes"
            or (person["morning_stiffness_min"] >= 30 and inflamed),
        ),
        ("RF18", big_effusion and not recent_effusion),
        ("RF19", person["rf_bone_stress_knee"] == "yes"),
        ("RF20", person["rf_neuro_referred"] == "yes"),
        ("RF21", person["rf_recent_surgery"] == "yes"),
        ("RF22", age >= 17 and hip_yes and not stress_risk),
        ("RF23", person["okr_cannot_walk_4"] == "yes" and not rf06),
        ("RF24", trauma and 8 <= days <= 56 and xray != "clear" and ottawa_place),
    ]
    return [flag for flag, fires in rows if fires]


def cautions(chart: Chart, numbers: Values, flags: list[str]) -> list[str]:
    """The rows of C2 that hold, sorted; CA18 belongs to the override."""
    person, index = chart.person, chart.index
    age, days = person["age_years"], person["injury_days_ago"]
    blow = person["onset_type"] == "direct_blow"
    other_sites = [site for site in index["tenderness_sites"] or [] if site != "patellar_facets"]
    short_range = index["knee_flexion_deg"] < 110 or index["knee_extension_deg"] <= -10
    stiff = person["morning_stiffness_min"] >= 30
    groin = "thigh_or_groin" in person["pain_location"]
    rows = [
        ("CA01", 8 <= age <= 17),
        ("CA02", age >= 45),
        ("CA03", index["effusion"] == "1+"),
        ("CA04", blow and days <= 56 and "RF06" not in flags),
        ("CA05", bool(other_sites)),
        ("CA06", person["night_pain_mechanical"]),
        ("CA07", person["pregnant"]),
        ("CA08", person["rf_red_s_risk"] == "yes"),
        ("CA09", person["anticoagulant_or_bleeding"]),
        ("CA10", person["skin_tape_problem"]),
        ("CA11", person["cold_problem"]),
        ("CA12", short_range),
        ("CA13", person["failed_prior_rehab"]),
        ("CA14", numbers["tsk11_total"] >= 36),
        ("CA15", person["nprs_now"] >= 8),
        ("CA16", diagnosis_support(chart) == "PFP_POSSIBLE"),
        ("CA17", stiff and "RF17" not in flags),
        ("CA19", groin and person["rf_hip_sign"] != "yes"),
    ]
    return [code for code, holds in rows if holds]


def alternative_diagnoses(chart: Chart) -> list[str]:
    """C3: the codes of the tender places of the index knee, each once, sorted."""
    codes = {
        "tibial_tubercle": "OSGOOD_SCHLATTER_OR_TUBERCLE",
        "inferior_pole": "PATELLAR_TENDON_OR_SLJ",
        "quad_tendon": "QUAD_TENDON",
        "medial_joint_line": "MENISCUS_OR_TFJ",
        "lateral_joint_line": "MENISCUS_OR_TFJ",
        "lateral_epicondyle": "ITB_SYNDROME",
        "fat_pad": "FAT_PAD",
        "prepatellar": "BURSA",
    }
    sites = chart.index["tenderness_sites"] or []
    return sorted({codes[site] for site in sites if site in codes})


def diagnosis_support(chart: Chart) -> str:
    """C4."""
    places = chart.person["pain_location"]
    location_ok = "behind_patella" in places or "around_patella" in places
    activities = [
        "squatting",
        "stairs_up",
        "stairs_down",
        "prolonged_sitting",
        "lunging",
        "running",
        "downhill",
        "jumping",
        "rising_from_chair",
    ]
    provoked = any(chart.triggers[activity] >= 1 for activity in activities)
    if location_ok and provoked:
        return "PFP_LIKELY"
    return "PFP_POSSIBLE" if location_ok or provoked else "PFP_UNLIKELY"
