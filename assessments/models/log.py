"""What the patient did, and how it felt. Entries are added by the patient and never edited."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessments.models.plan import Plan, PlanLine
from clinic.guards import Final
from clinic.models import Patient, Practitioner


class ExerciseLog(models.Model):
    """One line of a plan done (or not) on one day. ``client_id`` makes a repeat harmless."""

    class Done(models.TextChoices):
        DONE = "done", _("done")
        PARTLY = "partly", _("partly")
        NOT = "not", _("not done")

    id = models.BigAutoField(primary_key=True)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="logs")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="logs")
    line = models.ForeignKey(PlanLine, on_delete=models.PROTECT, related_name="logs")
    client_id = models.UUIDField()
    on = models.DateField(_("day"))  # the patient's own day
    done = models.CharField(_("done"), max_length=6, choices=Done)
    pain = models.PositiveSmallIntegerField(_("pain during, 0 to 10"), null=True, blank=True)
    effort = models.PositiveSmallIntegerField(_("effort, 0 to 10"), null=True, blank=True)
    # When the patient said so by the phone's clock, never later than logged_at; None: not told.
    said_at = models.DateTimeField(null=True)
    logged_at = models.DateTimeField()

    class Meta:
        verbose_name = _("exercise log")
        verbose_name_plural = _("exercise logs")
        constraints = [
            models.UniqueConstraint(name="log_once_per_client", fields=["patient", "client_id"]),
            models.CheckConstraint(
                name="log_scales_run_from_0_to_10",
                condition=(Q(pain__isnull=True) | Q(pain__lte=10))
                & (Q(effort__isnull=True) | Q(effort__lte=10)),
            ),
        ]
        indexes = [models.Index(fields=["plan", "on"], name="log_by_day")]

    def __str__(self) -> str:
        return f"{self.on:%Y-%m-%d}"


class LogLook(models.Model):
    """A practitioner looked at what one patient had logged and answered up to an instant."""

    id = models.BigAutoField(primary_key=True)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    practitioner = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+")
    up_to = models.DateTimeField()
    looked_at = models.DateTimeField()

    class Meta:
        verbose_name = _("look at logs")
        verbose_name_plural = _("looks at logs")
        constraints = [Final(name="log_look_is_final")]
        indexes = [models.Index(fields=["patient", "practitioner"], name="log_look_by_patient")]

    def __str__(self) -> str:
        return str(_("Look"))
