"""What a patient sent before a visit, for whoever examines them; files only as attachments."""

from uuid import UUID

from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from assessments import trail
from assessments.access import examiner_of, visit_for
from assessments.emergency import looked
from assessments.intake.sheet import sheet_of
from assessments.models import Intake, IntakeFile
from clinic import emergency, uploads
from clinic.access import Request


@require_safe
def chart_intake(request: Request, pk: UUID) -> HttpResponse:
    """The alerts and answers of one visit."""
    opened = emergency.opened_here(request)
    visit = visit_for(request.user, examiner_of(request.user), pk, opened)
    banner = looked(request, opened, visit.patient.pk, "intake", visit)
    if banner is None:
        whose, now = visit.patient.pk, timezone.now()
        with transaction.atomic():
            trail.did_again("intake.opened", visit, by=request.user, patient_id=whose, now=now)
    context = {
        "emergency": banner,
        "visit": visit,
        "patient": visit.patient,
        "sheet": sheet_of(visit),
    }
    return render(request, "assessments/chart_intake.html", context)


@require_safe
def chart_file(request: Request, pk: UUID) -> FileResponse:
    """One file of a patient, under a name of ours; every opening is written down."""
    practitioner = examiner_of(request.user)
    file = IntakeFile.objects.filter(pk=pk).first()
    if file is None:
        raise Http404
    opened = emergency.opened_here(request)
    visit = visit_for(request.user, practitioner, file.appointment_id, opened)
    sent = Intake.objects.filter(appointment=visit, sent_at__isnull=False)
    store = uploads.clinical_files()
    if not sent.exists() or not store.exists(file.name):
        raise Http404
    patient_id, now = visit.patient.pk, timezone.now()
    looked(request, opened, patient_id, "file", file)
    with transaction.atomic():
        trail.did("intake.file_opened", file, by=request.user, patient_id=patient_id, now=now)
    name = f"{file.kind}-{file.added_at:%Y-%m-%d}.{uploads.SUFFIXES[file.form]}"
    response = FileResponse(
        store.open(file.name), as_attachment=True, filename=name, content_type=file.form
    )
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
