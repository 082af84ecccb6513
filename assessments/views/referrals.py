"""Referrals: what was asked for, by when, and each step until one is closed with an outcome."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from assessments import actions, trail
from assessments.access import examiner_of, may_sign, referral_for
from assessments.correspondence import due_of, letters_about
from assessments.course import last_correction
from assessments.errors import RecordError
from assessments.letters.advice import advice_facts
from assessments.letters.paper import letter_pdf
from assessments.models import Referral
from assessments.views.letter_forms import AnswerForm, CloseForm, SentForm
from assessments.where import zone_of
from clinic import languages
from clinic.access import Request

FORMS: dict[str, type[forms.Form]] = {
    "sent": SentForm,
    "answered": AnswerForm,
    "closed": CloseForm,
}


@require_http_methods(["GET", "HEAD", "POST"])
def chart_referral(request: Request, pk: UUID) -> HttpResponse:
    """One referral; a POST writes down its next step."""
    referral = referral_for(request.user, examiner_of(request.user), pk)
    if request.method != "POST":
        return _page(request, referral, {})
    step = request.POST.get("do", "")
    if step not in FORMS or not may_sign(request.user):
        raise Http404
    form = FORMS[step](request.POST)
    if not form.is_valid():
        return _page(request, referral, {step: form}, status=422)
    try:
        _write(request, referral, step, form)
    except RecordError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("Written down."))
    return redirect("chart-referral", pk=pk)


@require_safe
def chart_referral_advice(request: Request, pk: UUID) -> HttpResponse:
    """The sheet the patient takes away, in their language."""
    referral = referral_for(request.user, examiner_of(request.user), pk)
    now = timezone.now()
    patient_id = referral.assessment.episode.patient_id
    with transaction.atomic():
        trail.did_again(
            "referral.advice", referral, by=request.user, patient_id=patient_id, now=now
        )
    patient = referral.assessment.episode.patient.survivor
    with languages.reading(patient.language):
        facts = advice_facts(referral, timezone.localdate(now, zone_of(referral.assessment)))
    response = HttpResponse(letter_pdf(facts), content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="advice.pdf"'
    return response


def _write(request: Request, referral: Referral, step: str, form: forms.Form) -> None:
    by, now, said = request.user, timezone.now(), form.cleaned_data
    if step == "sent":
        actions.mark_sent(referral, said["to"], by=by, now=now)
    elif step == "answered":
        actions.write_answer(referral, said["answer"], by=by, now=now)
    else:
        actions.close_referral(referral, said["outcome"], said["note"], by=by, now=now)


def _page(request: Request, referral: Referral, typed: dict, status: int = 200) -> HttpResponse:
    patient, now = referral.assessment.episode.patient, timezone.now()
    with transaction.atomic():
        trail.did_again(
            "chart.opened",
            referral.assessment,
            by=request.user,
            patient_id=patient.pk,
            now=now,
        )
    charts = [referral.assessment, last_correction(referral.assessment)]
    context = {
        "referral": referral,
        "due": due_of(referral, now),
        "patient": patient.survivor,
        "letters": letters_about(Q(assessment__in=charts, kind="referral")),
        "signs": may_sign(request.user),
        "sent": SentForm(),
        "answered": AnswerForm(),
        "closed": CloseForm(),
        **typed,
    }
    return render(request, "assessments/chart_referral.html", context, status=status)
