"""The screens of the intake and what each asks, by what was answered before. Pure.

A screen's name stands in addresses, so it is the same whatever was answered: questions that only
some people get appear on a screen, never as a screen of their own.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from assessments.findings import FIELDS, REPORTED, Field, Findings
from assessments.findings.field import gettext_noop as _
from assessments.findings.reported import ASKED_IN
from assessments.library.questionnaires import INSTRUMENTS

PartName = Literal["first", "more"]
FIRST: PartName = "first"  # before you come
MORE: PartName = "more"  # if you have time
When = Callable[[Findings], bool]


def always(told: Findings) -> bool:
    return True


def runs(told: Findings) -> bool:
    return told.value("is_runner") is True


def both_knees(told: Findings) -> bool:
    return told.both


def was_injured(told: Findings) -> bool:
    return told.value("onset_type") in ("direct_blow", "twist_landing")


def may_be_pregnant(told: Findings) -> bool:
    return told.value("sex_at_birth") in ("F", "X")


def does(*sports: str) -> When:
    """Return whether somebody does any of these, or wants to again."""

    def asked(told: Findings) -> bool:
        chosen = told.value("sports")
        return isinstance(chosen, tuple) and any(sport in chosen for sport in sports)

    return asked


def does_none(*sports: str) -> When:
    asked = does(*sports)
    return lambda told: not asked(told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One question. ``needed``: a part is sent only when it is answered.

    together  asked as one of several statements under this heading: tick what fits, or none
    """

    field: str
    needed: bool = False
    together: str = ""
    when: When = always


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One screen.

    way      questions: one after the other; statements: tick what fits or say that none does;
             forms: questionnaires, where the library holds any
    at_least_one  of its questions has to be answered
    """

    name: str
    part: PartName
    title: str
    lead: str = ""
    way: Literal["questions", "statements", "goals", "forms", "papers"] = "questions"
    items: tuple[Item, ...] = ()
    at_least_one: bool = False

    def asked(self, told: Findings) -> tuple[Item, ...]:
        """Return what this person is asked here."""
        return tuple(item for item in self.items if item.when(told))


def field_of(name: str) -> Field:
    """Return the entry a question is about; KeyError for an unknown name."""
    return FIELDS[name] if name in FIELDS else REPORTED[name]


def _statements(*fields: str) -> tuple[Item, ...]:
    return tuple(Item(field=field, needed=True) for field in fields)


def _rated(trigger: str, when: When = always) -> Item:
    return Item(field=f"triggers.{trigger}", when=when)


BALL_GAMES = ("football", "basketball")
DOWNHILL = ("running", "hiking", "skiing")
CHANGES = _("What changed in the weeks before?")
LUNGES = ("gym", "weightlifting", "skiing")

STEPS: tuple[Step, ...] = (
    Step(
        name="safety-1",
        part=FIRST,
        title=_("Safety first"),
        lead=_("Does any of this apply to you now?"),
        way="statements",
        items=_statements(
            "rf_chest_symptoms",
            "rf_cauda_equina",
            "rf_neurovascular",
            "rf_hot_joint",
            "rf_systemic",
            "rf_dvt_suspected",
        ),
    ),
    Step(
        name="safety-2",
        part=FIRST,
        title=_("Safety: the knee"),
        lead=_("Is any of this true of your knee?"),
        way="statements",
        items=_statements(
            "okr_cannot_walk_4",
            "rf_cannot_slr",
            "rf_locked",
            "rf_rapid_effusion",
            "rf_patella_dislocation_acute",
            "rf_patella_instability",
            "rf_giving_way_true",
            "rf_recent_surgery",
        ),
    ),
    Step(
        name="safety-3",
        part=FIRST,
        title=_("Safety: the rest of you"),
        lead=_("And is any of this true of you?"),
        way="statements",
        items=_statements(
            "rf_hip_sign",
            "rf_cancer_pattern",
            "rf_bone_stress_knee",
            "rf_multi_joint",
            "rf_neuro_referred",
            "rf_inflammatory_history",
            "rf_red_s_risk",
        ),
    ),
    Step(
        name="where",
        part=FIRST,
        title=_("Where it hurts"),
        items=(
            Item(field="affected_side", needed=True),
            Item(field="index_side", needed=True, when=both_knees),
            Item(field="pain_location", needed=True),
        ),
    ),
    Step(
        name="pain",
        part=FIRST,
        title=_("How sore it is"),
        items=(
            Item(field="nprs_now", needed=True),
            Item(field="nprs_worst_7d", needed=True),
            Item(field="nprs_avg_7d"),
            Item(field="settle_minutes", needed=True),
            Item(field="next_morning_worse"),
        ),
    ),
    Step(
        name="sport",
        part=FIRST,
        title=_("What you do"),
        items=(Item(field="sports", needed=True),),
    ),
    Step(
        name="triggers",
        part=FIRST,
        title=_("What sets it off"),
        lead=_("How much does it hurt while you are …"),
        at_least_one=True,
        items=(
            _rated("stairs_up"),
            _rated("stairs_down"),
            _rated("squatting"),
            _rated("prolonged_sitting"),
            _rated("rising_from_chair"),
            _rated("walking"),
            _rated("running", does("running")),
            _rated("downhill", does(*DOWNHILL)),
            _rated("cycling", does("cycling")),
            _rated("jumping", does(*BALL_GAMES)),
            _rated("pivoting", does(*BALL_GAMES)),
            _rated("lunging", does(*LUNGES)),
        ),
    ),
    Step(
        name="start",
        part=FIRST,
        title=_("How it began"),
        items=(
            Item(field="onset_type", needed=True),
            Item(field="injury_days_ago", needed=True, when=was_injured),
            Item(field="symptom_duration_weeks", needed=True),
            Item(field="symptom_course"),
        ),
    ),
    Step(
        name="load",
        part=FIRST,
        title=_("Before it began"),
        items=(
            Item(field="run_status", needed=True, when=runs),
            Item(field="usual_week_km", when=runs),
            Item(field="peak_week_km", when=runs),
            Item(field="abrupt_change", when=runs, together=CHANGES),
            Item(field="other_load_spike", together=CHANGES),
            Item(field="shoe_fit_ok"),
        ),
    ),
    Step(
        name="goals",
        part=FIRST,
        title=_("What you want back"),
        way="goals",
        items=(
            Item(field="psfs", needed=True),
            Item(field="psfs_name", needed=True),
            Item(field="goals"),
            Item(field="goal_on"),
        ),
    ),
    Step(
        name="you",
        part=MORE,
        title=_("You and your day"),
        items=(
            Item(field="sex_at_birth"),
            Item(field="occupation_knee_load"),
            Item(field="sitting_hours_per_day"),
            Item(field="training_limited"),
            Item(field="adherence_confidence"),
        ),
    ),
    Step(
        name="story",
        part=MORE,
        title=_("The story so far"),
        items=(
            Item(field="pain_quality"),
            Item(field="previous_episodes"),
            Item(field="continued_through_pain"),
            Item(field="failed_prior_rehab"),
            Item(field="morning_stiffness_min"),
            Item(field="night_pain_mechanical"),
        ),
    ),
    Step(
        name="further",
        part=MORE,
        title=_("More that may set it off"),
        lead=_("How much does it hurt while you are …"),
        items=(
            _rated("kneeling"),
            _rated("lunging", does_none(*LUNGES)),
            _rated("jumping", does_none(*BALL_GAMES)),
            _rated("pivoting", does_none(*BALL_GAMES)),
        ),
    ),
    Step(
        name="rest",
        part=MORE,
        title=_("Sleep and rest"),
        items=(
            Item(field="sleep_hours"),
            Item(field="stress_0_10"),
            Item(field="rest_days_per_week"),
            Item(field="warm_up_usual"),
        ),
    ),
    Step(
        name="shoes",
        part=MORE,
        title=_("Shoes and distances"),
        items=(
            Item(field="shoe_condition"),
            Item(field="shoe_km", when=runs),
            Item(field="running_level", when=runs),
            Item(field="current_week_km", when=runs),
            Item(field="longest_run_km", when=runs),
            Item(field="longest_run_prior30d_km", when=runs),
        ),
    ),
    Step(
        name="health",
        part=MORE,
        title=_("Your health"),
        items=(
            Item(field="anticoagulant_or_bleeding"),
            Item(field="bfr_contraindication"),
            Item(field="skin_tape_problem"),
            Item(field="cold_problem"),
            Item(field="pregnant", when=may_be_pregnant),
            Item(field="other_conditions"),
            Item(field="medicines"),
            Item(field="gp"),
        ),
    ),
    Step(
        name="forms",
        part=MORE,
        title=_("Questionnaires"),
        way="forms",
        items=tuple(Item(field=name) for name in (*INSTRUMENTS, ASKED_IN)),
    ),
    Step(name="papers", part=MORE, title=_("Letters and images"), way="papers"),
)

STEP_BY_NAME: Mapping[str, Step] = {step.name: step for step in STEPS}
# What follows from other answers; it is kept with them and never asked for itself.
FOLLOWS = ("is_runner", "run_status", "index_side")


def steps_of(part: str) -> tuple[Step, ...]:
    """Return the screens of a part in their order."""
    return tuple(step for step in STEPS if step.part == part)


def asked_fields(part: str, told: Findings) -> Iterator[str]:
    """Yield every question this person gets in a part."""
    for step in steps_of(part):
        yield from (item.field for item in step.asked(told))
