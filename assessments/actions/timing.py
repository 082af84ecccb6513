"""Keep how long a chart took, as the page counts it, from opening to signature."""

from assessments.models import Assessment, Sitting
from assessments.screen.spent import Spent

LONGEST = 12 * 60 * 60  # seconds; a session lasts no longer


def keep_time(assessment: Assessment, spent: Spent | None) -> None:
    """Remember the largest count of each tab; one that arrives late or twice changes nothing.

    The caller holds the lock on the assessment.
    """
    if spent is None:
        return
    sitting, _ = Sitting.objects.get_or_create(assessment=assessment, tab=spent.tab)
    counted = {
        "seconds": min(spent.seconds, LONGEST),
        "keys": spent.keys,
        "touches": spent.touches,
    }
    grown = [name for name, value in counted.items() if value > getattr(sitting, name)]
    for name in grown:
        setattr(sitting, name, counted[name])
    if grown:
        sitting.save(update_fields=grown)
