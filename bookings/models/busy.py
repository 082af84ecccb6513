"""When somebody is busy elsewhere, as a file of another system said. Nothing but times."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clinic.models import Practitioner, User


class BusyImport(models.Model):
    """The last file read for a practitioner. Reading another one replaces what it left.

    Neither the file nor its name is kept, nor any word in it: only from when to when.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    practitioner = models.OneToOneField(
        Practitioner, on_delete=models.CASCADE, related_name="busy_import"
    )
    read_at = models.DateTimeField(_("read"))
    read_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    count = models.PositiveIntegerField(_("times"))

    class Meta:
        verbose_name = _("busy times from elsewhere")
        verbose_name_plural = _("busy times from elsewhere")

    def __str__(self) -> str:
        return f"{self.read_at:%Y-%m-%d %H:%M}Z"


class BusyTime(models.Model):
    """One stretch in which a practitioner cannot be booked. Instants, so no clock can shift it."""

    id = models.BigAutoField(primary_key=True)
    practitioner = models.ForeignKey(
        Practitioner, on_delete=models.CASCADE, related_name="busy_times"
    )
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))

    class Meta:
        verbose_name = _("busy time")
        verbose_name_plural = _("busy times")
        constraints = [
            models.CheckConstraint(
                name="busy_time_ends_after_start", condition=Q(ends_at__gt=F("starts_at"))
            )
        ]
        indexes = [models.Index(fields=["practitioner", "ends_at"], name="busy_by_end")]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}Z"
