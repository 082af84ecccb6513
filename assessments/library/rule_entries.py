"""What the rule files are made of: one frozen value per entry, in the shape of ``v1``.

The words, weights and sources of the rules; when a rule fires is code in ``assessments.rules``.
Texts are in the language of the library.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Literal, NamedTuple

from assessments.library.texts import Citation

Level = Literal["EMERGENCY", "SAME_DAY", "REFER"]
Strength = Literal["strong", "moderate", "weak", "app_default"]
Subcategory = Literal["MUSCLE", "COORD", "MOBILITY"]
AnySubcategory = Literal["MUSCLE", "COORD", "MOBILITY", "OVERLOAD", "UNCLASSIFIED"]
Articles = tuple[Literal["SA", "SB", "SC", "SD", "SE"], ...]
Kind = Literal["always", "included", "optional"]
Status = Literal["GUIDELINE_AGAINST", "CLINICIAN_ADD_ONLY", "CANNOT_BE_SAVED"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """One number the rules read, in ``unit``.

    low, high  what the clinical lead may set it to, both included
    why        what the number decides
    """

    id: str
    value: Decimal
    unit: str
    low: Decimal
    high: Decimal
    why: str
    sources: tuple[Citation, ...]

    @property
    def is_app_default(self) -> bool:
        """Does the line itself rest on nothing but our own choice?"""
        return all(citation.tag == "APP" for citation in self.sources)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """A red flag: how strong, how soon, and whether a documented clearance may override it."""

    id: str
    level: Level
    timeframe: str
    override: bool
    wording: str
    sources: tuple[Citation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Caution:
    """Something printed on the draft; the plan may go on."""

    id: str
    wording: str
    sources: tuple[Citation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """Another diagnosis that a tender place makes the clinician think of."""

    id: str
    sites: tuple[str, ...]  # codes of tenderness_sites
    think_of: str
    sources: tuple[Citation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contributor:
    """A finding that may feed the pain.

    subcategory  the guideline's subcategory it sets, if any
    read_by      blocks whose own rule reads it, beside those that list it
    """

    id: str
    name: str
    sentence: str
    subcategory: Subcategory | None = None
    read_by: tuple[str, ...] = ()
    strength: Strength
    articles: Articles
    sources: tuple[Citation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ByPhase:
    """Exercises of a block for each start phase, in order. Later phases keep those of P3."""

    P1: tuple[str, ...]
    P2: tuple[str, ...]
    P3: tuple[str, ...]

    def of(self, phase: str) -> tuple[str, ...]:
        """Return the exercises of a phase, "P1" to "P5"."""
        return {"P1": self.P1, "P2": self.P2}.get(phase, self.P3)

    @property
    def all(self) -> tuple[str, ...]:
        return (*self.P1, *self.P2, *self.P3)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlyWith:
    """An exercise of a block that needs a contributor of its own."""

    exercise: str
    contributor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a block is left out, in words."""

    id: str
    text: str


