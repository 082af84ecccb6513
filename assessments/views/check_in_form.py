"""The questions of a check-in after discharge. Nothing is chosen beforehand: silence is no zero."""

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.actions.check_ins import Told
from assessments.models import CheckIn

SCORES = [(str(score), str(score)) for score in range(11)]
MISSING = {"required": _("Choose one."), "invalid_choice": _("Choose one.")}


def _choice(label, choices, *, required: bool = True, ends=()) -> forms.ChoiceField:
    field = forms.ChoiceField(
        label=label, choices=choices, required=required, widget=forms.RadioSelect,
        error_messages=MISSING,
    )  # fmt: skip
    field.ends = ends  # type: ignore[attr-defined]  # what 0 and 10 mean, for the page
    return field


PAIN = (_("0 no pain"), _("10 worst imaginable"))


class CheckInForm(forms.Form):
    pain_now = _choice(_("How much does the knee hurt now?"), SCORES, ends=PAIN)
    pain_worst = _choice(_("And at its worst in the last 7 days?"), SCORES, ends=PAIN)
    compared = _choice(_("Compared with your last visit, the knee is"), CheckIn.Compared.choices)
    activity = _choice(
        _("The activity that matters most to you: how well can you do it? (if you like)"),
        SCORES,
        required=False,
        ends=(_("0 not at all"), _("10 as before")),
    )
    exercising = _choice(_("How often do you do your exercises?"), CheckIn.Exercising.choices)
    sport = _choice(_("Are you back at your sport or running?"), CheckIn.Sport.choices)

    def told(self) -> Told:
        """Return the answer, numbers as numbers."""
        given = self.cleaned_data
        return Told(
            pain_now=int(given["pain_now"]),
            pain_worst=int(given["pain_worst"]),
            activity=int(given["activity"]) if given["activity"] else None,
            compared=given["compared"],
            exercising=given["exercising"],
            sport=given["sport"],
        )
