"""Code systems, and the codes of others where their meaning is certain. Pure.

LOINC and SNOMED CT codes stand here only where they say exactly what the finding says. Whatever
else there is has a code of our own system and its words.
"""

from collections.abc import Mapping

OURS = "urn:x-stepdown"  # stands for no address: nothing is to be fetched from there
LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"
V3 = "http://terminology.hl7.org/CodeSystem/v3-"
TERMS = "http://terminology.hl7.org/CodeSystem/"
FHIR_VERSION_SYSTEM, FHIR_VERSION = "http://hl7.org/fhir/FHIR-version", "4.0.1"
LANGUAGE = "urn:ietf:bcp:47"

FINDING = f"{OURS}:finding"
METRIC = f"{OURS}:metric"
PLACE = f"{OURS}:place"
EXERCISE = f"{OURS}:exercise"
PROBLEM = f"{OURS}:problem"
DOCUMENT = f"{OURS}:document"
TREATMENT = f"{OURS}:treatment"
DIGEST = f"{OURS}:sha-256"  # of what was signed, as Stepdown writes it down
STANDING = f"{OURS}:standing"


def answers_of(field: str) -> str:
    """Return the system of the codes that answer a question."""
    return f"{OURS}:answer:{field}"


# Code and LOINC's own name for it, by finding or metric.
LOINC_CODES: Mapping[str, tuple[str, str]] = {
    "age_years": ("30525-0", "Age"),
    "height_cm": ("8302-2", "Body height"),
    "body_mass_kg": ("29463-7", "Body weight"),
    "bmi": ("39156-5", "Body mass index (BMI) [Ratio]"),
    "nprs_now": (
        "72514-3", "Pain severity - 0-10 verbal numeric rating [Score] - Reported",
    ),
}  # fmt: skip
VITAL = ("height_cm", "body_mass_kg", "bmi")  # as R4's profile of vital signs wants them
NOTE = ("34109-9", "Note")

# UCUM by the unit of the dictionary.
UCUM: Mapping[str, str] = {
    "years": "a", "cm": "cm", "mm": "mm", "m": "m", "kg": "kg", "h": "h", "min": "min", "s": "s",
    "days": "d", "weeks": "wk", "km": "km", "km/h": "km/h", "deg": "deg", "N": "N",
    "reps": "{reps}", "steps/min": "{steps}/min", "quadrants": "{quadrants}",
    "0-10": "{score}", "0-5": "{score}", "0-4": "{score}", "1-4": "{score}", "11-44": "{score}",
    "": "1",
}  # fmt: skip

# Unit and UCUM by metric, or by the group it belongs to.
METRIC_UNITS: Mapping[str, tuple[str, str]] = {
    "akps_total": ("/100", "{score}"),
    "koos_pf": ("/100", "{score}"),
    "psfs_mean": ("/10", "{score}"),
    "lefs_total": ("/80", "{score}"),
    "tsk11_total": ("", "{score}"),
    "bmi": ("kg/m2", "kg/m2"),
    "wells_score": ("", "{score}"),
    "fpi_total": ("", "{score}"),
    "lsd_total": ("/6", "{score}"),
    "load_change_pct": ("%", "%"),
    "session_spike_pct": ("%", "%"),
    "heel_raise_pct_norm": ("%", "%"),
    "lsi_pct": ("%", "%"),
    "torque_nm_per_kg_index": ("Nm/kg", "N.m/kg"),
}

# Region of the body by what a finding's name begins with, or by the part of a treatment.
# SNOMED CT has a code for the region; the side is in our own code and in the words.
REGIONS: Mapping[str, tuple[str, str]] = {
    "knee": ("72696002", "Knee region structure"),
    "hip": ("29836001", "Hip region structure"),
    "thigh": ("68367000", "Thigh structure"),
    "ankle": ("344001", "Ankle region structure"),
    "foot": ("56459004", "Foot structure"),
}
REGION_OF: Mapping[str, str] = {
    "effusion": "knee", "warmth": "knee", "crepitus": "knee", "tenderness_sites": "knee",
    "patellar_tilt": "knee", "patellar_glide": "knee", "patellar_apprehension": "knee",
    "knee_flexion_deg": "knee", "knee_extension_deg": "knee", "ely_knee_flexion_deg": "knee",
    "knee_ext_force_n": "knee", "knee_ext_mmt": "knee", "knee_ext_test_nprs": "knee",
    "knee_flex_force_n": "knee", "knee_flex_mmt": "knee", "knee_valgus_run": "knee",
    "step_down_nprs": "knee", "quads_girth_cm": "thigh",
    "hip_ir_deg": "hip", "hip_er_deg": "hip", "thomas_hip_deg": "hip",
    "hip_abd_force_n": "hip", "hip_abd_mmt": "hip", "hip_er_force_n": "hip", "hip_er_mmt": "hip",
    "hip_ext_force_n": "hip", "hip_ext_mmt": "hip", "hip_adduction_peak_deg": "hip",
    "wblt_cm": "ankle", "wblt_deg": "ankle", "gastroc_df_deg": "ankle",
    "fpi": "foot", "midfoot_width_diff_mm": "foot", "navicular_drop_mm": "foot",
}  # fmt: skip

# Findings whose answer is a test result in so many words.
TEST_RESULTS: Mapping[str, tuple[str, str]] = {
    "positive": ("POS", "Positive"), "negative": ("NEG", "Negative"),
}  # fmt: skip

CATEGORIES: Mapping[str, tuple[str, str]] = {  # by section of the dictionary
    "person": ("survey", "Survey"),
    "history": ("survey", "Survey"),
    "load": ("survey", "Survey"),
    "triggers": ("survey", "Survey"),
    "observation": ("exam", "Exam"),
    "mobility": ("exam", "Exam"),
    "strength": ("exam", "Exam"),
    "function": ("exam", "Exam"),
    "running": ("exam", "Exam"),
    "trials": ("therapy", "Therapy"),
}
IN_FORMS = ("instruments", "red_flags")  # sections told as questionnaires
VITAL_SIGNS = ("vital-signs", "Vital Signs")
