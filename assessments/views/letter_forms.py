"""What is typed into letters, referrals and hand-overs."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.actions import Edited, Summary
from assessments.actions.hand_overs import receivers
from assessments.actions.letters import addressed
from assessments.models import HandOver, Letter, LetterSending, Referral
from bookings.forms.fields import clean_name
from clinic.models import GeneralPractitioner

LONGEST = 4000  # letters in one section
EARLIEST = timedelta(days=60)  # a letter given on longer ago is a slip of the finger


class LetterForm(forms.Form):
    """Addressee, subject, and one text for each section; an emptied section is left out.

    Choosing another GP of the directory puts their name and address in.
    """

    physician = forms.ModelChoiceField(
        queryset=GeneralPractitioner.objects.none(),
        required=False,
        label=gettext_lazy("From the directory"),
        empty_label=gettext_lazy("somebody else"),
        help_text=gettext_lazy("Their name and address are put in when you save."),
    )
    to_name = forms.CharField(label=gettext_lazy("To"), max_length=160, required=False)
    to_address = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=200)

    def __init__(self, data=None, *, letter: Letter) -> None:
        self.letter = letter
        super().__init__(
            data,
            initial={
                "physician": letter.physician_id,
                "to_name": letter.to_name,
                "to_address": letter.to_address,
                "subject": letter.subject,
            },
        )
        patient = letter.assessment.episode.patient.survivor
        directory = self.fields["physician"]
        directory.queryset = GeneralPractitioner.objects.offered_to(patient.pk)  # type: ignore[attr-defined]
        for number, section in enumerate(letter.sections):
            self.fields[f"text_{number}"] = _section(section["heading"], section["text"])
        if not any(each["heading"] == _("Besides") for each in letter.sections):
            self.fields["besides"] = _section(_("Besides"), "")

    def texts(self) -> list[forms.BoundField]:
        """The sections, for the page."""
        return [self[name] for name in self.fields if name.startswith(("text_", "besides"))]

    def clean_to_name(self) -> str:
        return clean_name(self.cleaned_data["to_name"])

    def edited(self) -> Edited:
        """Return what was typed, with the address of a GP who was just chosen."""
        said = self.cleaned_data
        name, lines = said["to_name"], said["to_address"]
        physician = said["physician"]
        if physician is not None and (physician.pk != self.letter.physician_id or not name):
            name, lines = addressed(physician)
        sections = [
            (section["heading"], said[f"text_{number}"])
            for number, section in enumerate(self.letter.sections)
        ]
        if said.get("besides"):
            sections.append((_("Besides"), said["besides"]))
        return Edited(
            physician=physician,
            to_name=name,
            to_address=lines,
            subject=said["subject"],
            sections=sections,
        )


def _section(heading: str, text: str) -> forms.CharField:
    rows = max(3, text.count("\n") + 2)
    return forms.CharField(
        label=heading,
        initial=text,
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": min(rows, 14)}),
    )


class SendingForm(forms.Form):
    """How a letter was given on, to whom, and when by the clock of the place."""

    HOWS = LetterSending.How.choices

    how = forms.ChoiceField(
        label=gettext_lazy("How"), choices=LetterSending.How.choices, widget=forms.RadioSelect
    )
    to = forms.CharField(label=gettext_lazy("To whom"), max_length=160)
    sent_at = forms.DateTimeField(
        label=gettext_lazy("When"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
    )

    def __init__(self, *args, zone: ZoneInfo, now: datetime, **kwargs) -> None:
        self.zone, self.now = zone, now
        super().__init__(*args, **kwargs)
        self.initial.setdefault("sent_at", now.astimezone(zone).replace(tzinfo=None))

    def clean_to(self) -> str:
        return clean_name(self.cleaned_data["to"])

    def clean_sent_at(self) -> datetime:
        """Read the wall clock of the place; not ahead, and not months ago."""
        typed = self.cleaned_data["sent_at"]
        wall = timezone.make_naive(typed) if timezone.is_aware(typed) else typed
        at = wall.replace(tzinfo=self.zone)
        if at > self.now + timedelta(minutes=1):
            raise forms.ValidationError(_("That time has not come yet."))
        if at < self.now - EARLIEST:
            raise forms.ValidationError(_("That is too long ago."))
        return at


class SentForm(forms.Form):
    """Whom a patient was sent to without a letter of ours, such as by ambulance."""

    to = forms.CharField(label=gettext_lazy("To whom, and how"), max_length=160)


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=gettext_lazy("What came back, from whom"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class CloseForm(forms.Form):
    outcome = forms.ChoiceField(
        label=gettext_lazy("Outcome"), choices=[("", "…"), *Referral.Outcome.choices]
    )
    note = forms.CharField(label=gettext_lazy("In a few words"), max_length=300)


class HandOverForm(forms.Form):
    """To whom, and what they have to know."""

    receiver = forms.ModelChoiceField(
        queryset=None,
        label=gettext_lazy("To whom"),
        empty_label="…",
        widget=forms.Select,
    )
    goals = forms.CharField(
        label=gettext_lazy("Goals"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("What the patient wants to do again, and by when."),
    )
    limits = forms.CharField(
        label=gettext_lazy("Limits"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Pain limits, movements and loads to leave out for now."),
    )
    phase = forms.ChoiceField(label=gettext_lazy("Phase now"), choices=HandOver.Phase.choices)
    run_stage = forms.TypedChoiceField(
        label=gettext_lazy("Walk-jog stage now"), coerce=int, empty_value=None, required=False
    )

    def __init__(self, *args, stages: list[tuple[int, str]], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["receiver"].queryset = receivers()  # type: ignore[attr-defined]
        self.fields["receiver"].label_from_instance = _who  # type: ignore[attr-defined]
        self.fields["run_stage"].choices = [
            ("", _("no stage: does not run, or runs by distance")),
            *stages,
        ]  # type: ignore[attr-defined]

    def summary(self) -> Summary:
        said = self.cleaned_data
        return Summary(
            goals=said["goals"],
            limits=said["limits"],
            phase=said["phase"],
            run_stage=said["run_stage"],
        )


def _who(person) -> str:
    return f"{person.name}, {person.title or person.get_discipline_display()}"


class ReturnForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=300)
