"""Queues of the first page about records: a number of unsigned charts, and emergencies to review.

No patient stands beside a chart, and nothing of what was read beside an emergency.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from assessments.models import Assessment, Note
from bookings.queues import MOST, Queue, at_desk, first_of, register
from clinic.models import CorrectionRequest, EmergencyAccess, Practitioner, RecordRequest, User


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


def emergencies(user: User, now: datetime) -> list[EmergencyAccess]:
    """Return the records opened in an emergency that nobody has judged, the oldest first."""
    rows = EmergencyAccess.objects.to_review().select_related("opened_by", "patient")
    return first_of(rows.order_by("opened_at", "pk"))


def reviews(user: User) -> bool:
    """Say whether somebody judges emergency accesses: managers."""
    return user.has_perm("clinic.change_emergencyaccess")


register(
    Queue(
        name="emergencies",
        title=_("Emergency access to review"),
        empty=_("No emergency access waits for a review."),
        read=emergencies,
        may=reviews,
        template="admin/assessments/queue_emergencies.html",
        whole="admin:clinic_emergencyaccess_changelist",
    ),
    65,
)


def records(user: User, now: datetime) -> list[RecordRequest]:
    """Return the requests for a record that nobody has answered, the first to be due on top."""
    return first_of(RecordRequest.objects.waiting().select_related("patient"))


def hands_out(user: User) -> bool:
    """Say whether somebody hands records out: managers."""
    return user.has_perm("clinic.change_recordrequest")


register(
    Queue(
        name="records",
        title=_("Records asked for"),
        empty=_("Nobody waits for their record."),
        read=records,
        may=hands_out,
        template="admin/assessments/queue_records.html",
        whole="admin:clinic_recordrequest_changelist",
    ),
    66,
)


def corrections(user: User, now: datetime) -> list[CorrectionRequest]:
    """Return the corrections that nobody has answered, the first to be due on top.

    Those about the record are a physio's to answer; the desk sees until when.
    """
    return first_of(CorrectionRequest.objects.waiting().select_related("patient"))


register(
    Queue(
        name="corrections",
        title=_("Corrections asked for"),
        empty=_("Nobody waits for a correction."),
        read=corrections,
        may=at_desk,
        template="admin/assessments/queue_corrections.html",
        whole="admin:clinic_correctionrequest_changelist",
    ),
    67,
)
