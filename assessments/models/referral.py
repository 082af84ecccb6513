"""A red flag that somebody outside has to look at: by when, what came of it."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessments.models.assessment import Assessment
from clinic.guards import Final, OnlyAllowed
from clinic.models import User

ANSWER = ("answered_at", "answered_by", "answer")
CLOSING = ("closed_at", "closed_by", "outcome", "outcome_note")
SENDING = ("sent_at", "sent_by", "sent_to")


class ReferralQuerySet(models.QuerySet["Referral"]):
    def open(self) -> "ReferralQuerySet":
        """Those nobody has closed yet."""
        return self.filter(closed_at__isnull=True)


class Referral(models.Model):
    """Opened when a chart with a red flag is signed; sent, answered, and closed with an outcome.

    What was asked for and by when is a copy, as it stood on that day, and never changes; neither
    does any step that was written down.
    """

    class Outcome(models.TextChoices):
        CLEARED = "cleared", _("looked at, may go on here")
        ELSEWHERE = "elsewhere", _("treated elsewhere")
        DECLINED = "declined", _("the patient did not go")
        NOT_NEEDED = "not_needed", _("not needed after a correction")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assessment = models.OneToOneField(Assessment, on_delete=models.PROTECT, related_name="referral")
    # Each: id, level, wording and timeframe, as the library said them.
    flags = models.JSONField()
    level = models.CharField(max_length=12)  # the strongest of them
    due_on = models.DateField(_("due"))  # the last day, by the calendar of the place
    opened_at = models.DateTimeField(_("opened"))
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    sent_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    sent_to = models.CharField(_("to whom"), max_length=160, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(  # who wrote the answer down
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answer = models.TextField(_("what the answer says"), max_length=2000, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome, blank=True)
    outcome_note = models.CharField(_("in a few words"), max_length=300, blank=True)

    objects = ReferralQuerySet.as_manager()

    class Meta:
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")
        constraints = [
            models.CheckConstraint(
                name="referral_sent_whole",
                condition=Q(sent_at__isnull=True, sent_by__isnull=True, sent_to="")
                | (Q(sent_at__isnull=False, sent_by__isnull=False) & ~Q(sent_to="")),
            ),
            models.CheckConstraint(
                name="referral_answered_whole",
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, answer="")
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer="")),
            ),
            models.CheckConstraint(
                name="referral_closed_with_an_outcome",
                condition=Q(
                    closed_at__isnull=True, closed_by__isnull=True, outcome="", outcome_note=""
                )
                | (
                    Q(closed_at__isnull=False, closed_by__isnull=False)
                    & ~Q(outcome="")
                    & ~Q(outcome_note="")
                ),
            ),
            Final(
                name="referral_is_as_opened",
                marker="opened_at",
                allow=[*SENDING, *ANSWER, *CLOSING],
            ),
            Final(name="referral_sent_is_final", marker="sent_at", allow=[*ANSWER, *CLOSING]),
            Final(
                name="referral_answered_is_final", marker="answered_at", allow=[*SENDING, *CLOSING]
            ),
            Final(name="referral_closed_is_final", marker="closed_at"),
            OnlyAllowed(
                name="referral_only_of_a_red_flag",
                marker="opened_at",
                fk="assessment",
                parent_marker="signed_at",
                field="plan_status",
                values=["BLOCKED"],
            ),
        ]
        indexes = [models.Index(fields=["closed_at", "due_on"], name="referral_by_day")]

    def __str__(self) -> str:
        return str(_("Referral"))
