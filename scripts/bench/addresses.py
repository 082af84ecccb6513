"""The project's addresses and the baseline: the least anybody could do for the same answer."""

from datetime import datetime

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.urls import path

from bookings.models import Appointment
from clinic import urls

FIELDS = ("practitioner_id", "starts_at", "ends_at")


@login_not_required
def bare(request: HttpRequest) -> JsonResponse:
    """One query for the appointments of a window, as JSON. ``who``: of one practitioner."""
    first, last = (datetime.fromisoformat(request.GET[name]) for name in ("first", "last"))
    window = {"starts_at__gte": first, "starts_at__lt": last}
    if who := request.GET.get("who"):
        window["practitioner_id"] = who
    rows = list(Appointment.objects.filter(**window).values(*FIELDS))
    return JsonResponse(rows, safe=False)


urlpatterns = [path("bare/", bare), *urls.urlpatterns]
handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500
