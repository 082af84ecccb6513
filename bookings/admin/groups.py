"""Group sessions: planned with a number of seats, made larger or smaller, cancelled as a whole.

The seats themselves are visits, and are booked, moved and cancelled like any visit.
"""

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.shortcuts import redirect
from django.utils import formats, timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from bookings import availability as engine
from bookings import clock
from bookings.actions import groups
from bookings.admin.filters import WhenFilter
from bookings.errors import BookingError
from bookings.forms.fields import DAY_ERRORS, IN_RANGE
from bookings.models import GroupSession, Service
from bookings.models.services import MOST_SEATS
from bookings.schedule import moment
from clinic.admin.desk import ClockInput, DayInput, DeskAdmin
from clinic.audit import actor_of
from clinic.models import Location, Practitioner


class SessionForm(forms.ModelForm):
    """What both forms share: rows are checked and written by the action, not by the form."""

    seats = forms.IntegerField(label=_("Seats"), min_value=1, max_value=MOST_SEATS)

    class Meta:
        model = GroupSession
        fields: list[str] = []

    def _post_clean(self) -> None:
        """The action looks at the whole row under its lock."""


class PlanForm(SessionForm):
    """Which group, with whom, where and when, on the clock of the place."""

    service = forms.ModelChoiceField(label=_("Service"), queryset=Service.objects.none())
    practitioner = forms.ModelChoiceField(
        label=_("Practitioner"), queryset=Practitioner.objects.none()
    )
    location = forms.ModelChoiceField(label=_("Location"), queryset=Location.objects.none())
    day = forms.DateField(
        label=_("Day"), widget=DayInput, validators=IN_RANGE, error_messages=DAY_ERRORS
    )
    time = forms.TimeField(
        label=_("Time"), widget=ClockInput, help_text=_("On the clock of the location.")
    )
    field_order = ("service", "practitioner", "location", "day", "time", "seats")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        offered = Service.objects.filter(is_active=True, seats__gt=0).order_by("name")
        self.fields["service"].queryset = offered
        self.fields["practitioner"].queryset = Practitioner.objects.working()
        self.fields["location"].queryset = Location.objects.open()

    def clean(self):
        """Ask the diary beside the field, before anything is written."""
        typed = super().clean()
        asked = [typed.get(name) for name in ("service", "practitioner", "location")]
        day, at, seats = typed.get("day"), typed.get("time"), typed.get("seats")
        if not all(asked) or day is None or at is None or seats is None:
            return typed
        start = engine.local_instant(day, at.hour * 60 + at.minute, asked[2].tz)
        if start is None:
            self.add_error("time", _("The clocks skip this time on that day. Choose another."))
            return typed
        typed["starts_at"] = moment(start)
        try:
            groups.check_plan(*asked, typed["starts_at"], seats, timezone.now())
        except BookingError as error:
            self.add_error("time", str(error))
        return typed


class ChangeForm(SessionForm):
    """More seats, fewer, or none at all."""

    cancel = forms.BooleanField(
        label=_("Cancel the session"),
        required=False,
        help_text=_("Everybody who has a seat is told."),
    )
    reason = forms.CharField(label=_("Why"), max_length=120, required=False)

    def clean_seats(self):
        number, taken = self.cleaned_data["seats"], groups.last_seat(self.instance)
        if number < taken:
            text = _("Seat %(taken)d is taken: at least as many are needed.")
            raise forms.ValidationError(text % {"taken": taken})
        return number


@admin.register(GroupSession)
class GroupSessionAdmin(DeskAdmin):
    """The sessions of groups, with how many seats are taken."""

    list_display = ["when", "service", "practitioner", "location", "seats_taken", "state"]
    list_filter = [WhenFilter, "service", "practitioner", "location"]
    list_select_related = ["service", "practitioner", "location", "room"]
    ordering = ["starts_at", "pk"]
    sortable_by = ["when"]
    actions = None

    def get_queryset(self, request) -> QuerySet[GroupSession]:
        return GroupSession.objects.sessions().with_seats_taken()

    @admin.display(description=_("when"), ordering="starts_at")
    def when(self, session) -> str:
        tz = session.location.tz
        day = formats.date_format(session.starts_at.astimezone(tz), "D j M Y")
        return f"{day}, {clock.wall(session.starts_at, tz)}"

    @admin.display(description=_("seats taken"))
    def seats_taken(self, session) -> str:
        return _t("%(taken)d of %(seats)d") % {"taken": session.taken, "seats": session.seats}

    def has_change_permission(self, request, obj=None) -> bool:
        over = obj is not None and obj.state != GroupSession.State.SESSION
        return not over and super().has_change_permission(request, obj)

    def get_form(self, request, obj=None, change=False, **kwargs):
        return ChangeForm if change and self.has_change_permission(request, obj) else PlanForm

    def get_fieldsets(self, request, obj=None):
        if obj is None:
            return [(None, {"fields": PlanForm.field_order})]
        shown = (None, {"fields": self.get_readonly_fields(request, obj)})
        if not self.has_change_permission(request, obj):
            return [shown]
        return [shown, (_("Change"), {"fields": ("seats", "cancel", "reason")})]

    def get_readonly_fields(self, request, obj=None):
        if obj is None:
            return ()
        over = () if self.has_change_permission(request, obj) else ("state", "cancel_reason")
        return ("when", "service", "practitioner", "location", "room", "seats_taken", *over)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """A form to correct is 422; a race lost after the form was checked is told as well."""
        try:
            answer = super().changeform_view(request, object_id, form_url, extra_context)
        except BookingError as error:
            self.message_user(request, str(error), messages.ERROR)
            return redirect(request.path)
        if request.method == "POST" and answer.status_code == 200:
            answer.status_code = 422
        return answer

    def save_form(self, request, form, change):
        return form.instance

    def save_related(self, request, form, formsets, change):
        """Nothing hangs on a session but its seats, which are visits."""

    def save_model(self, request, obj, form, change):
        typed, by, now = form.cleaned_data, actor_of(request.user), timezone.now()
        if not change:
            names = ("service", "practitioner", "location", "starts_at", "seats")
            session = groups.plan_session(**{name: typed[name] for name in names}, by=by, now=now)
            obj.pk, obj.starts_at = session.pk, session.starts_at
            return
        if typed["cancel"]:
            told = groups.cancel_session(obj, reason=typed["reason"], by=by, now=now)
            words = ngettext("%(told)d person is told.", "%(told)d people are told.", told)
            self.message_user(request, words % {"told": told})
        elif typed["seats"] != obj.seats:
            groups.change_seats(obj, seats=typed["seats"], by=by, now=now)
