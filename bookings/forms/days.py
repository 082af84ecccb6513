"""A span of days at one place or at all of them, as reports and files ask for it."""

from collections.abc import Sequence
from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from bookings.forms.fields import DAY_ERRORS, IN_RANGE, day_input
from clinic.models import Location


class DaysForm(forms.Form):
    """Which place, and which local days of it, both included."""

    longest = 366  # days

    place = forms.ModelChoiceField(
        label=_("Place"),
        queryset=Location.objects.order_by("position", "name"),
        to_field_name="slug",
        required=False,
        empty_label=_("All places"),
        error_messages={"invalid_choice": _("Choose one of the places.")},
    )
    first = forms.DateField(
        label=_("From"), widget=day_input(), validators=IN_RANGE, error_messages=DAY_ERRORS
    )
    last = forms.DateField(
        label=_("To"), widget=day_input(), validators=IN_RANGE, error_messages=DAY_ERRORS
    )

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("first"), cleaned.get("last")
        if isinstance(first, date) and isinstance(last, date):
            if last < first:
                self.add_error("last", _("The last day comes before the first."))
            elif (last - first).days >= self.longest:
                text = ngettext_lazy("At most %(n)d day.", "At most %(n)d days.", self.longest)
                self.add_error("last", text % {"n": self.longest})
        return cleaned

    def places(self) -> Sequence[Location]:
        """Return the place chosen, or all of them; also those that take no bookings any more."""
        chosen = self.cleaned_data.get("place")
        return [chosen] if chosen else list(Location.objects.order_by("position", "name"))
