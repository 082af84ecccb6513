"""What the front desk's board may know of a record: that something exists, never what it says."""

from django.db.models import Exists, OuterRef, QuerySet

from assessments.models import Intake, Plan
from bookings.board.facts import Name, on_the_board


@on_the_board(Name.INTAKE_DONE)
def intake_done() -> Exists:
    """Whether the patient has sent what is asked before the visit; its first part is enough."""
    return Exists(sent_intakes())


@on_the_board(Name.PLAN_SENT)
def plan_sent() -> Exists:
    """Whether a plan that came out of this visit was issued to the patient."""
    return Exists(
        Plan.objects.filter(assessment__appointment=OuterRef("pk"), issued_at__isnull=False)
    )


def sent_intakes() -> QuerySet[Intake]:
    """Return the first parts that were sent, of the visit of an outer query."""
    return Intake.objects.filter(
        appointment=OuterRef("pk"), part=Intake.Part.FIRST, sent_at__isnull=False
    )
