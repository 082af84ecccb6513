"""A photograph of this patient doing one exercise, under the consent photographs hang on."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from assessments.models.episode import EpisodeOfCare
from assessments.models.still import StillConsent
from clinic.guards import ChildOfFinal
from clinic.models import User


class ExercisePhoto(models.Model):
    """One photograph, shown wherever the episode's plan holds the exercise, while consent stands.

    It is no part of an issued plan: no signature covers it, so it can be taken away. A photograph
    never changes; below a withdrawn consent it is hidden and stays.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    episode = models.ForeignKey(
        EpisodeOfCare, on_delete=models.PROTECT, related_name="exercise_photos"
    )
    exercise = models.CharField(_("exercise"), max_length=6)
    consent = models.ForeignKey(
        StillConsent, on_delete=models.PROTECT, related_name="exercise_photos"
    )
    name = models.CharField(max_length=100, unique=True)  # in the store of clinical files; a JPEG
    size = models.PositiveIntegerField()  # bytes
    sha256 = models.CharField(max_length=64)
    added_at = models.DateTimeField(_("added"))
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("photograph of an exercise")
        verbose_name_plural = _("photographs of exercises")
        constraints = [
            models.UniqueConstraint(
                name="exercise_photo_once", fields=["episode", "exercise", "consent"]
            ),
            ChildOfFinal(
                name="exercise_photo_of_withdrawn_is_final", fk="consent", marker="withdrawn_at"
            ),
        ]

    def __str__(self) -> str:
        return self.exercise
