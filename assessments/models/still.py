"""Photographs of posture and running, each taken under a patient's dated consent.

The consent is clinical: it tells what was examined. So it is kept here and not among those the
desk reads.
"""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessments.models.assessment import Assessment
from clinic.guards import ChildOfFinal, Final
from clinic.models import Patient, User


class StillConsent(models.Model):
    """A patient agreed to being photographed, on a day; withdrawn by a date, never deleted.

    how  how it was given and by whom: aloud, on paper, by a parent
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="still_consents")
    given_on = models.DateField(_("agreed on"))
    how = models.CharField(_("how"), max_length=120)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("consent to stills")
        verbose_name_plural = _("consents to stills")
        constraints = [
            models.UniqueConstraint(
                name="still_consent_stands_once",
                fields=["patient"],
                condition=Q(withdrawn_at__isnull=True),
            ),
            models.CheckConstraint(
                name="still_consent_withdrawn_by_somebody",
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
            ),
            Final(
                name="still_consent_is_final",
                marker="recorded_at",
                allow=["withdrawn_at", "withdrawn_by"],
            ),
            Final(name="still_consent_withdrawn_is_final", marker="withdrawn_at"),
        ]

    def __str__(self) -> str:
        return str(_("Consent"))


class Still(models.Model):
    """One photograph of one assessment, kept under a name nobody can guess.

    Its own name is not kept. Without a consent there is none, and below a withdrawn one nothing
    changes any more: it is hidden, and still what the signature covers.
    """

    class View(models.TextChoices):
        RUN_SIDE = "run_side", _("Running, from the side")
        RUN_BACK = "run_back", _("Running, from behind")
        RUN_FRONT = "run_front", _("Running, from the front")
        STAND_FRONT = "stand_front", _("Standing, from the front")
        STAND_SIDE = "stand_side", _("Standing, from the side")
        STAND_BACK = "stand_back", _("Standing, from behind")
        SQUAT = "squat", _("Step-down or squat")
        OTHER = "other", _("Something else")

    class Form(models.TextChoices):
        JPEG = "image/jpeg", _("JPEG")
        PNG = "image/png", _("PNG")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="stills")
    consent = models.ForeignKey(StillConsent, on_delete=models.PROTECT, related_name="stills")
    view = models.CharField(_("what it shows"), max_length=12, choices=View)
    note = models.CharField(_("note"), max_length=120, blank=True)
    form = models.CharField(max_length=20, choices=Form)
    name = models.CharField(max_length=100, unique=True)  # in the store of clinical files
    size = models.PositiveIntegerField()  # bytes
    sha256 = models.CharField(max_length=64)
    added_at = models.DateTimeField(_("added"))
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("still")
        verbose_name_plural = _("stills")
        constraints = [
            ChildOfFinal(name="still_of_signed_is_final", fk="assessment", marker="signed_at"),
            ChildOfFinal(
                name="still_of_withdrawn_consent_is_final", fk="consent", marker="withdrawn_at"
            ),
        ]

    def __str__(self) -> str:
        return str(_("Still"))
