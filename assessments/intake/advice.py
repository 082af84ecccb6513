"""What a red-flag answer means before anybody has examined: how soon, and in which words.

The rules are those of the chart (specification, section C), run on what the patient said. They
never say that a flag is absent: without one there is nothing to say.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from assessments.findings import FIELDS, Findings
from assessments.library import Library
from assessments.library.texts import Phrase
from assessments.library.translating import AS_WRITTEN, Speaker
from assessments.rules.chart import Chart
from assessments.rules.gate import BLOCKING, QUESTIONS, read_gate
from assessments.scoring.metrics import metrics

EMERGENCY, SAME_DAY, REFER = BLOCKING
WORDS: Mapping[str, str] = {
    EMERGENCY: "emergency.now",
    SAME_DAY: "emergency.today",
    REFER: "emergency.tell_us",
}
# Its weight depends on the age (RF12, RF13, RF22); unknown, the most urgent of the three counts.
BY_AGE = "rf_hip_sign"


class Concern(NamedTuple):
    """Why a clinician has to know before the visit.

    level   EMERGENCY, SAME_DAY or REFER
    flags   ids of the red flags, sorted
    fields  the red-flag questions whose yes is behind them, in their order
    urgent  those of them that are behind the strongest level
    """

    level: str
    flags: tuple[str, ...]
    fields: tuple[str, ...]
    urgent: tuple[str, ...]

    def is_news(self, flags: set[str], fields: set[str]) -> bool:
        """Say whether there is more to it than what was known."""
        return not (set(self.flags) <= flags and set(self.fields) <= fields)


def concern_of(told: Findings, age: int | None, library: Library) -> Concern | None:
    """Return what the answers call for; None where no rule has anything to say.

    age  full years, None where the date of birth is not known
    """
    known = dict(told.values)
    if age is not None and FIELDS["age_years"].hard.holds(age):
        known["age_years"] = age
    findings = Findings(known)
    gate = read_gate(Chart(findings, metrics(findings)), library.rulebook)
    said: dict[str, set[str]] = {}
    for flag in gate.red_flags:
        behind = {check.field for check in gate.because[flag].checks if check.value == "yes"}
        said.setdefault(library.rulebook.flag_by_id[flag].level, set()).update(behind)
    if findings.value(BY_AGE) == "yes" and not findings.known("age_years"):
        said.setdefault(SAME_DAY, set()).add(BY_AGE)
    strongest = next((level for level in BLOCKING if level in said), None)
    if strongest is None:
        return None
    every = set().union(*said.values())
    return Concern(
        strongest,
        gate.red_flags,
        tuple(name for name in QUESTIONS if name in every),
        tuple(name for name in QUESTIONS if name in said[strongest]),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What the patient reads: what to do, because of what, and whom else one may ask there.

    said   what was ticked, in the words it was asked in; empty where other answers add up to it
    notes  what has to be said of the translation
    """

    level: str
    phrase: Phrase
    said: tuple[str, ...] = ()
    helpline: str = ""
    notes: tuple[str, ...] = ()


def advice_for(
    concern: Concern, library: Library, *, number: str, country: str, speaker: Speaker = AS_WRITTEN
) -> Advice:
    """Return the words for a concern.

    number   the emergency number of the place
    country  its code; a helpline is named where the library knows one
    """
    asked = [FIELDS[name].asked for name in concern.urgent]
    said = tuple(each.question for each in asked if each)
    return advice_at(concern.level, said, library, number=number, country=country, speaker=speaker)


def advice_at(
    level: str,
    said: tuple[str, ...],
    library: Library,
    *,
    number: str,
    country: str,
    speaker: Speaker,
) -> Advice:
    """Return the words for a level; ``said`` is what was ticked. ``country`` may be unknown."""
    phrase = library.phrase_by_id[WORDS[level]]
    line = library.phrase_by_id.get(f"helpline.{country}")
    values = {"number": number} if phrase.values else {}
    return Advice(
        level=level,
        phrase=speaker.told(phrase, **values),
        said=said,
        helpline=speaker.say(line.text) if line else "",
        notes=speaker.notes(),
    )
