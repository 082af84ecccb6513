"""What a clinician found on one day. Signed, it is final in the database itself."""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessments.models.episode import EpisodeOfCare
from assessments.models.library import LibraryVersion
from bookings.models import Appointment
from clinic.guards import ChildOfFinal, Final
from clinic.guards_between import OnlyWhile, Untouched
from clinic.models import Practitioner, User

IN_ERROR = "assessments_enteredinerror"


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def standing(self) -> "AssessmentQuerySet":
        """Those that were not entered in error."""
        return self.filter(mistake__isnull=True)

    def signed(self) -> "AssessmentQuerySet":
        """Those that count as the record: signed, and not in error."""
        return self.standing().filter(signed_at__isnull=False)

    def waiting(self) -> "AssessmentQuerySet":
        """Those signed under supervision that nobody has co-signed."""
        return self.signed().filter(cosign_needed=True, cosignature__isnull=True)


class Assessment(models.Model):
    """One examination. ``version`` grows with every save, so that two tabs notice each other."""

    class Kind(models.TextChoices):
        INITIAL = "initial", _("Initial assessment")
        FOLLOW_UP = "follow_up", _("Follow-up")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    episode = models.ForeignKey(EpisodeOfCare, on_delete=models.PROTECT, related_name="assessments")
    appointment = models.OneToOneField(
        Appointment, on_delete=models.PROTECT, null=True, blank=True, related_name="assessment"
    )
    author = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="assessments")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.INITIAL)
    library = models.ForeignKey(LibraryVersion, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(_("begun"))
    signed_at = models.DateTimeField(_("signed"), null=True, blank=True)
    signed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # What the gate and the rules said at the moment of signing (specification C4, D9).
    plan_status = models.CharField(max_length=20, blank=True)
    gate_level = models.CharField(max_length=12, blank=True)
    result = models.JSONField(null=True, blank=True)
    # Which engine said it (judging.ENGINE); 0 is from before engines were counted.
    engine = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    content_hash = models.CharField(max_length=64, blank=True)
    # Both decided once, when signing: signed under supervision; and signed later after the
    # visit than the practice allows for.
    cosign_needed = models.BooleanField(_("waits for a co-signature"), default=False)
    late_entry = models.BooleanField(_("late entry"), default=False)
    amends = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="amendments"
    )
    amend_reason = models.CharField(_("why amended"), max_length=300, blank=True)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        constraints = [
            models.CheckConstraint(
                name="assessment_signed_whole",
                condition=Q(signed_at__isnull=True, signed_by__isnull=True, content_hash="")
                | (
                    Q(signed_at__isnull=False, signed_by__isnull=False)
                    & ~Q(content_hash="")
                    & ~Q(plan_status="")
                ),
            ),
            models.CheckConstraint(
                name="assessment_amended_with_a_reason",
                condition=Q(amends__isnull=True) | ~Q(amend_reason=""),
            ),
            Final(name="assessment_signed_is_final", marker="signed_at"),
            OnlyWhile(
                name="assessment_in_error_is_not_signed",
                marker="signed_at",
                fk="id",
                table=IN_ERROR,
                column="assessment_id",
                wanted=False,
            ),
        ]
        indexes = [
            models.Index(fields=["author", "signed_at"], name="assessment_by_author"),
        ]

    def __str__(self) -> str:
        return str(_("Assessment"))

    @property
    def in_error(self) -> bool:
        """Was it entered for the wrong patient or side, or should it not exist at all?"""
        return hasattr(self, "mistake")

    @property
    def waits_for_cosign(self) -> bool:
        signed = self.signed_at is not None and not self.in_error
        return signed and self.cosign_needed and not hasattr(self, "cosignature")

    @property
    def examined_at(self) -> datetime:
        """The end of the visit it is about; without a visit, when it was begun."""
        return self.appointment.ends_at if self.appointment else self.started_at


class Finding(models.Model):
    """One value of one assessment: an item of the data dictionary, for one side if it has sides.

    A row exists when something was entered: ``known`` with a value, or ``not_tested``. No row
    means missing. Numbers, yes/no (1/0) and scores are in ``number``; choices, several choices
    (joined by commas) and words are in ``text``.
    """

    class State(models.TextChoices):
        KNOWN = "known", _("known")
        NOT_TESTED = "not_tested", _("not tested")

    class Origin(models.TextChoices):
        CLINICIAN = "clinician", _("clinician")
        PATIENT = "patient", _("patient-reported")
        CARRIED = "carried", _("carried over")

    id = models.BigAutoField(primary_key=True)
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="findings")
    item = models.CharField(max_length=60)
    side = models.CharField(max_length=1, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.KNOWN)
    number = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    text = models.TextField(max_length=1000, blank=True)
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.CLINICIAN)
    recorded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        constraints = [
            models.UniqueConstraint(name="finding_once", fields=["assessment", "item", "side"]),
            models.CheckConstraint(
                name="finding_side_is_left_right_or_none",
                condition=Q(side__in=["", "L", "R"]),
            ),
            models.CheckConstraint(
                name="finding_not_tested_has_no_value",
                condition=Q(state="known") | Q(number__isnull=True, text=""),
            ),
            ChildOfFinal(name="finding_of_signed_is_final", fk="assessment", marker="signed_at"),
            Untouched(
                name="finding_in_error_is_final",
                fk="assessment",
                table=IN_ERROR,
                column="assessment_id",
            ),
        ]
        indexes = [models.Index(fields=["item", "number"], name="finding_by_item")]

    def __str__(self) -> str:
        return self.item
