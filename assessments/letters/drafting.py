"""The first text of a letter, from what a signed chart says. Pure: words go in, sections come out.

Everything arrives in words, as the signed chart shows it; nothing is judged here. What was not
recorded is left out, never said to be normal, and no red flag is ever said to be absent.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

Translate = Callable[[str], str]
Pairs = tuple[tuple[str, str], ...]  # label and value


def gettext_noop(message: str) -> str:
    """Mark ``message`` for translation and return it unchanged (no Django here)."""
    return message


_ = gettext_noop


@dataclass(frozen=True, slots=True)
class Flag:
    """A red flag that fired: its id, what it means, and how soon."""

    id: str
    wording: str
    timeframe: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Charted:
    """What one signed chart says.

    patient     first and last name       seen_on   the day, in words
    knee        left knee, right knee, both knees
    age         full years, empty where not known
    found       findings with their values, the sore side first
    answered    questions about red flags whose answer is yes
    scores      names and values          gate      the gate's level in words
    view        support for the diagnosis, groups, irritability and severity
    plan        exercises with their dose, as the patient has them; empty without a plan
    """

    patient: str
    seen_on: str
    knee: str
    age: str = ""
    found: Pairs = ()
    answered: tuple[str, ...] = ()
    scores: Pairs = ()
    gate: str = ""
    flags: tuple[Flag, ...] = ()
    cautions: tuple[str, ...] = ()
    view: Pairs = ()
    contributors: tuple[str, ...] = ()
    plan: tuple[str, ...] = ()
    review_on: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """An episode from its first to its last signed chart. ``changes``: label, then, now."""

    first_seen: str
    last_seen: str
    visits: int
    reason: str = ""
    changes: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and its text: paragraphs apart by an empty line, "- " begins an item."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Draft:
    subject: str
    sections: tuple[Section, ...]


def gp_letter(chart: Charted, say: Translate = gettext_noop) -> Draft:
    """Tell the general practitioner what was found and what is done about it."""
    opening = say(_("I saw %(patient)s on %(day)s because of the %(knee)s.")) % _who(chart)
    return _draft(
        say(_("Physiotherapy assessment of the %(knee)s, %(day)s")) % _who(chart),
        (say(_("Why I write")), opening),
        (say(_("What was found")), _items(_pairs((*chart.found, *chart.scores)))),
        (say(_("My view")), _view(chart, say)),
        (say(_("What we do")), _plan(chart, say)),
        (
            say(_("What I ask of you")),
            say(_("Nothing now. Please tell us if you know of anything that speaks against it.")),
        ),
    )


def referral_letter(chart: Charted, say: Translate = gettext_noop) -> Draft:
    """Ask somebody to look at a red flag: which, how soon, and what was found."""
    asked = say(_("Please see %(patient)s, whom I examined on %(day)s.")) % _who(chart)
    flags = [f"{flag.wording} ({flag.timeframe})" for flag in chart.flags]
    return _draft(
        say(_("Referral because of the %(knee)s, %(day)s")) % _who(chart),
        (say(_("What I ask of you, and how soon")), _join(asked, _items(flags))),
        (say(_("What was answered yes")), _items(chart.answered)),
        (say(_("What was found")), _items(_pairs((*chart.found, *chart.scores)))),
        (
            say(_("Until then")),
            say(_("There is no exercise plan. Physiotherapy waits for your answer.")),
        ),
        (
            say(_("Please let us know")),
            say(_("What you found, and whether physiotherapy may go on. Our number is above.")),
        ),
    )


def discharge_letter(chart: Charted, course: Course, say: Translate = gettext_noop) -> Draft:
    """Say how the care went, from the first chart to the last, and why it ends."""
    facts = {**_who(chart), "first": course.first_seen, "last": course.last_seen}
    if course.visits > 1:
        opening = say(_("I looked after %(patient)s from %(first)s to %(last)s: the %(knee)s."))
    else:
        opening = say(_("I saw %(patient)s once, on %(last)s, because of the %(knee)s."))
    ended = say(_("Care ended: %(reason)s.")) % {"reason": course.reason} if course.reason else ""
    pattern = say(_("%(label)s: %(then)s at first, %(now)s at the end"))
    changes = [
        pattern % {"label": label, "then": then, "now": now} for label, then, now in course.changes
    ]
    return _draft(
        say(_("Discharge from physiotherapy, %(knee)s, %(day)s")) % _who(chart),
        (say(_("Course")), _join(opening % facts, ended)),
        (say(_("How it changed")), _items(changes)),
        (say(_("At the last examination")), _items(_pairs((*chart.found, *chart.scores)))),
        (say(_("My view")), _view(chart, say)),
        (say(_("What goes on at home")), _items(chart.plan)),
        (
            say(_("What I ask of you")),
            say(_("Nothing now. %(patient)s may come back to us at any time.")) % _who(chart),
        ),
    )


def _who(chart: Charted) -> dict[str, str]:
    return {"patient": chart.patient, "knee": chart.knee, "day": chart.seen_on}


def _view(chart: Charted, say: Translate) -> str:
    """What the rules made of it, as the signed chart says it."""
    flags = [f"{flag.wording} ({flag.timeframe})" for flag in chart.flags]
    named = ", ".join(chart.contributors)
    contributing = say(_("Contributing: %(names)s.")) % {"names": named} if named else ""
    return _join(
        "" if flags else chart.gate,
        _items([*flags, *_pairs(chart.view), *chart.cautions]),
        contributing,
    )


def _plan(chart: Charted, say: Translate) -> str:
    if not chart.plan:
        return say(_("There is no exercise plan at present."))
    review = say(_("We look at it again on %(day)s.")) % {"day": chart.review_on}
    return _join(say(_("Home exercises:")), _items(chart.plan), review if chart.review_on else "")


def _draft(subject: str, *sections: tuple[str, str]) -> Draft:
    """Leave out what has nothing to say."""
    return Draft(subject, tuple(Section(*each) for each in sections if each[1]))


def _join(*paragraphs: str) -> str:
    return "\n\n".join(each for each in paragraphs if each)


def _items(lines: Iterable[str]) -> str:
    return "\n".join(f"- {' '.join(line.split())}" for line in lines if line)


def _pairs(pairs: Pairs) -> list[str]:
    return [f"{label}: {value}" for label, value in pairs if value]
