"""Visits: listed, booked by phone, moved, cancelled, and followed through their day."""

from collections.abc import Callable
from functools import partial

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import formats, timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from bookings import actions, clock
from bookings.actions import day as steps
from bookings.actions.changing import CANCELLABLE, MOVABLE
from bookings.admin.filters import HoursFilter, NewFilter, StateFilter, WhenFilter
from bookings.errors import BookingError, Changed
from bookings.forms.staff_times import CancelForm, MoveForm, VideoForm, in_the_way
from bookings.ics import where
from bookings.messages import facts
from bookings.models import Appointment, Service, VisitVideo
from clinic.admin.desk import DeskAdmin, history_of
from clinic.audit import actor_of
from clinic.models import Location

State = Appointment.State
STEPS: dict[str, tuple[Callable, str]] = {
    "confirm": (actions.confirm, gettext_lazy("Confirmed")),
    "arrive": (actions.arrive, gettext_lazy("Arrived")),
    "start": (actions.start, gettext_lazy("In room")),
    "complete": (actions.complete, gettext_lazy("Done")),
    "no-show": (actions.no_show, gettext_lazy("Did not come")),
    "new-link": (actions.renew_links, gettext_lazy("Send a new link")),
}


@admin.register(Appointment)
class AppointmentAdmin(DeskAdmin):
    """The diary as a list; every change is an action with its own button."""

    object_history_template = "admin/bookings/visit_history.html"

    list_filter = [
        WhenFilter, StateFilter, "practitioner", "location", "service", NewFilter, HoursFilter,
    ]  # fmt: skip
    search_fields = ["patient__found_by"]
    searched_by = "patient"
    search_help_text = gettext_lazy("A patient's name, phone number, date of birth or e-mail")
    list_select_related = ["patient", "service", "practitioner", "location"]
    ordering = ["starts_at", "pk"]
    sortable_by = ["when", "when_and_zone"]  # by any other column the whole diary would be sorted
    actions = ["arrive_selected", "no_show_selected", "confirm_selected"]

    def get_list_display(self, request):
        """Name the zone beside every time as soon as the clinic works by two clocks."""
        places = Location.objects.filter(is_active=True)
        several = len(places.values_list("time_zone").distinct()[:2]) > 1
        when = "when_and_zone" if several else "when"
        return [when, "patient", "chip", "service", "practitioner", "location", "known"]

    @admin.display(description=gettext_lazy("when"), ordering="starts_at")
    def when(self, visit) -> str:
        tz = visit.location.tz
        local = visit.starts_at.astimezone(tz)
        return f"{formats.date_format(local, 'D j M Y')}, {clock.wall(visit.starts_at, tz)}"

    @admin.display(description=gettext_lazy("when"), ordering="starts_at")
    def when_and_zone(self, visit) -> str:
        zone = clock.zone_name(visit.location.tz, visit.starts_at)
        return format_html(
            '<span class="desk-time">{}</span> <span class="desk-zone">{}</span>',
            self.when(visit),
            zone,
        )

    def when_with_zone(self, visit) -> str:
        return f"{self.when(visit)} {clock.zone_name(visit.location.tz, visit.starts_at)}"

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def chip(self, visit) -> str:
        confirmed = visit.state == State.BOOKED and visit.confirmed_at
        label = _("confirmed") if confirmed else visit.get_state_display()
        return format_html('<span class="desk-state" data-state="{}">{}</span>', visit.state, label)

    @admin.display(description=gettext_lazy("patient is"), ordering="new_patient")
    def known(self, visit) -> str:
        return _("new here") if visit.new_patient else _("returning")

    def get_urls(self):
        views = {
            **{step: partial(self.step_view, step=step) for step in STEPS},
            "move": partial(self.move_view),
            "cancel": partial(self.cancel_view),
            "video": partial(self.video_view),
            "confirmation": partial(self.confirmation_view),
        }
        own = [
            path(
                f"<uuid:visit>/{name}/",
                self.admin_site.admin_view(view),
                name=f"bookings_appointment_{name}",
            )
            for name, view in views.items()
        ]
        return [*own, *super().get_urls()]

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Django's own form would save past the actions: two pages take its place."""
        if object_id is not None:
            return self._visit_page(request, self._visit(request, object_id))
        if not self.has_add_permission(request):
            raise PermissionDenied
        return redirect(reverse("phone-booking", query=request.GET))

    def _visit(self, request, object_id, *, change: bool = False) -> Appointment:
        visit = self.get_object(request, str(object_id))
        if visit is None or visit.patient_id is None:
            raise Http404
        allowed = self.has_change_permission if change else self.has_view_permission
        if not allowed(request, visit):
            raise PermissionDenied
        return visit

    def get_queryset(self, request):
        return super().get_queryset(request).with_people()

    def _visit_page(self, request, visit, *, move=None, cancel=None, video=None):
        over = visit.has_run_out(timezone.now())
        may_change = self.has_change_permission(request, visit) and not over
        context = {
            "visit": visit,
            "over": over,
            "when": self.when_with_zone(visit),
            "steps": next_steps(visit) if may_change else [],
            "move": (move or MoveForm.of(visit)) if may_change and visit.state in MOVABLE else None,
            "cancel": (cancel or CancelForm())
            if may_change and visit.state in CANCELLABLE
            else None,
            "video": (video or video_form(visit)) if may_change else None,
            "history": history_of(visit),
            "seen": steps.seen_as(visit),
        }
        return self._page(request, "visit", str(visit.patient), **context)

    @method_decorator(require_POST)
    def move_view(self, request, visit):
        visit = self._visit(request, visit, change=True)
        form = MoveForm.of(visit, request.POST)
        if form.is_valid():
            names = ("practitioner", "location", "starts_at", "force", "force_reason")
            typed = {name: form.cleaned_data[name] for name in names}
            try:
                by = actor_of(request.user)
                seen = request.POST.get("seen", "")
                moved = steps.move_seen(
                    visit, **typed, seen=seen, heed=True, by=by, now=timezone.now()
                )
            except Changed as error:
                return self._stale(request, visit, error)
            except BookingError as error:
                form.refuse(error)
                form.suggest(visit.service, timezone.now())
            else:
                when = self.when_with_zone(moved)
                return self._done(request, visit, _("Moved to %(when)s.") % {"when": when})
        return self._visit_page(request, visit, move=form)

    @method_decorator(require_POST)
    def cancel_view(self, request, visit):
        visit = self._visit(request, visit, change=True)
        form = CancelForm(request.POST)
        if form.is_valid():
            try:
                steps.cancel_seen(
                    visit,
                    seen=request.POST.get("seen", ""),
                    reason=form.cleaned_data["reason"],
                    late=form.is_late(),
                    by=actor_of(request.user),
                    now=timezone.now(),
                )
            except Changed as error:
                return self._stale(request, visit, error)
            except BookingError as error:
                form.add_error(None, str(error))
            else:
                declined = _("Declined. The patient is told, and the time is free again.")
                said = _("Cancelled. The time is free again.")
                return self._done(request, visit, declined if visit.is_request else said)
        return self._visit_page(request, visit, cancel=form)

    @method_decorator(require_safe)
    def confirmation_view(self, request, visit):
        """The confirmation on paper, for whoever has no mail address."""
        visit = self._visit(request, visit)
        context = {**facts(visit, timezone.now()), "where": where(visit, private=True)}
        return TemplateResponse(request, "bookings/confirmation.html", context)

    @method_decorator(require_POST)
    def video_view(self, request, visit):
        """Give a visit a video room of its own, or go back to the practitioner's."""
        visit = self._visit(request, visit, change=True)
        form = VideoForm(request.POST)
        if not form.is_valid():
            return self._visit_page(request, visit, video=form)
        link = form.cleaned_data["link"]
        actions.set_video_link(visit, link, by=actor_of(request.user), now=timezone.now())
        return self._done(request, visit, _("The video room is saved."))

    @method_decorator(require_POST)
    def step_view(self, request, visit, *, step: str):
        """One button: the next thing that happened to a visit."""
        visit = self._visit(request, visit, change=True)
        action, label = STEPS[step]
        seen = {"seen": request.POST.get("seen", "")}  # read before anything is done
        if step == "new-link":
            seen = {}
        try:
            action(visit, by=actor_of(request.user), now=timezone.now(), **seen)
        except Changed as error:
            return self._stale(request, visit, error)
        except BookingError as error:
            for clash in getattr(error, "clashes", ()):
                self.message_user(request, in_the_way(clash), messages.WARNING)
            return self._done(request, visit, str(error), messages.ERROR)
        text = _("%(patient)s: %(step)s.") % {"patient": visit.patient, "step": label}
        return self._done(request, visit, text)

    def _stale(self, request, visit, error: Changed) -> TemplateResponse:
        """Somebody was quicker: say so over the visit as it stands now; 409, nothing written."""
        self.message_user(request, str(error), messages.ERROR)
        page = self._visit_page(request, self._visit(request, visit.pk))
        page.status_code = 409
        return page

    def _done(self, request, visit, text: str, level=messages.SUCCESS) -> HttpResponseRedirect:
        self.message_user(request, text, level)
        if request.POST.get("back") == "today":
            return redirect("admin:index")
        return redirect(reverse("admin:bookings_appointment_change", args=[visit.pk]))

    def _page(self, request, name: str, title: str, **context) -> TemplateResponse:
        return self.page(request, f"admin/bookings/{name}.html", title, **context)

    def _each(self, request, queryset, action: Callable) -> None:
        """Do the same to every chosen visit; say how many could not be changed, and why."""
        done, refused = 0, []
        for visit in queryset:
            try:
                action(visit, by=actor_of(request.user), now=timezone.now())
            except BookingError as error:
                refused.append(f"{visit.patient}: {error}")
            else:
                done += 1
        if done:
            text = ngettext("%(n)d visit changed.", "%(n)d visits changed.", done)
            self.message_user(request, text % {"n": done})
        for line in refused:
            self.message_user(request, line, messages.ERROR)

    @admin.action(description=gettext_lazy("Arrived"), permissions=["change"])
    def arrive_selected(self, request, queryset):
        self._each(request, queryset, actions.arrive)

    @admin.action(description=gettext_lazy("Did not come"), permissions=["change"])
    def no_show_selected(self, request, queryset):
        self._each(request, queryset, actions.no_show)

    @admin.action(description=gettext_lazy("Confirmed"), permissions=["change"])
    def confirm_selected(self, request, queryset):
        self._each(request, queryset, actions.confirm)


