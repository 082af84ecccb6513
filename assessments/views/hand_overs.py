"""Handing a patient's exercise over to a colleague, and the page both of them read."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assessments import actions, trail
from assessments.access import examiner_of, hand_over_for, may_examine, may_sign, patient_for
from assessments.errors import RecordError
from assessments.handed import handed, stages_of
from assessments.letters.facts import current_plan_of
from assessments.models import HandOver
from assessments.views.letter_forms import HandOverForm, ReturnForm
from clinic import access
from clinic.access import Request


@require_http_methods(["GET", "HEAD", "POST"])
def chart_hand_over_new(request: Request, pk: UUID) -> HttpResponse:
    """Write a hand-over: to whom, goals, limits, phase and walk-jog stage."""
    practitioner = examiner_of(request.user)
    patient = patient_for(request.user, practitioner, pk)
    plan = current_plan_of(patient)
    sent = request.POST if request.method == "POST" else None
    initial = {"goals": plan.episode.goal, "phase": plan.start_phase} if plan else {}
    form = HandOverForm(sent, initial=initial, stages=stages_of(plan))
    if form.is_valid():
        try:
            made = actions.hand_over(
                plan, practitioner, form.cleaned_data["receiver"], form.summary(),
                by=request.user, now=timezone.now(),
            )  # fmt: skip
        except RecordError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Handed over. You see here whether it is accepted."))
            return redirect("chart-hand-over", pk=made.pk)
    context = {"patient": patient, "plan": plan, "form": form, "signs": may_sign(request.user)}
    status = 422 if form.errors else 200
    return render(request, "assessments/chart_hand_over_new.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def chart_hand_over(request: Request, pk: UUID) -> HttpResponse:
    """Summary, plan, criteria and logs; a POST accepts, returns or ends it."""
    practitioner = access.practitioner_of(request.user)
    made = hand_over_for(request.user, practitioner, pk)
    if request.method != "POST":
        return _page(request, made)
    mine, do = made.receiver_id == practitioner.pk, request.POST.get("do", "")
    form = ReturnForm(request.POST)
    if do == "return" and mine and not form.is_valid():
        return _page(request, made, form, status=422)
    try:
        said = _deed(request, made, do, mine)
    except RecordError as error:
        messages.warning(request, str(error))
        return redirect("chart-hand-over", pk=pk)
    messages.success(request, said)
    if mine and do in ("return", "end"):
        return redirect("chart-today")  # this page is no longer theirs
    return redirect("chart-hand-over", pk=pk)


def _deed(request: Request, made: HandOver, do: str, mine: bool) -> str:
    """Do what was pressed and say so; 404 for what is not this person's to press."""
    by, now = request.user, timezone.now()
    if do == "accept" and mine:
        actions.accept_hand_over(made, by=by, now=now)
        return _("Accepted. The patient is on your list.")
    if do == "return" and mine:
        actions.return_hand_over(made, request.POST.get("reason", ""), by=by, now=now)
        return _("Returned with your reason.")
    if do == "end" and (may_sign(by) or (mine and made.accepted)):
        actions.end_hand_over(made, by=by, now=now)
        return _("The hand-over is over.")
    raise Http404


def _page(
    request: Request, made: HandOver, form: ReturnForm | None = None, status: int = 200
) -> HttpResponse:
    patient, now = made.episode.patient, timezone.now()
    with transaction.atomic():
        trail.did_again("hand_over.opened", made, by=request.user, patient_id=patient.pk, now=now)
    context = {
        "made": made,
        "patient": patient.survivor,
        "handed": handed(made, now),
        "mine": made.receiver.user_id == request.user.pk,
        "examines": may_examine(request.user),
        "signs": may_sign(request.user),
        "returning": form or ReturnForm(),
    }
    return render(request, "assessments/chart_hand_over.html", context, status=status)
