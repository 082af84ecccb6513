"""What is written beside a signed chart afterwards. The chart itself never changes."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from assessments.models.assessment import Assessment
from clinic.guards import Final
from clinic.models import User


class Addendum(models.Model):
    """Words added to a signed chart, with why they come later. Signed by being written.

    An amendment (``Assessment.amends``) changes what was found; an addendum adds to it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="addenda")
    reason = models.CharField(_("why it comes later"), max_length=300)
    text = models.TextField(_("what is added"), max_length=4000)
    written_at = models.DateTimeField(_("written"))
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("written by"), max_length=120)  # as it was on that day
    content_hash = models.CharField(max_length=64)

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

    def __str__(self) -> str:
        return str(_("Addendum"))
