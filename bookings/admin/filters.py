"""Filters of the visit list. Days are the clinic's, their bounds are computed here."""

from datetime import date, datetime, timedelta

from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bookings import availability as engine
from bookings.actions.hours import still_affected
from bookings.models import Appointment
from bookings.schedule import moment
from clinic import practice

State = Appointment.State
MOST_LOST = 500  # visits; who lost more than that works through their queue


def days_from_today(first: int, days: int) -> tuple[datetime, datetime]:
    """Return the instants at which these days begin and end on the clinic's own clock.

    Never asked of the database: its time zone data may be older than ours.
    """
    zone = practice.current().tz
    start = timezone.localdate(timezone=zone) + timedelta(days=first)
    return _midnight(start), _midnight(start + timedelta(days=days))


def _midnight(day: date) -> datetime:
    return moment(engine.day_start(day, practice.current().tz))


def this_week() -> tuple[datetime, datetime]:
    """Return Monday to Sunday around today."""
    weekday = timezone.localdate(timezone=practice.current().tz).weekday()
    return days_from_today(-weekday, 7)


class WhenFilter(admin.SimpleListFilter):
    """Which days. Without a choice: from today on, or every day when a name is searched."""

    title = _("day")
    parameter_name = "when"

    def lookups(self, request, model_admin):
        return [
            ("today", _("Today")),
            ("tomorrow", _("Tomorrow")),
            ("week", _("This week")),
            ("upcoming", _("From today on")),
            ("past", _("Before today")),
            ("all", _("Every day")),
        ]

    def choices(self, changelist):
        """Show no "All" of Django's: "every day" says it, and "from today on" is the rule."""
        chosen = self.value() or ("all" if changelist.query else "upcoming")
        for value, title in self.lookup_choices:
            yield {
                "selected": value == chosen,
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": title,
            }

    def queryset(self, request, queryset):
        chosen = self.value() or ("all" if request.GET.get("q") else "upcoming")
        today, tomorrow = days_from_today(0, 1)
        bounds = {
            "today": (today, tomorrow),
            "tomorrow": days_from_today(1, 1),
            "week": this_week(),
            "upcoming": (today, None),
            "past": (None, today),
        }
        start, end = bounds.get(chosen, (None, None))
        if start:
            queryset = queryset.filter(starts_at__gte=start)
        return queryset.filter(starts_at__lt=end) if end else queryset


class StateFilter(admin.SimpleListFilter):
    """States the desk works with; holds, and requests nobody answered, only when asked for."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        asked = {State.EXPIRED.value: _("request that ran out")}
        return [(value, asked.get(value, label)) for value, label in State.choices]

    def queryset(self, request, queryset):
        if self.value() == State.HELD:
            return queryset.filter(state=State.HELD, held_until__gt=timezone.now())
        if self.value() == State.EXPIRED:
            return queryset.filter(state=State.EXPIRED, patient__isnull=False)
        if self.value() in State.values:
            return queryset.filter(state=self.value())
        return queryset.visits()


class HoursFilter(admin.SimpleListFilter):
    """Booked visits ahead that no longer lie in working hours: somebody has to call.

    Those that a change of hours wrote down, as on their queue: to look for them anew would ask
    the diary for every visit of the year to come.
    """

    title = _("hours")
    parameter_name = "hours"

    def lookups(self, request, model_admin):
        return [("outside", _("No longer in working hours"))]

    def queryset(self, request, queryset):
        if self.value() != "outside":
            return queryset
        found = still_affected(timezone.now(), most=MOST_LOST)
        return queryset.filter(pk__in=[row.appointment_id for row in found])


class NewFilter(admin.SimpleListFilter):
    """People who have not been here before."""

    title = _("new or returning")
    parameter_name = "new"

    def lookups(self, request, model_admin):
        return [("yes", _("new here")), ("no", _("returning"))]

    def queryset(self, request, queryset):
        if self.value() in {"yes", "no"}:
            return queryset.filter(new_patient=self.value() == "yes")
        return queryset
