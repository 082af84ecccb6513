"""Finding and choosing a time, on pages and through the API."""

from collections.abc import Container, Iterable, Sequence
from datetime import date
from typing import cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from bookings.forms.fields import DAY_ERRORS, IN_RANGE, InstantField, day_input
from bookings.models import Service, ServiceOffer
from bookings.models.hours import Weekday
from bookings.narrowing import PARTS, Narrowing
from clinic.models import Location, Practitioner
from clinic.models.practitioners import LANGUAGES

ANY = "any"
PART_CHOICES = [
    ("", _("Any time")),
    *zip(PARTS, (_("Morning"), _("Afternoon"), _("Evening")), strict=True),
]


class ChosenTimeForm(forms.Form):
    """The time a button sends; the server checks again whether it is free."""

    practitioner = forms.SlugField(max_length=60)
    location = forms.SlugField(max_length=60)
    starts_at = InstantField(max_length=40)
    or_any = forms.BooleanField(required=False)  # it was chosen among everybody's times


def _select() -> forms.Select:
    return forms.Select(attrs={"class": "form-select"})


class WishForm(forms.Form):
    """Filters: language, discipline and mode. A known value that nobody offers finds nothing."""

    language = forms.ChoiceField(label=_("Language"), required=False, widget=_select())
    discipline = forms.ChoiceField(label=_("Discipline"), required=False, widget=_select())
    mode = forms.ChoiceField(label=_("How"), required=False, widget=_select())

    def choose(self, name: str) -> forms.ChoiceField:
        return cast(forms.ChoiceField, self.fields[name])

    def offer_wishes(self, people: Iterable[Practitioner]) -> None:
        """Accept every known value; list what these people offer, and what was asked for."""
        people = list(people)
        spoken = {code for person in people for code in person.languages}
        known = {**LANGUAGES, **{code: code for code in spoken - set(LANGUAGES)}}
        disciplines = {person.discipline for person in people}
        self._offer("language", known.items(), spoken, _("Any language"))
        self._offer("discipline", Practitioner.Discipline.choices, disciplines, _("Any"))
        modes = Service.Mode.choices
        self._offer("mode", modes, {value for value, _label in modes}, _("Any way"))

    def _offer(
        self, name: str, known: Iterable[tuple[str, object]], offered: Container[str], any_: object
    ) -> None:
        field, asked = self.choose(name), self.data.get(name)
        field.choices = [("", any_), *known]
        field.widget.choices = [
            (value, label)
            for value, label in field.choices
            if not value or value in offered or value == asked
        ]

    def wish(self) -> Narrowing:
        """Return the filters that can be read; the others filter nothing."""
        asked = {
            name: value
            for name, value in self.cleaned_data.items()
            if name in {"language", "discipline", "mode", "part"} and value
        }
        days = sorted({int(day) for day in self.cleaned_data.get("weekday", ())})
        return Narrowing(**asked, weekdays=tuple(days))


class CatalogueForm(WishForm):
    """The filters of the list of visits."""

    def __init__(self, *args, people: Iterable[Practitioner], **kwargs):
        super().__init__(*args, **kwargs)
        self.offer_wishes(people)

    def fields_with_a_choice(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if len(self.choose(name).widget.choices) > 2]


class TimesForm(WishForm):
    """With whom, where, from which day on; and what else somebody wishes of a time."""

    practitioner = forms.ChoiceField(label=_("With"), required=False, widget=_select())
    location = forms.ChoiceField(label=_("At"), required=False, widget=_select())
    part = forms.ChoiceField(
        label=_("Part of the day"), required=False, choices=PART_CHOICES, widget=_select()
    )
    weekday = forms.MultipleChoiceField(
        label=_("Weekdays"),
        required=False,
        choices=[(str(day.value), day.label) for day in Weekday],
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, offers: Sequence[ServiceOffer], today: date, **kwargs):
        super().__init__(*args, **kwargs)
        people = dict.fromkeys(offer.practitioner for offer in offers)
        self.offer_wishes(people)
        places = dict.fromkeys(offer.location for offer in offers)
        self.choose("practitioner").choices = [
            (ANY, _("Anybody")),
            *((person.slug, person.name) for person in people),
        ]
        self.choose("location").choices = [(place.slug, place.name) for place in places]
        self.first_place = offers[0].location.slug
        # What the choices depend on; "" where nobody can say (``bookings.schedule.kept``).
        ids = "|".join(str(offer.pk) for offer in offers)
        self.stamp = f"{offers[0].stamp}|{ids}|{today}" if offers[0].stamp else ""
        self.fields["from"] = forms.DateField(
            label=_("From"),
            required=False,
            input_formats=["%Y-%m-%d"],
            validators=IN_RANGE,
            error_messages=DAY_ERRORS,
            widget=day_input(min=today.isoformat(), **{"class": "form-control"}),
        )

    @classmethod
    def asked(cls, query: QueryDict, *, offers: Sequence[ServiceOffer], today: date) -> "TimesForm":
        """Return the form as a page asks it: without a day, from today on."""
        data = query.copy()
        if not data.get("from"):
            data["from"] = today.isoformat()
        return cls(data, offers=offers, today=today)

    def first_row(self) -> list[forms.BoundField]:
        """With whom, where, from when: what everybody is asked."""
        return [self[name] for name in ("practitioner", "location", "from")]

    def further(self) -> list[forms.BoundField]:
        """The filters that leave a choice, weekdays aside."""
        names = ("part", "language", "discipline", "mode")
        return [self[name] for name in names if len(self.choose(name).widget.choices) > 2]

    def is_narrowed(self) -> bool:
        """Say whether a filter was used or could not be read: the page then shows them open."""
        names = ("part", "language", "discipline", "mode", "weekday")
        return any(self.data.get(name) for name in names)

    def unknown(self) -> bool:
        """Say whether somebody or somewhere was asked for that the service does not have."""
        return any(name in self.errors for name in ("practitioner", "location"))

    def clean_practitioner(self) -> str:
        return self.cleaned_data["practitioner"] or ANY

    def clean_location(self) -> str:
        return self.cleaned_data["location"] or self.first_place


class SlotsForm(forms.Form):
    """The query of the API: dates included, in the location's zone."""

    LONGEST = 31  # days

    def __init__(self, *args, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        for name in ("from", "to"):
            self.fields[name] = forms.DateField(
                required=False,
                input_formats=["%Y-%m-%d"],
                validators=IN_RANGE,
                error_messages={"invalid": _("Write days as YYYY-MM-DD.")},
            )

    def clean(self):
        first = self.cleaned_data.get("from") or self.today
        last = self.cleaned_data.get("to") or first
        if self.errors:
            return
        if last < first:
            self.add_error("to", _("The last day comes before the first."))
        elif (last - first).days >= self.LONGEST:
            self.add_error("to", _("Ask for 31 days or fewer."))
        self.cleaned_data.update({"from": first, "to": last})


def chosen_person(offers: Sequence[ServiceOffer], slug: str) -> Practitioner | None:
    """Return the practitioner with this slug among the offers, or None."""
    return next((o.practitioner for o in offers if o.practitioner.slug == slug), None)


def chosen_place(offers: Sequence[ServiceOffer], slug: str) -> Location | None:
    """Return the location with this slug among the offers, or None."""
    return next((o.location for o in offers if o.location.slug == slug), None)
