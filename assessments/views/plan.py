"""The draft of a plan: judged, changed, looked at as the patient will, issued."""

from collections.abc import Callable, Mapping
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assessments import actions, trail
from assessments.access import assessment_for, examiner_of, line_for, may_sign, needs_cosign
from assessments.actions.issuing import against_any_plan, against_composing, against_issuing
from assessments.actions.stills import standing_consent
from assessments.errors import (
    CannotIssue,
    NoPhaseToGoTo,
    NoPlanAllowed,
    PlanIsFinal,
    ReasonMissing,
    RecordError,
)
from assessments.library_store import library_of
from assessments.models import Assessment, PhaseStep, Plan
from assessments.not_known import not_known
from assessments.phase_now import phase_now
from assessments.phase_words import standing_for_physio, step_words
from assessments.plan_basis import in_force, shaken
from assessments.plan_history import changed_since, issued_before
from assessments.review import review_of
from assessments.screen.signed import judgement_of
from assessments.sheet import sheet_of
from assessments.storage import findings_of
from assessments.views.forms import ComposeForm, DoseForm, PhotoForm
from clinic import languages, practice
from clinic.access import Request

LONGEST_NUMBER = 3  # digits


@require_safe
def chart_plan(request: Request, pk: UUID) -> HttpResponse:
    """The plan of a signed assessment; the flags and no plan where the gate blocks."""
    assessment = _signed(request, pk)
    return _page(request, assessment, plan_of(assessment))


@require_POST
def chart_plan_draft(request: Request, pk: UUID) -> HttpResponse:
    """Draft a plan where none is open, from the rules or from the version issued last."""
    assessment = _signed(request, pk)
    issued = plan_of(assessment)
    now = timezone.now()
    try:
        if issued is None:
            actions.draft_plan(assessment, by=request.user, now=now)
        else:
            actions.revise_plan(issued, by=request.user, now=now)
    except NoPlanAllowed as error:
        raise PermissionDenied from error
    return redirect("chart-plan", pk=pk)


@require_POST
def chart_plan_compose(request: Request, pk: UUID) -> HttpResponse:
    """Begin a plan by hand where the rules draft none: the clinician's choice, line by line."""
    assessment = _signed(request, pk)
    if against_composing(assessment):
        raise PermissionDenied
    form = ComposeForm(request.POST)
    if not form.is_valid():
        return _page(request, assessment, plan_of(assessment), compose=form, status=422)
    try:
        actions.compose_plan(assessment, **form.cleaned_data, by=request.user, now=timezone.now())
    except RecordError as error:
        return plan_again(request, pk, str(error))
    return redirect("chart-plan", pk=pk)


@require_POST
def chart_plan_edit(request: Request, pk: UUID, line: UUID) -> HttpResponse:
    """Change the dose of a line."""
    form = DoseForm(request.POST)
    if not form.is_valid():
        return plan_again(request, pk, _("Doses are whole numbers."))
    found = line_for(_open_plan(request, pk), line)
    return _change(
        request, pk, lambda **who: actions.edit_line(found, form.dose(), **who), found.pk
    )


@require_POST
def chart_plan_remove(request: Request, pk: UUID, line: UUID) -> HttpResponse:
    """Take a line out, with the reason."""
    found = line_for(_open_plan(request, pk), line)
    reason = _written(request, "reason")
    return _change(request, pk, lambda **who: actions.remove_line(found, reason, **who), found.pk)


@require_POST
def chart_plan_swap(request: Request, pk: UUID, line: UUID) -> HttpResponse:
    """Put an easier or harder variant in the place of a line, with the reason."""
    found = line_for(_open_plan(request, pk), line)
    exercise, reason = _written(request, "exercise"), _written(request, "reason")
    return _change(
        request, pk, lambda **who: actions.swap_line(found, exercise, reason, **who), found.pk
    )


@require_POST
def chart_plan_easier(request: Request, pk: UUID, line: UUID) -> HttpResponse:
    """Say what may stand in for a line after a flare, and how long; nothing chosen is nothing."""
    found = line_for(_open_plan(request, pk), line)
    exercise, days = _written(request, "exercise"), _written(request, "days")
    if not exercise:
        return _change(request, pk, lambda **who: actions.withdraw_easier(found, **who), found.pk)
    if not (days.isascii() and days.isdecimal() and len(days) <= LONGEST_NUMBER):
        return plan_again(request, pk, _("Days are a whole number."))
    return _change(
        request,
        pk,
        lambda **who: actions.approve_easier(found, exercise, int(days), **who),
        found.pk,
    )


@require_POST
def chart_plan_restore(request: Request, pk: UUID, line: UUID) -> HttpResponse:
    """Put a line back."""
    found = line_for(_open_plan(request, pk), line)
    return _change(request, pk, lambda **who: actions.restore_line(found, **who), found.pk)


