"""The receipt of a visit with a diagnosis, for a patient who asked for that in writing."""

from uuid import UUID

from django import forms
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from assessments import trail
from assessments.access import examiner_of, visit_for
from assessments.actions.receipts import add_diagnosis
from assessments.models import ReceiptDiagnosis
from bookings.forms.fields import DAY_ERRORS, IN_RANGE, day_input
from bookings.models import Appointment
from bookings.money.papers import receipt_pdf
from clinic.access import Request


class DiagnosisForm(forms.Form):
    """The request comes first: without it nothing goes on a receipt."""

    requested_on = forms.DateField(
        label=gettext_lazy("Asked for in writing on"),
        widget=day_input(),
        validators=IN_RANGE,
        error_messages=DAY_ERRORS,
    )
    request = forms.CharField(
        label=gettext_lazy("How"),
        max_length=200,
        help_text=gettext_lazy("Such as: signed form, e-mail of that day."),
    )
    text = forms.CharField(label=gettext_lazy("Diagnosis on the receipt"), max_length=300)

    def clean_requested_on(self):
        if self.cleaned_data["requested_on"] > timezone.localdate():
            raise forms.ValidationError(_("That day has not come yet."))
        return self.cleaned_data["requested_on"]


@require_http_methods(["GET", "HEAD", "POST"])
def chart_receipt(request: Request, pk: UUID) -> HttpResponse:
    """Write down the patient's request and the text; the receipt itself is made at the desk."""
    practitioner = examiner_of(request.user)
    visit = visit_for(request.user, practitioner, pk)
    form = DiagnosisForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        add_diagnosis(
            visit, **form.cleaned_data, by=request.user, practitioner=practitioner,
            now=timezone.now(),
        )  # fmt: skip
        return redirect("chart-receipt", pk)
    context = {
        "visit": visit,
        "patient": visit.patient,
        "form": form,
        "written": _last(visit),
        "receipt": visit.receipts.order_by("-year", "-number").first(),
    }
    status = 422 if form.errors else 200
    return render(request, "assessments/chart_receipt.html", context, status=status)


@require_safe
def chart_receipt_pdf(request: Request, pk: UUID) -> HttpResponse:
    """The visit's last receipt, with the diagnosis on it where one was written down."""
    visit = visit_for(request.user, examiner_of(request.user), pk)
    receipt = visit.receipts.order_by("-year", "-number").first()
    if receipt is None or visit.patient is None:
        raise Http404
    with transaction.atomic():
        trail.did(
            "receipt.opened", visit, by=request.user, patient_id=visit.patient.pk,
            now=timezone.now(),
        )  # fmt: skip
    written = _last(visit)
    more = [(_("Diagnosis, at the patient’s request"), written.text)] if written else []
    response = HttpResponse(receipt_pdf(receipt, more), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="receipt-{receipt.code}.pdf"'
    return response


def _last(visit: Appointment) -> ReceiptDiagnosis | None:
    return ReceiptDiagnosis.objects.filter(appointment=visit).order_by("-written_at").first()
