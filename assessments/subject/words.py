"""One stored value in words, whether it is a finding or an answer before a visit."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from assessments.findings import FIELDS, Row
from assessments.findings.reported import REPORTED
from assessments.intake.sheet import label_for, words_for
from assessments.intake.told import told_by
from assessments.screen.words import held_words, label_of, side_words


def reply_label(row: Any) -> str:
    """Return the question; of one with sides, the side too."""
    name, _dot, _part = row.item.partition(".")
    label = label_for(name) if name in REPORTED else label_of(row.item)
    return f"{label} ({side_words(row.side)})" if row.side else label


def reply_words(row: Any) -> str:
    """Return the answer: 0 is an answer, and so is "not tried"."""
    if row.state != "known":
        return _("not tested")
    try:
        told = told_by([Row(row.item, row.side, row.state, row.number, row.text)])
    except ValueError:  # an item that no dictionary knows any more is told as it is kept
        return str(row.text if row.number is None else row.number)
    name = row.item if row.item in FIELDS or row.item in REPORTED else row.item.rpartition(".")[0]
    value = told.value(name)
    if name in FIELDS:
        return _found(name, value, row.side)
    if isinstance(value, Mapping):
        return ", ".join(str(each) for each in value.values())
    return words_for(name, value, told)


def _found(name: str, value: object, side: str) -> str:
    one = value.get(side) if side and isinstance(value, Mapping) else value
    return ", ".join(words for _label, words in held_words(FIELDS[name], one))
