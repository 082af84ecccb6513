"""How it goes, months after discharge: asked once by mail, answered once behind its link."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessments.models.discharge import Discharge
from clinic.guards import Final


class CheckIn(models.Model):
    """One question after a discharge, and its answer. ``worse`` is worked out when it is given."""

    class Compared(models.TextChoices):
        BETTER = "better", _("better")
        SAME = "same", _("the same")
        WORSE = "worse", _("worse")

    class Exercising(models.TextChoices):
        TWICE = "twice", _("twice a week or more")
        ONCE = "once", _("once a week")
        LESS = "less", _("less than that")
        NOT = "not", _("not at all")

    class Sport(models.TextChoices):
        BEFORE = "before", _("as much as before")
        LESS = "less", _("less than before")
        NOT = "not", _("not yet")
        NONE = "none", _("I do none")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    discharge = models.ForeignKey(Discharge, on_delete=models.PROTECT, related_name="check_ins")
    months = models.PositiveSmallIntegerField(_("months after discharge"))
    asked_at = models.DateTimeField(_("asked"))
    closes_on = models.DateField(_("can be answered until"))
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    pain_now = models.PositiveSmallIntegerField(_("pain now, 0 to 10"), null=True, blank=True)
    pain_worst = models.PositiveSmallIntegerField(
        _("worst pain of the last 7 days, 0 to 10"), null=True, blank=True
    )
    activity = models.PositiveSmallIntegerField(
        _("the activity that matters most, 0 to 10"), null=True, blank=True
    )
    compared = models.CharField(_("the knee is"), max_length=8, choices=Compared, blank=True)
    exercising = models.CharField(_("exercises"), max_length=8, choices=Exercising, blank=True)
    sport = models.CharField(_("sport"), max_length=8, choices=Sport, blank=True)
    worse = models.BooleanField(_("got worse"), default=False)

    class Meta:
        verbose_name = _("check-in")
        verbose_name_plural = _("check-ins")
        constraints = [
            models.UniqueConstraint(
                name="check_in_once_per_discharge", fields=["discharge", "months"]
            ),
            models.CheckConstraint(
                name="check_in_answered_whole",
                condition=Q(
                    answered_at__isnull=True, pain_now__isnull=True, pain_worst__isnull=True,
                    activity__isnull=True, compared="", exercising="", sport="", worse=False,
                )
                | (
                    Q(answered_at__isnull=False, pain_now__isnull=False, pain_worst__isnull=False)
                    & ~Q(compared="")
                    & ~Q(exercising="")
                    & ~Q(sport="")
                ),
            ),
            models.CheckConstraint(
                name="check_in_scales_run_from_0_to_10",
                condition=(Q(pain_now__isnull=True) | Q(pain_now__lte=10))
                & (Q(pain_worst__isnull=True) | Q(pain_worst__lte=10))
                & (Q(activity__isnull=True) | Q(activity__lte=10)),
            ),
            Final(name="check_in_answer_is_final", marker="answered_at"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(_("Check-in"))


class CheckInLink(models.Model):
    """A link to one check-in: of its 32 random bytes only the SHA-256 is kept."""

    id = models.BigAutoField(primary_key=True)
    check_in = models.ForeignKey(CheckIn, on_delete=models.PROTECT, related_name="links")
    token_sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("check-in link")
        verbose_name_plural = _("check-in links")
        constraints = [Final(name="check_in_link_is_final")]

    def __str__(self) -> str:
        return str(_("Link"))
