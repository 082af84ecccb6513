"""What the clinical lead types: values of one part, a note, a review. Checks only; actions save."""

from collections.abc import Mapping

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from assessments.library_desk.fields import field_for
from assessments.library_desk.parts import Part
from assessments.library_desk.slots import shown
from clinic.admin.desk import DayInput


class PartForm(forms.Form):
    """The values of one part of a draft, and a seal of what they were when the page was made."""

    base = forms.CharField(max_length=64, widget=forms.HiddenInput)

    data: QueryDict

    def __init__(
        self, data: QueryDict | None = None, *, part: Part, values: Mapping[str, object], base: str
    ):
        super().__init__(data, initial={"base": base})
        self.part = part
        self.held = values
        for slot in part.slots:
            self.fields[slot.name] = field_for(slot, values[slot.name])

    def values(self) -> dict[str, object]:
        """Return slot name -> value. What was chosen keeps the order it had."""
        given = {slot.name: self.cleaned_data[slot.name] for slot in self.part.slots}
        for slot in self.part.slots:
            if slot.kind == "chosen":
                before = self.held[slot.name]
                kept = [each for each in _texts(before) if each in given[slot.name]]
                added = [each for each in given[slot.name] if each not in kept]
                given[slot.name] = (*kept, *added)
        return given

    def refuse(self, errors: Mapping[str, str]) -> None:
        """Show what an action refused next to each field."""
        for name, sentence in errors.items():
            self.add_error(name if name in self.fields else None, sentence)

    def compare(self, theirs: Mapping[str, object], base: str) -> None:
        """Keep what was typed, show what is stored now, and let the next save go through."""
        typed = self.data.copy()
        typed["base"] = base
        self.data = typed
        for slot in self.part.slots:
            if self.cleaned_data.get(slot.name) != theirs[slot.name]:
                now = shown(slot, theirs[slot.name])
                self.add_error(slot.name, _("Stored now: %(value)s") % {"value": now})


def _texts(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


class NoteForm(forms.Form):
    """What a version changes, in a sentence for the list of versions."""

    note = forms.CharField(
        label=_("What changed"),
        required=False,
        max_length=300,
        help_text=_("A sentence for the list of versions."),
    )


class ReviewForm(forms.Form):
    """Who reviewed a published version."""

    reviewed_by = forms.CharField(label=_("Name"), max_length=160)
    registration = forms.CharField(label=_("Registration number"), max_length=40)
    on = forms.DateField(label=_("Reviewed on"), widget=DayInput)
    remarks = forms.CharField(
        label=_("Remarks"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class PublishForm(forms.Form):
    """A seal of the draft as it was checked."""

    base = forms.CharField(max_length=64, widget=forms.HiddenInput)
