"""Filters that several lists share: one day, one patient. Names stay out of the address."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic import practice
from clinic.models import Patient


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """Return the instants at which a day begins and ends on the clinic's clock.

    Never asked of the database: its time zone data may be older than ours.
    """
    tz = practice.current().tz
    return tuple(datetime.combine(day + timedelta(days=n), time(), tzinfo=tz) for n in (0, 1))


def today() -> date:
    return timezone.localdate(timezone=practice.current().tz)


class DayFilter(admin.SimpleListFilter):
    """One day, or the days since one. Subclasses name the instant that counts.

    ``parameter_name`` takes a date, or one of SINCE.
    """

    title = gettext_lazy("day")
    parameter_name = "day"
    template = "admin/day_filter.html"
    instant = "at"
    SINCE = {"week": 6, "month": 29}  # days before today

    def lookups(self, request, model_admin):
        now = today()
        return [
            (now.isoformat(), _("today")),
            ((now - timedelta(days=1)).isoformat(), _("yesterday")),
            ("week", _("last 7 days")),
            ("month", _("last 30 days")),
        ]

    @staticmethod
    def day_in(text: str | None) -> date | None:
        """Return the day a text names, if it names one."""
        try:
            found = date.fromisoformat(text or "")
        except ValueError:
            return None
        return found if date(1900, 1, 1) <= found <= date(2100, 1, 1) else None

    def day(self) -> date | None:
        """Return the one day that is asked for, if it is one."""
        return self.day_in(self.value())

    def queryset(self, request, queryset):
        if self.value() in self.SINCE:
            first = today() - timedelta(days=self.SINCE[self.value()])
            return queryset.filter(**{f"{self.instant}__gte": day_bounds(first)[0]})
        day = self.day()
        if day is None:
            return queryset
        start, end = day_bounds(day)
        return queryset.filter(**{f"{self.instant}__gte": start, f"{self.instant}__lt": end})

    def links(self, changelist):
        return super().choices(changelist)

    def choices(self, changelist):
        yield from self.links(changelist)
        others = changelist.get_filters_params()
        others.pop(self.parameter_name, None)
        kept = [(name, value) for name, values in others.items() for value in values]
        yield {"form": True, "kept": kept, "name": self.parameter_name, "day": self.day()}


class PatientFilter(admin.SimpleListFilter):
    """One patient, by number: shown only where a page led to it."""

    title = gettext_lazy("patient")
    parameter_name = "patient"

    def lookups(self, request, model_admin):
        patient = self.patient()
        return [(str(patient.pk), str(patient))] if patient else []

    def has_output(self) -> bool:
        return bool(self._asked)  # a filter without output would not narrow anything

    def __init__(self, request, params, model, model_admin):
        self._asked = (params.get(self.parameter_name) or [""])[-1]
        super().__init__(request, params, model, model_admin)

    def patient(self) -> Patient | None:
        try:
            pk = UUID(self._asked)
        except ValueError:
            return None
        return Patient.objects.filter(pk=pk).first()

    def queryset(self, request, queryset):
        if not self._asked:
            return queryset
        patient = self.patient()
        return self.about(queryset, patient) if patient else queryset.none()

    def about(self, queryset, patient: Patient):
        return queryset.filter(patient_id=patient.pk)
