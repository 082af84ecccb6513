"""What can be wrong with the dose of an exercise: numbers out of reach, parts that do not fit."""

from assessments.library.rulebook_faults import Faults, fault
from assessments.library.texts import DOSE_LIMITS, Dose, Exercise
from assessments.library.texts import gettext_noop as _


def dose_faults(exercise: Exercise) -> Faults:
    """Find what a person could not do, or could not read, in the dose of an exercise."""
    dose = exercise.dose
    for name, limits in DOSE_LIMITS.items():
        number = getattr(dose, name)
        if number is not None and not limits.low <= number <= limits.high:
            yield fault(
                "exercises",
                exercise.id,
                _("{name} is outside {low} to {high}"),
                name=name,
                low=str(limits.low),
                high=str(limits.high),
            )
    if not dose.words and not _says_how_much(dose):
        yield fault("exercises", exercise.id, _("the dose says neither how much nor how often"))
    if not _fewer_when_high(dose):
        yield fault("exercises", exercise.id, _("sets_when_high is fewer than sets, without words"))


def _says_how_much(dose: Dose) -> bool:
    return bool(dose.sets and (dose.reps or dose.hold_s) and dose.per_week)


def _fewer_when_high(dose: Dose) -> bool:
    """Words are shown as they stand, so they cannot follow a change of sets."""
    if dose.sets_when_high is None:
        return True
    return not dose.words and dose.sets is not None and dose.sets_when_high < dose.sets
