"""After booking: why a visit is cancelled, and a request to be called."""

import uuid
from collections.abc import Sequence
from typing import cast

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField

from bookings.forms.fields import HoneypotMixin, Unticked, clean_name
from bookings.models import Appointment, CallbackRequest
from clinic.models import Patient


class CancelForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Why can you not come?"),
        choices=Appointment.CancelReason,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what fits best.")},
    )


class RecordForm(forms.Form):
    """Whose visit it is, among the people of one confirmed address: by first name."""

    patient = forms.ChoiceField(
        label=_("It is for"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whose visit it is.")},
    )

    def __init__(self, *args, patients: Sequence[Patient], **kwargs):
        super().__init__(*args, **kwargs)
        self.patients = {str(patient.pk): patient for patient in patients}
        cast(forms.ChoiceField, self.fields["patient"]).choices = [
            (pk, patient.first_name) for pk, patient in self.patients.items()
        ]

    def chosen(self) -> Patient:
        return self.patients[self.cleaned_data["patient"]]


class CallbackForm(HoneypotMixin):
    """A request to be called. Not for health details: everybody at the desk reads it."""

    name = forms.CharField(
        label=_("Your name"), max_length=160, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    phone = PhoneNumberField(
        label=_("Phone"), widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"})
    )
    when = forms.ChoiceField(
        label=_("Best time"),
        choices=CallbackRequest.When,
        initial=CallbackRequest.When.ANY,
        required=False,
    )
    message = forms.CharField(
        label=_("What is it about?"),
        max_length=500,
        required=False,
        help_text=_("No health details, please: everybody at the front desk reads this."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    consent = forms.BooleanField(
        label=_("You may call me and keep these details until that is done."),
        widget=Unticked,
        error_messages={"required": _("Without your consent we may not call you.")},
    )

    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(
            "form_key",
            Div("name", "phone", css_class="bk-pair"),
            "when",
            "message",
            Div(Field("website"), css_class="bk-trap", aria_hidden="true"),
            "consent",
        )

    def clean_name(self) -> str:
        return clean_name(self.cleaned_data["name"])

    def clean_when(self) -> str:
        return self.cleaned_data["when"] or CallbackRequest.When.ANY
