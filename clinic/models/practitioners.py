"""Who treats: physiotherapists and the colleagues they hand over to."""

import uuid

from django.core.validators import URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.models.users import User

LANGUAGES = {
    "en": _("English"),
    "fr": _("French"),
    "de": _("German"),
    "es": _("Spanish"),
    "it": _("Italian"),
    "pt": _("Portuguese"),
    "pl": _("Polish"),
    "uk": _("Ukrainian"),
    "ar": _("Arabic"),
    "hi": _("Hindi"),
    "pa": _("Punjabi"),
    "tl": _("Tagalog"),
    "vi": _("Vietnamese"),
    "yue": _("Cantonese"),
    "cmn": _("Mandarin"),
}


class PractitionerQuerySet(models.QuerySet["Practitioner"]):
    def working(self) -> "PractitionerQuerySet":
        """Those who see patients, by name."""
        return self.filter(is_active=True).order_by("name", "id")


class Practitioner(models.Model):
    """Somebody who treats patients and has a diary. Switched off, never deleted."""

    class Discipline(models.TextChoices):
        PHYSIOTHERAPY = "physiotherapy", _("Physiotherapy")
        EXERCISE_PHYSIOLOGY = "exercise_physiology", _("Exercise physiology")
        STRENGTH = "strength", _("Strength and conditioning")
        ORTHOTICS = "orthotics", _("Orthotics")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.OneToOneField(
        User, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("sign-in")
    )
    slug = models.SlugField(_("short name in addresses"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    discipline = models.CharField(_("discipline"), max_length=24, choices=Discipline)
    title = models.CharField(
        _("title"), max_length=80, blank=True, help_text=_("As patients know it: physiotherapist")
    )
    registration_body = models.CharField(_("registered with"), max_length=120, blank=True)
    registration_number = models.CharField(_("registration number"), max_length=40, blank=True)
    languages = models.JSONField(_("languages"), default=list, blank=True)
    interests = models.CharField(_("interests"), max_length=300, blank=True)
    bio = models.TextField(_("about"), max_length=2000, blank=True)
    video_link = models.URLField(
        _("video room"), blank=True, validators=[URLValidator(schemes=["https"])]
    )
    is_active = models.BooleanField(_("sees patients"), default=True)
    supervised = models.BooleanField(
        _("signs under supervision"),
        default=False,
        help_text=_("What they sign waits for a co-signature. Students always do."),
    )
    supervisor = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("supervisor"),
        related_name="supervises",
        help_text=_("Looks after the same patients, and finds what waits for their co-signature."),
    )

    objects = PractitionerQuerySet.as_manager()

    class Meta:
        verbose_name = _("practitioner")
        verbose_name_plural = _("practitioners")
        constraints = [
            models.CheckConstraint(
                name="practitioner_video_is_https",
                condition=models.Q(video_link="") | models.Q(video_link__startswith="https://"),
                violation_error_message=_("Begin the address with https://"),
            ),
            models.CheckConstraint(
                name="practitioner_supervised_by_another",
                condition=models.Q(supervisor__isnull=True)
                | models.Q(supervised=True) & ~models.Q(supervisor=models.F("id")),
                violation_error_message=_(
                    "A supervisor is somebody else, and of somebody who signs under supervision."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def language_names(self) -> list[str]:
        """The languages as words; an unknown code is shown as it stands."""
        return [str(LANGUAGES.get(code, code)) for code in self.languages]

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.name.split() if word)[:3].upper()
