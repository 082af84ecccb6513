"""What "all other normal" would enter: only what is empty, and listed before it is done."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from assessments.findings import SIDES, Findings
from assessments.findings.unremarkable import INSTEAD_OF, UNREMARKABLE, unremarkable_of
from assessments.presets import Opened
from assessments.screen.entries import Entry
from assessments.screen.words import SIDE_NAMES, held_words
from assessments.storage import plain


@dataclass(frozen=True, slots=True)
class Proposed:
    """One empty finding and what it would hold. ``name`` is as a form sends it."""

    name: str
    label: str
    side: str
    words: str
    entry: Entry


def rest_of(section: str, findings: Findings, opened: Opened) -> tuple[Proposed, ...]:
    """Return what is still empty in a section and has a definite unremarkable answer.

    Only what the preset asks for, and no manual grade beside a measured force.
    """
    return tuple(_proposed(section, findings, opened))


def _proposed(section: str, findings: Findings, opened: Opened) -> Iterator[Proposed]:
    for field in unremarkable_of(section):
        if not opened.asks(field.id):
            continue
        for side in SIDES if field.sided else ("",):
            if findings.state(field.id, side or None) != "missing":
                continue
            force = INSTEAD_OF.get(field.id)
            if force and findings.known(force, side):
                continue
            value = UNREMARKABLE[field.id]
            words = ", ".join(
                f"{label} {said}" if label else said for label, said in held_words(field, value)
            )
            yield Proposed(
                f"{field.id}:{side}" if side else field.id,
                _(field.label),
                str(SIDE_NAMES[side]) if side else "",
                words,
                Entry(field.id, side, plain(value)),
            )
