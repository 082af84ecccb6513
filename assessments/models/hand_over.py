"""A patient's exercise passed on to a colleague: goals, limits, the phase now, and the answer."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assessments.models.episode import EpisodeOfCare
from assessments.models.plan import Plan
from clinic.guards import Final, OnlyAllowed
from clinic.models import Practitioner, User

ANSWER = ("answered_at", "answered_by", "accepted", "return_reason")
END = ("ended_at", "ended_by")


class HandOverQuerySet(models.QuerySet["HandOver"]):
    def waiting(self) -> "HandOverQuerySet":
        """Those nobody has answered or taken back."""
        return self.filter(answered_at__isnull=True, ended_at__isnull=True)

    def standing(self) -> "HandOverQuerySet":
        """Those that were accepted and are not over."""
        return self.filter(accepted=True, ended_at__isnull=True)


class HandOver(models.Model):
    """From one practitioner to another, about an issued plan. What was written is never changed.

    The receiver sees the plan, its criteria, the logs and this summary; never what was answered
    before a visit or at the gate.
    """

    class Phase(models.TextChoices):
        SETTLE = "P1", _("1, settle")
        STRENGTHEN = "P2", _("2, strengthen")
        LOAD = "P3", _("3, load and control")
        RETURN = "P4", _("4, return to running and sport")
        MAINTAIN = "P5", _("5, maintain")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    episode = models.ForeignKey(EpisodeOfCare, on_delete=models.PROTECT, related_name="hand_overs")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="hand_overs")
    sender = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="handed_over")
    receiver = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="taken_over")
    goals = models.TextField(_("goals"), max_length=1000)
    limits = models.TextField(_("limits"), max_length=1000)
    phase = models.CharField(_("phase now"), max_length=2, choices=Phase)
    run_stage = models.PositiveSmallIntegerField(_("walk-jog stage now"), null=True, blank=True)
    sent_at = models.DateTimeField(_("handed over"))
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    accepted = models.BooleanField(null=True, blank=True)
    return_reason = models.CharField(_("why returned"), max_length=300, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    ended_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = HandOverQuerySet.as_manager()

    class Meta:
        verbose_name = _("hand-over")
        verbose_name_plural = _("hand-overs")
        constraints = [
            models.UniqueConstraint(
                name="hand_over_once_at_a_time",
                fields=["episode", "receiver"],
                condition=Q(ended_at__isnull=True, return_reason=""),
            ),
            models.CheckConstraint(
                name="hand_over_to_somebody_else", condition=~Q(sender=F("receiver"))
            ),
            models.CheckConstraint(
                name="hand_over_answered_whole",
                condition=Q(
                    answered_at__isnull=True, answered_by__isnull=True, accepted__isnull=True,
                    return_reason="",
                )
                | (
                    Q(answered_at__isnull=False, answered_by__isnull=False)
                    & (
                        Q(accepted=True, return_reason="")
                        | (Q(accepted=False) & ~Q(return_reason=""))
                    )
                ),
            ),
            models.CheckConstraint(
                name="hand_over_ended_whole",
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
            Final(name="hand_over_is_as_sent", marker="sent_at", allow=[*ANSWER, *END]),
            Final(name="hand_over_answered_is_final", marker="answered_at", allow=END),
            Final(name="hand_over_ended_is_final", marker="ended_at"),
            OnlyAllowed(
                name="hand_over_only_of_an_issued_plan",
                marker="sent_at",
                fk="plan",
                parent_marker="issued_at",
                field="start_phase",
                values=["P1", "P2", "P3", "P4", "P5", ""],
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["receiver", "answered_at"], name="hand_over_by_receiver")]

    def __str__(self) -> str:
        return str(_("Hand-over"))
