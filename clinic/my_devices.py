"""On ``/me/``: the devices that keep a plan, each to be ended."""

from collections.abc import Sequence

from django.template.loader import render_to_string
from django.utils import timezone

from clinic.access import Request
from clinic.models import Patient, PlanDevice
from clinic.sections import on_my_page


@on_my_page(95)
def kept_devices(request: Request, patients: Sequence[Patient]) -> str:
    """Return the list of this sign-in's devices; nothing where there are none. One query."""
    rows = (
        PlanDevice.objects.filter(
            user=request.user, ended_at__isnull=True, until__gt=timezone.now()
        )
        .select_related("patient")
        .order_by("kept_at")
    )
    found = list(rows)
    if not found:
        return ""
    return render_to_string("clinic/_my_devices.html", {"devices": found}, request=request)
