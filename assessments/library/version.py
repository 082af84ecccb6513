"""One version of the clinical library: everything the app knows, as one frozen value.

``as_data`` gives what the files of ``v1`` hold, by file name; that is also how published versions
are stored. ``from_data`` builds the library from it again, equal to the one it came from.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import cast

from assessments.figures import Figure
from assessments.library.phases import Fact, Phase, Stale, StepBack
from assessments.library.rulebook import FILES as RULE_FILES
from assessments.library.rulebook import Rulebook, load_rulebook
from assessments.library.running import Running
from assessments.library.shape import ShapeError, read, read_list, to_data
from assessments.library.texts import (
    Article,
    BannedWord,
    Claim,
    Conflict,
    Exercise,
    Phrase,
    Source,
)

FILES = (
    "meta",
    *RULE_FILES,
    "exercises",
    "phases",
    "running",
    "conflicts",
    "sources",
    "articles",
    "wording",
    "figures",
)
LATER = ("figures",)  # files that the first published versions did not have yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta:
    """Which library this is. ``reviewed_by`` is empty until a physiotherapist reviewed it."""

    version: int
    language: str
    reviewed_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Phases:
    facts: tuple[Fact, ...]
    step_back: StepBack
    phases: tuple[Phase, ...]
    stale: Stale | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Conflicts:
    banned: tuple[BannedWord, ...]
    conflicts: tuple[Conflict, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Articles:
    articles: tuple[Article, ...]
    claims: tuple[Claim, ...]


@dataclass(frozen=True, kw_only=True)
class Library:
    """All content of one version, in the order of the files.

    facts      what criteria read besides findings and metrics
    banned     stems no patient text may hold
    articles   the clinic articles behind ``claims``
    wording    texts that pages show
    figures    drawings of exercises; none in a version older than they are
    stale      how long a value counts for a criterion; none in a version older than that
    """

    version: int
    language: str
    reviewed_by: str
    rulebook: Rulebook
    exercises: tuple[Exercise, ...]
    facts: tuple[Fact, ...]
    phases: tuple[Phase, ...]
    step_back: StepBack
    running: Running
    banned: tuple[BannedWord, ...]
    conflicts: tuple[Conflict, ...]
    sources: tuple[Source, ...]
    articles: tuple[Article, ...]
    claims: tuple[Claim, ...]
    wording: tuple[Phrase, ...]
    figures: tuple[Figure, ...] = ()
    stale: Stale | None = None

    @cached_property
    def exercise_by_id(self) -> Mapping[str, Exercise]:
        return {exercise.id: exercise for exercise in self.exercises}

    @cached_property
    def figure_by_exercise(self) -> Mapping[str, Figure]:
        return {figure.exercise: figure for figure in self.figures}

    @cached_property
    def fact_by_id(self) -> Mapping[str, Fact]:
        return {fact.id: fact for fact in self.facts}

    @cached_property
    def phase_by_id(self) -> Mapping[str, Phase]:
        return {phase.id: phase for phase in self.phases}

    @cached_property
    def conflict_by_id(self) -> Mapping[str, Conflict]:
        return {conflict.id: conflict for conflict in self.conflicts}

    @cached_property
    def source_by_key(self) -> Mapping[str, Source]:
        return {source.key: source for source in self.sources}

    @cached_property
    def phrase_by_id(self) -> Mapping[str, Phrase]:
        return {phrase.id: phrase for phrase in self.wording}

    def phrases(self, group: str) -> tuple[Phrase, ...]:
        """Return the phrases whose id begins with ``group.``, in their order."""
        return tuple(each for each in self.wording if each.id.startswith(f"{group}."))

    @property
    def is_reviewed(self) -> bool:
        return bool(self.reviewed_by)

    def as_data(self) -> dict[str, object]:
        """Return everything as plain data, ready for JSON: file name -> what the file holds."""
        meta = Meta(version=self.version, language=self.language, reviewed_by=self.reviewed_by)
        return {
            "meta": to_data(meta),
            **_rule_data(self.rulebook),
            "exercises": to_data(self.exercises),
            "phases": to_data(
                _Phases(
                    facts=self.facts,
                    step_back=self.step_back,
                    phases=self.phases,
                    stale=self.stale,
                )
            ),
            "running": to_data(self.running),
            "conflicts": to_data(_Conflicts(banned=self.banned, conflicts=self.conflicts)),
            "sources": to_data(self.sources),
            "articles": to_data(_Articles(articles=self.articles, claims=self.claims)),
            "wording": to_data(self.wording),
            **({"figures": to_data(self.figures)} if self.figures else {}),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, object]) -> "Library":
        """Build a library from what ``as_data`` gives.

        Raises ShapeError when a part has another shape, and BrokenRulebookError when the rule
        files do not fit the rules. Whether the parts fit each other is ``library_faults``.
        """
        absent = [name for name in FILES if name not in data and name not in LATER]
        if absent:
            raise ShapeError(f"library: {', '.join(absent)} missing")
        meta = read(Meta, data["meta"], "meta")
        phases = read(_Phases, data["phases"], "phases")
        conflicts = read(_Conflicts, data["conflicts"], "conflicts")
        articles = read(_Articles, data["articles"], "articles")
        return cls(
            version=meta.version,
            language=meta.language,
            reviewed_by=meta.reviewed_by,
            rulebook=load_rulebook({name: data[name] for name in RULE_FILES}),
            exercises=read_list(Exercise, data["exercises"], "exercises"),
            facts=phases.facts,
            phases=phases.phases,
            step_back=phases.step_back,
            stale=phases.stale,
            running=read(Running, data["running"], "running"),
            banned=conflicts.banned,
            conflicts=conflicts.conflicts,
            sources=read_list(Source, data["sources"], "sources"),
            articles=articles.articles,
            claims=articles.claims,
            wording=read_list(Phrase, data["wording"], "wording"),
            figures=read_list(Figure, data.get("figures", ()), "figures"),
        )


def _rule_data(rulebook: Rulebook) -> dict[str, object]:
    """Return the rule files' content by file name; a file of one section holds the list itself."""
    sections = cast(dict[str, object], to_data(rulebook))
    return {
        file: sections[names[0]] if len(names) == 1 else {name: sections[name] for name in names}
        for file, names in RULE_FILES.items()
    }


def fingerprint(library: Library) -> str:
    """Return the SHA-256 of the content as canonical JSON, in hexadecimal.

    Keys are sorted and nothing is padded, so the same content has the same fingerprint wherever
    it was stored. Who reviewed it is no part of the content, nor is its number.
    """
    return fingerprint_of(library.as_data(), library.language)


def fingerprint_of(stored: Mapping[str, object], language: str) -> str:
    """Return the fingerprint of content as it is stored, whatever a library holds by now.

    A version published before the library learned something new has the fingerprint it had then.
    """
    data = {**stored, "meta": {"language": language}}
    canonical = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
