"""The chart of one assessment: shown, saved section by section without a script."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from assessments import actions, trail
from assessments.access import assessment_for, draft_for, examiner_of
from assessments.actions.stills import stills_of
from assessments.emergency import looked
from assessments.errors import AlreadySigned, StaleVersion
from assessments.findings import SECTIONS, Fault
from assessments.intake.prefill import prefill_for
from assessments.models import Assessment
from assessments.presets import EVERYTHING
from assessments.screen.fields import left_out
from assessments.screen.page import drawn_chart, drawn_panel
from assessments.screen.posted import read_section, typed_of
from assessments.screen.sent import Sent
from assessments.screen.told import Told
from assessments.screen.words import label_of, value_words
from assessments.storage import findings_of
from assessments.treatment.page import treated
from assessments.views.corrections import signed_page
from assessments.views.forms import StillForm
from assessments.views.treatment_form import TreatmentForm
from clinic import emergency
from clinic.access import Request

PRESETS = "chart_presets"  # in the session: which preset was chosen for which chart
MOST_CHOICES = 20


@require_http_methods(["GET", "HEAD", "POST"])
def chart_assessment(request: Request, pk: UUID) -> HttpResponse:
    """The chart to fill in; once signed, as it was signed."""
    practitioner = examiner_of(request.user)
    if request.method == "POST":
        return _save_section(request, draft_for(request.user, practitioner, pk))
    through = emergency.opened_here(request)
    assessment = assessment_for(request.user, practitioner, pk, through)
    banner = looked(request, through, assessment.episode.patient_id, "chart", assessment)
    if banner is not None:  # a draft too is only read
        return signed_page(request, practitioner, assessment, emergency=banner)
    opened(request, assessment)
    if assessment.signed_at is None and not assessment.in_error:
        return chart_page(request, assessment)
    return signed_page(request, practitioner, assessment)


@require_safe
def chart_panel(request: Request, pk: UUID) -> HttpResponse:
    """The side panel alone: gate, open questions, scores, contributors so far."""
    assessment = draft_for(request.user, examiner_of(request.user), pk)
    opened(request, assessment)
    context = {"panel": drawn_panel(assessment), "assessment": assessment}
    return render(request, "assessments/_panel.html", context)


def chart_page(
    request: Request,
    assessment: Assessment,
    *,
    faults: tuple[Fault, ...] = (),
    stale: StaleVersion | None = None,
    still_form: StillForm | None = None,
    treatment_form: TreatmentForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Draw the chart; with what was typed where something is wrong with it."""
    typed = typed_of(request.POST) if faults or stale else {}
    taken = stills_of(assessment)
    chart = drawn_chart(assessment, chosen_preset(request, assessment), typed, faults)
    context = {
        "assessment": assessment,
        "patient": assessment.episode.patient,
        "chart": chart,
        "sections": chart.sections,
        "left_out": left_out(chart.sections),
        "everything": EVERYTHING,
        "panel": chart.panel,
        "version": stale.version if stale else assessment.version,
        "clashes": _clash_lines(stale) if stale else [],
        "copied_from": getattr(assessment, "copied_from", None),
        "snippets": actions.snippets_of(assessment.author),
        "stills": taken,
        "still_form": still_form or StillForm(stands=taken.stands is not None),
        "treated": treated(assessment, adds=True),
        "treatment_form": treatment_form or TreatmentForm(),
    }
    return render(request, "assessments/chart_assessment.html", context, status=status)


def opened(request: Request, assessment: Assessment) -> None:
    """Write down that somebody looked."""
    patient_id = assessment.episode.patient_id
    with transaction.atomic():
        trail.did_again(
            "chart.opened",
            assessment,
            by=request.user,
            patient_id=patient_id,
            now=timezone.now(),
        )


def chosen_preset(request: Request, assessment: Assessment) -> str:
    """Return the preset chosen for this chart, and remember one that was chosen just now."""
    chosen: dict[str, str] = dict(request.session.get(PRESETS, {}))
    key, asked = str(assessment.pk), request.GET.get("preset", "")[:30]
    if not asked:
        return chosen.get(key, "")
    chosen.pop(key, None)
    chosen[key] = asked
    request.session[PRESETS] = dict(list(chosen.items())[-MOST_CHOICES:])
    return asked


def _save_section(request: Request, assessment: Assessment) -> HttpResponse:
    """Keep one section of the form, for browsers without script."""
    code, base = request.POST.get("section", ""), request.POST.get("base_version", "")
    if code not in dict(SECTIONS) or not base.isdecimal() or len(base) > 9:
        messages.warning(request, _("This form was not complete. Nothing was saved."))
        return redirect("chart-assessment", pk=assessment.pk)
    try:
        sent = _sent(request, assessment, code, int(base))
        saved = actions.save_chart(assessment, sent, by=request.user, now=timezone.now())
    except AlreadySigned as error:
        raise PermissionDenied from error
    except StaleVersion as stale:
        return chart_page(request, assessment, stale=stale, status=409)
    assessment.version = saved.version
    if saved.errors:
        return chart_page(request, assessment, faults=saved.errors, status=422)
    if "rest" in request.POST:
        return redirect("chart-rest", pk=assessment.pk, section=code)
    messages.success(request, _("Saved."))
    return redirect(f"{request.path}#{code}")


def _sent(request: Request, assessment: Assessment, code: str, base: int) -> Sent:
    """Read a section: its values, or that the patient's answers in it were read and are right."""
    if "confirm" in request.POST:
        said = Told(prefill_for(assessment)).fields(code)
        return Sent(base, [], frozenset(said))
    words = actions.remarks_of(assessment)
    return Sent(base, read_section(code, request.POST, findings_of(assessment), words))


def _clash_lines(stale: StaleVersion) -> list[dict[str, str]]:
    return [
        {
            "label": label_of(each.field),
            "side": each.side,
            "yours": value_words(each.field, each.yours),
            "theirs": value_words(each.field, each.theirs),
        }
        for each in stale.clashes
        if each.yours != each.theirs
    ]
