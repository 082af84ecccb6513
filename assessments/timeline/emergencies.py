"""On the timeline: that a colleague opened the record in an emergency."""

from django.utils.translation import gettext_lazy as _

from assessments.timeline.kinds import Pairs, shipped
from assessments.timeline.registry import Reader
from clinic.models import EmergencyAccess
from clinic.persons import theirs


def emergencies(reader: Reader, most: int) -> Pairs:
    """Emergency accesses by when they began. One query."""
    found = EmergencyAccess.objects.filter(
        theirs(reader.patient), opened_at__lte=reader.now
    ).select_related("opened_by")
    return [(each.opened_at, each) for each in found.order_by("-opened_at", "-pk")[:most]]


shipped("emergency", _("Emergency access"), emergencies, clinical=False, order=95)
