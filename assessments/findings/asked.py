"""How a patient is asked, in plain words, for the findings a patient can tell.

The intake form shows these questions; what is not here it does not ask. A question about a finding
that needs hands or judgement (``Field.one_by_one``) tells a patient what to do and warns the
clinic; its answer is never the clinician's.
"""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from assessments.findings.field import Asked
from assessments.findings.field import gettext_noop as _

# Red-flag answers: statements to tick, or none of them. Each says what its finding says.
_SAFETY = {
    "rf_chest_symptoms": _("Chest pain or trouble breathing, together with a swollen leg"),
    "rf_cauda_equina": _(
        "Numbness between the legs, new trouble with bladder or bowels, or a leg that is quickly "
        "getting weaker"
    ),
    "rf_neurovascular": _(
        "A cold or numb foot, a foot you suddenly cannot lift, or a leg that looks out of shape"
    ),
    "rf_hot_joint": _("A knee that is hot, red, swollen and very painful"),
    "rf_systemic": _(
        "Fever, chills or feeling ill, or a weak immune system from an illness or a medicine"
    ),
    "rf_dvt_suspected": _("A calf that is swollen and sore to touch"),
    "okr_cannot_walk_4": _("I cannot walk four steps"),
    "rf_cannot_slr": _("I cannot lift the leg off the bed with the knee straight"),
    "rf_locked": _("Since something happened the knee is stuck and will not straighten"),
    "rf_rapid_effusion": _(
        "It swelled within a day of a twist, a landing or a blow in the last two weeks"
    ),
    "rf_patella_dislocation_acute": _("The kneecap went out of place in the last two weeks"),
    "rf_patella_instability": _("The kneecap slips again and again, or went out of place before"),
    "rf_giving_way_true": _("The knee really gives way under me"),
    "rf_recent_surgery": _(
        "Knee surgery in the last six months, or a knee replacement at any time"
    ),
    "rf_hip_sign": _("Pain in the groin, hip or thigh when I walk or run, or a limp from the hip"),
    "rf_cancer_pattern": _(
        "Pain all night or at complete rest, a new lump, weight loss I cannot explain, or new bone "
        "pain after a cancer"
    ),
    "rf_bone_stress_knee": _("One spot on the bone is sharply sore, and hopping hurts there"),
    "rf_multi_joint": _("Several of my joints are swollen"),
    "rf_neuro_referred": _("Pain from the back into the leg, with tingling or weakness"),
    "rf_inflammatory_history": _(
        "Psoriasis, inflamed bowels or eyes, an infection not long ago, or inflamed joints in the "
        "family"
    ),
    "rf_red_s_risk": _(
        "I eat less than I use, my periods stay away, I weigh little, or I have had a stress "
        "fracture"
    ),
}

_WHILE = _("0 is no pain, 10 the worst you can imagine.")
_TRIGGERS = {
    "running": _("running"),
    "downhill": _("going downhill"),
    "stairs_up": _("going up stairs"),
    "stairs_down": _("going down stairs"),
    "squatting": _("squatting"),
    "lunging": _("lunging"),
    "prolonged_sitting": _("sitting for a long time"),
    "rising_from_chair": _("getting up from a chair"),
    "jumping": _("jumping and landing"),
    "kneeling": _("kneeling"),
    "pivoting": _("turning on one leg"),
    "cycling": _("cycling"),
    "walking": _("walking"),
}

DAYS_A_MONTH = Decimal("30.4375")  # of a year of 365.25 days
_WEEKS = (
    ("weeks", Decimal(1)),
    ("months", DAYS_A_MONTH / 7),
    ("years", DAYS_A_MONTH * 12 / 7),
)

