"""What can be booked, and who offers it where."""

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.models import Location, Practitioner

LONGEST_APPROVAL = 14 * 24  # hours
LONGEST_BUFFER = 240  # minutes; how far the schedule must look beyond the days it is asked for
MOST_SEATS = 100


class ServiceQuerySet(models.QuerySet["Service"]):
    def bookable(self) -> "ServiceQuerySet":
        """Those patients see online: for new patients first, then in the clinic's order."""
        rank = models.Case(
            models.When(bookable_by=Service.BookableBy.RETURNING, then=models.Value(1)),
            default=models.Value(0),
        )
        return self.filter(is_active=True, online=True).order_by(rank, "position", "name")


class Service(models.Model):
    """Something a patient can book: how long it takes, what it costs, whom it is for."""

    class Mode(models.TextChoices):
        IN_PERSON = "in_person", _("In person")
        PHONE = "phone", _("By phone")
        VIDEO = "video", _("By video")

    class BookableBy(models.TextChoices):
        NEW = "new", _("New here")
        RETURNING = "returning", _("Been before")
        ANYONE = "anyone", _("Anyone")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(_("short name in addresses"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    neutral_name = models.CharField(
        _("name in mails and calendars"),
        max_length=120,
        help_text=_("Says nothing about health: Appointment, 60 min."),
    )
    summary = models.CharField(_("who it is for"), max_length=300, blank=True)
    minutes = models.PositiveSmallIntegerField(
        _("length in minutes"), validators=[MinValueValidator(5), MaxValueValidator(480)]
    )
    buffer_before = models.PositiveSmallIntegerField(
        _("minutes free before"), default=0, validators=[MaxValueValidator(LONGEST_BUFFER)]
    )
    buffer_after = models.PositiveSmallIntegerField(
        _("minutes free after"), default=0, validators=[MaxValueValidator(LONGEST_BUFFER)]
    )
    step_minutes = models.PositiveSmallIntegerField(
        _("starts every … minutes"), default=15, validators=[MinValueValidator(5)]
    )
    notice_minutes = models.PositiveIntegerField(_("notice in minutes"), default=120)
    cutoff_minutes = models.PositiveIntegerField(
        _("patients may change until … minutes before"), default=24 * 60
    )
    approval_hours = models.PositiveSmallIntegerField(
        _("hours to confirm a request"),
        default=0,
        validators=[MaxValueValidator(LONGEST_APPROVAL)],
        help_text=_(
            "0: booked at once. More: it is only requested, its time is kept for so many hours (not"
            " past its start), and the front desk confirms or declines it."
        ),
    )
    mode = models.CharField(_("how"), max_length=10, choices=Mode, default=Mode.IN_PERSON)
    uses_room = models.BooleanField(
        _("needs a room"),
        default=True,
        help_text=_("In person, at places whose rooms are planned."),
    )
    room_kind = models.CharField(
        _("kind of room"),
        max_length=40,
        blank=True,
        help_text=_("As written at the rooms. Empty: any room will do."),
    )
    seats = models.PositiveSmallIntegerField(
        _("seats"),
        default=0,
        validators=[MaxValueValidator(MOST_SEATS)],
        help_text=_("0: one person a visit. More: a group, whose sessions the clinic plans."),
    )
    price = models.DecimalField(
        _("price"),
        max_digits=8,
        decimal_places=2,
        default=0,
        validators=[MinValueValidator(0)],
        help_text=_("0 is shown as free."),
    )
    currency = models.CharField(_("currency"), max_length=3, default="CAD")
    cancellation_policy = models.TextField(
        _("cancellation policy"),
        max_length=1000,
        blank=True,
        help_text=_("Shown before booking. Empty: what the practice settings say."),
    )
    late_cancel_fee = models.DecimalField(
        _("fee for cancelling late"),
        max_digits=8,
        decimal_places=2,
        default=0,
        validators=[MinValueValidator(0)],
        help_text=_("Shown before booking; due when a visit is cancelled late. 0: none."),
    )
    no_show_fee = models.DecimalField(
        _("fee for not coming"),
        max_digits=8,
        decimal_places=2,
        default=0,
        validators=[MinValueValidator(0)],
        help_text=_("Shown before booking; due when nobody came. 0: none."),
    )
    bookable_by = models.CharField(
        _("for"), max_length=10, choices=BookableBy, default=BookableBy.ANYONE
    )
    asks_birth_date = models.BooleanField(_("asks for the date of birth"), default=False)
    asks_reason = models.BooleanField(_("asks for the reason"), default=False)
    asks_intake = models.BooleanField(
        _("asks for the form before the visit"),
        default=True,
        help_text=_("Whoever is new here is asked to fill it in before they come."),
    )
    online = models.BooleanField(_("bookable online"), default=True)
    is_active = models.BooleanField(_("offered"), default=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")
        constraints = [
            models.CheckConstraint(
                name="service_slug_is_not_reserved",
                condition=~models.Q(slug__in=["details", "hold"]),
                violation_error_message=_("“details” and “hold” are reserved. Choose another."),
            ),
            models.CheckConstraint(
                name="service_has_a_length", condition=models.Q(minutes__gt=0, step_minutes__gt=0)
            ),
            models.CheckConstraint(
                name="service_buffers_are_short",
                condition=models.Q(
                    buffer_before__lte=LONGEST_BUFFER, buffer_after__lte=LONGEST_BUFFER
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_group(self) -> bool:
        """Several people share a session of it; the clinic plans when."""
        return self.seats > 0

    @property
    def needs_approval(self) -> bool:
        """A booking of it stands only when the front desk has confirmed it."""
        return self.approval_hours > 0

    @property
    def wants_room(self) -> bool:
        """Whether a visit takes a unit of a room, where the rooms of a place are planned."""
        return self.uses_room and self.mode == self.Mode.IN_PERSON


class ServiceOffer(models.Model):
    """This practitioner offers this service at this location."""

    stamp = ""  # the version of the clinic's rows it was read from, see ``bookings.schedule.kept``

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="offers")
    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="offers")
    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="offers")

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        constraints = [
            models.UniqueConstraint(
                name="offer_once", fields=["service", "practitioner", "location"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.practitioner} · {self.location}"


class Room(models.Model):
    """A room at a location; one of capacity n is n numbered units."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="rooms")
    name = models.CharField(_("name"), max_length=60)
    capacity = models.PositiveSmallIntegerField(
        _("visits at once"), default=1, validators=[MinValueValidator(1)]
    )
    kind = models.CharField(
        _("kind"),
        max_length=40,
        blank=True,
        help_text=_("Such as gym: a service may ask for rooms of one kind."),
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        constraints = [
            models.UniqueConstraint(name="room_name_once_per_place", fields=["location", "name"]),
        ]

    def __str__(self) -> str:
        return self.name