def video_form(visit: Appointment) -> VideoForm | None:
    """Return the form for a visit's own video room; None where it is not by video."""
    if visit.service.mode != Service.Mode.VIDEO or visit.is_over:
        return None
    own = VisitVideo.objects.filter(appointment=visit).first()
    return VideoForm(initial={"link": own.link if own else ""})


def next_steps(visit: Appointment) -> list[dict[str, str]]:
    """Return the buttons that make sense now: their address and their words."""
    now = timezone.now()
    fit = {
        State.REQUESTED: ["confirm"],
        State.BOOKED: ["arrive", *([] if visit.confirmed_at else ["confirm"]), "start"],
        State.ARRIVED: ["start", "complete"],
        State.IN_PROGRESS: ["complete"],
    }.get(State(visit.state), [])
    if visit.state == State.BOOKED and visit.starts_at <= now:
        fit = [*fit, "complete", "no-show"]
    if visit.ends_at > now and not visit.is_over and visit.patient and visit.patient.email:
        fit = [*fit, "new-link"]
    words = {"confirm": _("Confirm request")} if visit.is_request else {}
    return [
        {
            "url": reverse(f"admin:bookings_appointment_{step}", args=[visit.pk]),
            "label": words.get(step) or str(STEPS[step][1]),
        }
        for step in fit
    ]
