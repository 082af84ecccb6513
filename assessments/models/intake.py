"""What a patient says before a visit. Patient-reported, and a table apart from the chart.

Clinical: registered in no admin, behind no link, in no mail. What was sent is final; whatever is
said afterwards stands beside it as a correction. Whose it is, the visit says.
"""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bookings.models import Appointment
from clinic.guards import ChildOfFinal, Final


class Intake(models.Model):
    """One part of the form for one visit, from its first answer to the moment it was sent.

    browser  SHA-256 of the key of the device that began it, which alone sees the answers
    done     names of the screens that were gone through; they tell nothing of the answers
    """

    class Part(models.TextChoices):
        FIRST = "first", _("Before you come")
        MORE = "more", _("If you have time")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="intakes")
    part = models.CharField(max_length=5, choices=Part)
    browser = models.CharField(max_length=64)
    done = models.JSONField(default=list, blank=True)
    begun_at = models.DateTimeField(_("begun"))
    saved_at = models.DateTimeField(_("saved"))
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    class Meta:
        verbose_name = _("intake")
        verbose_name_plural = _("intakes")
        constraints = [
            models.UniqueConstraint(name="intake_part_once", fields=["appointment", "part"]),
            models.CheckConstraint(
                name="intake_part_is_known", condition=Q(part__in=["first", "more"])
            ),
            Final(name="intake_sent_is_final", marker="sent_at"),
        ]

    def __str__(self) -> str:
        return str(_("Intake"))


class Reply(models.Model):
    """One value, in the shape in which an assessment keeps its findings."""

    class State(models.TextChoices):
        KNOWN = "known", _("known")
        NOT_TESTED = "not_tested", _("not tried")

    id = models.BigAutoField(primary_key=True)
    item = models.CharField(max_length=60)
    side = models.CharField(max_length=1, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.KNOWN)
    number = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    text = models.TextField(max_length=1000, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.item


class IntakeAnswer(Reply):
    """One answer. No row: not answered, which is neither 0 nor no."""

    intake = models.ForeignKey(Intake, on_delete=models.PROTECT, related_name="answers")
    answered_at = models.DateTimeField()

    class Meta:
        verbose_name = _("intake answer")
        verbose_name_plural = _("intake answers")
        constraints = [
            models.UniqueConstraint(name="intake_answer_once", fields=["intake", "item", "side"]),
            models.CheckConstraint(
                name="intake_answer_not_tried_has_no_value",
                condition=Q(state="known") | Q(number__isnull=True, text=""),
            ),
            ChildOfFinal(name="intake_answer_of_sent_is_final", fk="intake", marker="sent_at"),
        ]


class IntakeCorrection(Reply):
    """Something answered anew after it was sent; the newest counts, the first stays readable."""

    intake = models.ForeignKey(Intake, on_delete=models.PROTECT, related_name="corrections")
    added_at = models.DateTimeField()

    class Meta:
        verbose_name = _("intake correction")
        verbose_name_plural = _("intake corrections")
        constraints = [
            models.CheckConstraint(
                name="intake_correction_not_tried_has_no_value",
                condition=Q(state="known") | Q(number__isnull=True, text=""),
            ),
            Final(name="intake_correction_is_final"),
        ]


class IntakeAlert(models.Model):
    """A red-flag answer that a clinician has to know of before the visit. Never taken back.

    level   the strongest that applies: EMERGENCY, SAME_DAY or REFER
    flags   ids of the red flags (RF01 …) the answers would fire
    fields  the answers behind it
    """

    id = models.BigAutoField(primary_key=True)
    appointment = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, related_name="intake_alerts"
    )
    level = models.CharField(max_length=12)
    flags = models.JSONField(default=list)
    fields = models.JSONField(default=list)
    raised_at = models.DateTimeField()

    class Meta:
        verbose_name = _("intake alert")
        verbose_name_plural = _("intake alerts")
        constraints = [Final(name="intake_alert_is_final")]

    def __str__(self) -> str:
        return str(_("Alert"))


class IntakeFile(models.Model):
    """A referral or an image a patient sent along, kept under a name nobody can guess.

    Its own name is not kept: it may tell as much as the file.
    """

    class Kind(models.TextChoices):
        REFERRAL = "referral", _("Referral or letter")
        IMAGING = "imaging", _("X-ray, MRI or report")
        OTHER = "other", _("Something else")

    class Form(models.TextChoices):
        JPEG = "image/jpeg", _("JPEG")
        PNG = "image/png", _("PNG")
        PDF = "application/pdf", _("PDF")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    appointment = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, related_name="intake_files"
    )
    kind = models.CharField(_("what it is"), max_length=10, choices=Kind)
    form = models.CharField(max_length=20, choices=Form)
    name = models.CharField(max_length=100, unique=True)  # in the store of clinical files
    size = models.PositiveIntegerField()  # bytes
    sha256 = models.CharField(max_length=64)
    browser = models.CharField(max_length=64)
    added_at = models.DateTimeField(_("added"))
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    class Meta:
        verbose_name = _("file from a patient")
        verbose_name_plural = _("files from patients")
        constraints = [Final(name="intake_file_sent_is_final", marker="sent_at")]

    def __str__(self) -> str:
        return str(_("File"))
