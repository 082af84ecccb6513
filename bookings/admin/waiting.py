"""The waiting list at the desk: who waits, what is offered to whom, and an offer by hand."""

from datetime import datetime, timedelta
from functools import partial

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from bookings import actions, clock, schedule
from bookings.actions import waiting
from bookings.actions.offering import wish_of
from bookings.availability import local_day
from bookings.availability.waiting import Gap, suits
from bookings.forms.fields import parse_instant
from bookings.models import WaitingEntry, WaitingOffer
from bookings.schedule import FreeTime, instant
from clinic.admin.desk import DefaultFilter, DeskAdmin, history_of
from clinic.audit import actor_of

DAYS = 28  # how far ahead times are listed for an offer by hand
SHOWN = 20
State = WaitingEntry.State


class WaitingState(DefaultFilter):
    """Who still waits; the others are listed when asked for."""

    title = gettext_lazy("state")
    parameter_name = "state"
    default = State.WAITING

    def lookups(self, request, model_admin):
        return [*State.choices, ("all", _("everybody"))]

    def queryset(self, request, queryset):
        if self.chosen() in State.values:
            return queryset.filter(state=self.chosen())
        return queryset


class OfferedFilter(admin.SimpleListFilter):
    """Those to whom a time is offered just now."""

    title = gettext_lazy("offered")
    parameter_name = "offered"

    def lookups(self, request, model_admin):
        return [("now", _("waits for an answer"))]

    def queryset(self, request, queryset):
        if self.value() != "now":
            return queryset
        return queryset.filter(pk__in=WaitingOffer.objects.running().order_by().values("entry"))


@admin.register(WaitingEntry)
class WaitingEntryAdmin(DeskAdmin):
    """The longest wait first."""

    list_display = ["who", "service", "wishes", "sooner", "since", "offer"]
    list_filter = [WaitingState, OfferedFilter, "service"]
    search_fields = ["first_name", "last_name", "email", "phone"]
    ordering = ["created_at", "pk"]
    actions = None

    def has_add_permission(self, request) -> bool:
        return False

    def get_queryset(self, request):
        offers = WaitingOffer.objects.running().select_related("appointment__location")
        running = Prefetch("offers", queryset=offers, to_attr="running_offers")
        return super().get_queryset(request).with_wishes().prefetch_related(running)

    @admin.display(description=gettext_lazy("name"), ordering="last_name")
    def who(self, entry) -> str:
        return str(entry)

    @admin.display(description=gettext_lazy("would take"))
    def wishes(self, entry) -> str:
        people = ", ".join(sorted(person.name for person in entry.practitioners.all()))
        places = ", ".join(sorted(place.name for place in entry.locations.all()))
        lines = [people, places, entry.days_words(), entry.parts_words()]
        return "; ".join(line for line in lines if line) or _("anything")

    @admin.display(description=gettext_lazy("has a visit on"))
    def sooner(self, entry) -> str:
        return _short(entry.visit.starts_at, entry.visit.location) if entry.visit else ""

    @admin.display(description=gettext_lazy("since"), ordering="created_at")
    def since(self, entry) -> str:
        return f"{timezone.localtime(entry.created_at):%Y-%m-%d %H:%M}"

    @admin.display(description=gettext_lazy("offered now"))
    def offer(self, entry) -> str:
        for offer in entry.running_offers:
            place = offer.appointment.location
            until = clock.wall(offer.expires_at, place.tz)
            when = _short(offer.appointment.starts_at, place)
            return _("%(when)s, until %(until)s") % {"when": when, "until": until}
        return ""

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(
            request, {"title": _("Waiting list"), **(extra_context or {})}
        )

    def get_urls(self):
        views = {"offer": self.offer_view, "remove": self.remove_view}
        own = [
            path(
                f"<uuid:entry>/{name}/",
                self.admin_site.admin_view(partial(view)),
                name=f"bookings_waitingentry_{name}",
            )
            for name, view in views.items()
        ]
        return [*own, *super().get_urls()]

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Django's own form would save past the actions."""
        if object_id is None:
            raise PermissionDenied
        entry = self._entry(request, object_id)
        now = timezone.now()
        waits = entry.state == State.WAITING
        may = waits and self.has_change_permission(request, entry)
        offers = entry.offers.with_times().order_by("-offered_at")
        return self.page(
            request,
            "admin/bookings/waiting_entry.html",
            str(entry),
            entry=entry,
            wishes=self.wishes(entry),
            sooner=self.sooner(entry),
            offers=offers,
            may_change=may,
            times=times_for(entry, now) if may and not entry.running_offers else [],
            history=history_of(entry),
        )

    def _entry(self, request, object_id, *, change: bool = False) -> WaitingEntry:
        entry = self.get_object(request, str(object_id))
        if entry is None:
            raise Http404
        allowed = self.has_change_permission if change else self.has_view_permission
        if not allowed(request, entry):
            raise PermissionDenied
        return entry

    @method_decorator(require_POST)
    def offer_view(self, request, entry):
        """Offer one of the listed times; it is checked again like any booking."""
        row = self._entry(request, entry, change=True)
        now = timezone.now()
        chosen = _chosen(request.POST.get("time", ""), row, now)
        made = chosen and actions.offer_time(
            row, chosen.practitioner, chosen.location, chosen.starts_at,
            by=actor_of(request.user), now=now,
        )  # fmt: skip
        if made:
            until = clock.wall(made.expires_at, made.appointment.location.tz)
            text = _("Offered and kept until %(until)s.") % {"until": until}
            if not row.email:
                text = _("%(text)s There is no e-mail address: please call.") % {"text": text}
            self.message_user(request, text)
        else:
            text = _("That time cannot be offered any more. Choose another.")
            self.message_user(request, text, messages.ERROR)
        return redirect("admin:bookings_waitingentry_change", row.pk)

    @method_decorator(require_POST)
    def remove_view(self, request, entry):
        """Take somebody off the list."""
        row = self._entry(request, entry, change=True)
        if waiting.remove(row, by=actor_of(request.user), now=timezone.now()):
            self.message_user(request, _("%(name)s is off the list.") % {"name": row})
        return redirect("admin:bookings_waitingentry_changelist")


