"""Erasing a person: a manager proposes it after a look, a second person confirms it.

Both see kinds of rows and numbers, until when the record is kept and by which rule; nothing of what
is in it. Who is erased is named no more once it is done.
"""

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from clinic.admin.cases import CaseAdmin, State
from clinic.admin.desk import DefaultFilter
from clinic.erasing import doing, holds
from clinic.erasing.reading import look
from clinic.errors import ClinicError
from clinic.models import Erasure, LegalHold, Patient

BASES = [each for each in Erasure.Basis.choices if each[0] != Erasure.Basis.RETENTION]


class ProposeForm(forms.Form):
    """Whom, and because of what. No free text: it would name somebody for ever."""

    patient = forms.ModelChoiceField(queryset=Patient.objects.current(), widget=forms.HiddenInput)
    basis = forms.ChoiceField(label=_("Because"), choices=BASES)


class HoldForm(forms.Form):
    patient = forms.ModelChoiceField(queryset=Patient.objects.current(), widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Why nothing may be erased"), max_length=200,
        help_text=_("A claim, a complaint, an inquiry. No health information."),
    )  # fmt: skip


class StateFilter(DefaultFilter):
    """What waits for a second person comes first."""

    title = _("state")
    parameter_name = "state"
    default = "waits"

    def lookups(self, request, model_admin):
        return [
            ("waits", _t("to confirm")),
            ("kept", _t("record still kept")),
            ("all", _t("all")),
        ]

    def queryset(self, request, queryset):
        chosen = self.chosen()
        if chosen == "waits":
            return queryset.waiting()
        return queryset.keeping() if chosen == "kept" else queryset


@admin.register(Erasure)
class ErasureAdmin(CaseAdmin):
    """Proposals to confirm, and what was erased: ids, days and numbers."""

    list_display = ["asked_at", "state", "patient", "scope", "basis", "keep_until"]
    list_display_links = ["asked_at"]
    list_filter = [StateFilter]
    list_select_related = ["patient"]
    ordering = ["-asked_at", "pk"]
    sortable_by = ["asked_at", "keep_until"]

    def progress(self, row) -> State:
        return state_of(row)

    def new(self, request):
        """Nobody proves who they are for a page that is not theirs."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        return self._proposing(request)

    @method_decorator(reauthentication_required(allow_get=True))
    def _proposing(self, request):
        """What an erasure of this patient would do; the form that proposes it, and the hold."""
        asked = request.POST if request.method == "POST" else request.GET
        patient = patient_named(asked.get("patient", ""))
        if patient is None:  # whom? or erased already
            return redirect("patient-find")
        form = ProposeForm(request.POST if "basis" in request.POST else None,
                           initial={"patient": patient.pk})  # fmt: skip
        hold_form = HoldForm(request.POST if "reason" in request.POST else None,
                             initial={"patient": patient.pk})  # fmt: skip
        if request.method == "POST" and (answer := self._posted(request, patient, form, hold_form)):
            return answer
        now = timezone.now()
        return self.page(
            request, "admin/clinic/erasure_add.html", _t("Erase a person"),
            status=422 if form.errors or hold_form.errors else 200, patient=patient,
            seen=look(patient, now), form=form, hold_form=hold_form,
            hold=LegalHold.objects.filter(patient=patient, lifted_at=None).first(),
        )  # fmt: skip

    def _posted(self, request, patient, form, hold_form):
        now, here = timezone.now(), f"{request.path}?patient={patient.pk}"
        if "lift" in request.POST:
            holds.lift(patient, by=request.user, now=now)
            return redirect(here)
        if hold_form.is_bound and hold_form.is_valid():
            holds.place(patient, hold_form.cleaned_data["reason"], by=request.user, now=now)
            return redirect(here)
        if form.is_bound and form.is_valid():
            try:
                made = doing.propose(patient, form.cleaned_data["basis"], by=request.user, now=now)
            except ClinicError as error:
                form.add_error(None, str(error))
                return None
            messages.success(request, _t("Proposed. A second person has to confirm it."))
            return redirect("admin:clinic_erasure_change", made.pk)
        return None

    @method_decorator(reauthentication_required(allow_get=True))
    def one(self, request, row: Erasure):
        waits = row.done_at is None and row.dropped_at is None
        may = waits and self.has_change_permission(request, row)
        if request.method == "POST":
            if not may:
                raise PermissionDenied
            return self._decided(request, row)
        return self.page(
            request, "admin/clinic/erasure.html", _t("Erasure"), row=row, state=state_of(row),
            seen=look(row.patient, timezone.now()) if waits else None, may_drop=may,
            own=row.asked_by_id == request.user.pk,
            may_confirm=may and row.asked_by_id != request.user.pk,
        )  # fmt: skip

    def _decided(self, request, row: Erasure):
        now = timezone.now()
        try:
            if "drop" in request.POST:
                doing.drop(row, by=request.user, now=now)
                messages.success(request, _t("Dropped. Nothing was erased."))
            else:
                doing.confirm(row, by=request.user, now=now)
                messages.success(request, _t("Erased."))
        except ClinicError as error:
            messages.error(request, str(error))
        return redirect("admin:clinic_erasure_change", row.pk)


def patient_named(text: str) -> Patient | None:
    """Return the patient an address names, if there is one who was not erased."""
    form = forms.UUIDField(required=False)
    try:
        key = form.clean(text)
    except forms.ValidationError:
        return None
    return Patient.objects.current().filter(pk=key).first() if key else None


def state_of(row: Erasure) -> tuple[str, str]:
    """Return how far it is: a code for the colour, and words."""
    if row.dropped_at is not None:
        return "cancelled", _t("dropped")
    return ("completed", _t("erased")) if row.done_at else ("waits", _t("to confirm"))
