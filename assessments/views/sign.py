"""Look over an assessment once more, and sign it."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assessments import actions, trail
from assessments.access import draft_for, examiner_of, needs_cosign
from assessments.actions.signing import before_signing, is_late
from assessments.errors import AlreadySigned, CannotSign
from assessments.findings import Fault
from assessments.library_store import library_of
from assessments.models import Assessment, Plan
from assessments.models.plan import MAY_HAVE_A_PLAN
from assessments.notes.soap_page import NOTHING_TYPED, SoapTyped, lines_to_write
from assessments.screen.corrections import changes_by
from assessments.screen.panel import panel_from
from assessments.screen.spent import Spent, read_spent
from assessments.screen.words import label_of, side_words
from assessments.treatment.page import treated
from bookings.views.answers import SeeOther
from clinic.access import Request
from clinic.persons import theirs


@require_http_methods(["GET", "HEAD", "POST"])
def chart_sign(request: Request, pk: UUID) -> HttpResponse:
    """What would be signed and what would follow; a POST signs and drafts the plan.

    Signed already, by this form sent twice or a page gone back to, it leads to the signed chart.
    """
    assessment = draft_for(request.user, examiner_of(request.user), pk)
    if assessment.signed_at is not None or assessment.in_error:
        return SeeOther(reverse("chart-assessment", args=[pk]))
    if request.method != "POST":
        return review(request, assessment)
    try:
        signed = _sign_and_draft(request, assessment)
    except AlreadySigned:  # by the same form, sent twice
        return SeeOther(reverse("chart-assessment", args=[pk]))
    except CannotSign as refusal:
        return review(request, assessment, faults=refusal.faults, status=422)
    if signed.cosign_needed:
        messages.success(request, _("Signed. It waits for a co-signature."))
        return redirect("chart-assessment", pk=pk)
    if signed.plan_status in MAY_HAVE_A_PLAN:
        messages.success(request, _("Signed. The draft of the plan waits for your judgement."))
        return redirect("chart-plan", pk=pk)
    messages.success(request, _("Signed."))
    return redirect("chart-assessment", pk=pk)


@transaction.atomic
def _sign_and_draft(request: Request, assessment: Assessment) -> Assessment:
    """Sign, and draft the plan in the same breath: both or neither."""
    now = timezone.now()
    signed = actions.sign(assessment, by=request.user, now=now, spent=_spent(request))
    if signed.plan_status in MAY_HAVE_A_PLAN:
        actions.draft_plan(signed, by=request.user, now=now)
    return signed


def _spent(request: Request) -> Spent | None:
    """Return the time the page carried along, if it counted any."""
    names = ("tab", "seconds", "keys", "touches")
    return read_spent({name: request.POST.get(f"time_{name}") for name in names})


def review(
    request: Request,
    assessment: Assessment,
    *,
    faults: tuple[Fault, ...] = (),
    note: SoapTyped = NOTHING_TYPED,
    status: int = 200,
) -> HttpResponse:
    """Draw the page; ``note`` is what was typed into its note and could not be kept."""
    patient = assessment.episode.patient
    with transaction.atomic():
        trail.did_again(
            "chart.opened",
            assessment,
            by=request.user,
            patient_id=patient.pk,
            now=timezone.now(),
        )
    findings, judged, found = before_signing(assessment)
    looks = actions.second_looks(findings)
    context = {
        "assessment": assessment,
        "patient": patient,
        "panel": panel_from(judged, findings, library_of(assessment.library_id)),
        "judged": judged,
        "faults": _lines(faults or found),
        "looks": _lines(tuple(each for each in looks if each not in found)),
        "treated": treated(assessment),
        "soap": lines_to_write(assessment, findings, judged, note),
        "version": note.version or assessment.version,
        "recorded": len(findings.values),
        "changes": changes_by(assessment),
        "late": is_late(assessment, timezone.now()),
        "supervised": needs_cosign(assessment.author),
        "drafts": judged.plan_status in MAY_HAVE_A_PLAN,
        "ends_plan": judged.plan_status == "BLOCKED"
        and Plan.objects.filter(
            theirs(patient, "episode__patient"), issued_at__isnull=False, replaced_at__isnull=True
        ).exists(),
    }
    return render(request, "assessments/chart_sign.html", context, status=status)


def _lines(faults: tuple[Fault, ...]) -> list[dict[str, str]]:
    return [
        {
            "field": fault.field,
            "label": label_of(fault.item),
            "side": side_words(fault.side),
            "text": fault.said(_),
        }
        for fault in faults
    ]
