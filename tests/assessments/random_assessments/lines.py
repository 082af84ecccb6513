"""The lines of the specification, and values on, just below and just above each of them."""

YES_NO = [
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
OVERRIDABLE = [
    "rf_giving_way_true",
    "rf_patella_instability",
    "rf_multi_joint",
    "rf_neuro_referred",
    "rf_recent_surgery",
    "rf_hip_sign",
]
# None of these is an answer; none of them is a fault either (A6).
NOT_AN_ANSWER = [None, "not_tested", "unknown", "", "Yes", "NO", True, False, 0, 1, [], ["yes"]]
REQUIRED = [
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
    "triggers",
    "injury_days_ago",
]
WELLS = [
    "active_cancer",
    "paralysis_or_cast",
    "bedridden_3d_or_surgery_12wk",
    "deep_vein_tenderness",
    "whole_leg_swollen",
    "calf_3cm_larger",
    "pitting_oedema",
    "collateral_veins",
    "previous_dvt",
]
AGES = [8, 12, 15, 16, 17, 18, 19, 20, 24, 27, 29, 30, 31, 33, 36, 39, 40, 42, 44, 45]
AGES += [49, 50, 54, 55, 59, 60, 61, 69, 70]

ACTIVITIES = [
    "running",
    "downhill",
    "stairs_up",
    "stairs_down",
    "squatting",
    "lunging",
    "prolonged_sitting",
    "rising_from_chair",
    "jumping",
    "kneeling",
    "pivoting",
    "cycling",
    "walking",
]

# Field without a side: what keeps clear of every rule (the line itself included), what does not.
PLAIN = {
    "height_cm": ([168, 150.5, 183.4, 100, 230], []),
    "symptom_duration_weeks": ([0.3, 5, 7.9, 8, 8.1, 12, 16.9, 17], [17.1, 30, 51.9, 52, 260]),
    "settle_minutes": ([0, 30, 59, 60], [61, 240, 1439, 1440, 1441, 2880]),
    "next_morning_worse": ([False], [True]),
    "morning_stiffness_min": ([0, 29], [30, 31]),
    "night_pain_mechanical": ([False], [True]),
    "continued_through_pain": ([False], [True]),
    "failed_prior_rehab": ([False], [True]),
    "adherence_confidence": ([0, 5, 10], []),
    "rest_days_per_week": ([1, 2, 7], [0]),
    "sleep_hours": ([7, 7.1, 9], [6.9, 5]),
    "stress_0_10": ([0, 10], []),
    "warm_up_usual": (["partial", "regular"], ["none"]),
    "pregnant": ([False], [True]),
    "anticoagulant_or_bleeding": ([False], [True]),
    "skin_tape_problem": ([False], [True]),
    "cold_problem": ([False], [True]),
    "bfr_contraindication": ([False], [True]),
    "abrupt_change": ([False], [True]),
    "other_load_spike": ([False], [True]),
    "current_week_km": ([0, 0.1, 12.3, 24, 25.1, 40], []),
    "shoe_km": ([0, 799], [800, 801]),
    "shoe_condition": (["good", "worn"], ["very_worn"]),
    "shoe_fit_ok": ([True], [False]),
    "gait_walking": (["normal", "other"], ["antalgic"]),
    "cadence_spm": ([170, 171, 185], [145, 150, 159, 160, 161, 169]),
    "overstride": (["none"], ["mild", "marked"]),
    "sports": ([["running"], ["hiking", "gym"], []], []),
    "goals": (["Run ten kilometres"], []),
    "training_limited": ([True, False], []),
    "occupation_knee_load": (["low", "high"], []),
    "symptom_course": (["static", "worsening"], []),
    "previous_episodes": ([0, 10], []),
    "pain_quality": ([["dull_ache"], ["sharp", "burning"]], []),
    "running_level": (["novice", "competitive"], []),
    "shoe_type": (["neutral", "minimalist"], []),
    "beighton": ([0, 4, 9], []),
    "run_speed_kmh": ([9.5, 12], []),
    "strike_pattern": (["rearfoot", "forefoot"], []),
    "trunk_lean_deg": ([0, 9], []),
}

# Field with a side, the same way; ``FURTHER`` adds the rules on the other side's lead.
SIDED = {
    "effusion": (["0", "trace"], ["trace", "1+"]),
    "warmth": ([False, True], []),
    "crepitus": (["none", "painless", "painful"], []),
    "q_angle_deg": ([0, 15, 40], []),
    "standing_alignment": (["varus", "neutral", "valgus"], []),
    "patellar_tilt": (["normal", "hypermobile"], ["hypomobile"]),
    "patellar_glide": ([0, 1.5, 4], []),
    "patellar_apprehension": (["negative"], []),
    "quads_girth_cm": ([45.5, 50], []),
    "navicular_drop_mm": ([5, 14], []),
    "midfoot_width_diff_mm": ([10, 10.9], [11, 11.1]),
    "knee_flexion_deg": ([110, 111, 140], [90, 109]),
    "knee_extension_deg": ([-9, 0, 5], [-10, -11]),
    "hip_ir_deg": ([20, 21, 30, 45], [19, 10]),
    "hip_er_deg": ([10, 45], []),
    "wblt_cm": ([9, 9.1, 12.5], [8.9, 5]),
    "wblt_deg": ([20, 45], []),
    "gastroc_df_deg": ([10, 11], [9, -5]),
    "thomas_hip_deg": ([0, -1, -12], [1, 8]),
    "ely_knee_flexion_deg": ([125, 126, 140], [124, 110]),
    "hamstring_pke_deg": ([40, 39, 20], [41, 55]),
    "ober": (["negative"], ["positive"]),
    "piriformis_tight": (["none", "mild"], ["marked"]),
    "knee_ext_test_nprs": ([0, 3], [4, 5]),
    "side_plank_s": ([30, 31, 60], [29, 0]),
    "step_down_nprs": ([0, 3], [4, 10]),
    "sls_rating": (["good", "fair"], ["poor"]),
    "sls_fppa_deg": ([13.4, 8, -2.5], [13.5, 13.6]),
    "hop_single_cm": ([120], []),
    "pelvic_drop_deg": ([5.9, 4], [6, 6.1]),
    "hip_adduction_peak_deg": ([19.9, 12], [20, 20.1]),
    "knee_valgus_run": (["none", "mild"], ["marked"]),
}
# How far the other side is ahead of the index side: below the line, then on and over it.
FURTHER = {
    "hip_ir_deg": ([0, 1, 9], [10, 11]),
    "wblt_cm": ([0, 0.5, 1.9], [2, 2.1]),
    "ely_knee_flexion_deg": ([0, 5, 9], [10, 11]),
    "hamstring_pke_deg": ([0, -5, -9], [-10, -11]),
}
SITES = [
    "inferior_pole",
    "tibial_tubercle",
    "quad_tendon",
    "medial_joint_line",
    "lateral_joint_line",
    "lateral_epicondyle",
    "fat_pad",
    "prepatellar",
]
# Forces whose ratio is below 90 % before rounding and 90.0 after it, or the reverse.
CLOSE_TO_90 = [
    (index, other)
    for other in range(300, 1500, 7)
    for index in range(int(other * 0.899), int(other * 0.901) + 1)
    if 89.9 <= index / other * 100 < 90.1 and index * 10 != other * 9
]
# Totals 100, 93, 86, 80, 79, 73, 70, 69, 57 and 0 of B1.
AKPS = [
    "aaaaaaaaaaaaa",
    "aaabbbaabaaaa",
    "aaabbcbbbaaaa",
    "aaacccbbbbaaa",
    "aaabbbcccaaaa",
    "aabccccbbbaaa",
    "aaacbcccccaaa",
    "aaacccccccaaa",
    "bbbcceccccaaa",
    "ccddeedeeeecc",
]
# First age of each band of the heel-raise norms (M-CALF), repetitions of men, of women.
HEEL_RAISES = [(70, 14, 16), (60, 19, 19), (50, 23, 21), (40, 28, 24), (30, 32, 27), (0, 37, 30)]
AKPS_ITEMS = [
    "limp",
    "support",
    "walking",
    "stairs",
    "squatting",
    "running",
    "jumping",
    "sitting",
    "pain",
    "swelling",
    "patella_moves",
    "thigh_atrophy",
    "flexion_loss",
]
