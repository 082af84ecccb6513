"""Whoever asked for their record, for managers: whose, since when, until when, handed out or not.

A manager hands a record out and never reads it: it is fetched on the person's own pages.
"""

from allauth.account.decorators import reauthentication_required
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from clinic import practice
from clinic.actions import record_requests as actions
from clinic.admin.desk import DefaultFilter, DeskAdmin
from clinic.errors import ClinicError
from clinic.models import RecordRequest


class AnsweredFilter(DefaultFilter):
    """What waits comes first; the rest on request."""

    title = _("answer")
    parameter_name = "answer"
    default = "waits"

    def lookups(self, request, model_admin):
        return [("waits", _t("to answer")), ("answered", _t("handed out")), ("all", _t("all"))]

    def queryset(self, request, queryset):
        chosen = self.chosen()
        return (
            queryset
            if chosen == "all"
            else queryset.filter(released_at__isnull=chosen != "answered")
        )


@admin.register(RecordRequest)
class RecordRequestAdmin(DeskAdmin):
    """What is due first stands on top, once it is overdue marked as such."""

    list_display = ["due_on", "state", "patient", "asked_at", "released_at", "taken_at"]
    list_display_links = ["due_on"]
    list_filter = [AnsweredFilter]
    list_select_related = ["patient"]
    ordering = ["due_on", "asked_at", "pk"]
    sortable_by = ["due_on", "asked_at"]
    actions = None

    def has_add_permission(self, request) -> bool:
        return False

    def changelist_view(self, request, extra_context=None):
        title = {"title": _t("Records asked for")}
        return super().changelist_view(request, {**title, **(extra_context or {})})

    @admin.display(description=_("state"))
    def state(self, row) -> str:
        code, words = state_of(row)
        return format_html('<span class="desk-state" data-state="{}">{}</span>', code, words)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Nobody is asked for their password to send a form that is not theirs to send."""
        row = self.get_object(request, str(object_id)) if object_id else None
        if row is None:
            raise Http404
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        return self._proven(request, row)

    @method_decorator(reauthentication_required(allow_get=True))
    def _proven(self, request, row: RecordRequest):
        """One of them, and the button that hands it out."""
        may = self.has_change_permission(request, row)
        if request.method == "POST":
            if not may:
                raise PermissionDenied
            return self._released(request, row)
        return self.page(
            request, "admin/clinic/record_request.html", _t("Record asked for"), row=row,
            state=state_of(row), own=row.asked_by_id == request.user.pk,
            may_release=may and row.released_at is None and row.asked_by_id != request.user.pk,
        )  # fmt: skip

    def _released(self, request, row: RecordRequest):
        try:
            actions.release(row, by=request.user, now=timezone.now())
        except ClinicError as error:
            messages.error(request, str(error))
        else:
            messages.success(
                request, _t("Handed out. It can be fetched on the person's own pages.")
            )
        return redirect("admin:clinic_recordrequest_change", row.pk)


def state_of(row: RecordRequest) -> tuple[str, str]:
    """Return how far it is: a code for the colour, and words."""
    now = timezone.now()
    if row.released_at:
        if row.taken_at:
            return "completed", _t("fetched")
        over = row.closes_at is not None and row.closes_at <= now
        return ("failed", _t("not fetched in time")) if over else ("in_progress", _t("handed out"))
    late = (timezone.localdate(now, practice.current().tz) - row.due_on).days
    if late <= 0:
        return "waits", _t("to answer")
    return "overdue", ngettext("overdue by %(n)d day", "overdue by %(n)d days", late) % {"n": late}
