"""A treatment in words, for pages, comparisons and notes. 0 of 10 is said, and so is not asked."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from assessments.models import Treatment
from assessments.screen.differences import Place, Said


def what_words(row: Treatment) -> str:
    """Say what was done, and the clinician's words for it."""
    kind = row.get_kind_display()
    return f"{kind} ({row.words})" if row.words else kind


def where_words(row: Treatment) -> str:
    """Say where: the side first, as one says it."""
    if row.side == Treatment.Side.BOTH:
        return _("%(part)s, both sides") % {"part": row.get_part_display()}
    return f"{row.get_side_display()} {row.get_part_display()}".strip()


def pain_words(row: Treatment) -> str:
    """Say the pain before and after."""
    values = {"before": _scored(row.before), "after": _scored(row.after)}
    if row.before is None and row.after is None:
        return _("pain not asked")
    return _("pain %(before)s before, %(after)s after") % values


def whole(row: Treatment) -> str:
    """Say all of it in one line."""
    minutes = _("%(number)s min") % {"number": row.minutes}
    line = "; ".join(
        [
            ", ".join([what_words(row), where_words(row), minutes]),
            pain_words(row),
            str(row.get_consent_display()),
        ]
    )
    if row.over_cap:
        line += "; " + _("above the number of visits: %(why)s") % {"why": row.over_cap}
    return line


def said_of_treatments(rows: Iterable[Treatment]) -> dict[Place, Said]:
    """Return what was done, one place for each, for a comparison with a correction."""
    return {
        (f"treatment.{number}", "", ""): Said(
            _("Treatment given %(number)s") % {"number": number}, whole(row)
        )
        for number, row in enumerate(rows, 1)
    }


def _scored(value: int | None) -> str:
    return _("not asked") if value is None else f"{value}/10"
