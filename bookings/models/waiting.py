"""Who waits for a time, what became free, and to whom it is offered.

An offer is a held visit: the time is kept by the same rows and the same constraints as any hold,
so that nobody else can be given it meanwhile.
"""

import uuid
from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from bookings.models.appointment import Appointment
from bookings.models.hours import Weekday
from bookings.models.services import Service
from clinic.models import Location, Patient, Practitioner


class WaitingEntryQuerySet(models.QuerySet["WaitingEntry"]):
    def waiting(self) -> "WaitingEntryQuerySet":
        """Those who still wait, the longest wait first."""
        return self.filter(state=WaitingEntry.State.WAITING).order_by("created_at", "pk")

    def with_wishes(self) -> "WaitingEntryQuerySet":
        """Everything matching needs, in three queries however many wait."""
        return self.select_related("service", "patient", "visit__location").prefetch_related(
            "practitioners", "locations"
        )


class WaitingEntry(models.Model):
    """Somebody who waits for a time of one service. Closed, never deleted.

    No practitioners, places, weekdays or parts of day mean any. ``visit`` is the later visit that
    they already have and would give up for an earlier time.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SERVED = "served", _("has a time")
        LEFT = "left", _("left the list")
        REMOVED = "removed", _("removed by the desk")
        LAPSED = "lapsed", _("no longer needed")

    class Part(models.IntegerChoices):
        MORNING = 0, _("Morning (before 12:00)")
        AFTERNOON = 1, _("Afternoon (12:00 to 17:00)")
        EVENING = 2, _("Evening (from 17:00)")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    form_key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)  # sent twice, once
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="waiting")
    practitioners = models.ManyToManyField(Practitioner, blank=True, related_name="waiting")
    locations = models.ManyToManyField(Location, blank=True, related_name="waiting")
    weekdays = models.JSONField(_("weekdays"), default=list, blank=True)  # 0 is Monday
    parts = models.JSONField(_("parts of the day"), default=list, blank=True)
    notice_hours = models.PositiveSmallIntegerField(_("notice in hours"), default=0)
    visit = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, null=True, blank=True, related_name="waiting"
    )
    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, null=True, blank=True, related_name="waiting"
    )
    first_name = models.CharField(_("first name"), max_length=80)
    last_name = models.CharField(_("last name"), max_length=80)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = PhoneNumberField(_("phone"), blank=True)
    date_of_birth = models.DateField(_("date of birth"), null=True, blank=True)
    guardian_name = models.CharField(_("parent or guardian"), max_length=160, blank=True)
    guardian_relationship = models.CharField(_("what they are"), max_length=60, blank=True)
    language = models.CharField(max_length=8, default="en")
    privacy_dated = models.DateField(_("privacy notice of"))
    consented_at = models.DateTimeField(_("agreed to the privacy notice"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    created_at = models.DateTimeField(_("waiting since"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    objects = WaitingEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("waiting list entry")
        verbose_name_plural = _("waiting list")
        indexes = [models.Index(fields=["state", "created_at"], name="waiting_by_state")]
        constraints = [
            models.CheckConstraint(
                name="waiting_closed_has_a_time",
                condition=Q(state="waiting", closed_at__isnull=True)
                | (~Q(state="waiting") & Q(closed_at__isnull=False)),
            ),
            models.UniqueConstraint(
                name="waiting_once_per_visit", fields=["visit"], condition=Q(state="waiting")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def length(self) -> timedelta:
        """How long a time has to be: as their visit that it replaces, or else as the service is."""
        return self.visit.length if self.visit else timedelta(minutes=self.service.minutes)

    def days_words(self) -> str:
        """Return the weekdays as words, or "" where any will do."""
        return ", ".join(str(Weekday(day).label) for day in self.weekdays)

    def parts_words(self) -> str:
        """Return the parts of the day as words, or "" where any will do."""
        return ", ".join(str(self.Part(part).label) for part in self.parts)


class WaitingLink(models.Model):
    """A link to one entry. The database keeps only what the token hashes to."""

    id = models.BigAutoField(primary_key=True)
    entry = models.ForeignKey(WaitingEntry, on_delete=models.CASCADE, related_name="links")
    token_sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name = _("waiting list link")
        verbose_name_plural = _("waiting list links")

    def __str__(self) -> str:
        return str(_("Link to the waiting list"))


class FreedTime(models.Model):
    """A span of a practitioner's day that became free, until nobody is left to be asked.

    ``source`` names what freed it, so that the same event is written down once.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="+")
    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="+")
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    source = models.CharField(max_length=100, unique=True)
    freed_at = models.DateTimeField(_("freed"))
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("freed time")
        verbose_name_plural = _("freed times")
        constraints = [
            models.CheckConstraint(
                name="freed_ends_after_start", condition=Q(ends_at__gt=models.F("starts_at"))
            ),
        ]
        indexes = [
            models.Index(
                fields=["freed_at"], name="freed_and_open", condition=Q(closed_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}Z"


class WaitingOfferQuerySet(models.QuerySet["WaitingOffer"]):
    def running(self) -> "WaitingOfferQuerySet":
        """Those that wait for an answer, the first to run out on top."""
        return self.filter(state=WaitingOffer.State.OPEN).order_by("expires_at")

    def with_times(self) -> "WaitingOfferQuerySet":
        """Everything a list or a letter names, in one query."""
        return self.select_related(
            "entry__service",
            "entry__visit__location",
            "entry__visit__practitioner",
            "appointment__service",
            "appointment__practitioner",
            "appointment__location",
        )


class WaitingOffer(models.Model):
    """One time offered to one person; ``appointment`` is the hold that keeps it for them."""

    class State(models.TextChoices):
        OPEN = "open", _("waits for an answer")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        EXPIRED = "expired", _("ran out")
        WITHDRAWN = "withdrawn", _("withdrawn")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.ForeignKey(WaitingEntry, on_delete=models.PROTECT, related_name="offers")
    freed = models.ForeignKey(
        FreedTime, on_delete=models.SET_NULL, null=True, blank=True, related_name="offers"
    )
    appointment = models.OneToOneField(
        Appointment, on_delete=models.PROTECT, related_name="waiting_offer"
    )
    offered_at = models.DateTimeField(_("offered"))
    expires_at = models.DateTimeField(_("until"))
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.OPEN)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    objects = WaitingOfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("waiting list offer")
        verbose_name_plural = _("waiting list offers")
        constraints = [
            models.UniqueConstraint(
                name="waiting_offer_one_open", fields=["entry"], condition=Q(state="open")
            ),
            models.CheckConstraint(
                name="waiting_offer_answered_at",
                condition=Q(state="open", answered_at__isnull=True)
                | (~Q(state="open") & Q(answered_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"], name="waiting_offer_by_end", condition=Q(state="open")
            )
        ]

    def __str__(self) -> str:
        return self.get_state_display()
