"""Whoever asked for their record, for managers: whose, since when, until when, handed out or not.

A manager hands a record out and never reads it: it is fetched on the person's own pages.
"""

from allauth.account.decorators import reauthentication_required
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from clinic.actions import record_requests as actions
from clinic.admin.cases import AnsweredFilter, CaseAdmin, State, awaited
from clinic.errors import ClinicError
from clinic.models import RecordRequest


class HandedOutFilter(AnsweredFilter):
    answered = "released_at"
    words = _("handed out")


@admin.register(RecordRequest)
class RecordRequestAdmin(CaseAdmin):
    """What is due first stands on top, once it is overdue marked as such."""

    list_display = ["due_on", "state", "patient", "asked_at", "released_at", "taken_at"]
    list_display_links = ["due_on"]
    list_filter = [HandedOutFilter]
    list_select_related = ["patient"]
    ordering = ["due_on", "asked_at", "pk"]
    sortable_by = ["due_on", "asked_at"]

    def has_add_permission(self, request) -> bool:
        return False

    def changelist_view(self, request, extra_context=None):
        title = {"title": _t("Records asked for")}
        return super().changelist_view(request, {**title, **(extra_context or {})})

    def progress(self, row) -> State:
        return state_of(row)

    @method_decorator(reauthentication_required(allow_get=True))
    def one(self, request, row: RecordRequest):
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
    return awaited(row.due_on)
