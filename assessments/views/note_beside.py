"""What is put beside a signed note: a second signature, and words that were missing in it."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from assessments import actions
from assessments.access import examiner_of, may_cosign, note_for
from assessments.errors import RecordError, WordsMissing
from assessments.views.corrections import key_of, typed_in
from assessments.views.notes import signed_note_page
from bookings.views.answers import SeeOther
from clinic.access import Request


@require_POST
def chart_note_cosign(request: Request, pk: UUID) -> HttpResponse:
    """Put the second signature under a note; asked again, it leads to the note."""
    practitioner = examiner_of(request.user)
    signed = note_for(request.user, practitioner, pk)
    there = SeeOther(reverse("chart-note", args=[pk]))
    if signed.signed_at is None:
        raise Http404
    if not signed.waits_for_cosign:
        return there
    if not may_cosign(practitioner, signed):
        messages.warning(request, _("A physio who signs without supervision co-signs this."))
        return there
    try:
        actions.co_sign_note(signed, practitioner, by=request.user, now=timezone.now())
    except RecordError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("Co-signed."))
    return there


@require_POST
def chart_note_addendum(request: Request, pk: UUID) -> HttpResponse:
    """Add words to a signed note; the same form sent again adds nothing."""
    practitioner = examiner_of(request.user)
    signed = note_for(request.user, practitioner, pk)
    there = reverse("chart-note", args=[pk])
    try:
        actions.add_to_note(
            signed, typed_in(request, "why"), typed_in(request, "text"), practitioner,
            key=key_of(request) or uuid4(), by=request.user, now=timezone.now(),
        )  # fmt: skip
    except WordsMissing:
        return signed_note_page(request, practitioner, signed, status=422)
    except RecordError as error:
        messages.warning(request, str(error))
        return SeeOther(there)
    messages.success(request, _("Added. The note itself is as it was signed."))
    return SeeOther(f"{there}#addenda")
