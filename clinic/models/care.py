"""Who is looking after whom: the ground on which a practitioner may open a record."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clinic.models.patients import Patient
from clinic.models.practitioners import Practitioner


class CareRelationQuerySet(models.QuerySet["CareRelation"]):
    def active(self, at) -> "CareRelationQuerySet":
        """Those that give access at the instant ``at``."""
        return self.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at), starts_at__lte=at)


class CareRelation(models.Model):
    """A practitioner cares for a patient from one instant to another.

    A booking creates it, a reassigned visit, a named cover or an accepted hand-over extends it.
    One row per pair; the end moves.
    """

    class Ground(models.TextChoices):
        VISIT = "visit", _("Visit")
        COVER = "cover", _("Cover")
        HAND_OVER = "hand_over", _("Hand-over")
        CHECK_IN = "check_in", _("Answer after discharge")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="care_relations", db_index=False
    )
    practitioner = models.ForeignKey(
        Practitioner, on_delete=models.PROTECT, related_name="care_relations", db_index=False
    )
    ground = models.CharField(_("because of"), max_length=12, choices=Ground)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)

    objects = CareRelationQuerySet.as_manager()

    class Meta:
        verbose_name = _("care relation")
        verbose_name_plural = _("care relations")
        constraints = [
            models.UniqueConstraint(
                name="care_relation_once_per_pair_and_ground",
                fields=["patient", "practitioner", "ground"],
            ),
            models.CheckConstraint(
                name="care_relation_ends_after_start",
                condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("starts_at")),
            ),
        ]
        indexes = [models.Index(fields=["practitioner", "ends_at"], name="care_by_practitioner")]

    def __str__(self) -> str:
        return self.get_ground_display()
