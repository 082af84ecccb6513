"""What the desk types about a patient: how to reach them, what they need, who answers for them."""

import uuid
from collections.abc import Sequence
from datetime import date

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from bookings.forms.fields import DAY_ERRORS, IN_RANGE, clean_name
from clinic import languages, minors, practice, search
from clinic.actions import consents
from clinic.actions.notices import days_of_notices
from clinic.admin.desk import DayInput
from clinic.minors import Answerable
from clinic.models import Consent, Guardian, Patient
from clinic.models.users import normal_email

LONG_ENOUGH = 7  # digits that are more likely a phone number than anything else


class GuardianFields(forms.Form):
    """Who answers for a child. All three are needed, or none."""

    guardian_name = forms.CharField(
        label=_("Parent or guardian"),
        max_length=160,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    guardian_relationship = forms.CharField(
        label=_("Relationship"),
        max_length=60,
        required=False,
        help_text=_("Such as mother, father or foster parent."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    guardian_consent = forms.BooleanField(
        label=_("They agree to the care, and told us so today"), required=False
    )

    @property
    def guardian_typed(self) -> bool:
        """Whether somebody wrote anything about a guardian, or was told to."""
        names = list(GuardianFields.base_fields)
        return any(self.data.get(name) or name in self.errors for name in names)

    def clean_guardian_name(self) -> str:
        return clean_name(self.cleaned_data["guardian_name"])

    def check_guardian(self, *, needed: bool) -> None:
        """Add an error to each of the three that is missing, where one is given or needed."""
        names = list(GuardianFields.base_fields)
        if not needed and not any(self.cleaned_data.get(name) for name in names):
            return
        missing = {
            "guardian_name": _t("Write down who answers for the child."),
            "guardian_relationship": _t("Write down how they are related."),
            "guardian_consent": _t("A parent or guardian has to agree."),
        }
        for name, text in missing.items():
            if name not in self.errors and not self.cleaned_data.get(name):
                self.add_error(name, text)

    def guardian(self) -> Answerable | None:
        """Return who answers for the child, if anybody was named."""
        if not self.cleaned_data.get("guardian_name"):
            return None
        return Answerable(
            name=self.cleaned_data["guardian_name"],
            relationship=self.cleaned_data["guardian_relationship"],
        )


class ContactForm(forms.ModelForm):
    """How to reach a patient and what the desk should know."""

    class Meta:
        model = Patient
        fields = (
            "first_name", "last_name", "date_of_birth", "email", "phone", "address", "language",
            "needs", "desk_note",
        )  # fmt: skip
        widgets = {"date_of_birth": DayInput, "address": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        offered = languages.offered()
        if self.instance.language not in dict(offered):  # as another system had it; it stays
            offered = [*offered, (self.instance.language, self.instance.language_words)]
        self.fields["language"] = forms.ChoiceField(
            label=_("Language"),
            choices=offered,
            help_text=_("Letters and the patient's own pages come in it."),
        )

    def clean_first_name(self) -> str:
        return clean_name(self.cleaned_data["first_name"])

    def clean_last_name(self) -> str:
        return clean_name(self.cleaned_data["last_name"])

    def clean_email(self) -> str:
        return normal_email(self.cleaned_data["email"])

    def clean_date_of_birth(self) -> date | None:
        born = self.cleaned_data["date_of_birth"]
        if born and not date(1900, 1, 1) <= born <= timezone.localdate():
            raise forms.ValidationError(_t("Write a day between 1900 and today."))
        return born


class PatientForm(ContactForm):
    """A patient who is known, with what they agreed to get."""

    wants = forms.MultipleChoiceField(
        label=_("Agreed to get"),
        choices=[(kind.value, kind.label) for kind in consents.CHOICES],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Tick only what the patient told you. The day is written down."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "wants" in self.fields:
            standing = consents.standing(self.instance)
            self.fields["wants"].initial = [kind for kind in consents.CHOICES if kind in standing]


class NewPatientForm(GuardianFields, ContactForm):
    """Somebody new. Warns once before a second record of the same person is made."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    same_person_checked = forms.BooleanField(
        label=_("This is somebody else: save a new patient"), required=False
    )
    look_alikes: list[Patient] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["date_of_birth"].widget.attrs["max"] = timezone.localdate().isoformat()
        self.fields["language"].required = False
        self.fields["address"].widget.attrs["rows"] = 2
        self.fields["desk_note"].widget.attrs["rows"] = 2

    def clean_language(self) -> str:
        return self.cleaned_data["language"] or Patient._meta.get_field("language").default

    def clean(self):
        cleaned = super().clean()
        born = cleaned.get("date_of_birth")
        self.check_guardian(needed=minors.needed_everywhere(born, timezone.now()))
        if not self.errors and not cleaned["same_person_checked"]:
            self._look_for_others()
        return cleaned

    def _look_for_others(self) -> None:
        """Name everybody who may be the same person; who was saved by this very form is not."""
        known = Patient.objects.filter(pk=self.cleaned_data["key"]).exists()
        names = ("first_name", "last_name", "date_of_birth", "phone", "email")
        likeness = Patient(**{name: self.cleaned_data[name] for name in names})
        self.look_alikes = [] if known else search.alike(likeness)
        if self.look_alikes:
            count = len(self.look_alikes)
            text = ngettext(
                "There is a record that may be theirs.",
                "There are %(n)d records that may be theirs.",
                count,
            )
            self.add_error("same_person_checked", text % {"n": count})

    def patient(self) -> Patient:
        """Return the patient, not saved yet; the same form always makes the same one."""
        self.instance.pk = self.cleaned_data["key"]
        return self.instance


def taken_from(typed: str) -> dict[str, object]:
    """Return what a new patient's form can take over from a search that found nobody."""
    said = search.said(typed)
    first, _space, last = said.name.partition(" ")
    if said.name.islower():
        first, last = first.title(), last.title()
    known: dict[str, object] = {"first_name": first, "last_name": last}
    for number in said.numbers:
        longest = max(number.digits, key=len, default="")
        if len(number.days) == 1:
            known["date_of_birth"] = next(iter(number.days))
        elif len(longest) >= LONG_ENOUGH:
            known["phone"] = longest
    if said.addresses:
        known["email"] = said.addresses[0]
    return known


class WantsForm(forms.Form):
    """What a patient told the desk they want to hear besides their visits."""

    wants = forms.MultipleChoiceField(
        label=_("Agreed to get"),
        choices=[(kind.value, kind.label) for kind in consents.CHOICES],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Tick only what the patient told you. The day is written down."),
    )


class PaperForm(forms.Form):
    """A sheet that a patient signed: what they agreed to, which notice it was, who signed when."""

    kinds = forms.MultipleChoiceField(
        label=_("Agreed to"),
        choices=[(kind.value, kind.label) for kind in (Consent.Kind.PRIVACY, *consents.CHOICES)],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick what was agreed to.")},
        help_text=_("Only what is ticked on the paper."),
    )
    text_dated = forms.TypedChoiceField(label=_("Privacy notice of"), coerce=date.fromisoformat)
    signed_on = forms.DateField(label=_("Signed on"), widget=DayInput, error_messages=DAY_ERRORS)
    signed_by = forms.CharField(
        label=_("Signed by"),
        max_length=160,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("The patient, or whoever answers for them."),
    )

    def __init__(self, *args, patient: Patient, guardians: Sequence[Guardian] = (), **kwargs):
        super().__init__(*args, auto_id="id_paper_%s", **kwargs)
        now = practice.current()
        days = dict.fromkeys([now.privacy_dated, *days_of_notices()])
        self.fields["text_dated"].choices = [
            (day.isoformat(), date_format(day, "j F Y")) for day in days
        ]
        today = timezone.localdate(timezone=now.tz)
        self.fields["signed_on"].initial = today
        self.fields["signed_on"].widget.attrs["max"] = today.isoformat()
        self.fields["signed_by"].initial = guardians[0].name if guardians else str(patient)

    def clean_signed_on(self) -> date:
        day = self.cleaned_data["signed_on"]
        for check in IN_RANGE:
            check(day)
        return day

    def clean_signed_by(self) -> str:
        return clean_name(self.cleaned_data["signed_by"])


class MergeForm(forms.Form):
    """Which of two records survives, and which sign-ins of the other may read it then."""

    survivor = forms.ChoiceField(
        label=_("This record stays"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the record that stays.")},
    )
    sign_ins = forms.TypedMultipleChoiceField(
        label=_("May read the joint record with their sign-in"),
        coerce=uuid.UUID,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Ask the patient first: who signs in with that address reads everything."),
    )
    refused = False

    def __init__(self, *args, pair: tuple[Patient, Patient], sign_ins, **kwargs):
        super().__init__(*args, **kwargs)
        self.pair = pair
        self.fields["survivor"].choices = [(str(each.pk), str(each)) for each in pair]
        self.fields["sign_ins"].choices = [
            (str(grant.pk), f"{grant.user.email} ({grant.patient})") for grant in sign_ins
        ]
        # The address both records name is the patient's own, as far as anybody can tell.
        self.fields["sign_ins"].initial = [
            str(grant.pk) for grant in sign_ins if all(grant.user.email == p.email for p in pair)
        ]

    def chosen(self) -> tuple[Patient, Patient]:
        """Return the duplicate and the survivor."""
        one, other = self.pair
        stays = self.cleaned_data["survivor"] == str(other.pk)
        return (one, other) if stays else (other, one)

    def refuse(self, error: Exception, clashes: list[str]) -> None:
        self.refused = True
        for text in (str(error), *clashes):
            self.add_error(None, text)
