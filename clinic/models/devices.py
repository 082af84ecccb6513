"""Phones on which somebody keeps a patient's plan at hand."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clinic.models.patients import Patient
from clinic.models.users import User


class PlanDevice(models.Model):
    """This device opens today's plan, log and progress of one patient without a sign-in.

    Known by its cookie, of which only the SHA-256 is kept. Ended, never deleted; it also ends with
    the sign-in it was made from, or with that sign-in's grant.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="plan_devices")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="plan_devices")
    device = models.CharField(max_length=64)
    name = models.CharField(_("device"), max_length=40)
    kept_at = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("phone with a plan")
        verbose_name_plural = _("phones with a plan")
        constraints = [
            models.UniqueConstraint(
                name="plan_device_once_per_patient",
                fields=["device", "patient"],
                condition=Q(ended_at__isnull=True),
            ),
            models.CheckConstraint(
                name="plan_device_ends_after_it_began", condition=Q(until__gt=F("kept_at"))
            ),
        ]

    def __str__(self) -> str:
        return self.name
