"""Somebody asked for everything that is kept about them; when it was handed out, and taken.

No file is kept: what was handed out is put together while it is fetched.
"""

import uuid
from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clinic.guards import Final
from clinic.models.patients import Patient
from clinic.models.users import User

STAYS = timedelta(days=7)  # that a record which was handed out can be fetched


class RecordRequestQuerySet(models.QuerySet["RecordRequest"]):
    def waiting(self) -> "RecordRequestQuerySet":
        """Those that nobody has answered yet, the first to be due on top."""
        return self.filter(released_at__isnull=True).order_by("due_on", "asked_at", "pk")

    def open(self, at: datetime) -> "RecordRequestQuerySet":
        """Those whose record can be fetched."""
        return self.filter(released_at__gt=at - STAYS, released_at__lte=at)


class RecordRequest(models.Model):
    """Asked for by a patient or whoever answers for them; handed out by a manager, once.

    due_on    the last day to answer, by the practice's setting on the day it was asked
    taken_at  when it was first fetched
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="record_requests")
    asked_at = models.DateTimeField(_("asked"))
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(_("answer by"))
    released_at = models.DateTimeField(_("handed out"), null=True, blank=True)
    released_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    taken_at = models.DateTimeField(_("first fetched"), null=True, blank=True)

    objects = RecordRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for a record")
        verbose_name_plural = _("requests for records")
        constraints = [
            models.UniqueConstraint(
                name="record_request_one_waits",
                fields=["patient"],
                condition=Q(released_at__isnull=True),
            ),
            models.CheckConstraint(
                name="record_request_released_by_somebody",
                condition=Q(released_at__isnull=True, released_by__isnull=True)
                | Q(released_at__isnull=False, released_by__isnull=False),
            ),
            models.CheckConstraint(
                name="record_request_released_by_another",
                condition=Q(released_by__isnull=True) | ~Q(released_by=F("asked_by")),
            ),
            models.CheckConstraint(
                name="record_request_in_its_order",
                condition=(Q(released_at__isnull=True) | Q(released_at__gte=F("asked_at")))
                & (
                    Q(taken_at__isnull=True)
                    | Q(released_at__isnull=False, taken_at__gte=F("released_at"))
                ),
            ),
            Final(name="record_request_is_final", allow=["released_at", "released_by", "taken_at"]),
            Final(name="record_request_released_once", marker="released_at", allow=["taken_at"]),
            Final(name="record_request_taken_once", marker="taken_at"),
        ]
        indexes = [models.Index(fields=["released_at", "due_on"], name="record_request_by_day")]

    def __str__(self) -> str:
        return str(_("Request for a record"))

    @property
    def closes_at(self) -> datetime | None:
        """Until when it can be fetched, once it was handed out."""
        return self.released_at + STAYS if self.released_at else None
