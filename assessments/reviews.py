"""Whose plan is to be looked at again, for the report of reviews due: the patient and the day."""

from collections.abc import Iterable
from datetime import date

from assessments.models import Plan
from bookings.reviews import Due, knows_reviews


@knows_reviews
def from_plans(day: date, most: int) -> Iterable[Due]:
    """Return patients in care whose plan in force says to look again on or before a day."""
    plans = (
        Plan.objects.filter(
            issued_at__isnull=False,
            replaced_at__isnull=True,
            review_on__lte=day,
            episode__discharged_at__isnull=True,
            episode__patient__merged_into__isnull=True,
        )
        .select_related("episode__patient")
        .order_by("review_on", "pk")
    )
    return [Due(plan.episode.patient, plan.review_on) for plan in plans[:most] if plan.review_on]
