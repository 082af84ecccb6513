"""Published versions of the clinical library: what plans were drafted from, for ever."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.guards import Final
from clinic.models import User


class LibraryVersion(models.Model):
    """One version of thresholds, blocks, exercises and wording. Published, it cannot change."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")

    number = models.PositiveIntegerField(_("version"), primary_key=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    language = models.CharField(_("language"), max_length=8, default="en")
    data = models.JSONField(_("content"))
    fingerprint = models.CharField(_("fingerprint"), max_length=64, blank=True)
    note = models.CharField(_("what changed"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("begun"))
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    published_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reviewed_by = models.CharField(_("reviewed by"), max_length=160, blank=True)
    reviewer_registration = models.CharField(_("registration number"), max_length=40, blank=True)
    reviewed_on = models.DateField(_("reviewed on"), null=True, blank=True)
    review_remarks = models.TextField(_("remarks"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("library version")
        verbose_name_plural = _("library versions")
        constraints = [
            models.CheckConstraint(
                name="library_published_has_a_time",
                condition=models.Q(state="draft", published_at__isnull=True)
                | models.Q(state="published", published_at__isnull=False),
            ),
            Final(
                name="library_published_is_final",
                marker="published_at",
                # Whether somebody reviewed it is a fact about the version, not part of it.
                allow=["reviewed_by", "reviewer_registration", "reviewed_on", "review_remarks"],
            ),
        ]

    def __str__(self) -> str:
        return _("Library %(number)s") % {"number": self.number}
