"""What the small forms of the plan page send, as values."""

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.actions import NewDose
from assessments.actions.composing import CAREFUL_LIMIT, HIGHEST_LIMIT, PHASES


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
