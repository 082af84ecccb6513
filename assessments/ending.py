"""The page on which an episode ends: its criteria, and the keep-going plan before it is issued.

Only reads; nothing here decides that somebody is discharged.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from assessments.actions.discharging import kept_lines, plan_in_force, review_days
from assessments.keep_going import FLARE, KEEP
from assessments.library import Library
from assessments.library_store import library_of
from assessments.models import EpisodeOfCare, Plan, PlanLine
from assessments.phase_now import standing_to_discharge
from assessments.phase_words import StandingCard, standing_for_physio
from assessments.plan_phase import KEPT_UP, texts_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The exercises of one block, one of which is kept."""

    block: str
    name: str
    lines: Sequence[PlanLine]
    kept: str  # the exercise that is, by its id


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What the page shows.

    standing  how the criteria of discharge stand; None without a plan to judge them by
    no_keep   why no keep-going plan can be made; "" where one can, or is in force already
    already   the keep-going plan is in force
    choices   where the physio chooses which exercise stays
    others    the other lines that stay
    keep      what the plan says of keeping it going
    flare     what it says of a flare
    days      the days on which somebody asks how it goes
    """

    episode: EpisodeOfCare
    plan: Plan | None
    standing: StandingCard | None
    no_keep: str
    already: bool
    choices: Sequence[Choice] = ()
    others: Sequence[PlanLine] = ()
    keep: Sequence[Mapping[str, object]] = ()
    flare: Sequence[Mapping[str, object]] = ()
    days: Sequence[date] = ()

    @property
    def may_keep(self) -> bool:
        return not self.no_keep and not self.already


def ending_of(episode: EpisodeOfCare, today: date, kept: Collection[str] = ()) -> Ending:
    """Return what the page shows on a day; ``kept`` are the exercises chosen so far."""
    plan = plan_in_force(episode)
    library = library_of(plan.library_id) if plan else None
    standing = standing_to_discharge(plan, today) if plan else None
    card = standing_for_physio(standing, library) if standing and library else None
    no_keep = _against(plan)
    already = bool(plan and library and plan.start_phase == library.phases[-1].id)
    if plan is None or library is None or no_keep or already:
        return Ending(
            episode=episode, plan=plan, standing=card, no_keep=no_keep, already=already,
        )  # fmt: skip
    texts = texts_in(library.phases[-1], plan.texts, library, composed=False)
    lines = kept_lines(plan, kept, library)
    stay = [line for line in lines if line.change != PlanLine.Change.REMOVED]
    return Ending(
        episode=episode,
        plan=plan,
        standing=card,
        no_keep="",
        already=False,
        choices=_choices(plan, stay, library),
        others=[line for line in stay if line.block not in KEPT_UP],
        keep=_phrases(texts.get(KEEP)),
        flare=_phrases(texts.get(FLARE)),
        days=review_days(library, today),
    )


def _against(plan: Plan | None) -> str:
    """Say why no keep-going plan can be made of the plan in force."""
    if plan is None:
        return _("No plan is in force.")
    if plan.composed:
        return _(
            "The plan in force was put together by hand. It stays as it is; change it on its page."
        )
    if plan.assessment.plans.filter(issued_at__isnull=True).exists():
        return _("A new version of the plan is begun. Issue it first, then discharge.")
    return ""


def _choices(plan: Plan, stay: Sequence[PlanLine], library: Library) -> list[Choice]:
    kept = {line.block: line.exercise for line in stay}
    before = plan.lines.exclude(change=PlanLine.Change.REMOVED).order_by("position")
    by_block = {name: [line for line in before if line.block == name] for name in KEPT_UP}
    return [
        Choice(
            block=name,
            name=library.rulebook.block_by_id[name].name,
            lines=lines,
            kept=kept.get(name, ""),
        )
        for name, lines in by_block.items()
        if lines
    ]


def _phrases(found: object) -> list[Mapping[str, object]]:
    return list(found) if isinstance(found, list) else []
