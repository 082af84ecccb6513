"""Runs on the patient's own pages: log one that was made, hold one that is planned against F5."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assessments import actions
from assessments.errors import RunTooLong
from assessments.library.running import Answer
from assessments.models import Plan
from assessments.run_forms import ahead_form, run_form
from assessments.running_part import Part, running_of
from assessments.sheet import sheet_of
from assessments.views.me import current_plan
from assessments.views.reader import Reader, plan_page
from bookings.views.answers import SeeOther


@plan_page
@require_http_methods(["GET", "HEAD", "POST"])
def me_plan_run(request: HttpRequest, me: Reader) -> HttpResponse:
    """Log a run: a walk-jog stage or a distance, and how the knee was."""
    plan, part = _running(me)
    if not part.logs:
        raise Http404
    form = run_form(plan, part, timezone.localdate(), request.POST or None)
    if not form.is_valid():
        return _page(request, me, {"run_form": form}, 422 if form.is_bound else 200)
    answer = actions.log_sessions(me.patient, [form.entry(plan)], by=me.user, now=timezone.now())
    if answer[0].status == "refused":
        form.add_error(None, answer[0].error)
        return _page(request, me, {"run_form": form}, 422)
    messages.success(request, _("Noted."))
    return _back(me)


@plan_page
@require_http_methods(["GET", "HEAD", "POST"])
def me_plan_ahead(request: HttpRequest, me: Reader) -> HttpResponse:
    """Hold a run that is planned against the training-load rule; a no is explained."""
    plan, part = _running(me)
    if not part.planner:
        raise Http404
    form = ahead_form(part, timezone.localdate(), request.POST or None)
    if not form.is_valid():
        return _page(request, me, {"ahead_form": form}, 422 if form.is_bound else 200)
    said = form.cleaned_data
    try:
        planned, verdict = actions.plan_run(
            me.patient,
            plan,
            said["km"],
            said["on"],
            longest_km=said.get("longest"),
            reason=said["reason"],
            by=me.user,
            now=timezone.now(),
        )
    except RunTooLong as error:
        form.add_error("km", str(error))
        return _page(request, me, {"ahead_form": form, "too_long": error}, 422)
    if planned.override_reason:
        messages.warning(request, _("Noted, with your reason. Your physio can see it."))
    else:
        messages.success(request, _("This run fits."))
    if verdict.week is Answer.WARNING:
        messages.warning(
            request,
            _("With it this week is more than 30 % above the week two weeks ago. Take care."),
        )
    return _back(me)


def _running(me: Reader) -> tuple[Plan, Part]:
    plan = current_plan(me.patient)
    if plan is None:
        raise Http404
    return plan, running_of(sheet_of(plan), me.patient, timezone.localdate())


def _page(request: HttpRequest, me: Reader, context: dict, status: int) -> HttpResponse:
    context = {"patient": me.patient, **context}
    return render(request, "assessments/me_plan_run.html", context, status=status)


def _back(me: Reader) -> HttpResponse:
    return SeeOther(reverse("me-plan", args=[me.patient.pk]) + "#running")
