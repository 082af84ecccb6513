"""Where a practitioner starts: today, and the caseload."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments import actions, agenda
from assessments.access import calls_for, may_examine, may_sign, patient_for
from assessments.asked_corrections import waiting_for
from assessments.attention import wants_a_look
from assessments.correspondence import duties_of
from assessments.cosign_queue import (
    notes_to_cosign,
    notes_waiting_of,
    to_cosign,
    waiting_of,
)
from assessments.diary.gaps import gaps_today
from assessments.plan_basis import shaken_of
from bookings.forms.fields import parse_instant
from clinic import access
from clinic.access import Request

PER_PAGE = 50
SEARCH = "caseload_search"  # kept in the session: a name never stands in an address


@require_safe
def chart_today(request: Request) -> HttpResponse:
    """Today's visits, charts to sign, plans to issue and reviews that are due."""
    practitioner = access.practitioner_of(request.user)
    now = timezone.now()
    examines = may_examine(request.user)
    visits = agenda.visits_today(practitioner, now)
    context = {
        "visits": visits,
        "day": agenda.day_of(visits, gaps_today(practitioner, now)),
        "wanted": wants_a_look(practitioner, now, examines=examines),
        "calls": agenda.calls_before_visits(calls_for(request.user, practitioner), now),
        "signs": may_sign(request.user),
        "now": now,
    }
    if examines:
        context["unsigned"] = agenda.unsigned_charts(practitioner)
        context["to_cosign"] = to_cosign(practitioner)
        context["shaken_plans"] = shaken_of(practitioner)
        context["waiting"] = waiting_of(practitioner)
        context["notes_to_cosign"] = notes_to_cosign(practitioner)
        context["notes_waiting"] = notes_waiting_of(practitioner)
        context["cosign_count"] = len(context["to_cosign"]) + len(context["notes_to_cosign"])
        context["waiting_count"] = len(context["waiting"]) + len(context["notes_waiting"])
        context["notes"] = agenda.unsigned_notes(practitioner)
        context["to_sign"] = len(context["unsigned"]) + len(context["notes"])
        context["drafts"] = agenda.drafts_to_issue(practitioner)
        context["readable"] = agenda.readable(practitioner, context["calls"])
    context["duties"] = duties_of(
        practitioner, request.user, now, examines=may_examine(request.user)
    )
    if context["signs"]:
        context["asked_corrections"] = waiting_for(practitioner)
    context["reviews"] = agenda.reviews_due(practitioner, now)
    context["examines"] = examines
    return render(request, "assessments/chart_today.html", context)


@require_POST
def chart_looked(request: Request, pk: UUID) -> HttpResponse:
    """What this patient logged and answered was looked at, as far as the page showed it."""
    practitioner = access.practitioner_of(request.user)
    patient = patient_for(request.user, practitioner, pk)
    now = timezone.now()
    try:
        up_to = parse_instant(request.POST.get("up_to", ""))
    except (ValueError, OverflowError):
        messages.warning(request, _("This form was not complete. Nothing was saved."))
        return redirect("chart-today")
    actions.look_at_logs(patient, practitioner, up_to=up_to, by=request.user, now=now)
    return redirect("chart-today")


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
