"""What people type in on the clinic's own pages. Checks only; actions save."""

from datetime import date
from typing import cast

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.validators import MinValueValidator
from django.utils.translation import gettext_lazy as _

from clinic import sms
from clinic.actions import consents
from clinic.models import Consent, Patient, Practice, User

OLDEST = date(1900, 1, 1)


class BirthDateForm(forms.Form):
    """The date of birth that opens a patient's own pages to this sign-in."""

    date_of_birth = forms.DateField(
        label=_("Date of birth"),
        widget=forms.DateInput(attrs={"type": "date", "autocomplete": "bday"}, format="%Y-%m-%d"),
        validators=[MinValueValidator(OLDEST)],
    )


class NewPasswordForm(forms.Form):
    """An invited person's own password, typed twice."""

    password = forms.CharField(
        label=_("New password"),
        strip=False,
        max_length=128,
        help_text=_("12 characters or more. Three or four words in a row do well."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("The same again"),
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        validate_password(password, self.user)
        return password

    def clean(self):
        password, again = self.cleaned_data.get("password"), self.cleaned_data.get("again")
        if password and again and password != again:
            self.add_error("again", _("The two are not the same."))


class PracticeForm(forms.ModelForm):
    """The practice settings (used by the admin). ``actions.save_practice`` checks the logo."""

    colour = forms.RegexField(
        r"^#[0-9a-fA-F]{6}$",
        label=_("Brand colour"),
        help_text=_("White text must be readable on it."),
        widget=forms.TextInput(attrs={"type": "color"}),
    )

    class Meta:
        model = Practice
        fields = (
            "name", "tagline", "logo", "colour", "time_zone", "email", "phone", "privacy_text",
            "privacy_dated", "cancellation_policy", "hold_minutes", "horizon_days",
            "upcoming_limit", "travel_minutes", "care_days", "late_entry_hours",
        )  # fmt: skip


class MessageChoicesForm(forms.Form):
    """What a patient wants to hear from the clinic besides their visits. All off by default."""

    kinds = forms.MultipleChoiceField(
        label=_("Write to me about"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
        error_messages={"invalid_choice": _("Choose from what is listed.")},
    )

    def __init__(self, *args, patient: Patient, standing: dict | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        words = {
            Consent.Kind.REMINDERS: _(
                "Reminders of my plan by e-mail: on the days I pick there, else at most one a week"
            ),
            Consent.Kind.NEWS: _("News from the clinic, now and then, by e-mail"),
            Consent.Kind.SMS: _("My visits also by text message, to the number you have"),
            Consent.Kind.CHECK_INS: _("How it goes, twice in the half year after my last visit"),
        }
        self.offered = [kind for kind in consents.CHOICES if _possible(kind, patient)]
        if standing is None:
            standing = consents.standing(patient)
        if Consent.Kind.CHECK_INS in standing:  # agreed with the physio; here it can be ended
            self.offered.append(Consent.Kind.CHECK_INS)
        field = cast(forms.MultipleChoiceField, self.fields["kinds"])
        field.choices = [(kind.value, words[kind]) for kind in self.offered]
        field.initial = [kind.value for kind in self.offered if kind in standing]

    def wanted(self) -> set[str]:
        """Return the kinds that were ticked."""
        return set(self.cleaned_data["kinds"])


def _possible(kind: str, patient: Patient) -> bool:
    if kind == Consent.Kind.SMS:
        return sms.is_on() and bool(patient.phone)
    return bool(patient.email)
