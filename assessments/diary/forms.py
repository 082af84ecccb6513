"""What a practitioner types about their own diary: the desk's forms, kept to themselves."""

import uuid
from datetime import date, datetime, timedelta
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from bookings.errors import BookingError, NotOffered, ReasonNeeded
from bookings.forms.fields import DAY_ERRORS, IN_RANGE, day_input
from bookings.forms.series import SeriesPattern
from bookings.forms.staff_times import MoveForm, TimeForm, with_taken
from bookings.models import Appointment, Service, TimeOff
from clinic.admin.desk import ClockInput
from clinic.models import Location, Patient, Practitioner

Kind = Service.BookableBy


def own_services(practitioner: Practitioner) -> QuerySet[Service]:
    """Return what this practitioner offers, in the clinic's order."""
    offered = Service.objects.filter(is_active=True, offers__practitioner=practitioner)
    return offered.distinct().order_by("position", "name")


def usual_service(practitioner: Practitioner, last: Appointment | None) -> Service | None:
    """Return what they had last unless that was for new patients, else what is meant for them.

    last  the patient's newest visit
    """
    meant = Kind.RETURNING if last else Kind.NEW
    unfit = Kind.NEW if last else Kind.RETURNING
    services = own_services(practitioner)
    fit = [each for each in services if each.bookable_by != unfit and not each.is_group]
    if last and any(each.pk == last.service_id for each in fit):
        return last.service
    return next((each for each in fit if each.bookable_by == meant), next(iter(fit), None))


def own_places(practitioner: Practitioner) -> QuerySet[Location]:
    """Return the open places where this practitioner offers anything."""
    return Location.objects.open().filter(offers__practitioner=practitioner).distinct()


def keep_to(form: forms.Form, practitioner: Practitioner) -> None:
    """Leave a form of the desk one practitioner and their places; anybody else is refused."""
    who = cast(forms.ModelChoiceField, form.fields["practitioner"])
    who.queryset = Practitioner.objects.working().filter(pk=practitioner.pk)
    who.widget, who.initial = forms.HiddenInput(), practitioner.pk
    where = cast(forms.ModelChoiceField, form.fields["location"])
    where.queryset = own_places(practitioner).order_by("position", "name")
    where.empty_label = None


def refuse(form: TimeForm, error: BookingError, service: Service, now: datetime) -> int:
    """Put what the diary said into the form, with free times of one's own; return the status.

    Sets ``warned`` where a reason would help.
    """
    form.refuse(error)
    form.suggest(service, now)
    own = str(form.cleaned_data["practitioner"].pk)
    form.nearest = [each for each in form.nearest if own in each["value"]]
    form.warned = not (isinstance(error, NotOffered) or service.is_group)
    return 422 if isinstance(error, ReasonNeeded) else 409


class LookForm(forms.Form):
    """For what, where and from which day on: what the free times depend on."""

    service = forms.ModelChoiceField(
        label=_("For"), queryset=Service.objects.none(), to_field_name="slug", empty_label=None
    )
    place = forms.ModelChoiceField(
        label=_("Where"),
        queryset=Location.objects.none(),
        to_field_name="slug",
        empty_label=_("Anywhere"),
        required=False,
    )
    from_day = forms.DateField(
        label=_("From"),
        widget=day_input(),
        validators=IN_RANGE,
        error_messages=DAY_ERRORS,
        required=False,
    )

    @classmethod
    def of(
        cls, asked: QueryDict, practitioner: Practitioner, last: Appointment | None
    ) -> "LookForm":
        """Return the form as asked for; it begins with what the patient needs next.

        last  the patient's newest visit
        """
        data: dict[str, object] = dict(asked.items())
        if "service" not in asked:
            usual = usual_service(practitioner, last)
            data["service"] = usual.slug if usual else ""
        form = cls(data)
        cast(forms.ModelChoiceField, form.fields["service"]).queryset = own_services(practitioner)
        cast(forms.ModelChoiceField, form.fields["place"]).queryset = own_places(practitioner)
        return form

    @property
    def several_places(self) -> bool:
        return cast(forms.ModelChoiceField, self.fields["place"]).queryset.count() > 1


class BookForm(TimeForm):
    """One of the times offered, or another one, for one patient with oneself."""

    service = forms.ModelChoiceField(queryset=Service.objects.none(), widget=forms.HiddenInput)
    form_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    warned = False

    @classmethod
    def of(cls, practitioner: Practitioner, data: QueryDict | None = None) -> "BookForm":
        if data is not None:
            data = with_taken(data).copy()
            data["form_key"] = data.get("form_key") or str(uuid.uuid4())
        form = cls(data)
        keep_to(form, practitioner)
        cast(forms.ModelChoiceField, form.fields["service"]).queryset = own_services(practitioner)
        return form

    def facts(self) -> dict[str, Any]:
        """Return what ``desk_book`` wants to know, besides the patient."""
        names = (
            "service", "practitioner", "location", "starts_at", "force", "force_reason", "form_key",
        )  # fmt: skip
        return {name: self.cleaned_data[name] for name in names}


class OwnMoveForm(MoveForm):
    """Another time or place for one's own visit."""

    warned = False

    @classmethod
    def of(cls, visit: Appointment, data: QueryDict | None = None) -> "OwnMoveForm":
        form = cast(OwnMoveForm, super().of(visit, data))
        keep_to(form, visit.practitioner)
        return form


class OwnSeriesForm(SeriesPattern):
    """A series for one patient with oneself."""

    def __init__(
        self, data: QueryDict | None = None, *, patient: Patient, practitioner: Practitioner, **more
    ) -> None:
        super().__init__(data, **more)
        self.patient, self.practitioner = patient, practitioner
        cast(forms.ModelChoiceField, self.fields["location"]).queryset = own_places(practitioner)
        services = own_services(practitioner).filter(seats=0)
        cast(forms.ModelChoiceField, self.fields["service"]).queryset = services

    def clean(self):
        return {
            **super().clean(), "patient": self.patient, "practitioner": self.practitioner
        }  # fmt: skip


class AwayForm(forms.ModelForm):
    """A stretch in which nobody is booked with oneself."""

    class Meta:
        model = TimeOff
        fields = ("first_day", "starts", "last_day", "ends", "note")
        labels = {
            "first_day": _("On, or from"),
            "starts": _("From"),
            "last_day": _("Until"),
            "ends": _("To"),
            "note": _("Note"),
        }
        help_texts = {
            "starts": _("Empty: the whole first day."),
            "last_day": _("Empty: the same day."),
            "ends": _("Empty: the whole last day."),
            "note": _("The desk reads it. Not for health information."),
        }
        widgets = {
            "first_day": day_input(),
            "last_day": day_input(),
            "starts": ClockInput,
            "ends": ClockInput,
        }

    def __init__(self, *args, practitioner: Practitioner, today: date, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.instance.practitioner = practitioner
        self.today = today
        for name in ("first_day", "last_day"):
            field = self.fields[name]
            field.validators, field.error_messages["invalid"] = IN_RANGE, DAY_ERRORS["invalid"]
        self.fields["last_day"].required = False

    def clean_last_day(self) -> date | None:
        return self.cleaned_data["last_day"] or self.cleaned_data.get("first_day")

    def clean(self):
        cleaned = super().clean()
        last = cleaned.get("last_day")
        if last and last < self.today - timedelta(days=1):
            self.add_error("last_day", _t("That is over already."))
        return cleaned
