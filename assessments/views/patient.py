"""One patient: the timeline on screen and on paper, a chart begun."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from assessments import actions, timeline, trail
from assessments.access import examiner_of, may_examine, may_sign, patient_for
from assessments.asked_corrections import asked_of
from assessments.correspondence import of_patient
from assessments.emergency import Banner, looked
from assessments.errors import RecordError
from assessments.running_part import running_test_of
from assessments.story import story_of
from assessments.timeline import Reader
from bookings.models import Appointment
from clinic import access, emergency
from clinic.access import Request
from clinic.models import EmergencyAccess, Patient, Practitioner
from clinic.persons import theirs


@require_safe
def chart_patient(request: Request, pk: UUID) -> HttpResponse:
    """What happened, newest first, a page of it; beside it what holds now."""
    practitioner = access.practitioner_of(request.user)
    opened = emergency.opened_here(request)
    patient = patient_for(request.user, practitioner, pk, opened)
    return _story(request, practitioner, patient, opened)


@require_safe
def chart_timeline(request: Request, pk: UUID) -> HttpResponse:
    """All of it on one page, for paper."""
    practitioner = access.practitioner_of(request.user)
    patient = patient_for(request.user, practitioner, pk)
    reader, _none = _opened(request, practitioner, patient, None)
    context = {
        "patient": patient,
        "reader": reader,
        "page": timeline.whole_of(reader, kind=request.GET.get("kind", "")),
    }
    return render(request, "assessments/chart_timeline.html", context)


@require_POST
def chart_start(request: Request, pk: UUID) -> HttpResponse:
    """Begin an assessment, of a visit if one is named."""
    practitioner = examiner_of(request.user)
    patient = patient_for(request.user, practitioner, pk)
    about = visit_of(request, patient) or patient
    try:
        assessment = actions.start_assessment(
            about, practitioner, by=request.user, now=timezone.now()
        )
    except RecordError as error:
        messages.warning(request, str(error))
        return redirect("chart-patient", pk=pk)
    return redirect("chart-assessment", pk=assessment.pk)


def _story(
    request: Request,
    practitioner: Practitioner,
    patient: Patient,
    opened: EmergencyAccess | None = None,
) -> HttpResponse:
    reader, banner = _opened(request, practitioner, patient, opened)
    asked = {"kind": request.GET.get("kind", ""), "number": request.GET.get("page", "")}
    context = {
        "emergency": banner,
        "patient": patient,
        "reader": reader,
        "page": timeline.page_of(reader, **asked),
        "story": story_of(reader),
        "correspondence": of_patient(patient, practitioner, reader.now, examines=reader.examines),
        "asked_corrections": asked_of(patient) if reader.examines else (),
        "examines": reader.examines,
        "signs": may_sign(request.user),
        "running_test": running_test_of(patient),
    }
    return render(request, "assessments/chart_patient.html", context)


def _opened(
    request: Request,
    practitioner: Practitioner,
    patient: Patient,
    opened: EmergencyAccess | None,
) -> tuple[Reader, Banner | None]:
    """Write down that somebody looked, and return how far they may."""
    now = timezone.now()
    banner = looked(request, opened, patient.pk, "record", patient)
    if banner is None:
        by, whose = request.user, patient.pk
        with transaction.atomic():
            trail.did_again("chart.opened", patient, by=by, patient_id=whose, now=now)
    reader = Reader(
        patient=patient,
        practitioner=practitioner,
        now=now,
        examines=may_examine(request.user),
        acts=banner is None,
    )
    return reader, banner


def visit_of(request: Request, patient: Patient) -> Appointment | None:
    """Return the patient's visit that the form names, if it names one; 404 for any other."""
    named = request.POST.get("appointment", "")
    if not named:
        return None
    try:
        wanted = UUID(named)
    except ValueError as error:
        raise Http404 from error
    visits = Appointment.objects.filter(theirs(patient)).select_related("location")
    return get_object_or_404(visits, pk=wanted)
