"""A short number that opens a locked screen again, on one device and for one person."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.models.users import User


class DevicePin(models.Model):
    """Known by the device's cookie, of which only the SHA-256 is kept; the PIN is hashed too."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="device_pins")
    device = models.CharField(max_length=64)
    pin = models.CharField(max_length=200)
    tries = models.PositiveSmallIntegerField(default=0)  # wrong ones in a row
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("PIN on a device")
        verbose_name_plural = _("PINs on devices")
        constraints = [
            models.UniqueConstraint(name="one_pin_per_device_and_user", fields=["user", "device"])
        ]

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d %H:%M}Z"
