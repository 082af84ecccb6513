"""The parts a library version is read and changed by: a table of thresholds, an exercise, a block.

What a rule reads and when it fires is code. A part holds what the clinical lead decides: numbers
within limits, doses, texts, which contributor brings which block, and how sources are graded.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from json import dumps
from typing import Any, cast

from django.utils.translation import gettext_lazy as _

from assessments.library.shape import read_list
from assessments.library.texts import BannedWord
from assessments.library_desk.slots import (
    Choices,
    Path,
    Slot,
    Words,
    copied,
    fault_in,
    value_of,
    with_value,
)

Data = Mapping[str, Any]  # what Library.as_data() gives


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Values that are read and changed together.

    kind, ref    name it in addresses and in the audit trail: ``exercise``, ``EX12``
    section      the page it stands on
    file, where  what a fault of it is called by the library's own checks
    fixed        what is shown beside the values and is not for changing: label and text
    """

    kind: str
    ref: str
    section: str
    heading: Words
    file: str
    where: str
    slots: tuple[Slot, ...]
    fixed: tuple[tuple[Words, Words], ...] = ()

    @property
    def key(self) -> str:
        return f"{self.kind}/{self.ref}"

    def slot(self, name: str) -> Slot | None:
        return next((slot for slot in self.slots if slot.name == name), None)


STRENGTHS: Choices = (
    ("strong", _("strong")),
    ("moderate", _("moderate")),
    ("weak", _("weak")),
    ("app_default", _("app default")),
)
HOW_TO_CITE = _("One source a line: KEY [V], or KEY [R, A] with the guideline's grade.")


def text(name: str, path: Path, label: Words, longest: int, **more: Any) -> Slot:
    """A text of several lines."""
    return Slot(name=name, path=path, label=label, kind="text", longest=longest, **more)


def line(name: str, path: Path, label: Words, longest: int, **more: Any) -> Slot:
    """A text on one line."""
    return Slot(name=name, path=path, label=label, kind="line", longest=longest, **more)


def whole(name: str, path: Path, label: Words, low: int, high: int, **more: Any) -> Slot:
    """A whole number from ``low`` to ``high``, both included."""
    least, most = Decimal(low), Decimal(high)
    return Slot(name=name, path=path, label=label, kind="whole", low=least, high=most, **more)


def number(name: str, path: Path, label: Words, low: str, high: str, **more: Any) -> Slot:
    """A decimal number from ``low`` to ``high``, both included."""
    least, most = Decimal(low), Decimal(high)
    return Slot(name=name, path=path, label=label, kind="number", low=least, high=most, **more)


def sources(path: Path, name: str = "sources") -> Slot:
    """The citations of an entry, one a line."""
    return Slot(
        name=name, path=path, label=_("Sources"), kind="lines", cites=True, needed=True,
        longest=40, note=HOW_TO_CITE,
    )  # fmt: skip


def strength(path: Path) -> Slot:
    """How well an entry is supported."""
    return Slot(
        name="strength", path=path, label=_("Strength of support"), kind="choice",
        choices=STRENGTHS, needed=True,
    )  # fmt: skip


def values_in(data: Data, part: Part) -> dict[str, object]:
    """Return what the part says now: slot name -> value."""
    return {slot.name: value_of(data, slot) for slot in part.slots}


def seal_of(data: Data, part: Part) -> str:
    """Return a digest of what the part says now: a form that carries another one is stale."""
    said = [[name, repr(value)] for name, value in values_in(data, part).items()]
    return sha256(dumps(said).encode()).hexdigest()[:32]


def banned_words(data: Data) -> tuple[BannedWord, ...]:
    """Return the stems no patient text may hold. Raises ShapeError on data of another shape."""
    return read_list(BannedWord, data["conflicts"]["banned"], "banned")


def faults_in(data: Data, part: Part, values: Mapping[str, object]) -> dict[str, str]:
    """Return what is wrong with new values, by slot name. KeyError for an unknown slot."""
    slots = {slot.name: slot for slot in part.slots}
    banned = banned_words(data)
    said = {name: fault_in(slots[name], value, banned=banned) for name, value in values.items()}
    return {name: sentence for name, sentence in said.items() if sentence}


def changed(
    data: Data, part: Part, values: Mapping[str, object]
) -> tuple[dict[str, Any], list[str]]:
    """Return the data with new values in it, and the names of the slots that differ now."""
    fresh = copied(data)
    names = [
        slot.name
        for slot in part.slots
        if slot.name in values and values[slot.name] != value_of(data, slot)
    ]
    for slot in part.slots:
        if slot.name in names:
            with_value(fresh, slot, values[slot.name])
    _notes_follow(data, fresh)
    _numbers_follow(fresh)
    return fresh, names


def _notes_follow(before: Data, after: dict[str, Any]) -> None:
    """A phrase that also stands beside every prognosis band is said in one way everywhere."""
    texts = {entry["id"]: entry["text"] for entry in before["wording"]}
    for entry in after["wording"]:
        for note in after["prognosis"]["notes"]:
            if note["text"] == texts.get(entry["id"]):
                note["text"] = entry["text"]


def _numbers_follow(data: dict[str, Any]) -> None:
    """A number that stands in two places is changed in one: the threshold leads."""
    limit = {entry["id"]: entry["value"] for entry in data["thresholds"]}
    running = data["running"]
    for place, name, threshold in (
        (running["after_run"], "pain_limit", "pain_limit_running"),
        (running["after_run"], "settle_minutes", "reduce_settle_above"),
        (running["keep_going"], "shoe_km", "shoe_distance_from"),
        *((dose, "sets_when_high", "strength_sets_irritable") for dose in _easier_doses(data)),
    ):
        place[name] = int(Decimal(str(limit[threshold])))


def _easier_doses(data: Data) -> Iterator[dict[str, Any]]:
    """The doses that have fewer sets while the knee is irritable."""
    for exercise in data["exercises"]:
        if "sets_when_high" in exercise["dose"]:
            yield cast(dict[str, Any], exercise["dose"])
