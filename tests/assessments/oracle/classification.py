"""Sections D1 to D3: contributors, subcategories, irritability, severity, what was not measured."""

from decimal import Decimal

from tests.assessments.oracle.chart import Chart, Missing, Values


def classification(chart: Chart, numbers: Values) -> dict:
    """Return the classification of D9."""
    found = contributors(chart, numbers)
    return {
        "subcategories": subcategories(found),
        "contributors": found,
        "irritability": irritability(chart),
        "severity": severity(chart, numbers),
        "not_assessed": not_assessed(chart, numbers),
    }


def contributors(chart: Chart, numbers: Values) -> list[str]:
    """D1, in its order."""
    rows = [
        *load_and_strength(chart, numbers),
        *control(chart, numbers),
        *mobility(chart),
        *foot_run_and_rest(chart, numbers),
    ]
    return [code for code, holds in rows if holds]


def load_and_strength(chart: Chart, numbers: Values) -> list[tuple[str, bool]]:
    """D1, LOAD_ERROR to CORE_WEAK."""
    person, index = chart.person, chart.index
    lsi = numbers["lsi_pct"] or Values()
    torque = numbers["torque_nm_per_kg_index"] or Values()
    new_starter = person["usual_week_km"] == 0 and person["peak_week_km"] > 0
    load_error = (
        numbers["load_change_pct"] > 30
        or numbers["session_spike_pct"] > 10
        or new_starter
        or person["abrupt_change"]
        or person["other_load_spike"]
    )
    hip_below_norm = torque["hip_abd"] < numbers["hip_abd_norm_minus_1sd"]
    weak = {
        muscle: lsi[muscle] < 90
        or (isinstance(index[f"{muscle}_force_n"], Missing) and index[f"{muscle}_mmt"] <= 4)
        for muscle in ("hip_abd", "hip_er", "hip_ext", "knee_ext", "knee_flex")
    }
    return [
        ("LOAD_ERROR", load_error),
        ("RECOVERY_POOR", person["rest_days_per_week"] == 0 or person["sleep_hours"] < 7),
        (
            "HIP_WEAK",
            weak["hip_abd"]
            or weak["hip_er"]
            or weak["hip_ext"]
            or (person["hip_abd_mode"] == "eccentric_break" and hip_below_norm),
        ),
        ("GMAX_WEAK", weak["hip_ext"]),
        ("QUAD_WEAK", weak["knee_ext"] or below_bilateral_floor(person, torque["knee_ext"])),
        ("HAM_WEAK", weak["knee_flex"]),
        ("CALF_WEAK", numbers["heel_raise_pct_norm"] < 80 or lsi["heel_raise"] < 90),
        ("CORE_WEAK", index["side_plank_s"] < 30),
    ]


def below_bilateral_floor(person: Values, nm_per_kg: Decimal | Missing) -> bool:
    """QUAD_WEAK's floor for two sore knees, from 18 years; X uses the female values."""
    if person["sex_at_birth"] == "M":
        floor = Decimal("1.74") if person["age_years"] >= 60 else Decimal("2.92")
    else:
        floor = Decimal("1.40") if person["age_years"] >= 60 else Decimal("2.08")
    return person["affected_side"] == "BOTH" and person["age_years"] >= 18 and nm_per_kg < floor


def control(chart: Chart, numbers: Values) -> list[tuple[str, bool]]:
    """D1, DYN_VALGUS and RUN_VALGUS."""
    index = chart.index
    knee_item = (index["lsd"] or Values())["knee"]
    return [
        (
            "DYN_VALGUS",
            numbers["lsd_total"] >= 4
            or knee_item == 2
            or index["sls_rating"] == "poor"
            or index["sls_fppa_deg"] >= Decimal("13.5"),
        ),
        (
            "RUN_VALGUS",
            chart.person["is_runner"]
            and (
                index["pelvic_drop_deg"] >= 6
                or index["hip_adduction_peak_deg"] >= 20
                or index["knee_valgus_run"] == "marked"
            ),
        ),
    ]


def mobility(chart: Chart) -> list[tuple[str, bool]]:
    """D1, ANKLE_STIFF to TIGHT_PIRIFORMIS."""
    index, other = chart.index, chart.other
    lunge, hip = index["wblt_cm"], index["hip_ir_deg"]
    ely, hamstring = index["ely_knee_flexion_deg"], index["hamstring_pke_deg"]
    return [
        ("ANKLE_STIFF", lunge < 9 or other["wblt_cm"] - lunge >= 2),
        ("TIGHT_GASTROC", index["gastroc_df_deg"] < 10),
        ("HIP_STIFF", hip < 20 or other["hip_ir_deg"] - hip >= 10),
        ("TIGHT_HIPFLEXOR", index["thomas_hip_deg"] > 0),
        ("TIGHT_QUAD", ely < 125 or other["ely_knee_flexion_deg"] - ely >= 10),
        ("TIGHT_HAM", hamstring > 40 or hamstring - other["hamstring_pke_deg"] >= 10),
        ("TIGHT_ITB", index["ober"] == "positive"),
        ("PATELLA_TILT_TIGHT", index["patellar_tilt"] == "hypomobile"),
        ("TIGHT_PIRIFORMIS", index["piriformis_tight"] == "marked"),
    ]