def _short(at: datetime, place) -> str:
    local = at.astimezone(place.tz)
    return f"{local:%Y-%m-%d} {clock.wall(at, place.tz)}"


def times_for(entry: WaitingEntry, now: datetime) -> list[dict[str, str]]:
    """Return free times that suit somebody who waits, as buttons. Three queries."""
    return [
        {
            "value": value_of(time),
            "label": f"{_short(time.starts_at, time.location)}, {time.practitioner}",
        }
        for time in suitable(entry, now)[:SHOWN]
    ]


def suitable(entry: WaitingEntry, now: datetime) -> list[FreeTime]:
    """Return the free times of the next weeks that somebody would take, earliest first."""
    offers = schedule.offers_of(entry.service)
    if not offers:
        return []
    first = local_day(instant(now), offers[0].location.tz)
    last = first + timedelta(days=DAYS)
    diary = schedule.read(offers, now=now, first=first, last=last, length=entry.length)
    times = schedule.all_times(diary, offers, first, last)
    wish = wish_of(entry)
    return [
        time
        for time in times
        if suits(wish, _gap(time), instant(time.starts_at), now=instant(now), tz=time.location.tz)
    ]


def _gap(time: FreeTime) -> Gap:
    ends = (instant(time.starts_at), instant(time.ends_at))
    return Gap(str(time.practitioner.pk), str(time.location.pk), *ends)


def value_of(time: FreeTime) -> str:
    return f"{time.practitioner.pk} {time.location.pk} {time.starts_at.isoformat()}"


def _chosen(value: str, entry: WaitingEntry, now: datetime) -> FreeTime | None:
    """Return the free time a button stands for, if it still suits."""
    try:
        parse_instant(value.rpartition(" ")[2])
    except ValueError:
        return None
    return next((time for time in suitable(entry, now) if value_of(time) == value), None)
