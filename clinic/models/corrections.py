"""Somebody says that what is kept about them is wrong, and what the clinic answers.

Words stand in a table of their own: those about the record are read by a physio and the person,
by no page of the admin.
"""

import uuid
from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clinic.guards import Final
from clinic.models.patients import Patient
from clinic.models.users import User


class CorrectionRequestQuerySet(models.QuerySet["CorrectionRequest"]):
    def waiting(self) -> "CorrectionRequestQuerySet":
        """Those that nobody has answered yet, the first to be due on top."""
        return self.filter(answered_at__isnull=True).order_by("due_on", "asked_at", "pk")

    def of_desk(self) -> "CorrectionRequestQuerySet":
        """Those that the front desk answers."""
        return self.exclude(part=CorrectionRequest.Part.RECORD)

    def of_record(self) -> "CorrectionRequestQuerySet":
        """Those that a physio answers."""
        return self.filter(part=CorrectionRequest.Part.RECORD)


class CorrectionRequest(models.Model):
    """Asked for by a patient or whoever answers for them; answered once.

    due_on  the last day to answer, by the practice's setting on the day it was asked
    """

    class Part(models.TextChoices):
        CONTACT = "contact", _("Name or contact details")
        VISIT = "visit", _("A visit: day, time, place or price")
        RECORD = "record", _("The record: what was found, written or planned")

    class Outcome(models.TextChoices):
        CORRECTED = "corrected", _("corrected")
        REFUSED = "refused", _("not corrected")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    form_key = models.UUIDField(unique=True, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="corrections")
    part = models.CharField(_("about"), max_length=12, choices=Part)
    asked_at = models.DateTimeField(_("asked"))
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(_("answer by"))
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    outcome = models.CharField(_("answer"), max_length=12, choices=Outcome, blank=True)

    objects = CorrectionRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("correction asked for")
        verbose_name_plural = _("corrections asked for")
        constraints = [
            models.CheckConstraint(
                name="correction_part_is_known",
                condition=Q(part__in=["contact", "visit", "record"]),
            ),
            models.CheckConstraint(
                name="correction_answered_whole",
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, outcome="")
                | Q(
                    answered_at__gte=F("asked_at"),
                    answered_by__isnull=False,
                    outcome__in=["corrected", "refused"],
                ),
            ),
            models.CheckConstraint(
                name="correction_answered_by_another",
                condition=Q(answered_by__isnull=True) | ~Q(answered_by=F("asked_by")),
            ),
            Final(name="correction_is_as_asked", allow=["answered_at", "answered_by", "outcome"]),
            Final(name="correction_answered_once", marker="answered_at"),
        ]
        indexes = [models.Index(fields=["answered_at", "due_on"], name="correction_by_day")]

    def __str__(self) -> str:
        return str(_("Correction asked for"))

    @property
    def said(self) -> dict[str, str]:
        """What was said, by its kind; prefetch ``words`` for more than one."""
        return {each.kind: each.text for each in self.words.all()}

    @property
    def refused(self) -> bool:
        return self.outcome == self.Outcome.REFUSED

    def is_late(self, today: date) -> bool:
        return self.answered_at is None and self.due_on < today


class CorrectionWords(models.Model):
    """What was said of a correction: by the person, and in answer. Each once, and final."""

    class Kind(models.TextChoices):
        WRONG = "wrong", _("what is wrong")
        RIGHT = "right", _("what it should say")
        ANSWER = "answer", _("the answer")
        DISAGREES = "disagrees", _("statement of disagreement")

    request = models.ForeignKey(CorrectionRequest, on_delete=models.PROTECT, related_name="words")
    kind = models.CharField(max_length=12, choices=Kind)
    text = models.TextField(max_length=2000)
    written_at = models.DateTimeField()

    class Meta:
        verbose_name = _("words about a correction")
        verbose_name_plural = _("words about corrections")
        constraints = [
            models.UniqueConstraint(name="correction_words_once", fields=["request", "kind"]),
            models.CheckConstraint(name="correction_words_say_something", condition=~Q(text="")),
            Final(name="correction_words_are_final"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
