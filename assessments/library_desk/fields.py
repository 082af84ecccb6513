"""The form field of a slot, with its unit and allowed range as help text."""

from typing import Any

from django import forms
from django.utils.functional import lazystr
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.library_desk.slots import Slot, Words

PLACES = 3  # decimals of a number
SPARE = 2  # empty places offered behind an ordered list
# A scale as a unit would read like a second range.
SCALES = {"0-10": gettext_lazy("out of 10"), "0-5": gettext_lazy("out of 5")}
MOST_CHARACTERS = 5000  # of a list with one entry a line


class LinesField(forms.CharField):
    """A list of texts, one a line; lines without a word are left out."""

    def __init__(self, **kwargs):
        super().__init__(widget=forms.Textarea(attrs={"rows": 4}), **kwargs)

    def prepare_value(self, value):
        return value if isinstance(value, str) else "\n".join(value or ())

    def to_python(self, value):
        lines = (line.strip() for line in str(super().to_python(value) or "").splitlines())
        return tuple(line for line in lines if line)

    def validate(self, value):
        if self.required and not value:
            raise forms.ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value):
        super().run_validators("\n".join(value))


class TextField(forms.CharField):
    """A text of several lines, with line ends as the library writes them."""

    def to_python(self, value):
        return str(super().to_python(value) or "").replace("\r\n", "\n")


class OrderedWidget(forms.MultiWidget):
    """Several lists to choose from, one a place."""

    use_fieldset = True

    def __init__(self, choices, places: int):
        super().__init__(
            [
                forms.Select(choices=choices, attrs={"aria-label": _("Place %d") % (place + 1)})
                for place in range(places)
            ]
        )

    def decompress(self, value):
        return list(value or ())


class OrderedField(forms.MultiValueField):
    """Some of many choices, in an order; empty places are left out."""

    def __init__(self, *, choices, places: int, **kwargs):
        offered = [("", "–"), *choices]
        super().__init__(
            fields=[forms.ChoiceField(choices=offered, required=False) for place in range(places)],
            widget=OrderedWidget(offered, places),
            require_all_fields=False,
            **kwargs,
        )

    def compress(self, data_list) -> tuple[str, ...]:
        return tuple(each for each in data_list or () if each)


class ChosenField(forms.MultipleChoiceField):
    """A set of choices as checkboxes."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value) -> tuple[str, ...]:
        return tuple(super().clean(value))


def field_for(slot: Slot, value: object) -> forms.Field:
    """Return the form field that takes a slot's value; ``value`` is what it says now."""
    shared: dict[str, Any] = {
        "label": slot.label,
        "required": slot.needed,
        "initial": value,
        "help_text": help_for(slot),
    }
    if slot.kind in ("whole", "number"):
        return _number_field(slot, shared)
    if slot.kind == "ordered":
        held = len(value) if isinstance(value, tuple) else 0
        return OrderedField(choices=slot.choices, places=held + SPARE, **shared)
    if slot.kind == "chosen":
        return ChosenField(choices=slot.choices, **shared)
    if slot.kind == "choice":
        return forms.ChoiceField(choices=slot.choices, **shared)
    if slot.kind == "on":
        return forms.BooleanField(**shared | {"required": False})
    if slot.kind == "lines":
        return LinesField(max_length=MOST_CHARACTERS, **shared)
    if slot.kind == "text":
        return TextField(
            max_length=slot.longest, widget=forms.Textarea(attrs={"rows": 4}), **shared
        )
    return forms.CharField(max_length=slot.longest, **shared)


def _number_field(slot: Slot, shared: dict[str, Any]) -> forms.Field:
    if slot.kind == "whole":
        low, high = (None if end is None else int(end) for end in (slot.low, slot.high))
        return forms.IntegerField(min_value=low, max_value=high, **shared)
    return forms.DecimalField(
        min_value=slot.low,
        max_value=slot.high,
        max_digits=9,
        decimal_places=PLACES,
        widget=forms.NumberInput(attrs={"step": "any"}),
        **shared,
    )


def range_of(slot: Slot) -> str:
    """Say unit and allowed range: ``1 to 14 days``; empty where there is none."""
    if slot.low is None or slot.high is None:
        return str(slot.unit)
    span = _("%(low)s to %(high)s") % {"low": slot.low, "high": slot.high}
    return f"{span} {SCALES.get(str(slot.unit), slot.unit)}".strip()


def help_for(slot: Slot) -> Words:
    """Say unit, range and what the value decides, in one line."""
    parts = (range_of(slot), str(slot.note))
    return lazystr(" · ".join(part for part in parts if part))
