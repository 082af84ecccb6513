"""A record opened in an emergency by somebody who does not look after the patient, and its review.

Rows of metadata: who opened whose record, when and why. What was read stands in the audit trail.
"""

import uuid
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThanOrEqual
from django.utils.translation import gettext_lazy as _

from clinic.guards import Final
from clinic.guards_between import ByAnother
from clinic.models.patients import Patient
from clinic.models.users import User

LASTS = timedelta(minutes=30)
REVIEW_WITHIN = timedelta(days=3)
SHORTEST = 10  # characters of a reason in words


class EmergencyAccessQuerySet(models.QuerySet["EmergencyAccess"]):
    def open(self, at: datetime) -> "EmergencyAccessQuerySet":
        """Those through which a record can still be read."""
        return self.filter(ended_at__isnull=True, opened_at__gt=at - LASTS, opened_at__lte=at)

    def to_review(self) -> "EmergencyAccessQuerySet":
        """Those that nobody has judged yet."""
        return self.filter(review__isnull=True)


class EmergencyAccess(models.Model):
    """One person opened one record for LASTS. Only ``ended_at`` is written later, and once."""

    class Reason(models.TextChoices):
        UNWELL = "unwell", _("The patient is here and unwell")
        ASKED = "asked", _("A doctor, hospital or ambulance asks now")
        UNPLANNED = "unplanned", _("I treat the patient now, unplanned")
        HARM = "harm", _("To keep the patient or somebody else from harm")
        OTHER = "other", _("Something else")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="emergency_accesses"
    )
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(_("opened"))
    reason = models.CharField(_("reason"), max_length=10, choices=Reason)
    words = models.CharField(_("reason in words"), max_length=300)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = EmergencyAccessQuerySet.as_manager()

    class Meta:
        verbose_name = _("emergency access")
        verbose_name_plural = _("emergency accesses")
        constraints = [
            models.UniqueConstraint(
                name="emergency_access_one_at_a_time",
                fields=["opened_by"],
                condition=Q(ended_at__isnull=True),
            ),
            models.CheckConstraint(
                name="emergency_access_says_why",
                condition=Q(reason__in=["unwell", "asked", "unplanned", "harm", "other"])
                & Q(GreaterThanOrEqual(Length("words"), SHORTEST)),
            ),
            models.CheckConstraint(
                name="emergency_access_ends_after_start",
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=models.F("opened_at")),
            ),
            Final(name="emergency_access_is_final", allow=["ended_at"]),
            Final(name="emergency_access_ends_once", marker="ended_at"),
        ]
        indexes = [models.Index(fields=["opened_at"], name="emergency_by_time")]

    def __str__(self) -> str:
        return str(_("Emergency access"))

    @property
    def closes_at(self) -> datetime:
        """When it ended, or ends by itself."""
        return self.ended_at or self.opened_at + LASTS

    @property
    def review_by(self) -> datetime:
        return self.opened_at + REVIEW_WITHIN


class EmergencyReview(models.Model):
    """What a second person makes of an emergency access that has ended. Written once."""

    class Outcome(models.TextChoices):
        JUSTIFIED = "justified", _("justified")
        NOT_JUSTIFIED = "not_justified", _("not justified")

    id = models.BigAutoField(primary_key=True)
    access = models.OneToOneField(EmergencyAccess, on_delete=models.PROTECT, related_name="review")
    outcome = models.CharField(_("outcome"), max_length=14, choices=Outcome)
    note = models.CharField(_("note"), max_length=300, blank=True)
    reviewed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(_("reviewed"))

    class Meta:
        verbose_name = _("review of an emergency access")
        verbose_name_plural = _("reviews of emergency accesses")
        constraints = [
            models.CheckConstraint(
                name="emergency_review_says_what_is_wrong",
                condition=Q(outcome="justified") | (Q(outcome="not_justified") & ~Q(note="")),
            ),
            Final(name="emergency_review_is_final"),
            ByAnother(
                name="emergency_review_by_another",
                fk="access",
                marker="ended_at",
                field="reviewed_by",
                parent_field="opened_by",
            ),
        ]

    def __str__(self) -> str:
        return str(_("Review"))
