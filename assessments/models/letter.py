"""Letters about a patient to somebody outside. Printed and sent by a person, never by the app."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessments.models.assessment import Assessment
from clinic.guards import Final, OnlyAllowed
from clinic.models import GeneralPractitioner, User

# Whatever the gate said: a letter needs a signature, not a plan.
SIGNED = ("BLOCKED", "INCOMPLETE", "NOT_INDICATED", "DRAFT", "DRAFT_WITH_CAUTION")


class Letter(models.Model):
    """Drafted from one signed chart, edited, then finished: from then on it never changes.

    Of a finished letter ``facts`` holds everything that is printed, letterhead included, so that
    it prints the same for ever.
    """

    class Kind(models.TextChoices):
        GP = "gp", _("Letter to the GP")
        REFERRAL = "referral", _("Referral letter")
        DISCHARGE = "discharge", _("Discharge letter")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="letters")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    physician = models.ForeignKey(
        GeneralPractitioner, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    to_name = models.CharField(_("to"), max_length=160, blank=True)
    to_address = models.TextField(_("address"), max_length=400, blank=True)
    subject = models.CharField(_("subject"), max_length=200)
    sections = models.JSONField(default=list)  # each: heading and text
    drafted_at = models.DateTimeField(_("drafted"))
    drafted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    fixed_at = models.DateTimeField(_("finished"), null=True, blank=True)
    fixed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    facts = models.JSONField(null=True, blank=True)
    content_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        constraints = [
            models.UniqueConstraint(
                name="letter_one_draft_of_a_kind",
                fields=["assessment", "kind"],
                condition=Q(fixed_at__isnull=True),
            ),
            models.CheckConstraint(
                name="letter_finished_whole",
                condition=Q(
                    fixed_at__isnull=True, fixed_by__isnull=True, facts__isnull=True,
                    content_hash="",
                )
                | (
                    Q(fixed_at__isnull=False, fixed_by__isnull=False, facts__isnull=False)
                    & ~Q(content_hash="")
                    & ~Q(to_name="")
                ),
            ),
            Final(name="letter_finished_is_final", marker="fixed_at"),
            OnlyAllowed(
                name="letter_only_from_a_signed_chart",
                marker="drafted_at",
                fk="assessment",
                parent_marker="signed_at",
                field="plan_status",
                values=SIGNED,
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["assessment", "drafted_at"], name="letter_by_chart")]

    def __str__(self) -> str:
        return str(_("Letter"))


class LetterSending(models.Model):
    """That somebody gave a finished letter on: by whom, how, to whom and when. Never changed."""

    class How(models.TextChoices):
        HANDED = "handed", _("handed to the patient")
        POSTED = "posted", _("posted")
        FAXED = "faxed", _("faxed")
        MAILED = "mailed", _("e-mailed from our own mail program")
        PORTAL = "portal", _("through a referral portal")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="sendings")
    how = models.CharField(_("how"), max_length=8, choices=How)
    to = models.CharField(_("to whom"), max_length=160)
    sent_at = models.DateTimeField(_("when"))
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        verbose_name = _("sending of a letter")
        verbose_name_plural = _("sendings of letters")
        constraints = [
            Final(name="letter_sending_is_append_only"),
            OnlyAllowed(
                name="letter_sent_only_when_finished",
                marker="sent_at",
                fk="letter",
                parent_marker="fixed_at",
                field="kind",
                values=["gp", "referral", "discharge"],
            ),
        ]

    def __str__(self) -> str:
        return str(_("Sending of a letter"))
