"""Where the clinic is, and how it presents itself."""

import uuid
import zoneinfo

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from clinic.contrast import contrast_ratio

WHITE = "#ffffff"
READABLE = 4.5  # contrast of text on a button, WCAG 2.2 criterion 1.4.3 (level AA)


def check_time_zone(name: str) -> None:
    """Raise ValidationError unless ``name`` is an IANA time zone such as America/Edmonton."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(
            _("%(name)s is not a known time zone. Write it like America/Edmonton."),
            params={"name": name},
        )


def check_brand_colour(colour: str) -> None:
    """Raise ValidationError unless white text on ``colour`` can be read by everybody."""
    try:
        ratio = contrast_ratio(colour, WHITE)
    except ValueError:  # all validators of a field run, also on what another one refused
        raise ValidationError(_("Write the colour as #rrggbb, such as #0f5257.")) from None
    if ratio < READABLE:
        raise ValidationError(
            _("White text on %(colour)s has a contrast of %(ratio).1f; it needs 4.5 or more."),
            params={"colour": colour, "ratio": ratio},
        )


class LocationQuerySet(models.QuerySet["Location"]):
    def open(self) -> "LocationQuerySet":
        """Those that take bookings, in the order the clinic shows them."""
        return self.filter(is_active=True).order_by("position", "name")


class Location(models.Model):
    """A place where the clinic works, with the clock that hangs on its wall."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(_("short name in addresses"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    address = models.TextField(_("address"), max_length=400)
    phone = PhoneNumberField(_("phone"), blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, validators=[check_time_zone])
    country = models.CharField(
        _("country"), max_length=2, validators=[RegexValidator(r"^[A-Z]{2}$")], default="CA"
    )
    region = models.CharField(_("province or state"), max_length=10, blank=True)
    emergency_number = models.CharField(_("emergency number"), max_length=20, default="911")
    directions = models.TextField(_("how to get there"), max_length=1000, blank=True)
    what_to_wear = models.TextField(_("what to wear and bring"), max_length=500, blank=True)
    guardian_below_age = models.PositiveSmallIntegerField(
        _("a guardian consents below the age of"), default=16
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    is_active = models.BooleanField(_("takes bookings"), default=True)

    objects = LocationQuerySet.as_manager()

    class Meta:
        verbose_name = _("location")
        verbose_name_plural = _("locations")

    def __str__(self) -> str:
        return self.name

    @property
    def tz(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)


class Practice(models.Model):
    """The clinic itself: one row, made with the first location. Branding, texts and limits."""

    SINGLETON = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=SINGLETON, editable=False)
    name = models.CharField(_("clinic name"), max_length=120)
    tagline = models.CharField(_("one line about the clinic"), max_length=200, blank=True)
    logo = models.ImageField(
        _("logo"), upload_to="brand/", blank=True, help_text=_("PNG or JPEG, at most 1 MB.")
    )
    colour = models.CharField(
        _("brand colour"),
        max_length=7,
        default="#0f5257",
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$"), check_brand_colour],
        help_text=_("White text must be readable on it."),
    )
    time_zone = models.CharField(
        _("time zone of pages about no place"),
        max_length=64,
        default="America/Edmonton",
        validators=[check_time_zone],
    )
    email = models.EmailField(_("e-mail shown to patients"))
    phone = PhoneNumberField(_("phone shown to patients"), blank=True)
    privacy_text = models.TextField(_("privacy notice"), blank=True)
    privacy_dated = models.DateField(_("privacy notice dated"))
    cancellation_policy = models.TextField(_("cancellation policy"), max_length=1000, blank=True)
    receipt_text = models.TextField(
        _("tax text on receipts"),
        max_length=600,
        blank=True,
        help_text=_("Such as the business number, and why no tax is charged."),
    )
    hold_minutes = models.PositiveSmallIntegerField(
        _("minutes a chosen time is held"), default=10, validators=[MinValueValidator(1)]
    )
    claim_minutes = models.PositiveSmallIntegerField(
        _("minutes an offer to the waiting list stands"),
        default=120,
        validators=[MinValueValidator(1)],
    )
    horizon_days = models.PositiveSmallIntegerField(_("days ahead people may book"), default=90)
    upcoming_limit = models.PositiveSmallIntegerField(
        _("upcoming bookings per patient"), default=10, validators=[MinValueValidator(1)]
    )
    travel_minutes = models.PositiveSmallIntegerField(
        _("minutes of travel between locations on one day"), default=60
    )
    reminder_hours = models.PositiveSmallIntegerField(
        _("first reminder, hours before"),
        default=48,
        validators=[MaxValueValidator(336)],
        help_text=_("0 sends none."),
    )
    last_reminder_hours = models.PositiveSmallIntegerField(
        _("last reminder, hours before"),
        default=3,
        validators=[MaxValueValidator(336)],
        help_text=_("0 sends none."),
    )
    care_days = models.PositiveSmallIntegerField(
        _("days a practitioner keeps access after the last visit"), default=180
    )
    late_entry_hours = models.PositiveSmallIntegerField(
        _("hours after a visit within which its chart is signed"),
        default=24,
        validators=[MinValueValidator(1)],
        help_text=_("A chart that is signed later is marked as a late entry."),
    )
    record_days = models.PositiveSmallIntegerField(
        _("days within which somebody who asks for their record gets it"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(366)],
        help_text=_("As the law of your place says: 30 in Ontario, a month in the EU."),
    )
    correction_days = models.PositiveSmallIntegerField(
        _("days within which somebody who asks for a correction is answered"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(366)],
        help_text=_("As the law of your place says: 30 in Alberta and Ontario, a month in the EU."),
    )
    retention_years = models.PositiveSmallIntegerField(
        _("years a record is kept after the last service"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(99)],
        help_text=_("Empty: what Stepdown knows of each place. Ask your college or your lawyer."),
    )
    retention_minor_years = models.PositiveSmallIntegerField(
        _("years a minor's record is kept after they come of age"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(99)],
        help_text=_("The longer of the two counts. Empty: what Stepdown knows of each place."),
    )
    retention_on = models.BooleanField(
        _("erase what is over, once a manager has confirmed the list"),
        default=False,
        help_text=_("The worker carries out confirmed lists. Without it nothing goes by itself."),
    )
    booking_opened_at = models.DateTimeField(
        _("open for booking since"), null=True, blank=True, editable=False
    )
    steps_not_needed = models.JSONField(
        default=list, blank=True, editable=False
    )  # of the first day

    class Meta:
        verbose_name = _("practice settings")
        verbose_name_plural = _("practice settings")
        constraints = [
            models.CheckConstraint(name="practice_is_one_row", condition=models.Q(id=1)),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open_for_booking(self) -> bool:
        """Whether patients can book online; a new clinic opens when its first day is done."""
        return self.booking_opened_at is not None

    @property
    def tz(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)