@require_POST
def chart_plan_add(request: Request, pk: UUID) -> HttpResponse:
    """Add an exercise of the library, with the reason."""
    plan = _open_plan(request, pk)
    exercise, reason = _written(request, "exercise"), _written(request, "reason")
    return _change(request, pk, lambda **who: actions.add_line(plan, exercise, reason, **who))


@require_POST
def chart_plan_unproposed(request: Request, pk: UUID) -> HttpResponse:
    """Add a treatment that no rule proposes, with the note that is kept with it."""
    plan = _open_plan(request, pk)
    item, dose, reason = (_written(request, name) for name in ("item", "dose", "reason"))
    told = {"told": _written(request, "told") == "yes"}
    return _change(
        request, pk, lambda **who: actions.add_unproposed(plan, item, dose, reason, **told, **who)
    )


@require_POST
def chart_plan_note(request: Request, pk: UUID) -> HttpResponse:
    """Keep the note for the patient."""
    plan = _open_plan(request, pk)
    note = _written(request, "note")
    return _change(request, pk, lambda **who: actions.write_note(plan, note, **who))


@require_safe
def chart_plan_preview(request: Request, pk: UUID) -> HttpResponse:
    """The plan as the patient will see it, in their language, without the buttons."""
    assessment = _signed(request, pk)
    plan = plan_of(assessment)
    if plan is None:
        raise Http404
    _opened(request, plan)
    place = assessment.appointment.location if assessment.appointment else None
    patient = assessment.episode.patient
    with languages.reading(patient.survivor.language):
        context = {
            "sheet": sheet_of(plan, place),
            "patient": patient,
            "assessment": assessment,
            "preview": True,
            "own": settings.LANGUAGE_CODE,
        }
        return render(request, "assessments/chart_plan_preview.html", context)


@require_POST
def chart_plan_issue(request: Request, pk: UUID) -> HttpResponse:
    """Hand the plan to the patient."""
    assessment, plan = _signed(request, pk), plan_of(_signed(request, pk))
    if _against(assessment, plan):
        raise PermissionDenied
    plan = _open_plan(request, pk)
    try:
        actions.issue_plan(plan, by=request.user, now=timezone.now())
    except PlanIsFinal as error:
        raise PermissionDenied from error
    except CannotIssue as refusal:
        return _page(request, assessment, plan, reasons=refusal.reasons, status=422)
    except RecordError as error:
        return _page(request, assessment, plan, reasons=(str(error),), status=422)
    messages.success(request, _("Issued. The patient gets a mail that something is there."))
    return redirect("chart-plan", pk=pk)


@require_POST
def chart_plan_keep(request: Request, pk: UUID) -> HttpResponse:
    """Settle that the plan in force stays although its chart was amended."""
    practitioner = examiner_of(request.user)
    assessment = _signed(request, pk)
    plan = in_force().filter(assessment=assessment).first()
    if plan is None:
        messages.info(request, _("Nothing has changed under this plan."))
        return redirect("chart-plan", pk=pk)
    reason = _written(request, "reason")
    try:
        actions.keep_plan(plan, reason, practitioner, by=request.user, now=timezone.now())
    except ReasonMissing as error:
        page = plan_of(assessment)
        return _page(request, assessment, page, keep_fault=str(error), status=422)
    except RecordError as error:
        messages.warning(request, str(error))
        return redirect("chart-plan", pk=pk)
    messages.success(request, _("The plan stays. It is written down that you looked at it."))
    return redirect("chart-plan", pk=pk)


@require_POST
def chart_plan_advance(request: Request, pk: UUID) -> HttpResponse:
    """Begin the next phase as a draft: the physio's decision, with the reason."""
    practitioner = examiner_of(request.user)
    assessment = _signed(request, pk)
    plan = plan_of(assessment)
    if plan is None:
        raise Http404
    reason, seen = _written(request, "reason"), request.POST.getlist("seen")
    who = {"by": request.user, "now": timezone.now()}
    try:
        actions.advance_phase(plan, reason, practitioner, seen=seen, **who)
    except NoPhaseToGoTo as error:
        raise PermissionDenied from error
    except ReasonMissing as error:
        typed = {"reason": reason, "seen": seen, "fault": str(error)}
        return _page(request, assessment, plan, advance=typed, status=422)
    except RecordError as error:
        return plan_again(request, pk, str(error))
    messages.success(request, _("The next phase is drafted. Look at every line, then issue it."))
    return redirect("chart-plan", pk=pk)


def _written(request: Request, name: str) -> str:
    """Return what was typed, without the one character no database keeps."""
    return request.POST.get(name, "").replace("\0", "")


