"""What is written beside a signed chart afterwards. The chart itself never changes."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from assessments.models.assessment import Assessment
from assessments.models.beside import LaterWords, SecondSignature
from clinic.guards import Final
from clinic.guards_between import ByAnother
from clinic.models import User


class Addendum(LaterWords):
    """Words added to a signed chart, with why they come later. Signed by being written.

    An amendment (``Assessment.amends``) changes what was found; an addendum adds to it.
    """

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="addenda")

    class Meta:
        verbose_name = _("addendum")
        verbose_name_plural = _("addenda")
        constraints = [
            models.CheckConstraint(
                name="addendum_says_something_and_why",
                condition=~models.Q(text="") & ~models.Q(reason=""),
            ),
            Final(name="addendum_is_final"),
        ]


class CoSignature(SecondSignature):
    """The second signature under a chart that was signed under supervision."""

    assessment = models.OneToOneField(
        Assessment, on_delete=models.PROTECT, related_name="cosignature"
    )

    class Meta:
        verbose_name = _("co-signature")
        verbose_name_plural = _("co-signatures")
        constraints = [
            Final(name="cosignature_is_final"),
            ByAnother(
                name="cosignature_by_another", fk="assessment", marker="signed_at",
                flag="cosign_needed", field="signed_by", parent_field="signed_by",
            ),
        ]  # fmt: skip


class EnteredInError(models.Model):
    """A chart that is about another patient or side, or about nothing. It stays, struck through.

    copy  the chart for the right patient or side that was begun in its place; it stands at the
          chart of the visit, not at its corrections
    """

    class Kind(models.TextChoices):
        PATIENT = "patient", _("wrong patient")
        SIDE = "side", _("wrong side")
        OTHER = "other", _("should not have been written")

    id = models.BigAutoField(primary_key=True)
    assessment = models.OneToOneField(Assessment, on_delete=models.PROTECT, related_name="mistake")
    kind = models.CharField(_("what was wrong"), max_length=8, choices=Kind)
    reason = models.CharField(_("how it happened"), max_length=300)
    copy = models.OneToOneField(
        Assessment, on_delete=models.PROTECT, null=True, related_name="copied_from"
    )
    marked_at = models.DateTimeField(_("marked"))
    marked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("marked by"), max_length=120)  # as it was on that day

    class Meta:
        verbose_name = _("chart entered in error")
        verbose_name_plural = _("charts entered in error")
        constraints = [
            models.CheckConstraint(
                name="entered_in_error_with_a_reason", condition=~models.Q(reason="")
            ),
            Final(name="entered_in_error_is_final"),
        ]

    def __str__(self) -> str:
        return str(_("Entered in error"))

    @property
    def right_chart(self) -> Assessment | None:
        """The chart begun in the place of this one; the mark of the visit's own chart names it."""
        mark = self
        while mark.copy_id is None and mark.assessment.amends is not None:
            mark = mark.assessment.amends.mistake
        return mark.copy


class PlanKept(models.Model):
    """A clinician looked at a plan again after its chart was amended, and it stays as it is."""

    id = models.BigAutoField(primary_key=True)
    plan = models.ForeignKey("assessments.Plan", on_delete=models.PROTECT, related_name="looks")
    amendment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("why it stays"), max_length=300)
    kept_at = models.DateTimeField(_("looked at"))
    kept_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("looked at by"), max_length=120)  # as it was on that day

    class Meta:
        verbose_name = _("plan kept after an amendment")
        verbose_name_plural = _("plans kept after an amendment")
        constraints = [
            models.UniqueConstraint(name="plan_kept_once", fields=["plan", "amendment"]),
            models.CheckConstraint(name="plan_kept_with_a_reason", condition=~models.Q(reason="")),
            Final(name="plan_kept_is_final"),
        ]

    def __str__(self) -> str:
        return str(_("Plan kept"))
