"""What one version says differently from another, in words."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from assessments.library_desk.contents import all_parts
from assessments.library_desk.parts import Data, Part
from assessments.library_desk.slots import Words, shown, value_of


@dataclass(frozen=True, slots=True)
class Difference:
    """One value before and after. ``part`` is None for what is not changed on these pages."""

    part: Part | None
    label: Words
    before: str
    after: str
    unit: Words = ""


def differences(before: Data, after: Data) -> list[Difference]:
    """Return what ``after`` says differently, part by part, in the order of the pages.

    What no part holds (a number that follows a threshold, an entry added by an update of the
    program) is named by its file only.
    """
    old_parts = {part.key: part for part in all_parts(before)}
    found: list[Difference] = []
    for part in all_parts(after):
        old = old_parts.get(part.key)
        if old is None:
            found.append(Difference(part, _("New"), "–", str(part.heading)))
        else:
            found.extend(_within(before, after, old, part))
    told = {"meta", *(each.part.file for each in found if each.part is not None)}
    others = [file for file in after if file not in told and before.get(file) != after[file]]
    return found + [Difference(None, file, "–", _("follows another change")) for file in others]


def _within(before: Data, after: Data, old: Part, new: Part) -> list[Difference]:
    found = []
    old_slots = {slot.name: slot for slot in old.slots}
    for slot in new.slots:
        known = old_slots.get(slot.name)
        was = value_of(before, known) if known else None
        now = value_of(after, slot)
        if was != now:
            said = (shown(slot, was), shown(slot, now))
            found.append(Difference(new, slot.label, *said, slot.unit))
    return found
