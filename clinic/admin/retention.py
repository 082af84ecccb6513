"""What is due, for managers: ids and days to look through, confirmed as one list or dropped."""

from allauth.account.decorators import reauthentication_required
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _t

from clinic import practice
from clinic.admin.cases import CaseAdmin, State
from clinic.erasing import lists, rules
from clinic.erasing.reading import ids_of
from clinic.errors import ClinicError
from clinic.models import RetentionList


@admin.register(RetentionList)
class RetentionListAdmin(CaseAdmin):
    """The lists so far; a new one on request."""

    list_display = ["made_at", "state", "made_by", "confirmed_by", "done_at"]
    list_display_links = ["made_at"]
    list_select_related = ["made_by", "confirmed_by"]
    ordering = ["-made_at", "pk"]
    sortable_by = ["made_at"]

    def progress(self, row) -> State:
        return state_of(row)

    def new(self, request):
        """Make the list of today."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return self.page(
                request, "admin/clinic/retention_add.html", _t("What is due"),
                on=practice.current().retention_on,
            )  # fmt: skip
        made = lists.make(by=request.user, now=timezone.now())
        if made is None:
            messages.info(request, _t("Nobody is due."))
            return redirect("admin:clinic_retentionlist_changelist")
        return redirect("admin:clinic_retentionlist_change", made.pk)

    @method_decorator(reauthentication_required(allow_get=True))
    def one(self, request, row: RetentionList):
        """One list: who is on it and since when, what stands against it, and the decision."""
        waits = row.confirmed_at is None and row.dropped_at is None
        may = waits and self.has_change_permission(request, row)
        if request.method == "POST":
            if not may:
                raise PermissionDenied
            return self._decided(request, row)
        now = timezone.now()
        items = list(row.items.select_related("patient").order_by("due_on", "pk"))
        for each in items:
            each.against = rules.obstacles_of(ids_of(each.patient), now) if waits else []
        return self.page(
            request, "admin/clinic/retention.html", _t("What is due"), row=row, items=items,
            state=state_of(row), may_decide=may, on=practice.current().retention_on,
        )  # fmt: skip

    def _decided(self, request, row: RetentionList):
        now = timezone.now()
        try:
            if "drop" in request.POST:
                lists.drop(row, by=request.user, now=now)
                messages.success(request, _t("Dropped. Nothing was erased."))
            else:
                lists.confirm(row, by=request.user, now=now)
                messages.success(request, _t("Confirmed. The worker carries it out."))
        except ClinicError as error:
            messages.error(request, str(error))
        return redirect("admin:clinic_retentionlist_change", row.pk)


def state_of(row: RetentionList) -> tuple[str, str]:
    """Return how far it is: a code for the colour, and words."""
    if row.done_at is not None:
        return "completed", _t("carried out")
    if row.dropped_at is not None:
        return "cancelled", _t("dropped")
    return ("in_progress", _t("confirmed")) if row.confirmed_at else ("waits", _t("to confirm"))
