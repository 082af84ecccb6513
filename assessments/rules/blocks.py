"""Which template blocks a plan gets, and why the others are left out (specification, D4, D5)."""

from collections.abc import Mapping
from typing import NamedTuple

from assessments.library.rule_entries import Block, Rulebook
from assessments.rules.chart import Chart
from assessments.rules.checks import ALWAYS, Part, Verdict, any_of, not_
from assessments.rules.classify import FOLLOW_RTR, STOP_TEMPORARILY, Classified
from assessments.rules.conditions import CONDITIONS, EXCLUSIONS


class Left(NamedTuple):
    """Why a block is left out: the first reason that applies, and what decided it."""

    reason: str
    verdict: Part


class Chosen(NamedTuple):
    """Blocks by id in printing order, each with what decided it; ``doors`` of every block."""

    included: Mapping[str, Part]
    optional: Mapping[str, Part]
    excluded: Mapping[str, Left]
    start_with_rtr: tuple[str, ...]
    doors: Mapping[str, Part]


def choose_blocks(chart: Chart, rulebook: Rulebook, classified: Classified) -> Chosen:
    """Open each block's one door and note why the blocks of D5 stay shut."""
    doors = {
        block.id: _door(block, chart, rulebook, classified)
        for block in rulebook.block_by_id.values()
    }
    included = {block.id: doors[block.id] for block in rulebook.blocks if doors[block.id].fired}
    return Chosen(
        included=included,
        optional={each.id: doors[each.id] for each in rulebook.optional if doors[each.id].fired},
        excluded=_excluded(chart, rulebook, classified, doors),
        start_with_rtr=_start_with_rtr(included, rulebook, classified),
        doors=doors,
    )


def missing_essentials(blocks: tuple[str, ...], rulebook: Rulebook) -> tuple[str, ...]:
    """Return the blocks a plan needs and does not have: without them it is rest alone or
    hands-on alone and cannot be saved.
    """
    return tuple(block for block in rulebook.essential if block not in blocks)


def _door(block: Block, chart: Chart, rulebook: Rulebook, classified: Classified) -> Part:
    """Say whether the block comes in."""
    if block.always:
        return ALWAYS
    if block.rule:
        return CONDITIONS[block.rule](chart, rulebook.limit, classified)
    if block.contributors:
        return any_of(*(classified.contributors[code] for code in block.contributors))
    setting = any_of(
        *(
            classified.contributors[code]
            for code, subcategory in rulebook.subcategory_of.items()
            if subcategory in block.subcategories
        )
    )
    named = any(each in classified.subcategories for each in block.subcategories)
    return Verdict(named, setting.checks)


def _excluded(
    chart: Chart, rulebook: Rulebook, classified: Classified, doors: Mapping[str, Part]
) -> dict[str, Left]:
    """The blocks of D5 that did not come in, and the treatments never generated; sorted."""
    left = {item.id: Left(item.status, ALWAYS) for item in rulebook.never if item.listed}
    for block, reasons in EXCLUSIONS.items():
        if doors[block].fired:
            continue
        for reason, condition in reasons.items():
            whatever_else = not_(doors[block])
            rule = condition(chart, rulebook.limit, classified) if condition else whatever_else
            if rule.fired:
                left[block] = Left(reason, rule)
                break
    return dict(sorted(left.items()))


def _start_with_rtr(
    included: Mapping[str, Part], rulebook: Rulebook, classified: Classified
) -> tuple[str, ...]:
    """GAIT_CADENCE and GAIT_CUES, if included, when run_action is STOP_TEMPORARILY or FOLLOW_RTR:
    they begin only at walk-jog stage 1; otherwise the list is empty.
    """
    if classified.run_action.value not in (STOP_TEMPORARILY, FOLLOW_RTR):
        return ()
    return tuple(block for block in included if rulebook.block_by_id[block].starts_with_rtr)
