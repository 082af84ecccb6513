"""The waiting list: what somebody would take, and who they are. Checks only."""

import uuid
from collections.abc import Sequence

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.actions.waiting import Wishes
from bookings.catalogue import Offered
from bookings.forms.details import DetailsForm
from bookings.models import Service, WaitingEntry
from bookings.models.hours import Weekday
from clinic.models import Location, Practitioner

NOTICE = [
    (0, _("None: any time that can still be booked")),
    (2, _("2 hours")),
    (4, _("4 hours")),
    (24, _("a day")),
    (48, _("two days")),
]


class WishesForm(forms.Form):
    """What somebody would take. Nothing ticked means anything will do."""

    practitioners = forms.MultipleChoiceField(
        label=_("With"), required=False, widget=forms.CheckboxSelectMultiple
    )
    locations = forms.MultipleChoiceField(
        label=_("At"), required=False, widget=forms.CheckboxSelectMultiple
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("On"),
        choices=Weekday.choices,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    parts = forms.TypedMultipleChoiceField(
        label=_("Time of day"),
        choices=WaitingEntry.Part.choices,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    notice_hours = forms.TypedChoiceField(
        label=_("How much notice do you need?"),
        choices=NOTICE,
        coerce=int,
        empty_value=0,
        initial=4,
        required=False,
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, offered: Sequence[Offered], **kwargs):
        super().__init__(*args, **kwargs)
        self.offered = list(offered)
        self.people = _unique(person for one in self.offered for person in one.practitioners)
        self.places = _unique(place for one in self.offered for place in one.locations)
        self.fields["practitioners"].choices = [
            (slug, who.name) for slug, who in self.people.items()
        ]
        self.fields["locations"].choices = [
            (slug, place.name) for slug, place in self.places.items()
        ]
        self.fields["form_key"].initial = uuid.uuid4
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(*self.wish_fields())

    def wish_fields(self) -> list[object]:
        """Return the wishes in the order of the page; one that has no choice is left out."""
        names = ["practitioners", "locations"]
        choosable = [name for name in names if len(self.fields[name].choices) > 1]
        return [
            *choosable,
            Div("weekdays", "parts", css_class="bk-pair"),
            "notice_hours",
            "form_key",
        ]

    def clean_form_key(self) -> uuid.UUID:
        return self.cleaned_data["form_key"] or uuid.uuid4()

    def wishes(self) -> Wishes:
        """Return what was chosen, for the action."""
        data = self.cleaned_data
        return Wishes(
            practitioners=[self.people[slug] for slug in data["practitioners"]],
            locations=[self.places[slug] for slug in data["locations"]],
            weekdays=data["weekdays"],
            parts=data["parts"],
            notice_hours=data["notice_hours"] or 0,
        )


def _unique(rows) -> dict[str, Practitioner | Location]:
    return {row.slug: row for row in rows}


class WaitForm(WishesForm, DetailsForm):
    """Join the list for a service: wishes, and the details a booking asks for."""

    service = forms.ChoiceField(label=_("What are you waiting for?"))

    def __init__(self, *args, offered: Sequence[Offered], **kwargs):
        by_slug = {one.service.slug: one for one in offered}
        data = args[0] if args else kwargs.get("data")
        asked = (data or kwargs.get("initial") or {}).get("service", "")
        self.chosen = by_slug.get(asked) or next(iter(by_slug.values()))
        super().__init__(
            *args,
            offered=offered,
            service=self.chosen.service,
            location=self.chosen.locations[0],
            **kwargs,
        )
        del self.fields["reason"]  # asked when a time is taken, not before
        self.fields.pop("own_zone", None)
        self.fields["service"].choices = [(slug, one.service.name) for slug, one in by_slug.items()]
        self.helper.layout = Layout("service", *self.wish_fields())
        self.who = FormHelper()
        self.who.form_tag = False
        self.who.disable_csrf = True
        self.who.layout = Layout(
            *(["patient"] if self.own else []),
            Div("first_name", "last_name", css_class="bk-pair"),
            Div("email", "phone", css_class="bk-pair"),
            "date_of_birth",
            Div(Field("website"), css_class="bk-trap", aria_hidden="true"),
        )

    def clean(self):
        super().clean()
        self._check("practitioners", {person.slug for person in self.chosen.practitioners})
        self._check("locations", {place.slug for place in self.chosen.locations})

    def _check(self, name: str, there: set[str]) -> None:
        if set(self.cleaned_data.get(name) or []) - there:
            words = _("Not all of these offer “%(service)s”. Choose again.")
            self.add_error(name, words % {"service": self.chosen.service.name})

    def details(self, language: str):
        self.cleaned_data["reason"] = ""
        return super().details(language)


class TakeForm(forms.Form):
    """Saying yes to a first visit: what brings them here, as a booking asks it."""

    reason = forms.CharField(
        label=_("What brings you here?"),
        max_length=1000,
        required=False,
        help_text=_("Only the person who treats you reads this, in opening hours."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args, service: Service, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = service.asks_reason