class Grade(NamedTuple):
    """The guideline's letter, and whether anybody has checked it against the guideline."""

    letter: str
    checked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One template block. Exactly one of ``always``, ``contributors``, ``subcategories`` and
    ``rule`` says when it comes in.

    why                what the patient reads
    contraindications  fields the line relies on being free of
    starts_with_rtr    waits for walk-jog stage 1 while running is paused
    guideline_note     what the clinician reads before ticking an optional block
    """

    id: str
    name: str
    why: str
    always: bool = False
    contributors: tuple[str, ...] = ()
    subcategories: tuple[AnySubcategory, ...] = ()
    rule: str = ""
    guideline_note: str = ""
    dose_cap: str
    contraindications: tuple[str, ...] = ()
    starts_with_rtr: bool = False
    exercises: ByPhase
    only_with: tuple[OnlyWith, ...] = ()
    sources: tuple[Citation, ...]
    strength: Strength
    articles: Articles
    reasons: tuple[Reason, ...] = ()

    @property
    def grade(self) -> Grade | None:
        return grade_of(self.sources)

    @property
    def doors(self) -> int:
        """How many ways in the entry names; one is right."""
        return sum(map(bool, (self.always, self.contributors, self.subcategories, self.rule)))


@dataclass(frozen=True, slots=True, kw_only=True)
class NeverItem:
    """A treatment the app does not generate; ``listed`` ones print among the excluded."""

    id: str
    name: str
    status: Status
    listed: bool
    why: str
    sources: tuple[Citation, ...]
    strength: Strength
    articles: Articles

    @property
    def grade(self) -> Grade | None:
        return grade_of(self.sources)


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """Exercises taken out of every plan while a caution stands."""

    caution: str
    exercises: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A prognosis band: weeks from and to, said with reserve when ``guarded``."""

    id: str
    weeks: tuple[int, int]
    guarded: bool
    text: str
    sources: tuple[Citation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A sentence shown with every prognosis band."""

    text: str
    sources: tuple[Citation, ...]


Entry = Threshold | Flag | Caution | Alternative | Contributor | Block | NeverItem | Band


def grade_of(sources: tuple[Citation, ...]) -> Grade | None:
    """Return the first guideline letter among ``sources``; recalled ones are unchecked."""
    graded = [citation for citation in sources if citation.grade]
    return Grade(graded[0].grade, graded[0].tag == "V") if graded else None


def exercise_range(token: str) -> tuple[str, ...]:
    """Spell out ``EX01-EX51``; a single id stays as it is. ValueError on anything else."""
    found = re.fullmatch(r"EX(\d{2})(?:-EX(\d{2}))?", token)
    if not found:
        raise ValueError(f"expected EX01 or EX01-EX51, got {token!r}")
    first, last = int(found[1]), int(found[2] or found[1])
    return tuple(f"EX{number:02}" for number in range(first, last + 1))


@dataclass(frozen=True, kw_only=True)
class Rulebook:
    """Everything the rules read, in the order of the files. ``rulebook.load_rulebook`` builds it.

    essential       blocks without which a plan is rest alone or hands-on alone
    home_exercises  ids or ranges counted against the limit of home exercises
    """

    thresholds: tuple[Threshold, ...]
    flags: tuple[Flag, ...]
    cautions: tuple[Caution, ...]
    alternatives: tuple[Alternative, ...]
    contributors: tuple[Contributor, ...]
    essential: tuple[str, ...]
    home_exercises: tuple[str, ...]
    removed_with: tuple[Removal, ...]
    blocks: tuple[Block, ...]
    optional: tuple[Block, ...]
    never: tuple[NeverItem, ...]
    bands: tuple[Band, ...]
    notes: tuple[Note, ...]

    @cached_property
    def limit(self) -> Callable[[str], Decimal]:
        """Look a number up by name; KeyError for a name the library does not hold."""
        return {each.id: each.value for each in self.thresholds}.__getitem__

    @cached_property
    def threshold_by_id(self) -> Mapping[str, Threshold]:
        return {each.id: each for each in self.thresholds}

    @cached_property
    def flag_by_id(self) -> Mapping[str, Flag]:
        return {each.id: each for each in self.flags}

    @cached_property
    def caution_by_id(self) -> Mapping[str, Caution]:
        return {each.id: each for each in self.cautions}

    @cached_property
    def alternative_by_id(self) -> Mapping[str, Alternative]:
        return {each.id: each for each in self.alternatives}

    @cached_property
    def contributor_by_id(self) -> Mapping[str, Contributor]:
        return {each.id: each for each in self.contributors}

    @cached_property
    def block_by_id(self) -> Mapping[str, Block]:
        """Blocks of both kinds, included and optional."""
        return {each.id: each for each in (*self.blocks, *self.optional)}

    @cached_property
    def never_by_id(self) -> Mapping[str, NeverItem]:
        return {each.id: each for each in self.never}

    @cached_property
    def band_by_id(self) -> Mapping[str, Band]:
        return {each.id: each for each in self.bands}

    @cached_property
    def subcategory_of(self) -> Mapping[str, str]:
        """Contributor code -> the subcategory it sets, for those that set one."""
        return {each.id: each.subcategory for each in self.contributors if each.subcategory}

    @cached_property
    def home_exercise_ids(self) -> frozenset[str]:
        return frozenset(
            exercise for token in self.home_exercises for exercise in exercise_range(token)
        )

    def kind(self, block_id: str) -> Kind:
        """Say whether a block is always there, included by a finding, or optional."""
        block = self.block_by_id[block_id]
        if block in self.optional:
            return "optional"
        return "always" if block.always else "included"

    def leads_to(self, contributor_id: str) -> tuple[str, ...]:
        """Return what a contributor brings: its subcategory first, then blocks in their order."""
        contributor = self.contributor_by_id[contributor_id]
        subcategory = (contributor.subcategory,) if contributor.subcategory else ()
        blocks = (
            block.id
            for block in (*self.blocks, *self.optional)
            if contributor_id in block.contributors
            or contributor.subcategory in block.subcategories
            or block.id in contributor.read_by
        )
        return (*subcategory, *blocks)

    @cached_property
    def wordings(self) -> Mapping[str, str]:
        """Every sentence an explanation points at, by its wording id."""
        said = {f"block.{each.id}": each.why for each in (*self.blocks, *self.optional)}
        said |= {f"never.{each.id}": each.why for each in self.never}
        said |= {
            f"excluded.{block.id}.{reason.id}": reason.text
            for block in (*self.blocks, *self.optional)
            for reason in block.reasons
        }
        return said | {f"caution.{each.id}": each.wording for each in self.cautions}
