"""What the patient said before the visit, as the chart shows it beside its own values.

An answer becomes a finding when a clinician confirms it (``actions.confirm_reported``). One that
needs hands or judgement is shown and never filled in.
"""

from collections.abc import Mapping

from assessments.findings import FIELDS, REPORTED, Field, Findings
from assessments.findings.remarks import activity_name
from assessments.intake.prefill import Prefill, Said
from assessments.screen.held import Held, held_by_control
from assessments.screen.words import held_words


class Told:
    """The answers of an intake, asked by finding. Empty where nothing was sent."""

    def __init__(self, prefill: Prefill | None) -> None:
        self._said: dict[str, Said] = {}
        self._by_hand: frozenset[str] = frozenset()
        self.names: Mapping[str, str] = {}
        self.beside: list[tuple[str, str]] = []
        if prefill is None:
            return
        said = (*prefill.answers, *prefill.gate, *prefill.one_by_one)
        self._said = {each.field: each for each in said}
        self._by_hand = frozenset(each.field for each in prefill.one_by_one)
        self.names = {activity_name(part): name for part, name in prefill.activities.items()}
        self.beside = [(REPORTED[name].label, text) for name, text in prefill.words.items()]

    def words(self, field: Field) -> str:
        """Return an answer in words; empty where there is none."""
        said = self._said.get(field.id)
        return in_few_words(field, said.value) if said else ""

    def before(self, field: Field) -> str:
        """Return what was sent first, where it was corrected."""
        said = self._said.get(field.id)
        return in_few_words(field, said.first) if said and said.corrected else ""

    def unread(self, field: Field, findings: Findings) -> Mapping[str, Held]:
        """Return an answer as the controls would hold it, while the chart holds nothing yet."""
        said = self._said.get(field.id)
        if said is None or field.id in self._by_hand or findings.state(field.id) != "missing":
            return {}
        return dict(held_by_control(field, "", said.value, self.names))

    def fields(self, section: str) -> list[str]:
        """Return the answers of one section that may be confirmed."""
        may = (name for name in self._said if name not in self._by_hand)
        return [name for name in may if FIELDS[name].section == section]


def in_few_words(field: Field, value: object) -> str:
    """Say a value in a few words; of many parts only the values."""
    if value is None:
        return ""
    lines = held_words(field, value)
    return " ".join(words.partition(":")[0] if label else words for label, words in lines)