def _signed(request: Request, pk: UUID) -> Assessment:
    """Return a signed assessment; the plan of an unsigned one is not there."""
    assessment = assessment_for(request.user, examiner_of(request.user), pk)
    if assessment.signed_at is None:
        raise Http404
    return assessment


def plan_of(assessment: Assessment) -> Plan | None:
    """Return the open draft, else the version issued last."""
    plans = assessment.plans.select_related(
        "episode__patient", "assessment__mistake", "assessment__cosignature", "issued_by"
    )
    found = plans.filter(issued_at__isnull=True).first()
    return found or plans.order_by("-version").first()


def _open_plan(request: Request, pk: UUID) -> Plan:
    """Return the plan to be changed; 403 once it is issued, 404 where there is none."""
    plan = plan_of(_signed(request, pk))
    if plan is None:
        raise Http404
    if plan.issued_at is not None:
        raise PermissionDenied
    return plan


def _change(
    request: Request, pk: UUID, action: Callable[..., object], anchor: object = ""
) -> HttpResponse:
    try:
        action(by=request.user, now=timezone.now())
    except PlanIsFinal as error:
        raise PermissionDenied from error
    except RecordError as error:
        return plan_again(request, pk, str(error))
    target = redirect("chart-plan", pk=pk)
    if anchor:
        target["Location"] += f"#line-{anchor}"
    return target


def plan_again(request: Request, pk: UUID, *said: str) -> HttpResponse:
    """Show the page once more with what is wrong."""
    assessment = _signed(request, pk)
    return _page(request, assessment, plan_of(assessment), reasons=said, status=422)


def _against(assessment: Assessment, plan: Plan | None) -> str:
    """Return why there can be no plan here, drafted or composed."""
    if plan is not None and plan.composed:
        return against_composing(assessment)
    return against_any_plan(assessment)


def _opened(request: Request, what: Plan | Assessment) -> None:
    patient_id = what.episode.patient_id
    with transaction.atomic():
        trail.did_again(
            "plan.opened", what, by=request.user, patient_id=patient_id, now=timezone.now()
        )


def _page(
    request: Request,
    assessment: Assessment,
    plan: Plan | None,
    *,
    reasons: tuple[str, ...] = (),
    compose: ComposeForm | None = None,
    keep_fault: str = "",
    advance: Mapping[str, object] | None = None,
    status: int = 200,
) -> HttpResponse:
    patient = assessment.episode.patient
    _opened(request, plan or assessment)
    found = shaken(in_force().filter(assessment=assessment)) if plan is not None else []
    context = {
        "assessment": assessment,
        "patient": patient,
        "plan": plan,
        "judgement": judgement_of(assessment.result or {}, library_of(assessment.library_id)),
        "reasons": reasons,
        "signs": may_sign(request.user),
        "shaken": found[0] if found else None,
        "keeps": bool(found) and not needs_cosign(examiner_of(request.user)),
        "fault": keep_fault,
        "looks": plan.looks.order_by("kept_at") if plan is not None else (),
        "no_plan": _against(assessment, plan) if plan is None or not plan.composed else "",
    }
    if plan is None and may_sign(request.user) and not against_composing(assessment):
        context["compose"] = compose or ComposeForm()
    if plan is not None:
        lines = list(plan.lines.all())
        context["review"] = review_of(plan)
        context["changed"] = changed_since(plan, issued_before(plan))
        if not plan.composed:
            context["not_known"] = not_known(findings_of(assessment), library_of(plan.library_id))
        context |= _phase(plan, advance or {})
        context["open"] = [] if plan.issued_at else against_issuing(plan, lines)
        consent = standing_consent(patient)
        context["photo_consent"] = consent
        context["photo_form"] = PhotoForm(stands=consent is not None)
    return render(request, "assessments/chart_plan.html", context, status=status)


def _phase(plan: Plan, advance: Mapping[str, object]) -> dict[str, object]:
    """How the criteria of a plan in force stand; of a version that began a phase, why it did."""
    library = library_of(plan.library_id)
    step = PhaseStep.objects.filter(plan=plan).first()
    context: dict[str, object] = {"step": step}
    if step is not None:
        context["step_name"] = library.phase_by_id[step.to_phase].name
        context["step_criteria"] = step_words(step)
    if plan.issued_at and not plan.replaced_at and not plan.assessment.in_error:
        here = phase_now(plan, timezone.localdate(timezone.now(), practice.current().tz))
        if here is not None:
            context |= {
                "here": here,
                "standing": standing_for_physio(here.standing, library),
                "test": standing_for_physio(here.test, library) if here.test else None,
                "advance": advance,
                "advance_fault": advance.get("fault", ""),
            }
    return context
