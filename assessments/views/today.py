"""Where a practitioner starts: today, the caseload, one patient's story."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments import actions, agenda, trail
from assessments.access import calls_for, examiner_of, may_examine, may_sign, patient_for
from assessments.errors import RecordError
from assessments.models import EpisodeOfCare
from assessments.story import story_of
from bookings.models import Appointment
from clinic import access
from clinic.access import Request
from clinic.models import Patient, Practitioner
from clinic.persons import theirs

PER_PAGE = 50
SEARCH = "caseload_search"  # kept in the session: a name never stands in an address


@require_safe
def chart_today(request: Request) -> HttpResponse:
    """Today's visits, charts to sign, plans to issue and reviews that are due."""
    practitioner = access.practitioner_of(request.user)
    now = timezone.now()
    context = {
        "visits": agenda.visits_today(practitioner, now),
        "calls": agenda.calls_before_visits(calls_for(request.user, practitioner), now),
        "signs": may_sign(request.user),
        "now": now,
    }
    if may_examine(request.user):
        context["unsigned"] = agenda.unsigned_charts(practitioner)
        context["drafts"] = agenda.drafts_to_issue(practitioner)
        context["readable"] = agenda.readable(practitioner, context["calls"])
    context["reviews"] = agenda.reviews_due(practitioner, now)
    context["examines"] = may_examine(request.user)
    return render(request, "assessments/chart_today.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def chart_patients(request: Request) -> HttpResponse:
    """The caseload. A search is posted and kept in the session."""
    practitioner = access.practitioner_of(request.user)
    if request.method == "POST":
        request.session[SEARCH] = request.POST.get("name", "").replace("\0", "").strip()[:80]
        return redirect("chart-patients", permanent=False)
    wanted = request.session.get(SEARCH, "")
    found = Paginator(agenda.caseload_list(practitioner, wanted), PER_PAGE)
    page = found.get_page(request.GET.get("page"))
    return render(request, "assessments/chart_patients.html", {"page": page, "wanted": wanted})


@require_safe
def chart_patient(request: Request, pk: UUID) -> HttpResponse:
    """One patient: episodes, charts, plans and what was logged."""
    practitioner = access.practitioner_of(request.user)
    patient = patient_for(request.user, practitioner, pk)
    return _story(request, practitioner, patient)


def _story(
    request: Request, practitioner: Practitioner, patient: Patient, status: int = 200
) -> HttpResponse:
    now = timezone.now()
    with transaction.atomic():
        trail.did_again("chart.opened", patient, by=request.user, patient_id=patient.pk, now=now)
    examines = may_examine(request.user)
    context = {
        "patient": patient,
        "story": story_of(patient, practitioner, examines=examines, now=now),
        "examines": examines,
        "signs": may_sign(request.user),
        "discharges": EpisodeOfCare.Discharge.choices,
    }
    return render(request, "assessments/chart_patient.html", context, status=status)


@require_POST
def chart_start(request: Request, pk: UUID) -> HttpResponse:
    """Begin an assessment, of a visit if one is named."""
    practitioner = examiner_of(request.user)
    patient = patient_for(request.user, practitioner, pk)
    about = _visit_of(request, patient) or patient
    try:
        assessment = actions.start_assessment(
            about, practitioner, by=request.user, now=timezone.now()
        )
    except RecordError as error:
        messages.warning(request, str(error))
        return redirect("chart-patient", pk=pk)
    return redirect("chart-assessment", pk=assessment.pk)


@require_POST
def chart_discharge(request: Request, pk: UUID) -> HttpResponse:
    """Close the open episode."""
    practitioner = examiner_of(request.user)
    patient = patient_for(request.user, practitioner, pk)
    standing = EpisodeOfCare.objects.filter(theirs(patient), discharged_at__isnull=True)
    episode = standing.order_by("opened_at").first()
    reason = request.POST.get("reason", "")
    if episode is None:
        messages.info(request, _("No episode is open."))
        return redirect("chart-patient", pk=pk)
    if reason not in EpisodeOfCare.Discharge.values:
        messages.warning(request, _("Choose why the episode ends."))
        return _story(request, practitioner, patient, status=422)
    actions.discharge(episode, reason, by=request.user, now=timezone.now())
    messages.success(request, _("The episode is closed."))
    return redirect("chart-patient", pk=pk)


def _visit_of(request: Request, patient: Patient) -> Appointment | None:
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