ASKED: Mapping[str, Asked] = MappingProxyType(
    {
        **{name: Asked(question=words) for name, words in _SAFETY.items()},
        **{
            f"triggers.{name}": Asked(question=words, hint=_WHILE)
            for name, words in _TRIGGERS.items()
        },
        "affected_side": Asked(question=_("Which knee hurts?")),
        "index_side": Asked(question=_("Which one is worse?")),
        "sex_at_birth": Asked(
            question=_("Sex for comparison"),
            hint=_("Strength is compared with women or men of your age."),
        ),
        "sports": Asked(question=_("What do you do, or want to do again?")),
        "goals": Asked(
            question=_("What would you like to get back to?"),
            hint=_("In your own words. Your plan begins with it."),
        ),
        "training_limited": Asked(question=_("Does the pain keep you from training or work?")),
        "sitting_hours_per_day": Asked(question=_("How many hours a day do you sit?")),
        "occupation_knee_load": Asked(
            question=_("How much stairs, kneeling and squatting does your day hold?"),
            labels={"low": _("Little"), "moderate": _("Some"), "high": _("A lot")},
        ),
        "onset_type": Asked(
            question=_("How did it begin?"),
            labels={
                "gradual": _("Bit by bit"),
                "sudden_no_trauma": _("Suddenly, without an injury"),
                "direct_blow": _("With a blow or a fall on the knee"),
                "twist_landing": _("With a twist or a landing"),
                "post_surgical": _("After an operation"),
            },
        ),
        "injury_days_ago": Asked(
            question=_("How long ago was the injury?"),
            per_unit=(
                ("days", Decimal(1)),
                ("weeks", Decimal(7)),
                ("months", DAYS_A_MONTH),
            ),
        ),
        "symptom_duration_weeks": Asked(
            question=_("How long has it been there this time?"), per_unit=_WEEKS
        ),
        "symptom_course": Asked(
            question=_("Which way is it going?"),
            labels={
                "improving": _("Getting better"),
                "static": _("Staying the same"),
                "worsening": _("Getting worse"),
                "fluctuating": _("Up and down"),
            },
        ),
        "previous_episodes": Asked(
            question=_("How often have you had it before?"), hint=_("0 if this is the first time.")
        ),
        "pain_location": Asked(
            question=_("Where does it hurt?"),
            hint=_("Press all that fit."),
            labels={
                "inferior_pole": _("Just below the kneecap"),
                "tibial_tubercle": _("On the bump below the knee"),
                "quad_tendon": _("Just above the kneecap"),
                "medial_joint_line": _("Inner side of the knee"),
                "lateral_joint_line": _("Outer side of the knee"),
                "lateral_epicondyle": _("Outer side, a little above the knee"),
            },
        ),
        "pain_quality": Asked(
            question=_("What does it feel like?"),
            hint=_("Press all that fit."),
            labels={"dull_ache": _("A dull ache"), "other": _("Something else")},
        ),
        "nprs_now": Asked(question=_("Pain right now"), hint=_WHILE),
        "nprs_worst_7d": Asked(question=_("The worst it was in the last 7 days"), hint=_WHILE),
        "nprs_avg_7d": Asked(question=_("What it mostly was in the last 7 days"), hint=_WHILE),
        "settle_minutes": Asked(
            question=_("Once it is sore, how long until it calms down?"),
            picks=(
                (5, _("A few minutes")),
                (30, _("About half an hour")),
                (60, _("About an hour")),
                (240, _("A few hours")),
                (1440, _("Until the next day")),
                (2880, _("Longer")),
            ),
        ),
        "next_morning_worse": Asked(
            question=_("Is it worse the morning after you have used it a lot?")
        ),
        "morning_stiffness_min": Asked(
            question=_("How long is the knee stiff in the morning?"),
            picks=(
                (0, _("Not at all")),
                (5, _("A few minutes")),
                (15, _("About a quarter of an hour")),
                (30, _("About half an hour")),
                (60, _("An hour or longer")),
            ),
        ),
        "night_pain_mechanical": Asked(
            question=_("At night, does it hurt only when you turn over or lie on it?")
        ),
        "continued_through_pain": Asked(question=_("Did you go on training through the pain?")),
        "failed_prior_rehab": Asked(
            question=_("Have you done guided exercises for 12 weeks or more without much change?")
        ),
        "adherence_confidence": Asked(
            question=_("How sure are you that you could follow an exercise plan?"),
            hint=_("0 is not at all, 10 completely."),
        ),
        "rest_days_per_week": Asked(
            question=_("How many days a week are free of sport that loads the knee?")
        ),
        "sleep_hours": Asked(question=_("How many hours do you usually sleep?")),
        "stress_0_10": Asked(
            question=_("How much stress do you have these days?"),
            hint=_("0 is none, 10 the most you can imagine."),
        ),
        "warm_up_usual": Asked(
            question=_("Do you warm up before sport?"),
            labels={"none": _("No"), "partial": _("A little"), "regular": _("Always")},
        ),
        "pregnant": Asked(question=_("Are you pregnant?")),
        "anticoagulant_or_bleeding": Asked(
            question=_("Do you take a blood thinner, or bleed easily?")
        ),
        "skin_tape_problem": Asked(question=_("Is your skin fragile, or allergic to tape?")),
        "cold_problem": Asked(
            question=_("Do you react badly to cold, or feel less in hands or feet?"),
            hint=_("Raynaud, hives from cold, numb skin."),
        ),
        "bfr_contraindication": Asked(
            question=_("Have you had a blood clot, high blood pressure or diseased vessels?")
        ),
        "running_level": Asked(
            question=_("What kind of runner are you?"),
            labels={
                "novice": _("New to it"),
                "recreational": _("For myself"),
                "competitive": _("For races"),
            },
        ),
        "run_status": Asked(
            question=_("Are you running now?"),
            labels={
                "running_full": _("As usual"),
                "running_modified": _("Less or easier"),
                "stopped": _("Not at the moment"),
            },
        ),
        "usual_week_km": Asked(question=_("A usual week before it began")),
        "peak_week_km": Asked(question=_("The longest week in the month before it began")),
        "longest_run_prior30d_km": Asked(
            question=_("The longest run in the month before that one"),
        ),
        "longest_run_km": Asked(question=_("The run that set it off, or the longest before it")),
        "current_week_km": Asked(question=_("This week so far, or last week")),
        "abrupt_change": Asked(question=_("Suddenly other hills, speed, ground or shoes")),
        "other_load_spike": Asked(
            question=_("Suddenly more stairs, hiking, gym or team sport")
        ),
        "shoe_km": Asked(question=_("How far have you run in your running shoes?")),
        "shoe_condition": Asked(
            question=_("How worn are the shoes you use most?"),
            labels={"good": _("Hardly"), "worn": _("Somewhat"), "very_worn": _("Very")},
        ),
        "shoe_fit_ok": Asked(question=_("Do the shoes you use most fit you well?")),
        "psfs": Asked(
            question=_("What is hard because of your knee?"),
            hint=_("0 is: I cannot do it. 10 is: as well as before."),
        ),
    }
)  # fmt: skip
