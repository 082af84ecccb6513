"""Where an exercise is shown by somebody else: a photo or a film the clinical lead chose."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assessments.outside import LONGEST, START, outside


class ExerciseLink(models.Model):
    """One page elsewhere for one exercise; no part of an issued plan, so it can go at once.

    exercise  its id in the library, whatever the version
    """

    class Shows(models.TextChoices):
        FILM = "film", _("a film")
        PHOTO = "photo", _("a photo")

    exercise = models.CharField(_("exercise"), max_length=6, unique=True)
    shows = models.CharField(_("what it is"), max_length=5, choices=Shows)
    url = models.CharField(_("address"), max_length=LONGEST)

    class Meta:
        verbose_name = _("link of an exercise")
        verbose_name_plural = _("links of exercises")
        constraints = [
            models.CheckConstraint(
                name="exercise_link_is_https", condition=Q(url__startswith=START)
            ),
        ]

    def __str__(self) -> str:
        return self.exercise

    def clean(self) -> None:
        """Refuse an address that is not https on a host the clinic allows."""
        hosts = settings.EXERCISE_LINK_HOSTS
        if not hosts:
            raise ValidationError(
                {"url": gettext("No host is allowed yet: EXERCISE_LINK_HOSTS names them.")}
            )
        if outside(self.url, hosts) is None:
            said = gettext("Only a plain https address on one of: %(hosts)s")
            raise ValidationError({"url": said % {"hosts": ", ".join(hosts)}})
