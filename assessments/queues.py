"""How many charts and notes wait for a signature, by practitioner: a number and no names."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from assessments.models import Assessment, Note
from bookings.queues import MOST, Queue, at_desk, first_of, register
from clinic.models import Practitioner, User


def unsigned_by_practitioner(user: User, now: datetime) -> list[dict[str, Any]]:
    """Return names of practitioners and how many charts and notes each has not signed, most first.

    One query.
    """
    unsigned = Q(signed_at__isnull=True)
    charts = Assessment.objects.standing().filter(unsigned, author=OuterRef("pk"))
    notes = Note.objects.filter(unsigned, author=OuterRef("pk"))
    found = Practitioner.objects.annotate(number=_count(charts) + _count(notes))
    rows = found.filter(number__gt=0).order_by("-number", "name")
    return first_of(rows.values("name", "number"))


def _count(rows: QuerySet[Any]) -> Coalesce:
    """Count the rows of an outer query's practitioner."""
    per_author = rows.order_by().values("author").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(per_author), 0)


def _all(rows: Sequence[dict[str, Any]]) -> int:
    return sum(row["number"] for row in rows)


register(
    Queue(
        name="unsigned",
        title=_("Unsigned charts and notes"),
        empty=_("Every chart and note is signed."),
        read=unsigned_by_practitioner,
        may=at_desk,
        template="admin/assessments/queue_unsigned.html",
        total=_all,
        shown=MOST,
    ),
    70,
)
