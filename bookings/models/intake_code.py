"""The code that the desk hands out so that a form can be filled in here, on any device."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bookings.models.appointment import Appointment


class IntakeCode(models.Model):
    """Six digits and a link for one visit, good once and for half an hour.

    The database keeps neither: of the digits a keyed digest, of the link its SHA-256.
    """

    id = models.BigAutoField(primary_key=True)
    appointment = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, related_name="intake_codes"
    )
    digits_digest = models.CharField(max_length=64)
    token_sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)  # used, or a newer one took its place

    class Meta:
        verbose_name = _("code for a form")
        verbose_name_plural = _("codes for forms")
        constraints = [
            models.UniqueConstraint(
                name="intake_code_digits_once", fields=["digits_digest"],
                condition=Q(ended_at__isnull=True),
            ),
            models.UniqueConstraint(
                name="intake_code_one_per_visit", fields=["appointment"],
                condition=Q(ended_at__isnull=True),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(_("Code for one form"))
