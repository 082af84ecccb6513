"""What the patient is asked to do, and why each line of it is there."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessments.models.assessment import IN_ERROR, Assessment
from assessments.models.episode import EpisodeOfCare
from assessments.models.library import LibraryVersion
from clinic.guards import ChildOfFinal, Final, OnlyAllowed
from clinic.guards_between import OnlyWhile
from clinic.models import User

MAY_HAVE_A_PLAN = ("DRAFT", "DRAFT_WITH_CAUTION")
MAY_BE_COMPOSED = ("NOT_INDICATED",)  # the rules draft nothing, and no flag stands in the way

# What no rule ever proposes (specification D4): a line of the clinician's own, with a stored note.
UNPROPOSED = ("DRY_NEEDLING", "BIOPHYSICAL", "EMG_BIOFEEDBACK", "CUSTOM_ORTHOSES", "ACUPUNCTURE")

EASIER_AT_MOST = 28  # days: whatever a library allows, an easier variant ends


class Plan(models.Model):
    """A plan drafted from one signed assessment. Issued, it is final; a new version replaces it.

    Where the rules say NOT_INDICATED, a physio may put one together by hand (``composed``): every
    line of it is the clinician's choice, and says so wherever it is shown.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    episode = models.ForeignKey(EpisodeOfCare, on_delete=models.PROTECT, related_name="plans")
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="plans")
    library = models.ForeignKey(LibraryVersion, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(_("version"), default=1)
    composed = models.BooleanField(_("composed by clinician"), default=False)
    composed_reason = models.CharField(_("why composed"), max_length=300, blank=True)
    drafted_at = models.DateTimeField(_("drafted"))
    drafted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    # The engine's answer as it was given: specification D9 and the records of D6b.
    result = models.JSONField()
    # Which engine drafted it (judging.ENGINE); 0 is from before engines were counted.
    engine = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    explanations = models.JSONField(default=list)
    unasked = models.JSONField(default=list)  # contraindications to answer before issuing
    # What the patient's page says besides the lines, copied from the library's wording.
    texts = models.JSONField(default=dict)
    start_phase = models.CharField(_("phase"), max_length=2)
    pain_limit = models.PositiveSmallIntegerField(_("pain limit in exercises, 0 to 10"))
    pain_limit_running = models.PositiveSmallIntegerField(
        _("pain limit in running, 0 to 10"), null=True, blank=True
    )
    review_on = models.DateField(_("review"), null=True, blank=True)
    note = models.TextField(_("note for the patient"), max_length=1000, blank=True)
    issued_at = models.DateTimeField(_("issued"), null=True, blank=True)
    issued_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    content_hash = models.CharField(max_length=64, blank=True)
    replaced_at = models.DateTimeField(_("replaced"), null=True, blank=True)

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        constraints = [
            models.UniqueConstraint(
                name="plan_version_once_per_episode", fields=["episode", "version"]
            ),
            models.CheckConstraint(
                name="plan_issued_whole",
                condition=Q(issued_at__isnull=True, issued_by__isnull=True, content_hash="")
                | (Q(issued_at__isnull=False, issued_by__isnull=False) & ~Q(content_hash="")),
            ),
            models.CheckConstraint(
                name="plan_replaced_after_it_was_issued",
                condition=Q(replaced_at__isnull=True) | Q(issued_at__isnull=False),
            ),
            Final(name="plan_issued_is_final", marker="issued_at", allow=["replaced_at"]),
            OnlyAllowed(
                name="plan_only_when_the_gate_allows",
                marker="issued_at",
                fk="assessment",
                parent_marker="signed_at",
                field="plan_status",
                values=MAY_HAVE_A_PLAN,
                where=("composed", False),
            ),
            # Not even a draft: the row itself may not exist beside another answer of the gate.
            OnlyAllowed(
                name="plan_composed_only_when_not_indicated",
                marker="drafted_at",
                fk="assessment",
                parent_marker="signed_at",
                field="plan_status",
                values=MAY_BE_COMPOSED,
                where=("composed", True),
            ),
            OnlyWhile(
                name="plan_only_when_cosigned",
                marker="issued_at",
                fk="assessment",
                table="assessments_cosignature",
                column="assessment_id",
                wanted=True,
                flag="cosign_needed",
            ),
            OnlyWhile(
                name="plan_not_of_an_error",
                marker="issued_at",
                fk="assessment",
                table=IN_ERROR,
                column="assessment_id",
                wanted=False,
            ),
            models.CheckConstraint(
                name="plan_composed_with_a_reason",
                condition=Q(composed=False, composed_reason="")
                | (Q(composed=True) & ~Q(composed_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return str(_("Plan"))


class PlanLine(models.Model):
    """One exercise or piece of advice as it was issued: text, dose and reason are copies.

    kept_note  what the library asks to be written down with a treatment no rule proposes
    """

    class Change(models.TextChoices):
        DRAFTED = "drafted", _("as drafted")
        EDITED = "edited", _("changed by the clinician")
        ADDED = "added", _("added by the clinician")
        REMOVED = "removed", _("removed by the clinician")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    block = models.CharField(max_length=20)
    exercise = models.CharField(max_length=20)  # of the library, or one of UNPROPOSED
    name = models.CharField(_("name"), max_length=120)
    home = models.BooleanField(default=True)  # counts as a home exercise (EX01–EX51)
    sets = models.PositiveSmallIntegerField(_("sets"), null=True, blank=True)
    reps = models.PositiveSmallIntegerField(_("repetitions"), null=True, blank=True)
    hold_seconds = models.PositiveSmallIntegerField(_("hold in seconds"), null=True, blank=True)
    per_week = models.PositiveSmallIntegerField(_("times a week"), null=True, blank=True)
    dose = models.CharField(_("dose"), max_length=200)
    instruction = models.TextField(_("what to do"), max_length=1000)
    precaution = models.CharField(_("take care"), max_length=300, blank=True)
    equipment = models.CharField(_("what you need"), max_length=120, blank=True)
    pain_limit = models.CharField(_("pain limit"), max_length=120, blank=True)
    why = models.TextField(_("why it is here"), max_length=600)
    explanation = models.JSONField(default=dict)
    kept_note = models.CharField(_("written down with it"), max_length=300, blank=True)
    # What stands in for it for a while after a flare, if the physio approved that: copies as well.
    easier = models.JSONField(default=dict)
    easier_exercise = models.CharField(max_length=6, blank=True)
    easier_days = models.PositiveSmallIntegerField(
        _("days of the easier variant"), null=True, blank=True
    )
    change = models.CharField(max_length=8, choices=Change, default=Change.DRAFTED)
    change_reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("plan line")
        verbose_name_plural = _("plan lines")
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(name="line_position_once", fields=["plan", "position"]),
            models.CheckConstraint(
                name="line_changed_with_a_reason",
                condition=Q(change__in=["drafted", "edited"]) | ~Q(change_reason=""),
            ),
            models.CheckConstraint(
                name="line_easier_whole",
                condition=Q(easier_exercise="", easier_days__isnull=True)
                | (
                    ~Q(easier_exercise="")
                    & ~Q(easier_exercise=models.F("exercise"))
                    # A missing number makes a comparison unknown, which a check lets through.
                    & Q(easier_days__isnull=False)
                    & Q(easier_days__gte=1, easier_days__lte=EASIER_AT_MOST)
                ),
            ),
            models.CheckConstraint(
                name="line_unproposed_with_its_note",
                condition=(~Q(exercise__in=UNPROPOSED) & Q(kept_note=""))
                | (
                    Q(exercise__in=UNPROPOSED, home=False, change__in=["added", "removed"])
                    & ~Q(kept_note="")
                ),
            ),
            ChildOfFinal(name="line_of_issued_is_final", fk="plan", marker="issued_at"),
        ]

    def __str__(self) -> str:
        return self.exercise


class PhaseStep(models.Model):
    """A clinician took a plan on to the next phase: from which one, why, and what stood then.

    The app never does this by itself. ``criteria`` holds, for each criterion to leave the phase,
    its id, its sentence, its state on that day and whether the clinician saw it to be met.
    """

    plan = models.OneToOneField(
        Plan, on_delete=models.PROTECT, primary_key=True, related_name="step"
    )  # the version that begins the phase
    from_plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+")
    from_phase = models.CharField(_("from phase"), max_length=2)
    to_phase = models.CharField(_("to phase"), max_length=2)
    reason = models.CharField(_("why now"), max_length=300)
    criteria = models.JSONField(default=list)
    made_at = models.DateTimeField(_("decided"))
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("decided by"), max_length=120)  # as it was on that day

    class Meta:
        verbose_name = _("step to the next phase")
        verbose_name_plural = _("steps to the next phase")
        constraints = [
            models.CheckConstraint(name="phase_step_with_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="phase_step_goes_on", condition=Q(to_phase__gt=models.F("from_phase"))
            ),
            Final(name="phase_step_is_final"),
        ]

    def __str__(self) -> str:
        return f"{self.from_phase} → {self.to_phase}"
