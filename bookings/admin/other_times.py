"""Visits that lost their time: whom to call with which times, who was asked, who answered what.

The same for an illness and for a change of hours.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings import clock
from bookings.models import Appointment, HoursChange, OtherTimes
from clinic.admin.desk import DeskAdmin, history_of

PEOPLE = ("asked__appointment__patient", "asked__appointment__location")


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one visit: what its patient said, and whether somebody calls."""

    offer: OtherTimes
    visit: Appointment
    settled: bool
    to_call: bool
    words: str


def answer_of(offer: OtherTimes) -> Answer:
    """Return what became of the visit an offer is about, as things stand now."""
    visit = offer.appointment
    accepted = offer.state == OtherTimes.State.ACCEPTED
    settled = accepted or visit.is_over or visit.version != offer.version
    wants_call = offer.state == OtherTimes.State.CALL
    by_mail = bool(visit.patient and visit.patient.email)
    to_call = not settled and (wants_call or not by_mail)
    return Answer(offer, visit, settled, to_call, _words(offer, settled, accepted))


def _words(offer: OtherTimes, settled: bool, accepted: bool) -> str:
    visit = offer.appointment
    if not settled:
        return str(offer.get_state_display())
    if visit.is_over:
        return str(visit.get_state_display())
    tz = visit.location.tz
    when = f"{visit.starts_at.astimezone(tz):%Y-%m-%d} {clock.wall(visit.starts_at, tz)}"
    words = _("chose %(when)s") if accepted else _("moved to %(when)s")
    return words % {"when": when}


def progress_of(offers: Iterable[OtherTimes]) -> str:
    """Return how many of the visits are settled, in words."""
    answers = [answer_of(offer) for offer in offers]
    done = sum(answer.settled for answer in answers)
    return _("%(done)d of %(all)d") % {"done": done, "all": len(answers)}


def answers_of(asked: QuerySet[OtherTimes]) -> dict[str, list[Answer]]:
    """Return whom to call, and everybody else, earliest visit first. Two queries."""
    offers = (
        asked.select_related(
            "appointment__patient", "appointment__practitioner", "appointment__location",
            "appointment__service",
        )
        .prefetch_related("times__practitioner", "times__location")
        .order_by("starts_at", "pk")
    )  # fmt: skip
    answers = [answer_of(offer) for offer in offers]
    return {
        "answers": [answer for answer in answers if not answer.to_call],
        "calls": [answer for answer in answers if answer.to_call],
    }


@admin.register(HoursChange)
class HoursChangeAdmin(DeskAdmin):
    """Changes whose visits need another time, the latest first."""

    list_display = ["made_at", "what", "whose", "days", "progress"]
    list_display_links = ["made_at"]
    list_filter = ["what"]
    list_select_related = ["practitioner", "location"]
    ordering = ["-made_at"]
    actions = None

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related(*PEOPLE)

    @admin.display(description=gettext_lazy("whose"))
    def whose(self, change) -> str:
        named = [str(each) for each in (change.practitioner, change.location) if each]
        return ", ".join(named) or _("several people")

    @admin.display(description=gettext_lazy("days"))
    def days(self, change) -> str:
        return days_words(change)

    @admin.display(description=gettext_lazy("settled"))
    def progress(self, change) -> str:
        return progress_of(change.asked.all())

    def has_add_permission(self, request) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Who is to be called and who answered; nothing on this page is written."""
        change = self.get_object(request, str(object_id)) if object_id else None
        if change is None:
            raise Http404
        if not self.has_view_permission(request, change):
            raise PermissionDenied
        return self.page(
            request,
            "admin/bookings/hours_change.html",
            change.get_what_display().capitalize(),
            change=change,
            whose=self.whose(change),
            days=days_words(change),
            history=history_of(change),
            **answers_of(change.asked.all()),
        )


def days_words(change: HoursChange) -> str:
    """Return the days a change is about, in words."""
    first, last = (
        date_format(day, "D j M Y") if day else "" for day in (change.first_day, change.last_day)
    )
    if first == last or not (first or last):
        return first or _("always")
    if not last:
        return _("from %(first)s") % {"first": first}
    return _("%(first)s to %(last)s") % {"first": first or "…", "last": last}
