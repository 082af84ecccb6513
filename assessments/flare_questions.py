"""What is asked before anybody is told what to do about a flare: what cannot wait for a visit.

The questions are those of the form before a visit, in the same words; they are the ones behind
the levels EMERGENCY and SAME_DAY of the gate (specification, section C) that can begin suddenly.
"""

from assessments.findings import FIELDS

QUESTIONS = (
    "rf_chest_symptoms",
    "rf_neurovascular",
    "rf_cauda_equina",
    "rf_hot_joint",
    "rf_systemic",
    "rf_dvt_suspected",
    "rf_rapid_effusion",
    "rf_patella_dislocation_acute",
    "rf_cannot_slr",
    "rf_locked",
    "rf_giving_way_true",
)


def question_words(field: str) -> str:
    """Return a question as the patient is asked it, to be translated where it is shown."""
    asked = FIELDS[field].asked
    return asked.question if asked else FIELDS[field].label
