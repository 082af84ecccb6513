"""The note that a chart writes by itself, in four parts. Pure: words go in, four texts come out.

Everything arrives in words, as the chart shows it; nothing is judged here. What was not recorded is
left out, never said to be normal; a pain of 0 is said, and a pain nobody asked for is not. No red
flag is ever said to be absent.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from assessments.findings.field import gettext_noop as _

Translate = Callable[[str], str]
Pairs = tuple[tuple[str, str], ...]  # label and value

# Sections of the dictionary that hold what the patient says; the others hold what was found.
TOLD = frozenset({"person", "history", "load", "triggers", "instruments"})
SAFETY = "red_flags"
MOST_OPEN = 3  # questions without an answer that are named; of more, how many


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section of the chart: what was recorded in it, what was not tested, its free note."""

    code: str
    label: str
    lines: Pairs = ()
    not_tested: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What one chart says.

    answered   safety questions whose answer is yes     open   those without an answer
    gate       the gate's level in words                flags  how soon, and what
    view       support for the diagnosis, groups, irritability and severity; empty while
               safety questions are open
    treatments what was done at the visit, a line each
    plan       the draft that follows: label and value; ``exercises`` by name
    no_plan    why none follows, as a sentence
    """

    sections: tuple[Section, ...] = ()
    answered: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    scores: Pairs = ()
    gate: str = ""
    flags: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    view: Pairs = ()
    contributors: tuple[str, ...] = ()
    not_measured: tuple[str, ...] = ()
    treatments: tuple[str, ...] = ()
    plan: Pairs = ()
    exercises: tuple[str, ...] = ()
    no_plan: str = ""


def draw(facts: Facts, say: Translate) -> dict[str, str]:
    """Return the four parts by their names (``notes.lines.SOAP``); "" where nothing is recorded."""
    return {
        "subjective": _subjective(facts, say),
        "objective": _objective(facts, say),
        "assessment": _assessment(facts, say),
        "plan": _plan(facts, say),
    }


def _subjective(facts: Facts, say: Translate) -> str:
    told = [_section(each, say) for each in facts.sections if each.code in TOLD]
    safety = next((each for each in facts.sections if each.code == SAFETY), None)
    return _paragraphs(
        *told,
        _listed(say(_("Safety questions answered yes")), facts.answered),
        _listed(say(_("Safety questions without an answer")), facts.open[:MOST_OPEN])
        if len(facts.open) <= MOST_OPEN
        else say(_("%(count)s safety questions have no answer.")) % {"count": len(facts.open)},
        f"{safety.label}: {safety.note}" if safety and safety.note else "",
    )


def _objective(facts: Facts, say: Translate) -> str:
    found = [_section(each, say) for each in facts.sections if each.code not in TOLD | {SAFETY}]
    return _paragraphs(*found, _listed(say(_("Scores")), _pairs(facts.scores)))


def _assessment(facts: Facts, say: Translate) -> str:
    return _paragraphs(
        _sentence(facts.gate),
        *map(_sentence, facts.flags),
        _listed(say(_("Cautions")), facts.cautions),
        _sentence("; ".join(_pairs(facts.view))),
        _listed(say(_("Contributing")), facts.contributors),
        _listed(say(_("Not measured")), facts.not_measured),
    )


def _plan(facts: Facts, say: Translate) -> str:
    given = [f"{say(_('Treatment given'))}: {line}." for line in facts.treatments]
    return _paragraphs(
        "\n".join(given),
        _sentence(facts.no_plan),
        _sentence("; ".join(_pairs(facts.plan))),
        _listed(say(_("Exercises")), facts.exercises),
    )


def _section(section: Section, say: Translate) -> str:
    """One paragraph: the section's name, then what was recorded in it."""
    said = [*_pairs(section.lines)]
    if section.not_tested:
        said.append(f"{say(_('not tested'))}: {', '.join(section.not_tested)}")
    text = _listed(section.label, said)
    if not section.note:
        return text
    return f"{text} {section.note}" if text else f"{section.label}: {section.note}"


def _listed(label: str, items: Iterable[str]) -> str:
    said = "; ".join(items)
    return _sentence(f"{label}: {said}") if said else ""


def _sentence(text: str) -> str:
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."


def _pairs(pairs: Pairs) -> list[str]:
    return [f"{label}: {value}" for label, value in pairs if value]


def _paragraphs(*texts: str) -> str:
    return "\n".join(each for each in texts if each)
