"""When people work and when places are closed, and which booked visits a change touches.

The visits are listed before anything is saved, and it is said what happens to them. None is
cancelled.
"""

from functools import partial
from hashlib import blake2b

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookings import clock
from bookings.actions.hours import Outcome
from bookings.admin.holidays import import_view
from bookings.diary_actions import remove_hours, save_hours, touched_by
from bookings.errors import HoursChanged, LookFirst
from bookings.forms.look import look_in, looked
from bookings.models import Appointment, BreakTime, ChangedDay, Closure, TimeOff, WorkingHours
from clinic.admin.desk import DeskAdmin

LISTED = 20  # visits named in a message; the rest is behind its link


class HoursAdmin(DeskAdmin):
    """What the five kinds share."""

    removable = True
    actions = None
    change_list_template = "admin/bookings/hours_list.html"
    change_form_template = "admin/bookings/hours_form.html"
    delete_confirmation_template = "admin/bookings/hours_delete.html"

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Nothing is saved before its visits were looked at, or over what somebody else saved."""
        row = self.get_object(request, object_id) if object_id else None
        if object_id and row is None:  # somebody removed it meanwhile
            return super().changeform_view(request, object_id, form_url, extra_context)
        seen = request.POST.get("_seen", stamp_of(row))
        if request.method == "POST":
            if row is not None and seen != stamp_of(row):
                stale = str(HoursChanged())
                return self._look(request, row, [], stale=stale, seen=stamp_of(row), status=409)
            if "_check" in request.POST and (looked := self._check(request, row)):
                return looked
        try:
            context = {**(extra_context or {}), "seen": seen}
            return super().changeform_view(request, object_id, form_url, context)
        except LookFirst as error:
            asked = bool(request.POST.get("look-seen"))
            return self._look(request, row, error.touched, asked=asked, seen=seen, status=409)

    def delete_view(self, request, object_id, extra_context=None):
        try:
            return super().delete_view(request, object_id, extra_context)
        except LookFirst as error:
            self.message_user(request, str(error), messages.ERROR)
            return redirect(request.get_full_path())

    def _check(self, request, row) -> TemplateResponse | None:
        """Return the page of the visits touched; None for a form with faults, which is shown."""
        form = self._form(request, row)
        if not form.is_valid():
            return None
        touched = touched_by(form.save(commit=False), now=timezone.now())
        return self._look(request, row, touched, seen=stamp_of(row))

    def _form(self, request, row):
        may = self.has_change_permission(request, row) if row else self.has_add_permission(request)
        if not may:
            raise PermissionDenied
        return self.get_form(request, row, change=row is not None)(request.POST, instance=row)

    def _look(self, request, row, touched, *, seen, asked=False, stale="", status=200):
        """Show whom a change touches and ask what happens to them; what was typed is kept."""
        form = self._form(request, row)
        typed = [
            (name, value)
            for name in form.fields
            for value in request.POST.getlist(form.add_prefix(name))
        ]
        now = self.get_object(request, str(row.pk)) if stale else None
        return self.page(
            request,
            "admin/bookings/hours_check.html",
            _("Visits affected"),
            status=status,
            typed=[*typed, ("_seen", seen)],
            stale=stale,
            now=[(field.verbose_name, getattr(now, field.name)) for field in _shown(now)],
            **looked(touched, missing=asked),
        )

    def render_delete_form(self, request, context):
        """Before the question is answered, list the visits it touches."""
        row = self.get_object(request, request.resolver_match.kwargs["object_id"])
        if row is not None:
            context.update(looked(touched_by(row, now=timezone.now(), removing=True)))
        return super().render_delete_form(request, context)

    def save_model(self, request, obj, form, change):
        done = save_hours(
            obj, by=request.user, now=timezone.now(), changed=form.changed_data,
            look=look_in(request.POST),
        )  # fmt: skip
        self._warn(request, done)

    def delete_model(self, request, obj):
        look = look_in(request.POST)
        self._warn(request, remove_hours(obj, by=request.user, now=timezone.now(), look=look))

    def response_post_save_add(self, request, obj):
        return self._on(request) or super().response_post_save_add(request, obj)

    def response_post_save_change(self, request, obj):
        return self._on(request) or super().response_post_save_change(request, obj)

    def response_delete(self, request, obj_display, obj_id):
        usual = super().response_delete(request, obj_display, obj_id)
        return self._on(request) or usual

    def _on(self, request):
        """Lead to the visits that need another time, or back to the rota somebody came from."""
        if request.hours_done.change:
            return redirect("admin:bookings_hourschange_change", request.hours_done.change.pk)
        return redirect("rota-overview") if request.GET.get("back") == "rota" else None

    def _warn(self, request, done: Outcome) -> None:
        """Name the booked visits that lie outside working hours now, each with its link."""
        request.hours_done = done
        if not done.touched:
            return
        text = ngettext(
            "%(n)d booked visit no longer lies in working hours.",
            "%(n)d booked visits no longer lie in working hours.",
            len(done.touched),
        ) % {"n": len(done.touched)}
        url = reverse("admin:bookings_appointment_changelist") + "?hours=outside"
        listed = done.touched[: 0 if done.change else LISTED]
        named = format_html_join("", '<li><a href="{}">{}</a></li>', map(_line, listed))
        whole = format_html('<a href="{}">{}</a><ul>{}</ul>', url, text, named)
        self.message_user(request, whole, messages.WARNING)


def stamp_of(row) -> str:
    """Return a few letters that stand for a row as it is now; "" for one that is not yet."""
    if row is None:
        return ""
    text = repr([str(getattr(row, field.attname)) for field in row._meta.concrete_fields])
    return blake2b(text.encode(), digest_size=8).hexdigest()


def _shown(row) -> list:
    """Return the columns of a row that people read."""
    return [] if row is None else [field for field in row._meta.concrete_fields if field.editable]


def _line(visit: Appointment) -> tuple[str, str]:
    """Return the address of a visit's page, and when it is with whom."""
    tz = visit.location.tz
    when = f"{clock.day_words(visit.starts_at, tz)}, {clock.wall(visit.starts_at, tz)}"
    url = reverse("admin:bookings_appointment_change", args=[visit.pk])
    return url, f"{when}, {visit.patient}, {visit.practitioner}"


