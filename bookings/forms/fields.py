"""Fields and checks that several forms share."""

import unicodedata
from datetime import UTC, date, datetime

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField
from phonenumber_field.phonenumber import PhoneNumber
from phonenumbers import is_valid_number_for_region

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)
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
