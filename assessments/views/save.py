"""Keeping values of a chart one by one, and reading them back, for the script of the page."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments import actions
from assessments.access import draft_for, examiner_of
from assessments.errors import AlreadySigned, StaleVersion
from assessments.findings import SECTIONS
from assessments.judging import judge
from assessments.models import Assessment
from assessments.presets import preset_for, presets
from assessments.screen.held import controls_held
from assessments.screen.rest import rest_of
from assessments.screen.sent import read_save
from assessments.storage import findings_of
from assessments.views.chart import chosen_preset, opened
from assessments.views.scripted import as_stored, by_script, kept
from clinic.access import Request


@require_POST
@by_script
def chart_save(request: Request, pk: UUID) -> HttpResponse:
    """Keep single values: 200, or 409 with both values, or 422 with what is wrong per field."""
    assessment = draft_for(request.user, examiner_of(request.user), pk)
    sent = read_save(request.body)
    saved = actions.save_chart(assessment, sent, by=request.user, now=timezone.now())
    judged = judge(saved.findings, assessment.library_id)
    return kept(
        saved.version,
        saved.errors,
        warnings=(*saved.warnings, *saved.outstanding),
        gate=judged.gate.as_dict(),
    )


@require_safe
@by_script
def chart_values(request: Request, pk: UUID) -> HttpResponse:
    """What is stored now, as the controls of the page hold it, and a fresh form token."""
    assessment = draft_for(request.user, examiner_of(request.user), pk)
    opened(request, assessment)
    controls = controls_held(findings_of(assessment), actions.remarks_of(assessment))
    return as_stored(request, assessment.version, controls, signed=assessment.signed_at is not None)


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
