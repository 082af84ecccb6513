"""What a patient arranged for themselves, and the day it ached again."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessments.findings import FIELDS
from assessments.models.plan import Plan
from clinic.guards import Final
from clinic.models import Patient


class StrengthDays(models.Model):
    """The weekdays a patient picked for strength work, Monday 0; a rest day lies between them."""

    id = models.BigAutoField(primary_key=True)
    patient = models.OneToOneField(Patient, on_delete=models.PROTECT, related_name="strength_days")
    days = models.JSONField(default=list)
    chosen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("strength days")
        verbose_name_plural = _("strength days")

    def __str__(self) -> str:
        return str(_("Strength days"))


class Flare(models.Model):
    """A patient said that the knee flared. It wants a look (``attention``).

    level  EMERGENCY, SAME_DAY or REFER where a safety question was answered with yes; else empty
    yes    the questions that were
    again  was it one too many within the days the library counts together?
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="flares")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="flares")
    client_id = models.UUIDField()
    level = models.CharField(max_length=12, blank=True)
    yes = models.JSONField(default=list)
    again = models.BooleanField(default=False)
    pain = models.PositiveSmallIntegerField(_("pain now, 0 to 10"), null=True, blank=True)
    reported_at = models.DateTimeField()

    class Meta:
        verbose_name = _("flare")
        verbose_name_plural = _("flares")
        constraints = [
            models.UniqueConstraint(name="flare_once_per_client", fields=["patient", "client_id"]),
            models.CheckConstraint(
                name="flare_pain_runs_from_0_to_10",
                condition=Q(pain__isnull=True) | Q(pain__lte=10),
            ),
            Final(name="flare_is_final", marker="reported_at"),
        ]
        indexes = [models.Index(fields=["patient", "reported_at"], name="flare_by_time")]

    def __str__(self) -> str:
        return f"{self.reported_at:%Y-%m-%d %H:%M}Z"

    @property
    def words(self) -> list[str]:
        """The questions that were answered with yes, as the chart names them; to be translated."""
        return [FIELDS[name].label for name in self.yes]
