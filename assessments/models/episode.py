"""One problem of one patient, from the first visit to discharge."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic.models import Patient, Practitioner


class EpisodeOfCare(models.Model):
    """Everything about one problem hangs on its episode; only one is open per problem."""

    class Problem(models.TextChoices):
        KNEE = "knee", _("Knee")
        OTHER = "other", _("Other")

    class Side(models.TextChoices):
        LEFT = "L", _("left")
        RIGHT = "R", _("right")
        BOTH = "BOTH", _("both sides")
        NONE = "", _("no side")

    class Discharge(models.TextChoices):
        GOALS_MET = "goals_met", _("goals met")
        REFERRED = "referred", _("referred on")
        STOPPED = "stopped", _("stopped coming")
        MOVED = "moved", _("moved away")
        ERROR = "error", _("opened by mistake")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="episodes")
    problem = models.CharField(_("problem"), max_length=10, choices=Problem, default=Problem.KNEE)
    side = models.CharField(_("side"), max_length=4, choices=Side, blank=True)
    lead = models.ForeignKey(
        Practitioner, on_delete=models.PROTECT, null=True, related_name="episodes"
    )
    goal = models.CharField(_("goal"), max_length=300, blank=True)
    goal_on = models.DateField(_("goal date"), null=True, blank=True)
    referral = models.CharField(_("referred by"), max_length=200, blank=True)
    opened_at = models.DateTimeField(_("opened"))
    discharged_at = models.DateTimeField(_("discharged"), null=True, blank=True)
    discharge_reason = models.CharField(
        _("discharged because"), max_length=12, choices=Discharge, blank=True
    )

    class Meta:
        verbose_name = _("episode of care")
        verbose_name_plural = _("episodes of care")
        constraints = [
            models.UniqueConstraint(
                name="episode_one_open_per_problem",
                fields=["patient", "problem"],
                condition=Q(discharged_at__isnull=True),
            ),
            models.CheckConstraint(
                name="episode_discharge_has_a_reason",
                condition=Q(discharged_at__isnull=True, discharge_reason="")
                | (Q(discharged_at__isnull=False) & ~Q(discharge_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return str(_("Episode of care"))
