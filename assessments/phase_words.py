"""The criteria of a phase in words: for the physio with values and days, for the patient plain."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.criteria import Judged, Part, Standing, State
from assessments.library import Library
from assessments.library.phases import Phase
from assessments.library.translating import AS_WRITTEN, Speaker
from assessments.models import Discharge, PhaseStep
from assessments.phase_now import PhaseNow
from assessments.screen.words import label_of, value_words

STATES = {
    State.MET: gettext_lazy("met"),
    State.NOT_MET: gettext_lazy("not met"),
    State.NOT_TESTED: gettext_lazy("unknown: not tested"),
    State.STALE: gettext_lazy("unknown: too old"),
}
PATIENT_STATES = {
    State.MET: gettext_lazy("there"),
    State.NOT_MET: gettext_lazy("not yet"),
    State.NOT_TESTED: gettext_lazy("not looked at yet"),
    State.STALE: gettext_lazy("to be looked at again"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionCard:
    """One criterion; ``found`` says each value behind it with its day, empty for the patient."""

    id: str
    label: str
    state: str
    words: str
    found: tuple[str, ...] = ()

    @property
    def unknown(self) -> bool:
        return self.state in (State.NOT_TESTED, State.STALE)


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingCard:
    """How the criteria stand: ``2 of 3 met``, and what is missing by name."""

    summary: str
    criteria: tuple[CriterionCard, ...]


def standing_for_physio(standing: Standing, library: Library) -> StandingCard:
    """Say how the criteria stand, with every value and its day."""
    return StandingCard(
        summary=_summary(standing, AS_WRITTEN),
        criteria=tuple(
            CriterionCard(
                id=each.criterion.id,
                label=each.criterion.label,
                state=each.state.value,
                words=str(STATES[each.state]),
                found=tuple(_found(one, library) for one in each.parts if one.found),
            )
            for each in standing.judged
        ),
    )


def standing_for_patient(standing: Standing, said: Speaker) -> StandingCard:
    """Say how the criteria stand in plain words, without a value, as the reader reads them."""
    return StandingCard(
        summary=_summary(standing, said),
        criteria=tuple(
            CriterionCard(
                id=each.criterion.id,
                label=said.say(each.criterion.label),
                state=each.state.value,
                words=str(PATIENT_STATES[each.state]),
            )
            for each in standing.judged
        ),
    )


def here_for_patient(here: PhaseNow, said: Speaker) -> PhaseNow:
    """Return where somebody is, with the phases' names as the reader reads them."""
    following = here.following and _told(here.following, said)
    return replace(here, phase=_told(here.phase, said), following=following)


def _told(phase: Phase, said: Speaker) -> Phase:
    return replace(phase, name=said.say(phase.name), aim=said.say(phase.aim))


def step_words(step: PhaseStep | Discharge) -> list[str]:
    """Say how each criterion stood when the clinician went on, or closed the episode."""
    said = []
    for each in step.criteria:
        state = _("seen by the clinician") if each["seen"] else STATES[State(each["state"])]
        said.append(f"{each['label']}: {state}")
    return said


def _summary(standing: Standing, said: Speaker) -> str:
    counted = {"met": standing.met, "all": len(standing.judged)}
    if not standing.missing:
        return _("%(met)s of %(all)s met") % counted
    names = _names(standing.missing, said)
    return _("%(met)s of %(all)s met, missing: %(names)s") % {**counted, "names": names}


def _names(missing: Sequence[Judged], said: Speaker) -> str:
    return "; ".join(said.say(each.criterion.label) for each in missing)


def _found(compared: Part, library: Library) -> str:
    """``Worst pain, last 7 days: 6/10 (10 Jan 2027)``, and whether that is too old to count."""
    name, found = compared.check.field, compared.found
    if found is None:
        return ""
    fact = library.fact_by_id.get(name)
    said = _value(name, found.value, library) if fact else value_words(name, found.value)
    label = fact.label if fact else label_of(name)
    old = ", " + _("too old to count") if compared.state is State.STALE else ""
    day = formats.date_format(found.on, "j M Y")
    return f"{label}: {said} ({day}{old})"


def _value(name: str, value: object, library: Library) -> str:
    if isinstance(value, tuple | list):
        names = [library.exercise_by_id[str(each)].name for each in value]
        return ", ".join(names) or _("none of them")
    return {"yes": _("yes"), "no": _("no")}.get(str(value), str(value))
