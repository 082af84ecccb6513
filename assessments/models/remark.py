"""Words beside the findings of an assessment. No rule can read them; a signature covers them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from assessments.models.assessment import IN_ERROR, Assessment
from clinic.guards import ChildOfFinal
from clinic.guards_between import Untouched


class Remark(models.Model):
    """A section's note, or the name of a PSFS activity (``findings.remarks`` lists the places)."""

    id = models.BigAutoField(primary_key=True)
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="remarks")
    name = models.CharField(max_length=40)
    text = models.TextField(max_length=2000)

    class Meta:
        verbose_name = _("remark")
        verbose_name_plural = _("remarks")
        constraints = [
            models.UniqueConstraint(name="remark_once", fields=["assessment", "name"]),
            models.CheckConstraint(name="remark_says_something", condition=~models.Q(text="")),
            ChildOfFinal(name="remark_of_signed_is_final", fk="assessment", marker="signed_at"),
            Untouched(
                name="remark_in_error_is_final",
                fk="assessment",
                table=IN_ERROR,
                column="assessment_id",
            ),
        ]

    def __str__(self) -> str:
        return self.name
