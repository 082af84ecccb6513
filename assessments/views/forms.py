"""What the small forms of charts and plans send, as values."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from assessments.actions import NewDose, stills
from assessments.actions.composing import CAREFUL_LIMIT, HIGHEST_LIMIT, PHASES
from assessments.models import Still
from bookings.forms.fields import DAY_ERRORS, IN_RANGE, day_input


class ComposeForm(forms.Form):
    """What a plan by hand begins with: why there is one, where it starts, how much pain is fine."""

    reason = forms.CharField(
        label=_("Why this patient gets a plan"),
        max_length=300,
        help_text=_("What you found that the rules do not read. It stays on the record."),
    )
    phase = forms.ChoiceField(
        label=_("Start phase"), choices=[(each, each.removeprefix("P")) for each in PHASES]
    )
    pain_limit = forms.TypedChoiceField(
        label=_("Pain limit in exercises"),
        coerce=int,
        choices=[(each, f"{each}/10") for each in range(HIGHEST_LIMIT + 1)],
        initial=CAREFUL_LIMIT,
    )


class DoseForm(forms.Form):
    """How much and how often; a part the exercise does not have is left out."""

    sets = forms.IntegerField(min_value=1, max_value=99, required=False)
    reps = forms.IntegerField(min_value=1, max_value=999, required=False)
    hold_seconds = forms.IntegerField(min_value=1, max_value=9999, required=False)
    per_week = forms.IntegerField(min_value=1, max_value=7, required=False)
    words = forms.CharField(max_length=200, required=False)

    def dose(self) -> NewDose:
        """Return the dose of a valid form."""
        return NewDose(**self.cleaned_data)


class StillForm(forms.Form):
    """One photograph; with the consent, as long as none is written down."""

    view = forms.ChoiceField(label=_("What it shows"), choices=Still.View)
    note = forms.CharField(label=_("Note"), max_length=120, required=False)
    file = forms.FileField(
        label=_("Photograph"),
        allow_empty_file=True,  # refused by what it holds, in the same words as any other file
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png"}),
        help_text=_("JPEG or PNG, at most 10 MB."),
        error_messages={"required": _("Choose a photograph first.")},
    )
    agreed = forms.BooleanField(
        label=_("The patient agrees to photographs for this record."),
        error_messages={"required": _("Without the patient's consent no photograph is kept.")},
    )
    given_on = forms.DateField(
        label=_("Agreed on"),
        widget=day_input(),
        validators=IN_RANGE,
        error_messages=DAY_ERRORS,
    )
    how = forms.CharField(
        label=_("How, and by whom"),
        max_length=120,
        help_text=_("Such as: aloud today; signed form; the mother, aloud."),
    )

    def __init__(self, *args, stands: bool, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if stands:
            for name in ("agreed", "given_on", "how"):
                del self.fields[name]

    def clean_given_on(self):
        if self.cleaned_data["given_on"] > timezone.localdate():
            raise forms.ValidationError(_t("That day has not come yet."))
        return self.cleaned_data["given_on"]

    def agreement(self) -> stills.Agreed | None:
        if "agreed" not in self.fields:
            return None
        return stills.Agreed(self.cleaned_data["given_on"], self.cleaned_data["how"])


class PhotoForm(StillForm):
    """A photograph of the patient doing one exercise of the plan."""

    def __init__(self, *args, stands: bool, **kwargs) -> None:
        super().__init__(*args, stands=stands, **kwargs)
        del self.fields["view"], self.fields["note"]
