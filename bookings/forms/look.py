"""What happens to the booked visits a change of hours touches: said before anything is saved."""

from collections.abc import Mapping, Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.actions.hours import CALL, MAIL, NOTHING, Look, digest
from bookings.models import Appointment

THEN = [
    (MAIL, _("Offer each three other times by mail. Who has no address is on a list to call.")),
    (CALL, _("Call them: a list with three other times for each.")),
    (NOTHING, _("Nothing yet. They stay booked, among the visits outside working hours.")),
]


class LookForm(forms.Form):
    """Which visits were looked at, and what happens to them."""

    seen = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)
    then = forms.ChoiceField(
        label=_("What happens to these visits?"),
        choices=THEN,
        required=False,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say what happens to these visits.")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, prefix="look", **kwargs)


def look_in(data: Mapping[str, str]) -> Look:
    """Return what a request says about the visits; nothing it may not say."""
    form = LookForm(data)
    typed = form.cleaned_data if form.is_valid() else {}
    return Look(typed.get("seen", ""), typed.get("then", ""))


def looked(touched: Sequence[Appointment], *, missing: bool = False) -> dict[str, object]:
    """Return what a page shows of the visits touched, and the question what happens to them.

    missing  it was asked before and not answered
    """
    form = LookForm(initial={"seen": digest(touched)})
    return {"touched": touched, "look": form, "look_missing": missing}
