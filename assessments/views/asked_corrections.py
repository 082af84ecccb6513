"""A patient asks for a correction and may disagree; a physio answers what is about the record."""

from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from assessments import trail
from assessments.access import examiner_of, may_sign, own_patient, patient_for
from clinic import practice
from clinic.access import Request
from clinic.actions import corrections as actions
from clinic.errors import ClinicError
from clinic.models import CorrectionRequest
from clinic.persons import theirs

LONGEST = 2000
Part = CorrectionRequest.Part


def _area(label: object, *, required: bool = True) -> forms.CharField:
    rows = forms.Textarea(attrs={"rows": 4, "class": "form-control"})
    return forms.CharField(label=label, max_length=LONGEST, required=required, widget=rows)


class AskForm(forms.Form):
    """What is wrong, in which part, and what it should say."""

    form_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    part = forms.ChoiceField(
        label=gettext_lazy("What is it about?"), choices=Part.choices, widget=forms.RadioSelect
    )
    wrong = _area(gettext_lazy("What is wrong, and where does it stand?"))
    right = _area(gettext_lazy("What should it say?"))


class AnswerForm(forms.Form):
    outcome = forms.ChoiceField(
        label=gettext_lazy("Answer"),
        choices=CorrectionRequest.Outcome.choices,
        widget=forms.RadioSelect,
    )
    words = _area(gettext_lazy("What you did, or why it stays as it is"), required=False)


@require_http_methods(["GET", "HEAD", "POST"])
def me_corrections(request: Request, patient: UUID) -> HttpResponse:
    """What was asked for so far and what came of it; below, asking for another."""
    person = own_patient(request.user, patient)
    form = AskForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            actions.ask(
                person, said["part"], said["wrong"], said["right"], key=said["form_key"],
                by=request.user, now=timezone.now(),
            )  # fmt: skip
        except ClinicError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("We have your request."))
            return redirect("me-corrections", patient=person.pk)
    asked = CorrectionRequest.objects.filter(theirs(person)).prefetch_related("words")
    context = {
        "patient": person,
        "form": form,
        "asked": asked.order_by("-asked_at", "pk"),
        "days": practice.current().correction_days,
        "zone": practice.current().tz,
        "longest": LONGEST,
    }
    status = 422 if form.errors else 200
    return render(request, "assessments/me_corrections.html", context, status=status)


@require_POST
def me_corrections_disagree(request: Request, patient: UUID, asked: UUID) -> HttpResponse:
    """Put a statement beside what was not corrected."""
    person = own_patient(request.user, patient)
    found = get_object_or_404(CorrectionRequest.objects.filter(theirs(person)), pk=asked)
    words = request.POST.get("words", "").replace("\0", "")[:LONGEST]
    try:
        actions.disagree(found, words, by=request.user, now=timezone.now())
    except ClinicError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("Your statement stands beside the record."))
    return redirect("me-corrections", patient=person.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def chart_correction(request: Request, pk: UUID, asked: UUID) -> HttpResponse:
    """One request about the record, for a physio who looks after the patient; and the answer."""
    practitioner = examiner_of(request.user)
    if not may_sign(request.user):
        raise Http404
    patient = patient_for(request.user, practitioner, pk)
    rows = CorrectionRequest.objects.of_record().filter(theirs(patient))
    found = get_object_or_404(rows.prefetch_related("words"), pk=asked)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _answered(request, found, form):
        return redirect("chart-patient", pk=pk)
    with transaction.atomic():
        trail.did_again(
            "chart.opened", patient, by=request.user, patient_id=patient.pk, now=timezone.now()
        )
    context = {"patient": patient, "row": found, "form": form, "longest": LONGEST}
    context["own"] = found.asked_by_id == request.user.pk
    status = 422 if form.errors else 200
    return render(request, "assessments/chart_correction.html", context, status=status)


def _answered(request: Request, found: CorrectionRequest, form: AnswerForm) -> bool:
    said = form.cleaned_data
    try:
        actions.answer(found, said["outcome"], said["words"], by=request.user, now=timezone.now())
    except actions.ReasonMissing as error:
        form.add_error("words", str(error))
        return False
    except ClinicError as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, _("Answered. The patient reads it on their own pages."))
    return True
