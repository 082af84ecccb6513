"""Fields and checks that several forms share."""

import copy
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField
from phonenumber_field.phonenumber import PhoneNumber
from phonenumbers import is_valid_number_for_region

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)
FormClass = TypeVar("FormClass", bound=type[forms.Form])
IN_RANGE = [
    MinValueValidator(FIRST_DAY, _("Write a day after 1900.")),
    MaxValueValidator(LAST_DAY, _("Write a day before 2101.")),
]
DAY_ERRORS = {"invalid": _("Write the day as year-month-day, such as 1990-05-24.")}


def day_input(**attrs: str) -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date", **attrs}, format="%Y-%m-%d")


def clean_name(text: str) -> str:
    """Return a name without marks that cannot be seen, and with single spaces.

    Raises ValidationError for line breaks and other control characters.
    """
    visible = "".join(char for char in text if unicodedata.category(char) != "Cf")
    if any(unicodedata.category(char) == "Cc" for char in visible):
        raise forms.ValidationError(_("Write the name on one line."))
    return " ".join(visible.split())


def parse_instant(text: str) -> datetime:
    """Return an ISO 8601 date and time with offset as UTC. Raises ValueError for anything else."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None or not FIRST_DAY.year <= found.year <= LAST_DAY.year:
        raise ValueError("A time needs its distance from UTC and a year people live in.")
    return found.astimezone(UTC)


class Unticked(forms.CheckboxInput):
    """A box that always comes back empty: consent is given anew with every sending."""

    def __init__(self, attrs=None):
        super().__init__(attrs, check_test=lambda value: False)


class KnownNumber(PhoneNumber):
    """A number that was found to exist.

    Every comparison and every test for emptiness would look it up again in the numbering plans.
    """

    def is_valid(self) -> bool:
        return True

    def __bool__(self) -> bool:
        return True


class PhoneField(PhoneNumberField):
    """A phone number, looked up once: in the country of the place, else in all of its prefix."""

    def to_python(self, value):
        number = super().to_python(value)
        if not isinstance(number, PhoneNumber):
            return number
        if not (is_valid_number_for_region(number, self.region) or number.is_valid()):
            return number
        known = KnownNumber()
        known.merge_from(number)
        return known


class InstantField(forms.CharField):
    """A moment as pages send it: 2027-01-11T09:00-06:00."""

    def clean(self, value):
        text = super().clean(value)
        try:
            return parse_instant(text)
        except (ValueError, OverflowError):
            raise forms.ValidationError(_("Choose one of the listed times.")) from None


class _Fields(dict[str, forms.Field]):
    """A form's fields, of which every form gets copies: by their attributes, as Django's own are.

    Django goes the way of ``copy``, which asks each field how it wants to be taken apart. For a
    form of a dozen fields that costs as much as checking everything that was typed.
    """

    def __deepcopy__(self, memo: Mapping[int, object]) -> dict[str, forms.Field]:
        return {name: _copy_of(field) for name, field in self.items()}


def _copy_of(field: forms.Field) -> forms.Field:
    """Return a copy of a field, with a widget, words and checks of its own."""
    plain = type(field).__deepcopy__ is forms.Field.__deepcopy__
    if not plain or type(field.widget).__deepcopy__ is not forms.Widget.__deepcopy__:
        return copy.deepcopy(field)  # it has more that is its own, such as choices
    found = _twin(field)
    found.widget = _twin(field.widget)
    found.widget.attrs = field.widget.attrs.copy()
    found.error_messages = field.error_messages.copy()
    found.validators = field.validators[:]
    return found


def _twin(one: Any) -> Any:
    twin = object.__new__(type(one))
    twin.__dict__.update(one.__dict__)
    return twin


def quickly_made(form: FormClass) -> FormClass:
    """Decorate a form that is made in every booking: its fields are copied in a quicker way."""
    form.base_fields = _Fields(form.base_fields)
    return form


class HoneypotMixin(forms.Form):
    """A field nobody sees; programs that fill in everything fill it too."""

    website = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("Leave this field empty, or call us."))
        return ""
