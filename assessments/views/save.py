"""Keeping values of a chart one by one, and reading them back, for the script of the page."""

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments import actions
from assessments.access import draft_for, examiner_of
from assessments.errors import AlreadySigned, StaleVersion
from assessments.findings import SECTIONS, Fault
from assessments.judging import judge
from assessments.models import Assessment
from assessments.presets import preset_for, presets
from assessments.screen.held import controls_held
from assessments.screen.rest import rest_of
from assessments.screen.sent import UnreadableError, read_save
from assessments.storage import findings_of
from assessments.views.chart import chosen_preset, opened
from clinic.access import Request


@login_not_required  # a script gets 401 below, not a page to sign in
@require_POST
def chart_save(request: Request, pk: UUID) -> HttpResponse:
    """Keep single values: 200, or 409 with both values, or 422 with what is wrong per field."""
    if not request.user.is_authenticated:
        return signed_out()
    assessment = draft_for(request.user, examiner_of(request.user), pk)
    try:
        sent = read_save(request.body)
        saved = actions.save_chart(assessment, sent, by=request.user, now=timezone.now())
    except UnreadableError as error:
        return JsonResponse({"error": str(error)}, status=400)
    except StaleVersion as stale:
        return JsonResponse(both_values(stale), status=409)
    except AlreadySigned as error:
        return JsonResponse({"error": str(error)}, status=403)
    judged = judge(saved.findings, assessment.library_id)
    answer = {
        "version": saved.version,
        "gate": judged.gate.as_dict(),
        "saved_at": date_format(timezone.localtime(), "H:i"),
        "errors": listed(saved.errors),
        "warnings": listed((*saved.warnings, *saved.outstanding)),
    }
    return JsonResponse(answer, status=422 if saved.errors else 200)


@login_not_required  # the same: 401 for a script
@require_safe
def chart_values(request: Request, pk: UUID) -> HttpResponse:
    """What is stored now, as the controls of the page hold it, and a fresh form token."""
    if not request.user.is_authenticated:
        return signed_out()
    assessment = draft_for(request.user, examiner_of(request.user), pk)
    opened(request, assessment)
    answer = {
        "version": assessment.version,
        "signed": assessment.signed_at is not None,
        "controls": controls_held(findings_of(assessment), actions.remarks_of(assessment)),
        "token": get_token(request),
    }
    return JsonResponse(answer)


@require_http_methods(["GET", "HEAD", "POST"])
def chart_rest(request: Request, pk: UUID, section: str) -> HttpResponse:
    """Everything else normal in a section: the list of what would be set; a POST sets it."""
    assessment = draft_for(request.user, examiner_of(request.user), pk)
    if assessment.signed_at is not None:
        raise PermissionDenied
    findings = findings_of(assessment)
    preset = preset_for(findings, presets(), chosen_preset(request, assessment))
    proposed = rest_of(section, findings, preset)
    if request.method == "POST" and section in dict(SECTIONS):
        return _set_rest(request, assessment, section, proposed)
    context = {
        "assessment": assessment,
        "patient": assessment.episode.patient,
        "section": section,
        "title": dict(SECTIONS).get(section, ""),
        "proposed": proposed,
        "version": assessment.version,
    }
    return render(request, "assessments/chart_rest.html", context)


def _set_rest(request: Request, assessment: Assessment, section: str, proposed) -> HttpResponse:
    """Enter what was ticked; what somebody filled in meanwhile is no longer proposed."""
    ticked = request.POST.getlist("set")
    entries = [each.entry for each in proposed if each.name in ticked]
    try:
        actions.save_values(
            assessment, assessment.version, entries, by=request.user, now=timezone.now()
        )
    except AlreadySigned as error:
        raise PermissionDenied from error
    except StaleVersion:
        return redirect("chart-rest", pk=assessment.pk, section=section)
    return redirect(f"/chart/assessments/{assessment.pk}/#{section}")


def signed_out() -> JsonResponse:
    """Tell a script that the session has ended."""
    return JsonResponse({"error": _("Sign in again to go on.")}, status=401)


def both_values(stale: StaleVersion) -> dict[str, object]:
    """Say of every value what was sent and what is stored, for JSON."""
    values = [
        {"field": each.field, "side": each.side, "yours": each.yours, "theirs": each.theirs}
        for each in stale.clashes
    ]
    return {"error": str(stale), "version": stale.version, "values": values}


def listed(faults: tuple[Fault, ...]) -> list[dict[str, str]]:
    """Say what is wrong with which value, for JSON."""
    return [{"field": each.item, "side": each.side, "message": each.said(_)} for each in faults]
