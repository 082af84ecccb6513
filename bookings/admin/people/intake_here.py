"""Intake here: the desk shows a code for the tablet, and a picture for a patient's phone."""

from uuid import UUID

import qrcode
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bookings.actions import intake_here
from bookings.admin.desk_pages import desk_only, desk_page
from bookings.errors import BookingError
from bookings.models import Appointment
from clinic.audit import actor_of


@require_http_methods(["GET", "HEAD", "POST"])
@desk_only
def intake_code(request: HttpRequest, visit: UUID) -> HttpResponse:
    """Show a fresh code, once; showing another ends the one before."""
    rows = Appointment.objects.visits().with_people().filter(pk=visit, patient__isnull=False)
    found = rows.first()
    if found is None:
        raise Http404
    now = timezone.now()
    context: dict[str, object] = {
        "visit": found,
        "open": intake_here.is_open(found, now),
        "enter": settings.SITE_URL + reverse("intake-here"),
    }
    status = 200
    if request.method == "POST":
        try:
            shown = intake_here.show_code(found, by=actor_of(request.user), now=now)
        except BookingError as error:
            context["error"], status = str(error), 409
        else:
            link = settings.SITE_URL + reverse("intake-here-link", args=[shown.token])
            context |= {"shown": shown, **drawn(link)}
    return desk_page(request, "intake_code", _("Intake here"), status=status, **context)


def drawn(text: str) -> dict[str, object]:
    """Return a QR code as one path of squares, and how many there are on a side."""
    code = qrcode.QRCode(border=4, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(text)
    rows = code.get_matrix()
    squares = [
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark
    ]
    return {"path": "".join(squares), "size": len(rows)}
