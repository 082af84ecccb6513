"""Runs of a patient who follows a plan: made, planned, and the test that comes before the first."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessments.models.episode import EpisodeOfCare
from assessments.models.plan import Plan
from clinic.guards import Final
from clinic.models import Patient, User


class RunLog(models.Model):
    """One run: a walk-jog stage, or a distance, with the first two of the three checks (F4).

    The third, the next morning, is a ``MorningLog``. ``client_id`` makes a repeat harmless.
    """

    id = models.BigAutoField(primary_key=True)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="runs")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="runs")
    client_id = models.UUIDField()
    on = models.DateField(_("day"))  # the patient's own day
    stage = models.PositiveSmallIntegerField(_("walk-jog stage"), null=True, blank=True)
    km = models.DecimalField(
        _("distance in km"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    pain = models.PositiveSmallIntegerField(_("pain during, 0 to 10"), null=True, blank=True)
    settled = models.BooleanField(_("back to before within the hour"), null=True)
    said_at = models.DateTimeField()  # by the phone's clock, never later than logged_at
    logged_at = models.DateTimeField()

    class Meta:
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        constraints = [
            models.UniqueConstraint(name="run_once_per_client", fields=["patient", "client_id"]),
            models.CheckConstraint(
                name="run_has_a_stage_or_a_distance",
                condition=Q(stage__isnull=False) | Q(km__isnull=False),
            ),
            models.CheckConstraint(
                name="run_pain_runs_from_0_to_10", condition=Q(pain__isnull=True) | Q(pain__lte=10)
            ),
            models.CheckConstraint(
                name="run_distance_is_above_0", condition=Q(km__isnull=True) | Q(km__gt=0)
            ),
            Final(name="run_is_final", marker="logged_at"),
        ]
        indexes = [models.Index(fields=["patient", "on"], name="run_by_day")]

    def __str__(self) -> str:
        return f"{self.on:%Y-%m-%d}"


class MorningLog(models.Model):
    """How the knee was on one morning, beside other mornings; pain 0 to 10 if it was given."""

    class Knee(models.TextChoices):
        BETTER = "better", _("better")
        SAME = "same", _("as on other mornings")
        WORSE = "worse", _("worse")

    id = models.BigAutoField(primary_key=True)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="mornings")
    client_id = models.UUIDField()
    on = models.DateField(_("day"))  # the patient's own day
    knee = models.CharField(_("knee this morning"), max_length=6, choices=Knee)
    pain = models.PositiveSmallIntegerField(_("pain, 0 to 10"), null=True, blank=True)
    said_at = models.DateTimeField()
    logged_at = models.DateTimeField()

    class Meta:
        verbose_name = _("morning")
        verbose_name_plural = _("mornings")
        constraints = [
            models.UniqueConstraint(
                name="morning_once_per_client", fields=["patient", "client_id"]
            ),
            models.CheckConstraint(
                name="morning_pain_runs_from_0_to_10",
                condition=Q(pain__isnull=True) | Q(pain__lte=10),
            ),
            Final(name="morning_is_final", marker="logged_at"),
        ]
        indexes = [models.Index(fields=["patient", "on"], name="morning_by_day")]

    def __str__(self) -> str:
        return f"{self.on:%Y-%m-%d}"


class PlannedRun(models.Model):
    """A run that was held against the training-load rule (F5) before it was made.

    longest_km       what it was compared with; None where there was nothing
    override_reason  why the patient runs it although the rule says no; empty where it says yes
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="planned_runs")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="planned_runs")
    on = models.DateField(_("day"))
    km = models.DecimalField(_("distance in km"), max_digits=5, decimal_places=2)
    longest_km = models.DecimalField(
        _("longest run before, km"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    override_reason = models.CharField(_("reason"), max_length=200, blank=True)
    planned_at = models.DateTimeField()

    class Meta:
        verbose_name = _("planned run")
        verbose_name_plural = _("planned runs")
        constraints = [
            models.CheckConstraint(name="planned_run_is_above_0", condition=Q(km__gt=0)),
            Final(name="planned_run_is_final", marker="planned_at"),
        ]
        indexes = [models.Index(fields=["patient", "on"], name="planned_run_by_day")]

    def __str__(self) -> str:
        return f"{self.on:%Y-%m-%d}"


class RunningTest(models.Model):
    """The test before the first run (F2) was passed with a physio: walk-jog may begin."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    episode = models.ForeignKey(
        EpisodeOfCare, on_delete=models.PROTECT, related_name="running_tests"
    )
    checks = models.JSONField()  # ids of the criteria that were seen to be met, in their order
    passed_at = models.DateTimeField()
    passed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("test before the first run")
        verbose_name_plural = _("tests before the first run")
        constraints = [Final(name="running_test_is_final", marker="passed_at")]

    def __str__(self) -> str:
        return f"{self.passed_at:%Y-%m-%d}"
