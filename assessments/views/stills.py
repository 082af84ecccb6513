"""Photographs on a chart: added and removed in a draft, looked at by whoever may read the chart."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assessments import trail
from assessments.access import assessment_for, draft_for, examiner_of, patient_for
from assessments.actions import stills
from assessments.errors import AlreadySigned, RecordError
from assessments.models import Still
from assessments.views.chart import chart_page
from assessments.views.forms import StillForm
from bookings.views.answers import SeeOther
from clinic import uploads
from clinic.access import Request
from clinic.errors import ClinicError


@require_POST
def chart_still_add(request: Request, pk: UUID) -> HttpResponse:
    """Keep one photograph, or say beside its field why not."""
    assessment = draft_for(request.user, examiner_of(request.user), pk)
    stands = stills.standing_consent(assessment.episode.patient) is not None
    form = StillForm(request.POST, request.FILES, stands=stands)
    if not form.is_valid():
        return chart_page(request, assessment, still_form=form, status=422)
    typed = form.cleaned_data
    try:
        stills.add_still(
            assessment, typed["view"], typed["file"], note=typed["note"],
            agreed=form.agreement(), by=request.user, now=timezone.now(),
        )  # fmt: skip
    except AlreadySigned as error:
        raise PermissionDenied from error
    except (ClinicError, RecordError) as error:
        form.add_error("file", str(error))
        return chart_page(request, assessment, still_form=form, status=422)
    messages.success(request, _("The photograph is kept."))
    return SeeOther(reverse("chart-assessment", args=[pk]) + "#stills")


@require_POST
def chart_still_remove(request: Request, pk: UUID, still: UUID) -> HttpResponse:
    """Take a photograph out of a draft."""
    assessment = draft_for(request.user, examiner_of(request.user), pk)
    try:
        gone = stills.remove_still(assessment, still, by=request.user, now=timezone.now())
    except AlreadySigned as error:
        raise PermissionDenied from error
    if not gone:
        raise Http404
    return SeeOther(reverse("chart-assessment", args=[pk]) + "#stills")


@require_POST
def chart_stills_withdraw(request: Request, pk: UUID) -> HttpResponse:
    """The patient no longer agrees: every photograph is hidden at once."""
    patient = patient_for(request.user, examiner_of(request.user), pk)
    if stills.withdraw_stills(patient, by=request.user, now=timezone.now()):
        messages.success(request, _("Written down. Every photograph of this patient is hidden."))
    return redirect("chart-patient", pk=patient.pk)


@require_safe
def chart_still(request: Request, pk: UUID) -> FileResponse:
    """One photograph, for whoever may read its chart, while the consent stands."""
    practitioner = examiner_of(request.user)
    still = Still.objects.select_related("consent").filter(pk=pk).first()
    if still is None:
        raise Http404
    assessment = assessment_for(request.user, practitioner, still.assessment_id)
    store = uploads.clinical_files()
    if still.consent.withdrawn_at is not None or not store.exists(still.name):
        raise Http404
    patient_id, now = assessment.episode.patient_id, timezone.now()
    with transaction.atomic():
        trail.did_again(
            "chart.still_opened", still, by=request.user, patient_id=patient_id, now=now
        )
    name = f"{still.view}-{still.added_at:%Y-%m-%d}.{uploads.SUFFIXES[still.form]}"
    response = FileResponse(
        store.open(still.name), as_attachment=True, filename=name, content_type=still.form
    )
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
