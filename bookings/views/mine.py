"""From ``/me/`` to one's own visits: the page of one ahead, the receipt of one that took place."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings import actions
from bookings.actions import receipts
from bookings.errors import BookingError
from bookings.models import Appointment
from bookings.money.accounts import book_of
from bookings.money.papers import receipt_pdf
from bookings.my_page import ahead, done
from bookings.views.answers import SeeOther, private, visitor
from clinic import access
from clinic.access import Request
from clinic.models import User


@require_POST
@private
def visit_open(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Make a link to a visit of a patient granted to this sign-in, and go there."""
    patients = access.patients_of(request.user) if isinstance(request.user, User) else ()
    visit = next((visit for visit in ahead(list(patients)) if visit.pk == pk), None)
    if visit is None:
        raise Http404
    token = actions.open_link(visit, by=visitor(request), now=timezone.now())
    return SeeOther(reverse("visit-detail", args=[token]))


@require_http_methods(["GET", "HEAD", "POST"])
@private
def visit_receipt(request: Request, pk: UUID) -> HttpResponse:
    """A visit that took place, as an insurer asks for it: who, when, what it cost; no findings.

    POST makes the numbered receipt of what was paid so far, or finds the one that says so already.
    """
    visit = _done(request, pk)
    error = ""
    if request.method == "POST":
        try:
            receipts.issue(visit, by=visitor(request), now=timezone.now())
        except BookingError as refused:
            error = str(refused)
        else:
            return SeeOther(reverse("visit-receipt-pdf", args=[pk]))
    context = {
        "visit": visit,
        "location": visit.location,
        "minutes": int((visit.ends_at - visit.starts_at).total_seconds() // 60),
        "number": visit.pk.hex[:10].upper(),
        "today": timezone.now(),
        "book": book_of(visit, timezone.now()),
        "receipt": visit.receipts.order_by("-year", "-number").first(),
        "error": error,
        "emergency_number": visit.location.emergency_number,
    }
    return render(request, "bookings/visit_receipt.html", context, status=422 if error else 200)


@require_safe
@private
def visit_receipt_pdf(request: Request, pk: UUID) -> HttpResponse:
    """The last receipt of a visit, as it was made."""
    receipt = _done(request, pk).receipts.order_by("-year", "-number").first()
    if receipt is None:
        raise Http404
    response = HttpResponse(receipt_pdf(receipt), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="receipt-{receipt.code}.pdf"'
    return response


def _done(request: Request, pk: UUID) -> Appointment:
    """Return a visit of a patient granted to this sign-in that took place, else 404."""
    return get_object_or_404(done(list(access.patients_of(request.user))), pk=pk)
