"""What can be wrong with a rulebook whose entries are well formed: names, numbers and links."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple

from assessments.findings import FIELDS
from assessments.library.rule_entries import (
    Block,
    Entry,
    Rulebook,
    exercise_range,
)
from assessments.library.texts import gettext_noop as _
from assessments.rules.registry import (
    BAND_IDS,
    CAUTION_IDS,
    CONDITION_IDS,
    CONTRIBUTOR_IDS,
    EXCLUSION_REASONS,
    FLAG_IDS,
)

# Words that must not be empty, by the name they have in their entry.
_TEXTS = ("name", "why", "wording", "sentence", "timeframe", "dose_cap", "think_of", "text", "unit")


class LibraryFault(NamedTuple):
    """One thing wrong in entry ``where`` of ``file``; ``template`` is what translators see."""

    file: str
    where: str
    template: str
    values: tuple[tuple[str, str], ...] = ()

    @property
    def message(self) -> str:
        return self.said(str)

    def said(self, translate: Callable[[str], str]) -> str:
        """Return the sentence in another language; ``translate`` is a gettext function."""
        return translate(self.template).format(**dict(self.values))

    def __str__(self) -> str:
        return f"{self.file}: {self.where}: {self.message}"


Faults = Iterator[LibraryFault]


def fault(file: str, where: str, template: str, **values: str) -> LibraryFault:
    return LibraryFault(file, where, template, tuple(values.items()))


def inner_faults(rulebook: Rulebook, threshold_ids: Collection[str]) -> Faults:
    """Find what is wrong within the rulebook. ``threshold_ids``: the numbers the rules ask for."""
    yield from _names(rulebook, threshold_ids)
    yield from _texts(rulebook)
    yield from _numbers(rulebook)
    yield from _gate(rulebook)
    for block in rulebook.blocks:
        yield from _block(block, optional=False)
    for block in rulebook.optional:
        yield from _block(block, optional=True)
    yield from _links(rulebook)
    yield from _bands(rulebook)


def rulebook_faults(
    rulebook: Rulebook,
    exercise_ids: Collection[str],
    field_ids: Collection[str],
    source_keys: Collection[str] | None = None,
) -> tuple[LibraryFault, ...]:
    """Find names the rest of the library does not know: exercises, findings and sources.

    Without ``source_keys`` the sources are not looked at.
    """
    found = [*_unknown_exercises(rulebook, exercise_ids), *_unknown_fields(rulebook, field_ids)]
    if source_keys is not None:
        found += _unknown_sources(rulebook, source_keys)
    return tuple(found)


def _names(rulebook: Rulebook, threshold_ids: Collection[str]) -> Faults:
    """Each id once, and exactly the ids the code asks for."""
    blocks = [*(each.id for each in rulebook.blocks), *(each.id for each in rulebook.optional)]
    blocks += [each.id for each in rulebook.never]
    alternatives = [each.id for each in rulebook.alternatives]
    yield from _named("thresholds", [each.id for each in rulebook.thresholds], threshold_ids)
    yield from _named("gate", [each.id for each in rulebook.flags], FLAG_IDS)
    yield from _named("gate", [each.id for each in rulebook.cautions], CAUTION_IDS)
    yield from _named("gate", alternatives, alternatives)
    yield from _named("contributors", [each.id for each in rulebook.contributors], CONTRIBUTOR_IDS)
    yield from _named("blocks", blocks, blocks)
    yield from _named("prognosis", [each.id for each in rulebook.bands], BAND_IDS)


def _named(file: str, given: list[str], wanted: Collection[str]) -> Faults:
    for name in sorted(name for name, count in Counter(given).items() if count > 1):
        yield fault(file, name, _("is given twice"))
    for name in sorted(set(given) - set(wanted)):
        yield fault(file, name, _("no rule has this name"))
    for name in sorted(set(wanted) - set(given)):
        yield fault(file, name, _("is missing; a rule reads it"))


def _entries(rulebook: Rulebook) -> Iterator[tuple[str, Entry]]:
    """Every entry that has an id and sources, with its file."""
    sections: tuple[tuple[str, tuple[Entry, ...]], ...] = (
        ("thresholds", rulebook.thresholds),
        ("gate", (*rulebook.flags, *rulebook.cautions, *rulebook.alternatives)),
        ("contributors", rulebook.contributors),
        ("blocks", (*rulebook.blocks, *rulebook.optional, *rulebook.never)),
        ("prognosis", rulebook.bands),
    )
    return ((file, entry) for file, entries in sections for entry in entries)


def _texts(rulebook: Rulebook) -> Faults:
    for file, entry in _entries(rulebook):
        for name in _TEXTS:
            if not str(getattr(entry, name, "given")).strip():
                yield fault(file, entry.id, _("{name} is empty"), name=name)
        if not entry.sources:
            yield fault(file, entry.id, _("names no source"))


def _numbers(rulebook: Rulebook) -> Faults:
    for each in rulebook.thresholds:
        if not each.low <= each.value <= each.high:
            yield fault(
                "thresholds",
                each.id,
                _("{value} is outside {low} to {high}"),
                value=str(each.value),
                low=str(each.low),
                high=str(each.high),
            )


def _gate(rulebook: Rulebook) -> Faults:
    for flag in rulebook.flags:
        if flag.override and flag.level != "REFER":
            yield fault("gate", flag.id, _("only a REFER flag may be overridden"))
    known = FIELDS["tenderness_sites"].codes
    for each in rulebook.alternatives:
        for site in each.sites:
            if site not in known:
                yield fault("gate", each.id, _("{name} is not a tender place"), name=site)


def _block(block: Block, *, optional: bool) -> Faults:
    if block.doors != 1:
        yield fault(
            "blocks",
            block.id,
            _("needs exactly one of always, contributors, subcategories and rule"),
        )
    if optional and not (block.rule and block.guideline_note.strip()):
        yield fault("blocks", block.id, _("an optional block needs a rule and a guideline note"))
    if block.rule and block.rule not in CONDITION_IDS:
        yield fault("blocks", block.id, _("no rule has the name {name}"), name=block.rule)
    wanted = EXCLUSION_REASONS.get(block.id, ())
    if sorted(reason.id for reason in block.reasons) != sorted(wanted):
        yield fault(
            "blocks",
            block.id,
            _("needs exactly these reasons: {names}"),
            names=", ".join(wanted) or "-",
        )
    yield from _block_links(block)


def _block_links(block: Block) -> Faults:
    for code in (*block.contributors, *(each.contributor for each in block.only_with)):
        if code not in CONTRIBUTOR_IDS:
            yield fault("blocks", block.id, _("no contributor has the name {name}"), name=code)
    for each in block.only_with:
        if each.exercise not in block.exercises.all:
            yield fault("blocks", block.id, _("{name} is not in the block"), name=each.exercise)


def _links(rulebook: Rulebook) -> Faults:
    """Names in one entry that mean another entry."""
    yield from _essentials(rulebook)
    for name in sorted(set(EXCLUSION_REASONS) - set(rulebook.block_by_id)):
        yield fault("blocks", name, _("is missing; a rule reads it"))
    for removal in rulebook.removed_with:
        name = removal.caution
        if name not in CAUTION_IDS:
            yield fault("blocks", "removed_with", _("no caution has the name {name}"), name=name)
    for contributor in rulebook.contributors:
        for name in contributor.read_by:
            if name not in rulebook.block_by_id:
                where = contributor.id
                yield fault("contributors", where, _("no block has the name {name}"), name=name)
    for token in rulebook.home_exercises:
        try:
            exercise_range(token)
        except ValueError:
            yield fault("blocks", "home_exercises", _("{name} is no exercise"), name=token)


def _essentials(rulebook: Rulebook) -> Faults:
    """What makes a plan more than rest or hands-on care alone must be in every plan."""
    always = {block.id for block in rulebook.blocks if block.always}
    for name in rulebook.essential:
        if name not in always:
            yield fault("blocks", "essential", _("{name} is not in every plan"), name=name)
    if not rulebook.essential:
        yield fault("blocks", "essential", _("a plan needs at least one block that stays"))


def _bands(rulebook: Rulebook) -> Faults:
    for band in rulebook.bands:
        first, last = band.weeks
        if not 0 < first <= last:
            yield fault("prognosis", band.id, _("weeks run from fewer to more"))


def _unknown_exercises(rulebook: Rulebook, exercise_ids: Collection[str]) -> Faults:
    named = {block.id: block.exercises.all for block in (*rulebook.blocks, *rulebook.optional)}
    named["home_exercises"] = tuple(sorted(rulebook.home_exercise_ids))
    named["removed_with"] = tuple(each for r in rulebook.removed_with for each in r.exercises)
    for where, exercises in named.items():
        for exercise in dict.fromkeys(exercises):
            if exercise not in exercise_ids:
                yield fault("blocks", where, _("no exercise has the id {name}"), name=exercise)


def _unknown_fields(rulebook: Rulebook, field_ids: Collection[str]) -> Faults:
    for block in (*rulebook.blocks, *rulebook.optional):
        for field in block.contraindications:
            if field not in field_ids:
                yield fault("blocks", block.id, _("no finding has the id {name}"), name=field)


def _unknown_sources(rulebook: Rulebook, source_keys: Collection[str]) -> Faults:
    for file, entry in _entries(rulebook):
        for citation in entry.sources:
            if citation.key not in source_keys:
                yield fault(file, entry.id, _("no source has the key {name}"), name=citation.key)
