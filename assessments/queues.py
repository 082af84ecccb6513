"""How many charts wait for a signature, by practitioner: a number for the desk, and no names."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from assessments.models import Assessment
from bookings.queues import MOST, Queue, at_desk, first_of, register
from clinic.models import User


def unsigned_by_practitioner(user: User, now: datetime) -> list[dict[str, Any]]:
    """Return names of practitioners and how many charts each has not signed, most first."""
    drafts = Assessment.objects.standing().filter(signed_at__isnull=True)
    rows = drafts.values("author_id", "author__name")
    return first_of(rows.annotate(number=Count("pk")).order_by("-number", "author__name"))


def _all(rows: Sequence[dict[str, Any]]) -> int:
    return sum(row["number"] for row in rows)


register(
    Queue(
        name="unsigned",
        title=_("Unsigned charts"),
        empty=_("Every chart is signed."),
        read=unsigned_by_practitioner,
        may=at_desk,
        template="admin/assessments/queue_unsigned.html",
        total=_all,
        shown=MOST,
    ),
    70,
)
