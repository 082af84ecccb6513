"""The whole data dictionary: every finding, section by section, in the order of the chart."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from assessments.findings import (
    function,
    history,
    instruments,
    load,
    mobility,
    observation,
    person,
    red_flags,
    running,
    strength,
    trials,
    triggers,
)
from assessments.findings.asked import ASKED
from assessments.findings.field import Field
from assessments.findings.field import gettext_noop as _

SECTIONS: tuple[tuple[str, str], ...] = (
    ("person", _("Person and context")),
    ("history", _("History and behaviour of symptoms")),
    ("load", _("Training load and footwear")),
    ("triggers", _("Pain triggers")),
    ("instruments", _("Outcome instruments")),
    ("red_flags", _("Red-flag answers")),
    ("observation", _("Observation and palpation")),
    ("mobility", _("Range, mobility and flexibility")),
    ("strength", _("Strength")),
    ("function", _("Function")),
    ("running", _("Running analysis")),
    ("trials", _("Treatment trials in the session")),
)

_MODULES = (
    person,
    history,
    load,
    triggers,
    instruments,
    red_flags,
    observation,
    mobility,
    strength,
    function,
    running,
    trials,
)

FIELDS: Mapping[str, Field] = MappingProxyType(
    {
        field.id: replace(field, asked=ASKED.get(field.id))
        for module in _MODULES
        for field in module.ENTRIES
    }
)

# Trigger findings arrive together in one object and are findings of their own everywhere else.
TRIGGERS: Mapping[str, str] = MappingProxyType(
    {field.id.removeprefix("triggers."): field.id for field in triggers.ENTRIES}
)

_POSITION = {field_id: place for place, field_id in enumerate(FIELDS)}


def position(field_id: str) -> int:
    """Return the place of a finding in the dictionary; what is not in it comes last."""
    if field_id == "triggers":
        return _POSITION[next(iter(TRIGGERS.values()))]
    return _POSITION.get(field_id, len(_POSITION))


def fields_of(section: str) -> tuple[Field, ...]:
    """Return the findings of one section in order; empty for an unknown section."""
    return tuple(field for field in FIELDS.values() if field.section == section)
