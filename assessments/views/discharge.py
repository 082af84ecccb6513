"""The end of an episode: its criteria, the plan that keeps it going, and opening it again."""

from collections.abc import Mapping
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from assessments import actions, trail
from assessments.access import examiner_of, may_sign, patient_for
from assessments.ending import ending_of
from assessments.errors import CannotIssue, RecordError, WhyDischarged
from assessments.models import EpisodeOfCare
from assessments.plan_phase import KEPT_UP
from clinic import practice
from clinic.access import Request
from clinic.actions.consents import has_agreed
from clinic.models import Consent, Patient
from clinic.persons import theirs


@require_http_methods(["GET", "HEAD", "POST"])
def chart_discharge(request: Request, pk: UUID) -> HttpResponse:
    """Show what is met and what goes on; a POST closes the open episode."""
    patient = _patient(request, pk)
    standing = EpisodeOfCare.objects.filter(theirs(patient), discharged_at__isnull=True)
    episode = standing.select_related("lead").order_by("opened_at").first()
    if episode is None:
        messages.info(request, _("No episode is open."))
        return redirect("chart-patient", pk=pk)
    if request.method != "POST":
        return _page(request, patient, episode, {})
    typed = request.POST
    if typed.get("ending", "") not in EpisodeOfCare.Discharge.values:
        return _page(request, patient, episode, {"ending": _("Choose why the episode ends.")})
    try:
        actions.discharge(
            episode,
            typed["ending"],
            reason=typed.get("reason", "").replace("\0", ""),
            seen=typed.getlist("seen"),
            keep_going=typed.get("keep_going") == "yes",
            kept=_kept(request),
            check_ins=typed.get("check_ins") == "yes",
            by=request.user,
            now=timezone.now(),
        )
    except WhyDischarged as error:
        return _page(request, patient, episode, {"reason": str(error)})
    except CannotIssue as error:
        return _page(request, patient, episode, {"keep": " ".join(error.reasons)})
    except RecordError as error:
        return _page(request, patient, episode, {"keep": str(error)})
    messages.success(request, _("The episode is closed. The discharge letter can be written now."))
    return redirect("chart-patient", pk=pk)


@require_POST
def chart_reopen(request: Request, pk: UUID) -> HttpResponse:
    """Open the episode that was closed last again, with the reason."""
    patient = _patient(request, pk)
    closed = EpisodeOfCare.objects.filter(theirs(patient), discharged_at__isnull=False)
    episode = closed.order_by("-discharged_at").first()
    if episode is None:
        messages.info(request, _("No episode is closed."))
        return redirect("chart-patient", pk=pk)
    reason = request.POST.get("reason", "").replace("\0", "")
    try:
        actions.reopen(episode, reason, by=request.user, now=timezone.now())
    except RecordError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("The episode is open again."))
    return redirect("chart-patient", pk=pk)


def _patient(request: Request, pk: UUID) -> Patient:
    """Return the patient to a physio who looks after them; a student gets 404."""
    practitioner = examiner_of(request.user)
    patient = patient_for(request.user, practitioner, pk)
    if not may_sign(request.user):
        raise Http404
    return patient


def _kept(request: Request) -> list[str]:
    """Return the exercises that were chosen to stay, one for each block."""
    return [request.POST.get(f"kept_{block}", "") for block in KEPT_UP]


def _page(
    request: Request, patient: Patient, episode: EpisodeOfCare, faults: Mapping[str, str]
) -> HttpResponse:
    now, typed = timezone.now(), request.POST
    with transaction.atomic():
        trail.did_again("chart.opened", patient, by=request.user, patient_id=patient.pk, now=now)
    today = timezone.localdate(now, practice.current().tz)
    context = {
        "patient": patient,
        "ending": ending_of(episode, today, _kept(request)),
        "endings": EpisodeOfCare.Discharge.choices,
        "chosen": typed.get("ending", ""),
        "reason": typed.get("reason", ""),
        "seen": typed.getlist("seen"),
        "keeps": typed.get("keep_going") == "yes" if request.method == "POST" else True,
        "agrees": typed.get("check_ins") == "yes",
        "agreed": has_agreed(patient, Consent.Kind.CHECK_INS),
        "faults": faults,
    }
    status = 422 if faults else 200
    return render(request, "assessments/chart_discharge.html", context, status=status)
