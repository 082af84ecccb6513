"""What helps a clinician to chart: presets of the clinic, own snippets, and the time it took."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessments.models.assessment import Assessment
from clinic.guards import ChildOfFinal
from clinic.models import Practitioner


class ChartPreset(models.Model):
    """Which parts of the chart stand open to begin with. The rest is folded, never gone."""

    class When(models.TextChoices):
        CHOSEN = "", _("only when somebody chooses it")
        ADOLESCENT = "adolescent", _("by itself for patients under 18")
        RUNNER = "runner", _("by itself for people who run")
        OTHERWISE = "otherwise", _("by itself for everybody else")

    id = models.BigAutoField(primary_key=True)
    slug = models.SlugField(_("short name"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=60)
    sections = models.JSONField(_("open sections"), default=list)
    left_out = models.JSONField(_("findings left out of them"), default=list, blank=True)
    when = models.CharField(_("chosen"), max_length=10, choices=When, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("chart preset")
        verbose_name_plural = _("chart presets")
        constraints = [
            models.UniqueConstraint(
                name="preset_one_by_itself", fields=["when"], condition=~Q(when="")
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Snippet(models.Model):
    """A sentence that one practitioner writes often, called up by a short word."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    practitioner = models.ForeignKey(
        Practitioner, on_delete=models.CASCADE, related_name="snippets"
    )
    word = models.SlugField(_("short word"), max_length=20)
    text = models.CharField(_("sentence"), max_length=500)

    class Meta:
        verbose_name = _("snippet")
        verbose_name_plural = _("snippets")
        constraints = [
            models.UniqueConstraint(name="snippet_word_once", fields=["practitioner", "word"]),
        ]

    def __str__(self) -> str:
        return self.word


class Sitting(models.Model):
    """How long one browser tab was worked in, on one chart; several sittings add up.

    The tab names its sitting and always says the whole so far, so that a count that is sent twice
    counts once. ``seconds`` are active ones: somebody typed, pressed or scrolled.
    """

    id = models.BigAutoField(primary_key=True)
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="sittings")
    tab = models.UUIDField()
    seconds = models.PositiveIntegerField(default=0)
    keys = models.PositiveIntegerField(default=0)
    touches = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("sitting")
        verbose_name_plural = _("sittings")
        constraints = [
            models.UniqueConstraint(name="sitting_once", fields=["assessment", "tab"]),
            ChildOfFinal(name="sitting_of_signed_is_final", fk="assessment", marker="signed_at"),
        ]

    def __str__(self) -> str:
        return str(self.tab)
