"""What is known of one assessment, for rules, scores and pages to ask.

Recorded, not tested and missing are three different things: only ``state`` tells the last two
apart, every other question answers None to both, so that neither can pass for a normal value.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from assessments.findings.dictionary import FIELDS
from assessments.findings.field import LEFT, NOT_TESTED, RIGHT, SIDES, Field
from assessments.findings.tidy import tidy_values

State = Literal["known", "not_tested", "missing"]


@dataclass(frozen=True, slots=True)
class Findings:
    """Values by finding id (``"triggers.running"``); sided findings hold ``{"L": …, "R": …}``.

    Values have the shapes named in ``field.Kind``. Input from outside comes through ``parse``;
    the constructor trusts its values and only drops what is not recorded.

    Raises ValueError for an id that is not in the dictionary.
    """

    values: Mapping[str, object]

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", tidy_values(self.values))

    def value(self, field_id: str) -> object | None:
        """Return the value of a finding without sides."""
        return self._known(_field(field_id, sided=False), None)

    def side(self, field_id: str, side: str) -> object | None:
        """Return the value of one side, "L" or "R"."""
        return self._known(_field(field_id, sided=True), side)

    def index(self, field_id: str) -> object | None:
        """Return the value of the worse knee's side; None while that side is not recorded."""
        return self._of_side(field_id, self.index_side)

    def other(self, field_id: str) -> object | None:
        """Return the value of the side opposite the worse knee's."""
        return self._of_side(field_id, self.other_side)

    def known(self, field_id: str, side: str | None = None) -> bool:
        return self.state(field_id, side) == "known"

    def state(self, field_id: str, side: str | None = None) -> State:
        """Say whether a finding is known, not tested or missing.

        Without ``side``, a finding with sides is known when either side is, and not tested
        when neither is known and either was marked so.
        """
        field = _field(field_id)
        if field.sided and side is None:
            states = [self._state(field, each) for each in SIDES]
            return min(states, key=("known", "not_tested", "missing").index)
        if not field.sided and side:
            raise ValueError(f"{field_id} has no sides")
        return self._state(field, side)

    @property
    def index_side(self) -> str | None:
        """The worse knee, "L" or "R"."""
        side = self.value("index_side")
        return side if isinstance(side, str) else None

    @property
    def other_side(self) -> str | None:
        return {LEFT: RIGHT, RIGHT: LEFT}.get(self.index_side or "")

    @property
    def both(self) -> bool:
        """Are both knees painful, so that sides cannot be compared?"""
        return self.value("affected_side") == "BOTH"

    def _of_side(self, field_id: str, side: str | None) -> object | None:
        field = _field(field_id, sided=True)
        return self._known(field, side) if side else None

    def _known(self, field: Field, side: str | None) -> object | None:
        value = self._held(field, side)
        return None if value == NOT_TESTED else value

    def _held(self, field: Field, side: str | None) -> object | None:
        value = self.values.get(field.id)
        if not field.sided:
            return value
        if side not in SIDES:
            raise ValueError(f"{field.id} needs side L or R, not {side}")
        return value.get(side) if isinstance(value, Mapping) else None

    def _state(self, field: Field, side: str | None) -> State:
        value = self._held(field, side)
        if value is None:
            return "missing"
        return "not_tested" if value == NOT_TESTED else "known"


def _field(field_id: str, *, sided: bool | None = None) -> Field:
    """Return the entry; a misspelt id or a forgotten side is an error, never a missing value."""
    field = FIELDS.get(field_id)
    if field is None:
        raise ValueError(f"{field_id} is not in the dictionary")
    if sided is not None and field.sided is not sided:
        raise ValueError(f"{field_id} {'has no sides' if sided else 'is recorded per side'}")
    return field
