"""Files of other systems: what was uploaded, how it was read, and which rows came of it."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bookings.models.appointment import Appointment
from clinic.models import Patient, User


class DataImport(models.Model):
    """One upload. The file is kept until it is applied or given up, then only its digest."""

    class Kind(models.TextChoices):
        PATIENTS = "patients", _("patients")
        VISITS = "visits", _("visits")

    class State(models.TextChoices):
        DRAFT = "draft", _("not applied")
        APPLIED = "applied", _("applied")
        ROLLED_BACK = "rolled_back", _("rolled back")
        GIVEN_UP = "given_up", _("given up")

    class Wanted(models.TextChoices):
        """What the worker is to do with a long file, some rows at a time."""

        NOTHING = "", ""
        LOOK = "look", _("being looked at")
        APPLY = "apply", _("being imported")
        ROLL_BACK = "roll_back", _("being taken back")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("what"), max_length=8, choices=Kind)
    file_name = models.CharField(_("file"), max_length=120)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField(null=True)
    settings = models.JSONField(default=dict)  # encoding, separator, date format, columns
    counts = models.JSONField(default=dict)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.DRAFT)
    made_at = models.DateTimeField(_("uploaded"))
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    applied_at = models.DateTimeField(_("applied"), null=True)
    rolled_back_at = models.DateTimeField(_("rolled back"), null=True)
    wanted = models.CharField(max_length=9, choices=Wanted, default=Wanted.NOTHING, blank=True)
    wanted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    how = models.JSONField(default=dict)  # what was ticked: rows left out, patients told
    reached = models.PositiveIntegerField(default=0)  # rows dealt with
    found = models.JSONField(default=dict)  # what the worker saw in them, see ``imports.seen``

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        indexes = [models.Index(fields=["wanted", "made_at"], name="import_to_work_on")]
        constraints = [
            models.UniqueConstraint(
                name="import_of_a_file_once", fields=["kind", "sha256"],
                condition=Q(state="applied"),
            ),
            models.CheckConstraint(
                name="import_keeps_no_file_once_applied",
                condition=Q(state="draft") | Q(content__isnull=True),
            ),
            models.CheckConstraint(
                name="import_is_worked_on_for_somebody",
                condition=Q(wanted="") | Q(wanted_by__isnull=False),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.file_name


class ImportedRow(models.Model):
    """A row of the file, and the record that came of it or that it was found to be."""

    id = models.BigAutoField(primary_key=True)
    data_import = models.ForeignKey(DataImport, on_delete=models.PROTECT, related_name="rows")
    number = models.PositiveIntegerField()  # in the file, the header is row 1
    patient = models.ForeignKey(Patient, on_delete=models.SET_NULL, null=True, related_name="+")
    appointment = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, null=True, related_name="+"
    )
    made = models.BooleanField(default=True)  # else it was here before

    class Meta:
        verbose_name = _("imported row")
        verbose_name_plural = _("imported rows")
        constraints = [
            models.UniqueConstraint(name="imported_row_once", fields=["data_import", "number"])
        ]

    def __str__(self) -> str:
        return str(self.number)
