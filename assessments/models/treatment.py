"""What was done at a visit: written on its chart or note, and as final as that is."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessments.models.assessment import IN_ERROR, Assessment
from assessments.models.note import Note
from clinic.guards import ChildOfFinal
from clinic.guards_between import Untouched
from clinic.models import User

MOST_MINUTES = 240
WORST = 10  # of the pain scale, which begins at 0


class TreatmentQuerySet(models.QuerySet["Treatment"]):
    def counted(self) -> "TreatmentQuerySet":
        """Those of the record as it stands: neither in error nor corrected since."""
        charts = Assessment.objects.signed().filter(amends__isnull=False).values("amends")
        notes = Note.objects.filter(amends__isnull=False, signed_at__isnull=False).values("amends")
        return (
            self.filter(assessment__mistake__isnull=True)
            .exclude(assessment__in=charts)
            .exclude(note__in=notes)
        )


class Treatment(models.Model):
    """One thing that was done, where and for how long, and what it did to the pain.

    given_on  the day of the visit, by the clock of its place; a correction keeps it
    before    pain 0 to 10; no value means that nobody asked, which is not 0
    over_cap  why it was done although the library's count of visits was full
    """

    class Kind(models.TextChoices):
        MANUAL = "manual", _("manual therapy")
        EXERCISE = "exercise", _("exercise, supervised")
        EDUCATION = "education", _("education and advice")
        GAIT = "gait", _("running or walking practice")
        TAPE = "tape", _("taping")
        OTHER = "other", _("something else")

    class Part(models.TextChoices):
        KNEECAP = "kneecap", _("kneecap")
        KNEE = "knee", _("knee")
        THIGH = "thigh", _("thigh")
        HIP = "hip", _("hip")
        SHIN = "shin", _("calf or shin")
        ANKLE = "ankle", _("ankle")
        FOOT = "foot", _("foot")
        BACK = "back", _("lower back or pelvis")
        NECK = "neck", _("neck or upper back")
        SHOULDER = "shoulder", _("shoulder")
        ARM = "arm", _("arm or hand")
        NONE = "none", _("no single place")

    class Side(models.TextChoices):
        LEFT = "L", _("left")
        RIGHT = "R", _("right")
        BOTH = "B", _("both sides")

    class Consent(models.TextChoices):
        ALOUD = "aloud", _("agreed aloud")
        PAPER = "paper", _("signed on paper")
        GUARDIAN = "guardian", _("a parent or guardian agreed")
        NOT_ASKED = "not_asked", _("not asked")

    # The block MANUAL of the library is for stiff ankles, hips and kneecaps: these count.
    LEG = (Part.KNEECAP, Part.KNEE, Part.THIGH, Part.HIP, Part.SHIN, Part.ANKLE, Part.FOOT)
    SIDED = (*LEG, Part.SHOULDER, Part.ARM)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assessment = models.ForeignKey(
        Assessment, on_delete=models.PROTECT, null=True, blank=True, related_name="treatments"
    )
    note = models.ForeignKey(
        Note, on_delete=models.PROTECT, null=True, blank=True, related_name="treatments"
    )
    kind = models.CharField(_("what was done"), max_length=12, choices=Kind)
    words = models.CharField(_("in your words"), max_length=300, blank=True)
    part = models.CharField(_("where"), max_length=12, choices=Part)
    side = models.CharField(_("side"), max_length=1, choices=Side, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    before = models.PositiveSmallIntegerField(_("pain before"), null=True, blank=True)
    after = models.PositiveSmallIntegerField(_("pain after"), null=True, blank=True)
    consent = models.CharField(_("consent"), max_length=12, choices=Consent)
    over_cap = models.CharField(_("why above the number"), max_length=300, blank=True)
    given_on = models.DateField(_("given on"))
    added_at = models.DateTimeField(_("written"))
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = TreatmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("treatment given")
        verbose_name_plural = _("treatments given")
        constraints = [
            models.CheckConstraint(
                name="treatment_of_a_chart_or_a_note",
                condition=Q(assessment__isnull=True, note__isnull=False)
                | Q(assessment__isnull=False, note__isnull=True),
            ),
            models.CheckConstraint(
                name="treatment_takes_time", condition=Q(minutes__range=(1, MOST_MINUTES))
            ),
            models.CheckConstraint(
                name="treatment_pain_is_0_to_10",
                condition=(Q(before__isnull=True) | Q(before__range=(0, WORST)))
                & (Q(after__isnull=True) | Q(after__range=(0, WORST))),
            ),
            models.CheckConstraint(
                name="treatment_side_is_known", condition=Q(side__in=["", "L", "R", "B"])
            ),
            models.CheckConstraint(
                name="treatment_without_consent_says_why",
                condition=Q(consent__in=["aloud", "paper", "guardian"])
                | (Q(consent="not_asked") & ~Q(words="")),
            ),
            ChildOfFinal(name="treatment_of_signed_is_final", fk="assessment", marker="signed_at"),
            ChildOfFinal(name="treatment_of_note_is_final", fk="note", marker="signed_at"),
            Untouched(
                name="treatment_in_error_is_final",
                fk="assessment",
                table=IN_ERROR,
                column="assessment_id",
            ),
        ]
        indexes = [models.Index(fields=["given_on", "kind"], name="treatment_by_day")]

    def __str__(self) -> str:
        return str(self.get_kind_display())
