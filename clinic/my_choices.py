"""On ``/me/``: what the clinic may write to each patient about."""

from collections.abc import Sequence

from django.template.loader import render_to_string

from clinic.access import Request
from clinic.actions.consents import standing_of
from clinic.forms import MessageChoicesForm
from clinic.models import Consent, Patient
from clinic.sections import on_my_page


@on_my_page(90)
def message_choices(request: Request, patients: Sequence[Patient]) -> str:
    """Return one small form per patient. One query."""
    if not patients:
        return ""
    agreed = standing_of(patients)
    rows = [
        {
            "patient": patient,
            "form": MessageChoicesForm(
                patient=patient, standing=agreed[patient.pk], auto_id=f"{patient.pk}-%s"
            ),
            "privacy": agreed[patient.pk].get(Consent.Kind.PRIVACY),
        }
        for patient in patients
    ]
    return render_to_string("clinic/_my_choices.html", {"rows": rows}, request=request)
