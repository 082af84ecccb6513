"""A signed chart with everything written beside it since, and how more is written there."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from assessments import actions
from assessments.access import assessment_for, examiner_of, may_cosign, needs_cosign
from assessments.actions.stills import stills_of
from assessments.correspondence import letters_about
from assessments.emergency import Banner
from assessments.errors import RecordError, WordsMissing
from assessments.models import Assessment, Referral
from assessments.notes.soap_page import lines_to_read
from assessments.screen.corrections import changes_by, corrections_of
from assessments.screen.signed import signed_view
from assessments.treatment.page import treated
from assessments.views.mistakes import may_mark, right_chart_for
from bookings.views.answers import SeeOther
from clinic.access import Request
from clinic.models import Practitioner


def signed_page(
    request: Request,
    practitioner: Practitioner,
    assessment: Assessment,
    *,
    emergency: Banner | None = None,
    status: int = 200,
) -> HttpResponse:
    """Draw a signed chart; with what was typed where an addendum could not be kept (422).

    emergency  read in an emergency: nothing on the page then leads to a change, nor to photographs
    """
    again = status == 422
    corrections = corrections_of(assessment)
    context = {
        "emergency": emergency,
        "assessment": assessment,
        "patient": assessment.episode.patient,
        "signed": signed_view(assessment),
        "stills": stills_of(assessment),
        "treated": treated(assessment),
        "soap": lines_to_read(assessment),
        "letters": letters_about(Q(assessment=assessment)),
        "referral": Referral.objects.filter(assessment=assessment).first(),
        "adds": not needs_cosign(practitioner),
        "cosigns": may_cosign(practitioner, assessment),
        "marks": may_mark(practitioner, assessment),
        "right_chart": right_chart_for(practitioner, assessment),
        "copied_from": getattr(assessment, "copied_from", None),
        "corrections": corrections,
        "newest": corrections[-1].amendment if corrections else None,
        "changes": changes_by(assessment),
        "addenda": assessment.addenda.order_by("written_at", "pk"),
        "key": key_of(request) or uuid4(),
        "typed": request.POST if again else {},
        "fault_why": again and not typed_in(request, "why"),
        "fault_text": again and not typed_in(request, "text"),
    }
    return render(request, "assessments/chart_signed.html", context, status=status)


@require_POST
def chart_amend(request: Request, pk: UUID) -> HttpResponse:
    """Begin a correction of a signed assessment."""
    practitioner = examiner_of(request.user)
    original = assessment_for(request.user, practitioner, pk)
    try:
        amendment = actions.amend(
            original, typed_in(request, "reason"), practitioner, by=request.user, now=timezone.now()
        )
    except RecordError as error:
        messages.warning(request, str(error))
        return redirect("chart-assessment", pk=pk)
    return redirect("chart-assessment", pk=amendment.pk)


@require_POST
def chart_addendum(request: Request, pk: UUID) -> HttpResponse:
    """Add words to a signed chart; the same form sent again adds nothing."""
    practitioner = examiner_of(request.user)
    signed = assessment_for(request.user, practitioner, pk)
    try:
        actions.add_addendum(
            signed, typed_in(request, "why"), typed_in(request, "text"), practitioner,
            key=key_of(request) or uuid4(), by=request.user, now=timezone.now(),
        )  # fmt: skip
    except WordsMissing:
        return signed_page(request, practitioner, signed, status=422)
    except RecordError as error:
        messages.warning(request, str(error))
        return redirect("chart-assessment", pk=pk)
    messages.success(request, _("Added. The chart itself is as it was signed."))
    return SeeOther(reverse("chart-assessment", args=[pk]) + "#addenda")


def typed_in(request: Request, name: str) -> str:
    """Return what was typed, without the one character no database keeps."""
    return request.POST.get(name, "").replace("\0", "").strip()


def key_of(request: Request) -> UUID | None:
    """Return the key the form was made with."""
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return None
