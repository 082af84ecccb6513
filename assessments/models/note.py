"""A note in words: of a visit that gets no chart, or of a call. Signed, it is final.

A plan hangs on an assessment, and a note is none: no column leads from the one to the other.
"""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessments.models.beside import LaterWords, SecondSignature
from assessments.notes.lines import NAMES
from bookings.models import Appointment
from clinic.guards import ChildOfFinal, Final
from clinic.guards_between import ByAnother
from clinic.models import Patient, Practitioner, User


class Note(models.Model):
    """``version`` grows with every save, so that two tabs notice each other."""

    class Kind(models.TextChoices):
        VISIT = "visit", _("Note")
        PHONE = "phone", _("Phone consult")

    class Safety(models.TextChoices):
        NOTHING_SAID = "none", _("asked: all answered no")
        SOMETHING_SAID = "some", _("asked: something answered yes")
        NOT_ASKED = "not_asked", _("not asked")

    class Outcome(models.TextChoices):
        BOOK = "book", _("book an assessment")
        GP = "gp", _("see the GP")
        EMERGENCY = "emergency", _("emergency")
        SELF_CARE = "self_care", _("self-care")
        NOT_FOR_US = "not_for_us", _("not for us")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="notes")
    appointment = models.OneToOneField(
        Appointment, on_delete=models.PROTECT, null=True, blank=True, related_name="note"
    )
    author = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="notes")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.VISIT)
    safety = models.CharField(_("safety questions"), max_length=10, choices=Safety, blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome, blank=True)
    booked = models.OneToOneField(
        Appointment, on_delete=models.PROTECT, null=True, blank=True, related_name="booked_by_note"
    )
    version = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(_("begun"))
    signed_at = models.DateTimeField(_("signed"), null=True, blank=True)
    signed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    content_hash = models.CharField(max_length=64, blank=True)
    # Both decided once, when signing: signed under supervision; and signed later after the
    # visit than the practice allows for.
    cosign_needed = models.BooleanField(_("waits for a co-signature"), default=False)
    late_entry = models.BooleanField(_("late entry"), default=False)
    amends = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="amendments"
    )
    amend_reason = models.CharField(_("why amended"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        constraints = [
            models.CheckConstraint(
                name="note_signed_whole",
                condition=Q(signed_at__isnull=True, signed_by__isnull=True, content_hash="")
                | (Q(signed_at__isnull=False, signed_by__isnull=False) & ~Q(content_hash="")),
            ),
            models.CheckConstraint(
                name="note_amended_with_a_reason",
                condition=Q(amends__isnull=True) | ~Q(amend_reason=""),
            ),
            models.CheckConstraint(
                name="note_outcome_is_of_a_call",
                condition=Q(kind="phone") | Q(safety="", outcome=""),
            ),
            models.CheckConstraint(
                name="note_call_signed_with_its_outcome",
                condition=Q(kind="visit")
                | Q(signed_at__isnull=True)
                | (~Q(safety="") & ~Q(outcome="")),
            ),
            models.CheckConstraint(
                name="note_booked_by_its_outcome",
                condition=Q(booked__isnull=True) | Q(outcome="book", signed_at__isnull=False),
            ),
            models.UniqueConstraint(
                name="note_amended_once",
                fields=["amends"],
                condition=Q(signed_at__isnull=False),
            ),
            Final(name="note_signed_is_final", marker="signed_at"),
        ]
        indexes = [models.Index(fields=["author", "signed_at"], name="note_by_author")]

    def __str__(self) -> str:
        return str(_("Note"))

    @property
    def waits_for_cosign(self) -> bool:
        signed = self.signed_at is not None
        return signed and self.cosign_needed and not hasattr(self, "cosignature")


class NoteCoSignature(SecondSignature):
    """The second signature under a note that was signed under supervision."""

    note = models.OneToOneField(Note, on_delete=models.PROTECT, related_name="cosignature")

    class Meta:
        verbose_name = _("co-signature of a note")
        verbose_name_plural = _("co-signatures of notes")
        constraints = [
            Final(name="note_cosignature_is_final"),
            ByAnother(
                name="note_cosignature_by_another", fk="note", marker="signed_at",
                flag="cosign_needed", field="signed_by", parent_field="signed_by",
            ),
        ]  # fmt: skip


class NoteAddendum(LaterWords):
    """Words added to a signed note, with why they come later. Signed by being written."""

    note = models.ForeignKey(Note, on_delete=models.PROTECT, related_name="addenda")

    class Meta:
        verbose_name = _("addendum to a note")
        verbose_name_plural = _("addenda to notes")
        constraints = [
            models.CheckConstraint(
                name="note_addendum_says_something_and_why",
                condition=~Q(text="") & ~Q(reason=""),
            ),
            Final(name="note_addendum_is_final"),
        ]


class NoteLine(models.Model):
    """The words of one line (``notes.lines``); no row means nothing was written."""

    id = models.BigAutoField(primary_key=True)
    note = models.ForeignKey(Note, on_delete=models.PROTECT, related_name="lines")
    name = models.CharField(max_length=20)
    text = models.TextField(max_length=4000)

    class Meta:
        verbose_name = _("line of a note")
        verbose_name_plural = _("lines of notes")
        constraints = [
            models.UniqueConstraint(name="note_line_once", fields=["note", "name"]),
            models.CheckConstraint(name="note_line_is_known", condition=Q(name__in=NAMES)),
            models.CheckConstraint(name="note_line_says_something", condition=~Q(text="")),
            ChildOfFinal(name="note_line_of_signed_is_final", fk="note", marker="signed_at"),
        ]

    def __str__(self) -> str:
        return self.name
