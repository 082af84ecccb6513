"""What the library says: exercises with their doses, conflicts, sources, claims and page texts.

Frozen values in the shape of the files in ``v1``; phases are in ``phases``, running in
``running``. Texts are in the language of the library and shown as they are; only the words a
dose is put together from are marked for translation.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

Tag = Literal["V", "S", "R", "APP"]
Translate = Callable[[str], str]

DAYS_A_WEEK = 7


def gettext_noop(message: str) -> str:
    """Mark ``message`` for translation and return it unchanged (no Django here)."""
    return message


_ = gettext_noop

# What a dose is put together from.
HOLD = _("hold %(seconds)s s")
SECONDS = _("%(seconds)s s")
DAILY = _("daily")
A_WEEK = _("%(times)s a week")
A_SIDE = _("%(amount)s a side")


class Citation(NamedTuple):
    """A source, how it was seen, and the guideline's letter where it gives one."""

    key: str
    tag: str
    grade: str = ""

    @classmethod
    def from_text(cls, text: str) -> "Citation":
        """Read ``KEY [tag]`` or ``KEY [tag, grade]``. Raises ValueError on anything else."""
        found = re.fullmatch(r"([A-Z][A-Z0-9]*) \[(V|S|R|APP)(?:, ?([A-F]))?\]", text)
        if not found:
            raise ValueError(f"a source reads KEY [V] or KEY [R, A], not {text!r}")
        return cls(found[1], found[2], found[3] or "")

    def __str__(self) -> str:
        return (
            f"{self.key} [{self.tag}, {self.grade}]" if self.grade else f"{self.key} [{self.tag}]"
        )


class Limits(NamedTuple):
    """Lowest and highest number a clinical lead may enter, both included."""

    low: int
    high: int


DOSE_LIMITS: Mapping[str, Limits] = {
    "sets": Limits(1, 6),
    "sets_when_high": Limits(1, 6),
    "reps": Limits(1, 30),
    "hold_s": Limits(1, 300),
    "per_week": Limits(1, 7),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """How much and how often. Parts are whole numbers; ``None`` where the dose has no such part.

    sets            per session
    sets_when_high  per session while irritability is HIGH
    reps            per set; ``unit`` says of what when not plain repetitions
    hold_s          seconds: of one repetition, or of one set without repetitions
    per_side        the whole amount on each side
    per_week        sessions a week, 7 is daily
    words           shown instead, where parts cannot say it
    """

    sets: int | None = None
    sets_when_high: int | None = None
    reps: int | None = None
    hold_s: int | None = None
    per_side: bool = False
    unit: str = ""
    per_week: int | None = None
    words: str = ""

    def text(self, translate: Translate = gettext_noop) -> str:
        """Say the dose on one line: ``3 × 8 a side, 3 a week``. ``translate`` gets each pattern."""
        if self.words:
            return self.words
        parts = [self._work(translate)]
        if self.reps and self.hold_s:
            parts.append(translate(HOLD) % {"seconds": self.hold_s})
        if self.per_week == DAYS_A_WEEK:
            parts.append(translate(DAILY))
        elif self.per_week:
            parts.append(translate(A_WEEK) % {"times": self.per_week})
        return ", ".join(part for part in parts if part)

    def _work(self, translate: Translate) -> str:
        """Say the amount of one session: ``4 × 15 s a side``."""
        amount = str(self.reps or "")
        if not amount and self.hold_s:
            amount = translate(SECONDS) % {"seconds": self.hold_s}
        if self.sets and self.sets > 1:
            amount = f"{self.sets} × {amount}"
        if self.unit:
            amount = f"{amount} {self.unit}"
        return translate(A_SIDE) % {"amount": amount} if self.per_side else amount


@dataclass(frozen=True, slots=True, kw_only=True)
class PainLimit:
    """I-LIM: the number of the plan. own: the words here, with ``maximum`` where 0-10 is meant."""

    rule: Literal["I-LIM", "own"]
    maximum: int | None = None
    text: str = ""


Category = Literal[
    "strength",
    "trunk",
    "control",
    "landing",
    "stretch",
    "release",
    "mobility",
    "running",
    "preparation",
    "fitness",
    "aid",
    "clinic",
    "self_care",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise:
    """One exercise or piece of advice. ``harder`` and ``easier`` are ids of other exercises.

    phases          the phases it suits, or ``any``
    home            counts as a home exercise
    pain_limit      ``None`` where there is nothing to limit
    precaution      what the patient reads under "take care"
    clinician_note  what only the clinician reads
    refers_to       rules, cautions, findings, phases or tests behind the precaution, note or dose
    articles        clinic articles that name it; no evidence
    """

    id: str
    name: str
    category: Category
    target: str
    phases: tuple[Literal["P1", "P2", "P3", "P4", "P5", "any"], ...]
    home: bool
    dose: Dose
    instruction: str
    progress_to: str = ""
    harder: tuple[str, ...] = ()
    step_back_to: str = ""
    easier: tuple[str, ...] = ()
    pain_limit: PainLimit | None = None
    equipment: str = ""
    precaution: str = ""
    clinician_note: str = ""
    refers_to: tuple[str, ...] = ()
    sources: tuple[Citation, ...] = ()
    articles: tuple[str, ...] = ()
    source_note: str = ""


def dose_for(exercise: Exercise, irritability: str) -> Dose:
    """Return the starting dose at that irritability (LOW, MODERATE or HIGH).

    Source: specification D6 (two sets instead of three while HIGH; clinic default).
    """
    dose = exercise.dose
    if irritability == "HIGH" and dose.sets_when_high is not None:
        return replace(dose, sets=dose.sets_when_high)
    return dose


@dataclass(frozen=True, slots=True, kw_only=True)
class BannedWord:
    """A stem no patient text may hold. ``unless`` are phrases in which it is meant."""

    stem: str
    because: str
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Where clinic articles and guidance differ. A patient may read ``wording`` only."""

    id: str
    articles_say: str
    guidance: str
    app_does: str
    wording: str
    sources: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A reference, where it was checked, and what of it is only recalled."""

    key: str
    reference: str
    tags: tuple[Tag, ...]
    status: str
    checked: str = ""
    recalled: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A public clinic article, read for what clinics offer; not named and no evidence."""

    key: str
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One claim of a clinic article in our words, and the ids that answer it."""

    id: str
    article: str
    kind: str
    claim: str
    maps_to: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A text a page shows. ``values`` are the names it fills in between braces."""

    id: str
    audience: Literal["patient", "clinician", "everyone"]
    text: str
    title: str = ""
    items: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    sources: tuple[Citation, ...] = ()

    def filled(self, **given: object) -> "Phrase":
        """Return the phrase with its values filled in. KeyError when one is not given."""
        return replace(
            self,
            title=self.title.format(**given),
            text=self.text.format(**given),
            items=tuple(item.format(**given) for item in self.items),
            values=(),
        )
