"""What was done, by whom, to what. Rows are added, never changed; ids only, no clinical text."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.guards import Final


class AuditEvent(models.Model):
    """One thing somebody did. It has no foreign keys, so that it outlives whatever it names.

    Rows of one patient (or of the clinic, for the rest) form a chain: ``digest`` covers the row
    and the digest before it, so that a row changed by force no longer fits.
    """

    class Result(models.TextChoices):
        DONE = "done", _("done")
        REFUSED = "refused", _("refused")

    chain = models.CharField(max_length=36)  # a patient's id, or "clinic"
    position = models.PositiveIntegerField()  # 1, 2, 3 … within its chain
    at = models.DateTimeField(_("when"))
    actor_id = models.UUIDField(_("who"), null=True)  # None: a guest, or the clock
    actor_kind = models.CharField(_("as"), max_length=12)  # staff, patient, guest, system
    action = models.CharField(_("what"), max_length=60)
    object_type = models.CharField(_("kind of record"), max_length=40, blank=True)
    object_id = models.CharField(_("record"), max_length=64, blank=True)
    patient_id = models.UUIDField(_("patient"), null=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    data = models.JSONField(_("details"), default=dict)
    request_id = models.CharField(_("request"), max_length=36, blank=True)
    result = models.CharField(_("result"), max_length=8, choices=Result, default=Result.DONE)
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit trail")
        constraints = [
            models.UniqueConstraint(name="audit_chain_has_no_fork", fields=["chain", "position"]),
            Final(name="audit_is_append_only"),
        ]
        indexes = [
            models.Index(fields=["at"], name="audit_by_time"),
            models.Index(fields=["object_type", "object_id"], name="audit_by_object"),
            models.Index(fields=["actor_id", "at"], name="audit_by_actor"),
        ]

    def __str__(self) -> str:
        return self.action