def foot_run_and_rest(chart: Chart, numbers: Values) -> list[tuple[str, bool]]:
    """D1, FOOT_PRONATED to NO_WARMUP."""
    person, index = chart.person, chart.index
    runs, cadence, overstride = person["is_runner"], person["cadence_spm"], person["overstride"]
    slow = cadence < 160 or (cadence < 170 and overstride in ("mild", "marked"))
    shoe_issue = (
        person["shoe_condition"] == "very_worn"
        or person["shoe_km"] >= 800
        or person["shoe_fit_ok"] is False
    )
    return [
        ("FOOT_PRONATED", numbers["fpi_total"] >= 6),
        ("FOOT_HYPERMOBILE", index["midfoot_width_diff_mm"] >= 11),
        ("FOOT_SUPINATED_HIGH", numbers["fpi_total"] <= -5),
        ("LOW_CADENCE", runs and slow),
        ("OVERSTRIDE", runs and overstride == "marked"),
        ("SHOE_ISSUE", shoe_issue),
        ("FEAR_HIGH", numbers["tsk11_total"] >= 29),
        ("NO_WARMUP", person["warm_up_usual"] == "none"),
    ]


def subcategories(found: list[str]) -> list[str]:
    """D2."""
    mobility_codes = [
        "ANKLE_STIFF",
        "TIGHT_GASTROC",
        "TIGHT_QUAD",
        "TIGHT_HAM",
        "TIGHT_ITB",
        "PATELLA_TILT_TIGHT",
        "FOOT_PRONATED",
        "FOOT_HYPERMOBILE",
    ]
    rows = [
        ("MUSCLE", "HIP_WEAK" in found or "QUAD_WEAK" in found),
        ("COORD", "DYN_VALGUS" in found or "RUN_VALGUS" in found),
        ("MOBILITY", any(code in found for code in mobility_codes)),
    ]
    impairments = [code for code, holds in rows if holds]
    if impairments:
        return impairments
    return ["OVERLOAD"] if "LOAD_ERROR" in found else ["UNCLASSIFIED"]


def irritability(chart: Chart) -> str:
    """D3, I-IRR."""
    person = chart.person
    worst, settle = person["nprs_worst_7d"], person["settle_minutes"]
    if worst >= 7 or settle > 1440 or person["nprs_now"] >= 5:
        return "HIGH"
    if worst <= 3 and settle <= 60 and not person["next_morning_worse"]:
        return "LOW"
    return "MODERATE"


def severity(chart: Chart, numbers: Values) -> str:
    """D3, I-SEV."""
    akps, worst = numbers["akps_total"], chart.person["nprs_worst_7d"]
    if akps < 70 or worst >= 7:
        return "SEVERE"
    if (akps >= 80 or isinstance(akps, Missing)) and worst <= 4:
        return "MILD"
    return "MODERATE"


def not_assessed(chart: Chart, numbers: Values) -> list[str]:
    """D3: the domains with nothing recorded on the index side, in the order given there."""
    person, index = chart.person, chart.index

    def empty(*fields: str) -> bool:
        return all(field not in index for field in fields)

    hip = "hip_abd_force_n hip_abd_mmt hip_er_force_n hip_er_mmt hip_ext_force_n hip_ext_mmt"
    rows = [
        ("HIP_STRENGTH", empty(*hip.split())),
        ("KNEE_STRENGTH", empty("knee_ext_force_n", "knee_ext_mmt")),
        ("CONTROL", empty("lsd", "sls_rating", "sls_fppa_deg")),
        ("ANKLE", empty("wblt_cm", "gastroc_df_deg")),
        (
            "FLEXIBILITY",
            empty("thomas_hip_deg", "ely_knee_flexion_deg", "hamstring_pke_deg", "ober"),
        ),
        ("FOOT", empty("fpi")),
        ("CALF", empty("heel_raise_reps")),
        ("TRUNK", empty("side_plank_s")),
        ("FEAR", "tsk11_total" not in numbers),
        ("AKPS", "akps_total" not in numbers),
        ("RUN_GAIT", person["is_runner"] and "cadence_spm" not in person),
    ]
    return [domain for domain, holds in rows if holds]
