"""The end of an episode as it was decided: why, how the criteria stood, and what goes on."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessments.models.episode import EpisodeOfCare
from assessments.models.plan import Plan
from clinic.guards import Final
from clinic.lasting import Settled
from clinic.models import User

REOPENED = ("reopened_at", "reopened_by", "reopened_name", "reopen_reason")


class Discharge(models.Model):
    """A physio closed an episode; the app never does. Reopened, the row stays and says so.

    ``criteria`` holds, for each criterion of discharge, its id, its sentence, its state on that
    day and whether the physio saw it to be met; ``left_open`` counts those that were neither.
    ``plan`` is the keep-going plan the patient went home with, if there is one.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    episode = models.ForeignKey(EpisodeOfCare, on_delete=models.PROTECT, related_name="discharges")
    ending = models.CharField(_("because"), max_length=12, choices=EpisodeOfCare.Discharge)
    reason = models.CharField(_("why now"), max_length=300, blank=True)
    criteria = models.JSONField(default=list)
    left_open = models.PositiveSmallIntegerField(_("criteria left open"), default=0)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(_("discharged"))
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("discharged by"), max_length=120)  # as it was on that day
    reopened_at = models.DateTimeField(_("reopened"), null=True, blank=True)
    reopened_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reopened_name = models.CharField(_("reopened by"), max_length=120, blank=True)
    reopen_reason = models.CharField(_("why reopened"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("discharge")
        verbose_name_plural = _("discharges")
        constraints = [
            models.UniqueConstraint(
                name="discharge_stands_once_per_episode",
                fields=["episode"],
                condition=Q(reopened_at__isnull=True),
            ),
            models.CheckConstraint(
                name="discharge_short_of_goals_with_a_reason",
                condition=~Q(ending=EpisodeOfCare.Discharge.GOALS_MET)
                | Q(left_open=0)
                | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="discharge_reopened_whole",
                condition=Q(
                    reopened_at__isnull=True, reopened_by__isnull=True,
                    reopened_name="", reopen_reason="",
                )
                | (
                    Q(reopened_at__isnull=False, reopened_by__isnull=False)
                    & ~Q(reopen_reason="")
                ),
            ),
            Final(name="discharge_is_final", marker="made_at", allow=REOPENED),
            Settled(name="discharge_reopened_once", marker="reopened_at", keeps=REOPENED),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(_("Discharge"))
