"""What becomes of charts, plans and what patients said: all of it is the record, and kept as such.

Its tables are not named here one by one: what nobody names goes with the record.
"""

from collections.abc import Sequence

from django.db.models import Max

from assessments.models import Assessment, Intake, Letter, Note
from clinic.erasing.rules import Ids, Service, loosened, services

# A chart that was about the wrong patient stands in that patient's record and names the right one.
loosened("assessments.EnteredInError", "copy")


@services
def written_of(ids: Ids) -> Sequence[Service]:
    """When something was last written about somebody, or by them before a visit."""
    charts = Assessment.objects.filter(episode__patient__in=ids)
    notes = Note.objects.filter(patient__in=ids)
    letters = Letter.objects.filter(assessment__episode__patient__in=ids)
    intakes = Intake.objects.filter(appointment__patient__in=ids)
    days = [
        rows.aggregate(at=Max(when))["at"]
        for rows, when in (
            (charts, "started_at"), (charts, "signed_at"), (notes, "started_at"),
            (notes, "signed_at"), (letters, "fixed_at"), (intakes, "sent_at"),
        )
    ]  # fmt: skip
    return [(at, "", "") for at in days if at is not None]
