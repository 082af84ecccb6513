"""Calls a clinician makes before a visit: the desk asks for one, and sees who has taken it.

The desk cannot take one back: it does not know why it was asked for.
"""

from functools import partial

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils import formats, timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from bookings import actions, clock
from bookings.admin.of_visits import OfVisits
from bookings.errors import BookingError
from bookings.models import Appointment, ClinicianCall, DutyDay
from clinic import access, roles
from clinic.admin.desk import DefaultFilter, DeskAdmin
from clinic.audit import actor_of


class TakenFilter(DefaultFilter):
    """Those nobody has taken; the others are listed when asked for."""

    title = gettext_lazy("taken")
    parameter_name = "taken"
    default = "no"

    def lookups(self, request, model_admin):
        return [("no", _("nobody yet")), ("yes", _("taken")), ("all", _("all"))]

    def queryset(self, request, queryset):
        if self.chosen() == "no":
            waiting = ClinicianCall.objects.waiting().order_by()
            return queryset.filter(pk__in=waiting.values("pk"))
        return queryset.filter(taken_at__isnull=False) if self.chosen() == "yes" else queryset


@admin.register(ClinicianCall)
class ClinicianCallAdmin(OfVisits, DeskAdmin):
    """The oldest first. Nothing here says why."""

    list_display = ["visit", "patient", "phone", "practitioner", "asked", "chip"]
    list_filter = [TakenFilter]
    ordering = ["asked_at", "pk"]
    actions = None

    def has_add_permission(self, request) -> bool:
        return False  # one is asked for on the page of its visit

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    @admin.display(description=gettext_lazy("asked"), ordering="asked_at")
    def asked(self, call) -> str:
        return _short(call.asked_at, call)

    @admin.display(description=gettext_lazy("taken"), ordering="taken_at")
    def chip(self, call):
        if call.taken_at is None:
            words = _("nobody yet")
            return format_html('<span class="desk-state" data-state="overdue">{}</span>', words)
        words = {"name": call.taken_by, "when": _short(call.taken_at, call)}
        return _("%(name)s, %(when)s") % words

    def get_urls(self):
        own = [
            path(
                f"<uuid:pk>/{name}/",
                self.admin_site.admin_view(partial(view)),
                name=f"bookings_cliniciancall_{name}",
            )
            for name, view in {"ask": self.ask_view, "take": self.take_view}.items()
        ]
        return [*own, *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        title = _("Clinician call needed before the visit")
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    @method_decorator(require_POST)
    def ask_view(self, request, pk):
        """Ask for a call by hand, from the page of the visit."""
        if not request.user.has_perm("bookings.add_cliniciancall"):
            raise PermissionDenied
        visit = get_object_or_404(Appointment.objects.visits(), pk=pk)
        try:
            actions.ask_for_clinician_call(visit, by=actor_of(request.user), now=timezone.now())
        except BookingError as error:
            self.message_user(request, str(error), messages.ERROR)
        else:
            text = _("Asked for. The physio and whoever is on duty are told by mail.")
            self.message_user(request, text)
        return redirect("admin:bookings_appointment_change", visit.pk)

    @method_decorator(require_POST)
    def take_view(self, request, pk):
        """A clinical lead who was told takes the call; the desk cannot."""
        told = ClinicianCall.objects.filter(told=request.user)
        call = told.filter(pk=pk).first()
        if call is None or not access.has_role(request.user, roles.CLINICAL_LEAD, roles.PHYSIO):
            raise Http404
        try:
            actions.take_clinician_call(call, by=request.user, now=timezone.now())
        except BookingError as error:
            self.message_user(request, str(error), messages.ERROR)
        else:
            self.message_user(request, _("You make this call. The front desk sees that you do."))
        return redirect("admin:index")


def _short(at, call: ClinicianCall) -> str:
    tz = call.appointment.location.tz
    return f"{formats.date_format(at.astimezone(tz), 'j M')}, {clock.wall(at, tz)}"


@admin.register(DutyDay)
class DutyDayAdmin(DeskAdmin):
    """Who answers for a place on a weekday. Nobody marked: everybody who works there that day."""

    removable = True
    list_display = ["weekday", "location", "practitioner"]
    list_filter = ["location", "weekday"]
    list_select_related = ["location", "practitioner"]
    ordering = ["location__name", "weekday", "practitioner__name"]
    fields = ["location", "weekday", "practitioner"]
    actions = None
