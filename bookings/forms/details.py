"""Who comes: the one form between a held time and a booked visit."""

import zoneinfo
from collections.abc import Sequence
from datetime import date, datetime
from typing import cast

import phonenumbers
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.conf import settings
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from bookings.actions import Details
from bookings.forms.fields import (
    DAY_ERRORS,
    IN_RANGE,
    HoneypotMixin,
    PhoneField,
    Unticked,
    clean_name,
    day_input,
    quickly_made,
)
from bookings.models import Service
from clinic.minors import guardian_needed
from clinic.models import Location, Patient

GUARDIAN = ("guardian_name", "guardian_consent")


@quickly_made
class DetailsForm(HoneypotMixin):
    """Who comes. For a child, the guardian's name and consent are asked for as well."""

    first_name = forms.CharField(
        label=_("First name"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    last_name = forms.CharField(
        label=_("Last name"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("We send the confirmation here."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    phone = PhoneField(
        label=_("Phone"),
        required=False,
        help_text=_("In case something changes on the day."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    date_of_birth = forms.DateField(
        label=_("Date of birth"),
        required=False,
        input_formats=["%Y-%m-%d"],
        validators=IN_RANGE,
        error_messages=DAY_ERRORS,
        widget=day_input(autocomplete="bday"),
    )
    reason = forms.CharField(
        label=_("What brings you here?"),
        max_length=1000,
        required=False,
        help_text=_("Only the person who treats you reads this, in opening hours."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    guardian_name = forms.CharField(
        label=_("Name of the parent or guardian"),
        max_length=160,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    guardian_relationship = forms.CharField(
        label=_("What are you to the child?"),
        max_length=60,
        required=False,
        help_text=_("Such as mother, father or foster parent."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    guardian_consent = forms.BooleanField(
        label=_("I am their parent or guardian and agree to the visit."),
        required=False,
        widget=Unticked,
    )
    own_zone = forms.CharField(required=False, widget=forms.HiddenInput)  # filled in by script
    consent = forms.BooleanField(
        label=_("I have read the privacy notice and agree to it."),
        widget=Unticked,
        error_messages={"required": _("Without your consent we cannot keep your details.")},
    )

    def __init__(
        self,
        *args,
        service: Service,
        location: Location,
        patients: Sequence[Patient],
        now: datetime,
        by_address: Sequence[Patient] = (),
        **kwargs,
    ):
        """Make the form.

        patients    whose pages the sign-in may read: named in full
        by_address  who else gave the address that was confirmed by code: by first name only,
                    until the date of birth was given
        """
        super().__init__(*args, **kwargs)
        self.location, self.now = location, now
        self.names = {
            **{str(patient.pk): str(patient) for patient in patients},
            **{str(patient.pk): patient.first_name for patient in by_address},
        }
        self.own = {str(patient.pk): patient for patient in [*patients, *by_address]}
        self.fields["reason"].required = service.asks_reason
        self.fields["date_of_birth"].required = service.asks_birth_date
        self.fields["phone"].required = service.mode == Service.Mode.PHONE
        if service.mode == Service.Mode.IN_PERSON:
            del self.fields["own_zone"]
        cast(PhoneField, self.fields["phone"]).region = _region(location)
        self.fields["date_of_birth"].widget.attrs["max"] = self.today.isoformat()
        self._offer_own_patients()

    @property
    def today(self) -> date:
        return self.now.astimezone(self.location.tz).date()

    @property
    def for_child(self) -> bool:
        """Whether the guardian's fields stand open: the age says so, or they were filled in."""
        typed = self.data.get("guardian_name") or self.initial.get("guardian_name")
        return bool(typed) or any(name in self.errors for name in GUARDIAN)

    def _offer_own_patients(self) -> None:
        """Who is signed in chooses among the people granted to them, or somebody else."""
        if not self.own:
            return
        choices = list(self.names.items())
        who = forms.ChoiceField(
            label=_("Who is it for?"),
            required=False,
            initial=choices[0][0],
            choices=[*choices, ("", _("Somebody else"))],
            widget=forms.RadioSelect,
            help_text=_("The names below are only for somebody else."),
        )
        self.fields = {"patient": who, **self.fields}
        if self.data.get("patient") in self.own:
            for name in ("first_name", "last_name", "email", "date_of_birth"):
                self.fields[name].required = False

    @cached_property
    def helper(self) -> FormHelper:
        """How the fields are laid out, where they are shown at all: most answers lead elsewhere."""
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        who = ["patient"] if self.own else []
        helper.layout = Layout(
            *who,
            Div("first_name", "last_name", css_class="bk-pair"),
            Div("email", "phone", css_class="bk-pair"),
            "date_of_birth",
            "reason",
            *(["own_zone"] if "own_zone" in self.fields else []),
            Div(Field("website"), css_class="bk-trap", aria_hidden="true"),
        )
        return helper

    def clean_first_name(self) -> str:
        return clean_name(self.cleaned_data["first_name"])

    def clean_last_name(self) -> str:
        return clean_name(self.cleaned_data["last_name"])

    def clean_guardian_name(self) -> str:
        return clean_name(self.cleaned_data["guardian_name"])

    def clean_date_of_birth(self) -> date | None:
        born = self.cleaned_data["date_of_birth"]
        if born and born > self.today:
            raise forms.ValidationError(_("This day lies ahead. Write the day of birth."))
        return born

    def clean_own_zone(self) -> str:
        """Return the zone a browser named, or "" for one nobody knows."""
        zone = self.cleaned_data["own_zone"]
        return zone if zone in zoneinfo.available_timezones() else ""

    def clean(self):
        chosen = self.own.get(self.cleaned_data.get("patient", ""))
        born = chosen.date_of_birth if chosen else self.cleaned_data.get("date_of_birth")
        if guardian_needed(born, self.location, self.now):
            if not self.cleaned_data.get("guardian_name"):
                self.add_error("guardian_name", self._ask_guardian())
            if not self.cleaned_data.get("guardian_consent"):
                self.add_error("guardian_consent", _("A parent or guardian has to agree."))
        elif self.cleaned_data.get("guardian_name") and not self.cleaned_data["guardian_consent"]:
            self.add_error("guardian_consent", _("A parent or guardian has to agree."))

    def _ask_guardian(self) -> str:
        text = _("Below the age of %(age)d a parent or guardian books. Please write their name.")
        return text % {"age": self.location.guardian_below_age}

    def details(self, language: str) -> Details:
        """Return what was typed, for the action."""
        data = self.cleaned_data
        return Details(
            first_name=data["first_name"],
            last_name=data["last_name"],
            email=data["email"],
            phone=data["phone"] or "",
            date_of_birth=data["date_of_birth"],
            reason=data["reason"],
            guardian_name=data["guardian_name"] if data["guardian_consent"] else "",
            guardian_relationship=" ".join(data.get("guardian_relationship", "").split()),
            language=language,
            own_zone=data.get("own_zone", ""),
            patient=self.own.get(data.get("patient", "")),
        )

    def typed(self) -> dict[str, str]:
        """Return what was typed as it stands, to be shown again. Consents are given anew."""
        kept = set(self.fields) - {"consent", "guardian_consent", "website", "patient", "own_zone"}
        return {name: str(self.data.get(name, ""))[:1000] for name in kept}


def _region(location: Location) -> str:
    known = location.country in phonenumbers.SUPPORTED_REGIONS
    return location.country if known else settings.PHONENUMBER_DEFAULT_REGION
