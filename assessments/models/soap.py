"""The note of a chart in four parts: what the chart says by itself, and what its author wrote."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessments.models.assessment import IN_ERROR, Assessment
from assessments.notes.lines import LONGEST_PART, SOAP
from clinic.guards import ChildOfFinal
from clinic.guards_between import Untouched


class SoapPart(models.Model):
    """One part. In a draft there is a row only where the author wrote; signed, for every part.

    drawn  what the chart said by itself when the text was written, once signed when it was signed
    text   what stands in the note
    """

    id = models.BigAutoField(primary_key=True)
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="soap")
    name = models.CharField(max_length=12)
    drawn = models.TextField(blank=True)
    text = models.TextField(max_length=LONGEST_PART)

    class Meta:
        verbose_name = _("part of a chart's note")
        verbose_name_plural = _("parts of charts' notes")
        constraints = [
            models.UniqueConstraint(name="soap_part_once", fields=["assessment", "name"]),
            models.CheckConstraint(name="soap_part_is_known", condition=Q(name__in=SOAP)),
            models.CheckConstraint(name="soap_part_says_something", condition=~Q(text="")),
            ChildOfFinal(name="soap_of_signed_is_final", fk="assessment", marker="signed_at"),
            Untouched(
                name="soap_in_error_is_final",
                fk="assessment",
                table=IN_ERROR,
                column="assessment_id",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def by_hand(self) -> bool:
        """Does it say something else than the chart by itself?"""
        return self.text != self.drawn
