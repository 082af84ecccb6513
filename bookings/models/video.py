"""The video room of one visit, where it is not the practitioner's own."""

from django.core.validators import URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from bookings.models.appointment import Appointment


class VisitVideo(models.Model):
    """A link for one visit; it wins over the practitioner's."""

    appointment = models.OneToOneField(
        Appointment, on_delete=models.CASCADE, primary_key=True, related_name="video"
    )
    link = models.URLField(_("video room"), validators=[URLValidator(schemes=["https"])])

    class Meta:
        verbose_name = _("video room of a visit")
        verbose_name_plural = _("video rooms of visits")
        constraints = [
            models.CheckConstraint(
                name="visit_video_is_https", condition=models.Q(link__startswith="https://")
            ),
        ]

    def __str__(self) -> str:
        return str(_("Video room of a visit"))
