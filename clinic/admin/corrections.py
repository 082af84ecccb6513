"""Corrections that somebody asked for: until when, and for the desk's own the words and the answer.

What is said about the record is read and answered by a physio, on the pages of charts.
"""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from clinic.actions import corrections as actions
from clinic.admin.cases import AnsweredFilter, CaseAdmin, State, awaited
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


@admin.register(CorrectionRequest)
class CorrectionRequestAdmin(CaseAdmin):
    """What is due first stands on top, once it is overdue marked as such."""

    list_display = ["due_on", "state", "patient", "part", "asked_at"]
    list_display_links = ["due_on"]
    list_filter = [AnsweredFilter]
    list_select_related = ["patient"]
    ordering = ["due_on", "asked_at", "pk"]
    sortable_by = ["due_on", "asked_at"]

    def has_add_permission(self, request) -> bool:
        return False

    def progress(self, row) -> State:
        return state_of(row)

    def one(self, request, row):
        """One of them; its words and the answer's form where it is the desk's."""
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
    return awaited(row.due_on)
