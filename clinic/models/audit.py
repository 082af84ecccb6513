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


class AuditSeal(models.Model):
    """What the whole trail was at one moment: how far every chain had come.

    A chain shows a row that was changed or taken out of its middle; only a seal shows that its
    newest rows, or all of it, are gone. Seals form a chain of their own, whose newest digest is
    kept outside this machine: with every backup, or on paper.

    until  the highest key of the trail when it was made
    whole  whether every chain was looked at, or only those that grew lately
    """

    number = models.PositiveIntegerField(primary_key=True)  # 1, 2, 3 …
    made_at = models.DateTimeField()
    until = models.BigIntegerField()
    whole = models.BooleanField(default=False)
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("seal of the audit trail")
        verbose_name_plural = _("seals of the audit trail")
        constraints = [Final(name="audit_seal_is_append_only")]

    def __str__(self) -> str:
        return str(self.number)


class AuditMark(models.Model):
    """How far one chain had come when a seal was made: its newest row's position and digest."""

    id = models.BigAutoField(primary_key=True)
    seal = models.ForeignKey(AuditSeal, on_delete=models.PROTECT, related_name="marks")
    chain = models.CharField(max_length=36)
    position = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("mark of a seal")
        verbose_name_plural = _("marks of seals")
        constraints = [
            models.UniqueConstraint(name="audit_mark_once", fields=["chain", "position"]),
            Final(name="audit_mark_is_append_only"),
        ]

    def __str__(self) -> str:
        return self.chain
