"""A photograph of this patient doing an exercise: by the physio, for whoever sees the plan."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from assessments import trail
from assessments.access import assessment_for, examiner_of, line_for, patient_for
from assessments.actions import exercise_photos as photos
from assessments.actions.stills import standing_consent
from assessments.errors import RecordError
from assessments.models import ExercisePhoto, Plan
from assessments.views.forms import PhotoForm
from assessments.views.plan import plan_again, plan_of
from assessments.views.reader import Reader, plan_page
from bookings.views.answers import SeeOther
from clinic import uploads
from clinic.access import Request
from clinic.errors import ClinicError
from clinic.models import Patient, User
from clinic.persons import records_of


@require_POST
def chart_plan_photo(request: Request, pk: UUID, line: UUID) -> HttpResponse:
    """Keep a photograph of the patient doing the exercise of a line, or say why not."""
    plan = _plan(request, pk)
    found = line_for(plan, line)
    stands = standing_consent(plan.episode.patient) is not None
    form = PhotoForm(request.POST, request.FILES, stands=stands)
    if not form.is_valid():
        said = [str(error) for errors in form.errors.values() for error in errors]
        return plan_again(request, pk, *said)
    try:
        photos.add_exercise_photo(
            plan, found.exercise, form.cleaned_data["file"],
            agreed=form.agreement(), by=request.user, now=timezone.now(),
        )  # fmt: skip
    except (ClinicError, RecordError) as error:
        return plan_again(request, pk, str(error))
    return SeeOther(f"{redirect('chart-plan', pk=pk).url}#line-{found.pk}")


@require_POST
def chart_plan_photo_remove(request: Request, pk: UUID, photo: UUID) -> HttpResponse:
    """Take a photograph away."""
    plan = _plan(request, pk)
    if not photos.remove_exercise_photo(plan, photo, by=request.user, now=timezone.now()):
        raise Http404
    return SeeOther(redirect("chart-plan", pk=pk).url)


@require_safe
def chart_photo(request: Request, pk: UUID) -> FileResponse:
    """One photograph, for whoever looks after the patient, while the consent stands."""
    practitioner = examiner_of(request.user)
    photo = ExercisePhoto.objects.select_related("episode").filter(pk=pk).first()
    if photo is None:
        raise Http404
    patient = patient_for(request.user, practitioner, photo.episode.patient_id)
    return _sent(pk, patient, request.user)


@plan_page
@require_safe
def me_plan_photo(request: Request, me: Reader, photo: UUID) -> FileResponse:
    """One photograph, for the patient and whoever may read their plan, while the consent stands."""
    return _sent(photo, me.patient, me.user)


def _plan(request: Request, pk: UUID) -> Plan:
    """Return the plan of a signed chart that is open, or in force; 403 once it has ended."""
    assessment = assessment_for(request.user, examiner_of(request.user), pk)
    plan = plan_of(assessment) if assessment.signed_at else None
    if plan is None:
        raise Http404
    if plan.replaced_at is not None or assessment.in_error:
        raise PermissionDenied
    return plan


def _sent(pk: UUID, patient: Patient, by: User) -> FileResponse:
    """Send a photograph of this patient; 404 once the consent or the file is gone."""
    standing = ExercisePhoto.objects.filter(
        episode__patient__in=records_of(patient.pk), consent__withdrawn_at=None
    )
    photo, store = standing.filter(pk=pk).first(), uploads.clinical_files()
    if photo is None or not store.exists(photo.name):
        raise Http404
    with transaction.atomic():
        now = timezone.now()
        trail.did_again("plan.photo_opened", photo, by=by, patient_id=patient.pk, now=now)
    name = f"{photo.exercise}-{photo.added_at:%Y-%m-%d}.jpg"
    response = FileResponse(
        store.open(photo.name), as_attachment=True, filename=name, content_type="image/jpeg"
    )
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "no-store, private"
    return response
