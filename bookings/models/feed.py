"""A practitioner's diary under a secret address, for their own calendar program."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic.models import Practitioner, User


class PractitionerFeed(models.Model):
    """One secret address; the database keeps only what its token hashes to. Never deleted."""

    practitioner = models.ForeignKey(
        Practitioner,
        on_delete=models.PROTECT,
        verbose_name=_("practitioner"),
        related_name="feeds",
    )
    token_sha256 = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(_("made"))
    made_by = models.ForeignKey(
        User, on_delete=models.PROTECT, verbose_name=_("made by"), related_name="+"
    )
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")
        constraints = [
            models.UniqueConstraint(
                name="feed_one_per_practitioner",
                fields=["practitioner"],
                condition=Q(revoked_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return str(self.practitioner)
