"""Corrections that somebody asked for: until when, and for the desk's own the words and the answer.

What is said about the record is read and answered by a physio, on the pages of charts.
"""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from clinic import practice
from clinic.actions import corrections as actions
from clinic.admin.desk import DefaultFilter, DeskAdmin
from clinic.errors import ClinicError
from clinic.models import CorrectionRequest


class AnswerForm(forms.Form):
    """What came of it. A refusal says why."""

    outcome = forms.ChoiceField(
        label=_("Answer"), choices=CorrectionRequest.Outcome.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=_("What you did, or why it stays as it is"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The patient reads this."),
    )


class AnsweredFilter(DefaultFilter):
    """What waits comes first; the rest on request."""

    title = _("answer")
    parameter_name = "answer"
    default = "waits"

    def lookups(self, request, model_admin):
        return [("waits", _t("to answer")), ("answered", _t("answered")), ("all", _t("all"))]

    def queryset(self, request, queryset):
        chosen = self.chosen()
        if chosen == "all":
            return queryset
        return queryset.filter(answered_at__isnull=chosen != "answered")


@admin.register(CorrectionRequest)
class CorrectionRequestAdmin(DeskAdmin):
    """What is due first stands on top, once it is overdue marked as such."""

    list_display = ["due_on", "state", "patient", "part", "asked_at"]
    list_display_links = ["due_on"]
    list_filter = [AnsweredFilter]
    list_select_related = ["patient"]
    ordering = ["due_on", "asked_at", "pk"]
    sortable_by = ["due_on", "asked_at"]
    actions = None

    def has_add_permission(self, request) -> bool:
        return False

    @admin.display(description=_("state"))
    def state(self, row) -> str:
        code, words = state_of(row)
        return format_html('<span class="desk-state" data-state="{}">{}</span>', code, words)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """One of them; its words and the answer's form where it is the desk's."""
        row = self.get_object(request, str(object_id)) if object_id else None
        if row is None:
            raise Http404
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        of_desk = row.part != CorrectionRequest.Part.RECORD
        own = row.asked_by_id == request.user.pk
        may = self.has_change_permission(request, row) and of_desk
        form = AnswerForm(request.POST if request.method == "POST" else None)
        if request.method == "POST":
            if not may:
                raise PermissionDenied
            if form.is_valid() and self._answered(request, row, form):
                return redirect("admin:clinic_correctionrequest_changelist")
        return self.page(
            request, "admin/clinic/correction.html", _t("Correction asked for"),
            status=422 if form.errors else 200, row=row, state=state_of(row), own=own,
            of_desk=of_desk, said=row.said if of_desk else {}, form=form,
            may_answer=may and row.answered_at is None and not own,
        )  # fmt: skip

    def _answered(self, request, row: CorrectionRequest, form: AnswerForm) -> bool:
        said = form.cleaned_data
        try:
            actions.answer(row, said["outcome"], said["words"], by=request.user, now=timezone.now())
        except actions.ReasonMissing as error:
            form.add_error("words", str(error))
            return False
        except ClinicError as error:
            form.add_error(None, str(error))
            return False
        messages.success(request, _t("Answered. The patient reads it on their own pages."))
        return True


def state_of(row: CorrectionRequest) -> tuple[str, str]:
    """Return how far it is: a code for the colour, and words."""
    if row.answered_at is not None:
        return ("failed" if row.refused else "completed"), row.get_outcome_display()
    late = (timezone.localdate(timezone.now(), practice.current().tz) - row.due_on).days
    if late <= 0:
        return "waits", _t("to answer")
    return "overdue", ngettext("overdue by %(n)d day", "overdue by %(n)d days", late) % {"n": late}
