"""What the desk chooses and writes while somebody is on the phone."""

import uuid
from datetime import datetime

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from bookings import clock, schedule
from bookings.admin.people.forms import GuardianFields
from bookings.errors import BookingError, GuardianNeeded, NotOffered, ReasonNeeded
from bookings.forms.fields import DAY_ERRORS, IN_RANGE
from bookings.forms.staff_times import TAKEN, TimeForm, with_taken
from bookings.models import Appointment, Service
from bookings.narrowing import PARTS, Narrowing
from bookings.schedule import FreeTime
from bookings.templatetags.visits import price
from clinic.admin.desk import DayInput
from clinic.minors import guardian_needed, has_guardian
from clinic.models import Location, Patient, Practitioner

Kind = Service.BookableBy


class ServiceChoice(forms.ModelChoiceField):
    """Names a service with its length and price."""

    def label_from_instance(self, obj: Service) -> str:
        values = {"name": obj.name, "minutes": obj.minutes, "price": price(obj)}
        return _t("%(name)s, %(minutes)d min, %(price)s") % values


class WhatForm(forms.Form):
    """For what, with whom, where and from which day on: what free times depend on."""

    service = ServiceChoice(
        label=_("For"), queryset=Service.objects.none(), to_field_name="slug", empty_label=None
    )
    who = forms.ModelChoiceField(
        label=_("With"),
        queryset=Practitioner.objects.none(),
        to_field_name="slug",
        empty_label=_("Anybody"),
        required=False,
    )
    place = forms.ModelChoiceField(
        label=_("Where"),
        queryset=Location.objects.open(),
        to_field_name="slug",
        empty_label=_("Anywhere"),
        required=False,
    )
    part = forms.ChoiceField(
        label=_("When"),
        choices=[("", _("Any time")), *((name, name) for name in PARTS)],
        required=False,
    )
    from_day = forms.DateField(
        label=_("From"),
        widget=DayInput,
        validators=IN_RANGE,
        error_messages=DAY_ERRORS,
        required=False,
    )

    several_places = False

    @classmethod
    def of(cls, asked: QueryDict, last: Appointment | None) -> "WhatForm":
        """Return the form as asked for; a caller just chosen begins with what they had last.

        last  the patient's newest visit
        """
        services = list(Service.objects.filter(is_active=True).order_by("position", "name"))
        chosen = next((each for each in services if each.slug == asked.get("service")), None)
        begins = chosen or first_service(services, last)
        offered = {offer.practitioner_id for offer in offers(begins)}
        data: dict[str, object] = dict(asked.items())
        if "service" not in asked:
            same = last is not None and last.practitioner_id in offered
            data |= {"service": begins.slug if begins else ""}
            data |= {"who": last.practitioner.slug} if last and same else {}
        form = cls(data)
        form.fields["service"].queryset = Service.objects.filter(is_active=True).order_by(
            "position", "name"
        )
        form.fields["who"].queryset = whoever(offered)
        form.several_places = form.fields["place"].queryset.count() > 1
        words = enumerate(PARTS)
        form.fields["part"].choices = [
            ("", _t("Any time")), *((name, clock.part_words(part)) for part, name in words)
        ]  # fmt: skip
        return form

    def keeps(self, time: FreeTime) -> bool:
        """Say whether a time lies in the part of the day that was asked for."""
        wish = Narrowing(part=self.cleaned_data["part"])
        return wish.keeps(time.starts_at.astimezone(time.location.tz))


def offers(service: Service | None) -> list:
    return schedule.offers_of(service, desk=True) if service else []


def whoever(ids: set[uuid.UUID]) -> QuerySet[Practitioner]:
    return Practitioner.objects.working().filter(pk__in=ids).order_by("name")


def first_service(services: list[Service], last: Appointment | None) -> Service | None:
    """Return what a caller probably wants: what they had, or what is meant for people like them."""
    unfit = Kind.NEW if last else Kind.RETURNING
    fit = [each for each in services if each.bookable_by != unfit]
    if last and any(each.pk == last.service_id for each in fit):
        return last.service
    return next(iter(fit or services), None)


class PhoneForm(GuardianFields, TimeForm):
    """One of the times offered, or another one; what the caller says; who answers for a child."""

    patient = forms.ModelChoiceField(queryset=Patient.objects.current(), widget=forms.HiddenInput)
    service = forms.ModelChoiceField(
        queryset=Service.objects.filter(is_active=True), widget=forms.HiddenInput
    )
    visit_reason = forms.CharField(
        label=_("Reason for the visit"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        help_text=_("Clinical: only the practitioner reads it. You cannot read it again."),
    )
    desk_note = forms.CharField(
        label=_("Desk note"),
        max_length=300,
        required=False,
        help_text=_("Not for health information: everybody at the desk reads this."),
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    warned = False  # something speaks against the time, and force would help
    status = 422  # of a page that shows what is wrong

    def __init__(self, data: QueryDict | None = None, **kwargs) -> None:
        if data is not None:
            data = with_taken(data).copy()
            data["form_key"] = data.get("form_key") or str(uuid.uuid4())
        super().__init__(data, **kwargs)
        for name in TAKEN:
            self.fields[name].required = False

    @property
    def take(self) -> str:
        """Which of the offered times is chosen; "" for another one."""
        return self.data.get("take", "")

    def clean(self):
        typed = [self.data.get(name) for name in ("day", "time")]
        if not any(typed):
            self.add_error(None, _t("Choose one of the times, or write another one."))
        else:
            for name in TAKEN:
                if not self.cleaned_data.get(name) and name not in self.errors:
                    self.add_error(name, self.fields[name].error_messages["required"])
        cleaned = super().clean()
        self.check_guardian(needed=self._child_of_nobody())
        return cleaned

    def _child_of_nobody(self) -> bool:
        """Say whether it is a visit of a child for whom nobody has agreed yet."""
        patient, place = self.cleaned_data.get("patient"), self.cleaned_data.get("location")
        if not (patient and place):
            return False
        young = guardian_needed(patient.date_of_birth, place, timezone.now())
        return young and not has_guardian(patient)

    def refuse(self, error: BookingError) -> None:
        """Show what the action said; where a reason would help, ask for one."""
        if isinstance(error, GuardianNeeded):
            self.add_error("guardian_name", str(error))
            return
        super().refuse(error)
        self.status = 422 if isinstance(error, ReasonNeeded) else 409
        self.warned = not (isinstance(error, NotOffered) or self.cleaned_data["service"].is_group)

    def facts(self) -> dict[str, object]:
        """Return what ``desk_book`` wants to know."""
        names = (
            "patient", "service", "practitioner", "location", "starts_at", "force",
            "force_reason", "visit_reason", "desk_note", "form_key",
        )  # fmt: skip
        return {name: self.cleaned_data[name] for name in names} | {"guardian": self.guardian()}


def child_of_nobody(patient: Patient, now: datetime) -> bool:
    """Say whether a guardian may have to be asked for, at some place. Two queries at most."""
    places = Location.objects.open() if patient.date_of_birth else []
    young = any(guardian_needed(patient.date_of_birth, place, now) for place in places)
    return young and not has_guardian(patient)