@admin.register(WorkingHours)
class WorkingHoursAdmin(HoursAdmin):
    """The usual week."""

    list_display = [
        "practitioner", "location", "weekday", "starts", "ends", "valid_from", "valid_to",
    ]  # fmt: skip
    list_filter = ["practitioner", "location", "weekday"]
    list_select_related = ["practitioner", "location"]
    ordering = ["practitioner__name", "weekday", "starts"]
    fields = ["practitioner", "location", "weekday", "starts", "ends", "valid_from", "valid_to"]


@admin.register(BreakTime)
class BreakTimeAdmin(HoursAdmin):
    """Breaks of the usual week."""

    list_display = [
        "practitioner", "location", "weekday", "starts", "ends", "valid_from", "valid_to",
    ]  # fmt: skip
    list_filter = ["practitioner", "location", "weekday"]
    list_select_related = ["practitioner", "location"]
    ordering = ["practitioner__name", "weekday", "starts"]
    fields = ["practitioner", "location", "weekday", "starts", "ends", "valid_from", "valid_to"]


@admin.register(ChangedDay)
class ChangedDayAdmin(HoursAdmin):
    """Single days with other hours, or none."""

    list_display = ["day", "practitioner", "location", "starts", "ends"]
    list_filter = ["practitioner", "location"]
    list_select_related = ["practitioner", "location"]
    ordering = ["-day", "starts"]
    fields = ["practitioner", "location", "day", "starts", "ends"]


@admin.register(TimeOff)
class TimeOffAdmin(HoursAdmin):
    """When somebody is away."""

    list_display = ["practitioner", "first_day", "starts", "last_day", "ends", "note"]
    list_filter = ["practitioner"]
    list_select_related = ["practitioner"]
    ordering = ["-last_day", "practitioner__name"]
    fields = ["practitioner", "first_day", "starts", "last_day", "ends", "note"]


@admin.register(Closure)
class ClosureAdmin(HoursAdmin):
    """When a place is closed."""

    change_list_template = "admin/bookings/closures.html"

    list_display = ["name", "location", "first_day", "starts", "last_day", "ends"]
    list_filter = ["location"]
    list_select_related = ["location"]
    ordering = ["-last_day", "name"]
    fields = ["location", "name", "first_day", "starts", "last_day", "ends"]

    def get_urls(self):
        view = self.admin_site.admin_view(partial(import_view, self))
        own = path("holidays/", view, name="bookings_closure_holidays")
        return [own, *super().get_urls()]
