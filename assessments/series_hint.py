"""How often a week the plan in force asks for its exercises, for a series of visits.

The desk learns a number of visits and weekdays, and nothing of what the plan says.
"""

from django.db.models import Max
from django.utils import timezone

from assessments.models import Plan, PlanLine
from bookings.series_hints import Hint, hints_series, spread
from clinic.models import Patient
from clinic.persons import theirs

MOST_A_WEEK = 3
WEEKS = 6  # where the plan has no day of review
MOST = 20


@hints_series
def from_plan(patient: Patient) -> Hint | None:
    """Return as many visits a week as the plan's most frequent exercise, until its review."""
    plan = (
        Plan.objects.filter(
            theirs(patient, "episode__patient"),
            episode__discharged_at__isnull=True,
            issued_at__isnull=False,
            replaced_at__isnull=True,
        )
        .order_by("-issued_at")
        .first()
    )
    if plan is None:
        return None
    lines = plan.lines.exclude(change=PlanLine.Change.REMOVED)
    often = lines.aggregate(often=Max("per_week"))["often"]
    if not often:
        return None
    per_week = min(often, MOST_A_WEEK)
    today = timezone.localdate()
    until = plan.review_on if plan.review_on and plan.review_on > today else None
    weeks = -(-((until - today).days) // 7) if until else WEEKS
    return Hint(count=max(1, min(per_week * weeks, MOST)), weekdays=spread(per_week))
