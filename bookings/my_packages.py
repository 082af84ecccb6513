"""What is left of a patient's packages, on ``/me/``."""

from collections.abc import Sequence

from django.template.loader import render_to_string
from django.utils import timezone

from bookings.actions.packages import visits_left
from clinic.access import Request
from clinic.models import Patient
from clinic.sections import on_my_page


@on_my_page(15)
def packages(request: Request, patients: Sequence[Patient]) -> str:
    """Return the packages that have not expired, or nothing where there are none."""
    found = visits_left(patients, now=timezone.now())
    names = {patient.pk: patient.first_name for patient in patients}
    rows = [
        {"name": names[pk], "each": each}
        for pk, several in found.items()
        for each in several
        if not each.over
    ]
    if not rows:
        return ""
    context = {"rows": rows, "several": len(patients) > 1}
    return render_to_string("bookings/_my_packages.html", context, request=request)
