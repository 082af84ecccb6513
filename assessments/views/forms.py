"""What the small forms of the plan page send, as values."""

from django import forms

from assessments.actions import NewDose


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
