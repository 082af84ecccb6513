"""Records of erased persons that are still kept: closed to all but a clinical lead.

A list of days and short ids; a record itself is handed out as the ZIP that its owner would have
had, against the lead's password, a reason from a list, and a row of the trail.
"""

from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from assessments import trail
from assessments.views.records import zip_of
from clinic import access, roles
from clinic.access import Request
from clinic.models import Erasure

REASONS = {
    "court": gettext_lazy("a court or an authority asks for it"),
    "claim": gettext_lazy("a complaint or a claim"),
    "owner": gettext_lazy("the person asks for it after all"),
    "care": gettext_lazy("somebody treats the person and needs it"),
}


@require_safe
def kept_records(request: Request) -> HttpResponse:
    """Which records are kept, since when and until when; nobody is named."""
    _lead_or_404(request)
    rows = Erasure.objects.keeping().select_related("patient").order_by("keep_until", "pk")
    return render(
        request, "assessments/kept_records.html", {"rows": rows[:500], "reasons": REASONS.items()}
    )


@require_POST
def kept_record(request: Request, pk: UUID) -> HttpResponse:
    """One of them, as a file."""
    _lead_or_404(request)
    return _proven(request, get_object_or_404(Erasure.objects.keeping(), pk=pk))


@reauthentication_required
def _proven(request: Request, row: Erasure) -> HttpResponse:
    reason = request.POST.get("reason", "")
    if reason not in REASONS:
        messages.warning(request, _("Say why the record is needed."))
        return redirect("kept-records")
    now = timezone.now()
    answer = zip_of(row.patient, now)
    with transaction.atomic():
        trail.did(
            "record.kept_opened", row.patient, by=request.user, patient_id=row.patient_id,
            now=now, reason=reason,
        )  # fmt: skip
    return answer


def _lead_or_404(request: Request) -> None:
    if not access.has_role(request.user, roles.CLINICAL_LEAD):
        raise Http404
