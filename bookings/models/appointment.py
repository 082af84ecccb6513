"""A visit: one patient, one practitioner, one span of time. Cancelled, never deleted."""

import uuid
from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from bookings.models.seats import TAKEN, SeatInSession
from bookings.models.services import Room, Service
from clinic.lasting import NeverDeleted, Settled
from clinic.models import Location, Patient, Practitioner, User
from clinic.overlap import NoOverlapConstraint

# What keeps its time from everybody else. A group session is one such row; its seats are rows too.
BLOCKING = ("held", "requested", "booked", "arrived", "in_progress", "completed", "session")
IN_THE_WAY = Q(state__in=BLOCKING, overbooked=False)
ALONE = IN_THE_WAY & Q(session__isnull=True)  # the seats of a session share its time
# States the desk looks for that few visits have: found by an index of their own.
RARE = ("arrived", "in_progress", "cancelled", "late_cancelled", "no_show")
UNTIL = ("held", "requested")  # these keep their time until ``held_until``, if they have one


def ran_out(now: datetime) -> Q:
    """Those whose time is over, whether or not anybody has turned them to ``expired`` yet."""
    return Q(state__in=UNTIL, held_until__lte=now)


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def blocking(self) -> "AppointmentQuerySet":
        """Those that keep their time from everybody else."""
        return self.filter(state__in=BLOCKING)

    def visits(self) -> "AppointmentQuerySet":
        """Those somebody booked: no holds, no expired ones, no group session as such."""
        return self.filter(seats__isnull=True).exclude(
            state__in=[Appointment.State.HELD, Appointment.State.EXPIRED]
        )

    def overlapping(self, starts_at, ends_at) -> "AppointmentQuerySet":
        """Those that share time with [starts_at, ends_at)."""
        return self.filter(starts_at__lt=ends_at, ends_at__gt=starts_at)

    def sessions(self) -> "AppointmentQuerySet":
        """Group sessions, cancelled ones included; not their seats."""
        return self.filter(seats__isnull=False)

    def with_seats_taken(self) -> "AppointmentQuerySet":
        """Sessions with ``taken``, the number of their seats that somebody has, in one query."""
        seats = Appointment.objects.filter(session=models.OuterRef("pk"), state__in=TAKEN)
        counted = seats.order_by().values("session").annotate(number=models.Count("pk"))
        return self.annotate(taken=Coalesce(models.Subquery(counted.values("number")), 0))

    def with_people(self) -> "AppointmentQuerySet":
        """Everything a list names, in one query."""
        return self.select_related("patient", "practitioner", "service", "location", "room")


class Appointment(models.Model):
    """A visit from the moment its time is held.

    A group session is a row with ``seats`` and no patient; each of its seats is a visit whose
    ``session`` it is. ``bookings.models.groups`` says more.

    ``version`` grows with every change a patient is told about: booked, moved, cancelled.

    ``held_until`` ends a hold, and a request that the clinic has not confirmed. A request that was
    declined keeps it; one that waits for a call (repeated no-shows) never had any.
    """

    class State(models.TextChoices):
        HELD = "held", _("held")
        REQUESTED = "requested", _("requested")
        BOOKED = "booked", _("booked")
        ARRIVED = "arrived", _("arrived")
        IN_PROGRESS = "in_progress", _("in room")
        COMPLETED = "completed", _("done")
        SESSION = "session", _("group session")
        CANCELLED = "cancelled", _("cancelled")
        LATE_CANCELLED = "late_cancelled", _("cancelled late")
        NO_SHOW = "no_show", _("did not come")
        EXPIRED = "expired", _("expired")

    class Source(models.TextChoices):
        WEB = "web", _("online")
        DESK = "desk", _("front desk")
        PRACTITIONER = "practitioner", _("practitioner")
        IMPORT = "import", _("imported")

    class CancelReason(models.TextChoices):
        CANNOT_COME = "cannot come", _("I cannot come")
        OTHER_TIME = "other time", _("I need another time")
        BETTER = "no longer needed", _("I no longer need it")
        OTHER = "other", _("Another reason")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Every index is one more place that a booking writes to: there is none of a column that another
    # begins with, and of columns that few rows fill only those rows are in theirs.
    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, null=True, blank=True, related_name="appointments",
        db_index=False,
    )  # fmt: skip
    practitioner = models.ForeignKey(
        Practitioner, on_delete=models.PROTECT, related_name="appointments", db_index=False
    )
    location = models.ForeignKey(
        Location, on_delete=models.PROTECT, related_name="appointments", db_index=False
    )
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="appointments")
    room = models.ForeignKey(
        Room, on_delete=models.PROTECT, null=True, blank=True, related_name="appointments",
        db_index=False,
    )  # fmt: skip
    room_unit = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    seats = models.PositiveSmallIntegerField(_("seats"), null=True, blank=True)
    session = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+",
        db_index=False,
    )  # fmt: skip
    seat = models.PositiveSmallIntegerField(_("seat"), null=True, blank=True, editable=False)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"), editable=False)
    buffer_before = models.PositiveSmallIntegerField(default=0, editable=False)  # minutes
    buffer_after = models.PositiveSmallIntegerField(default=0, editable=False)  # minutes
    state = models.CharField(_("state"), max_length=14, choices=State, default=State.BOOKED)
    source = models.CharField(
        _("booked by way of"), max_length=12, choices=Source, default=Source.WEB, editable=False
    )
    version = models.PositiveIntegerField(default=0, editable=False)  # SEQUENCE in calendars
    held_until = models.DateTimeField(null=True, blank=True, editable=False)
    holder = models.CharField(max_length=64, blank=True, editable=False)  # SHA-256 of a token
    browser = models.CharField(max_length=64, blank=True, editable=False)  # SHA-256 of its key
    # Of the desk's form it was booked with: the same form sent twice is one visit.
    form_key = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    # As agreed when it was booked: a price changed later changes no receipt.
    price = models.DecimalField(
        _("price"), max_digits=8, decimal_places=2, null=True, blank=True, editable=False
    )
    late_cancel_fee = models.DecimalField(
        max_digits=8, decimal_places=2, null=True, blank=True, editable=False
    )
    no_show_fee = models.DecimalField(
        max_digits=8, decimal_places=2, null=True, blank=True, editable=False
    )
    currency = models.CharField(_("currency"), max_length=3, blank=True, editable=False, default="")
    # The clock of whoever is seen by phone or video from elsewhere: America/Halifax.
    patient_zone = models.CharField(max_length=64, blank=True, editable=False, default="")
    new_patient = models.BooleanField(_("new here"), default=False, editable=False)
    booked_at = models.DateTimeField(_("booked"), null=True, blank=True, editable=False)
    booked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+",
        db_index=False,
    )  # fmt: skip
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True, editable=False)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True, editable=False)
    cancelled_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+",
        db_index=False,
    )  # fmt: skip
    cancel_reason = models.CharField(_("why cancelled"), max_length=120, blank=True, editable=False)
    overbooked = models.BooleanField(_("overbooked"), default=False, editable=False)
    overbook_reason = models.CharField(_("why overbooked"), max_length=200, blank=True)
    desk_note = models.CharField(
        _("desk note"),
        max_length=300,
        blank=True,
        help_text=_("Not for health information: everybody at the desk reads this."),
    )

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        constraints = [
            models.CheckConstraint(
                name="appointment_ends_after_start", condition=Q(ends_at__gt=F("starts_at"))
            ),
            models.CheckConstraint(
                name="appointment_held_until_a_time",
                condition=~Q(state="held") | Q(held_until__isnull=False),
            ),
            models.CheckConstraint(
                name="appointment_has_a_patient",
                condition=Q(state__in=["held", "expired"])
                | Q(patient__isnull=False)
                | Q(seats__isnull=False),
            ),
            models.CheckConstraint(
                name="appointment_session_has_seats",
                condition=~Q(state="session") | Q(seats__gte=1),
            ),
            models.CheckConstraint(
                name="appointment_seats_only_in_sessions",
                condition=Q(seats__isnull=True)
                | Q(
                    state__in=["session", "cancelled"],
                    patient__isnull=True,
                    session__isnull=True,
                    overbooked=False,
                ),
            ),
            models.CheckConstraint(
                name="appointment_seat_of_a_session",
                condition=Q(session__isnull=True, seat__isnull=True)
                | Q(session__isnull=False, seat__gte=1),
            ),
            models.UniqueConstraint(
                name="appointment_one_per_seat",
                fields=["session", "seat"],
                condition=Q(state__in=BLOCKING, session__isnull=False),
                violation_error_message=_("That seat is taken."),
            ),
            SeatInSession(name="appointment_seat_in_session"),
            NeverDeleted(name="appointment_never_deleted", marker="patient"),
            Settled(
                name="appointment_cancelled_is_over",
                marker="cancelled_at",
                keeps=("state", "starts_at", "ends_at", "practitioner"),
                unless=("state", "expired"),  # an import that was taken back
            ),
            models.CheckConstraint(
                name="appointment_overbooked_with_a_reason",
                condition=Q(overbooked=False) | ~Q(overbook_reason=""),
            ),
            models.CheckConstraint(
                name="appointment_cancelled_has_a_time",
                condition=~Q(state__in=["cancelled", "late_cancelled"])
                | Q(cancelled_at__isnull=False),
            ),
            models.UniqueConstraint(
                name="appointment_one_per_holder",
                fields=["holder"],
                condition=~Q(holder=""),
            ),
            models.UniqueConstraint(
                name="appointment_one_hold_per_browser",
                fields=["browser"],
                condition=Q(state="held") & ~Q(browser=""),
            ),
            NoOverlapConstraint(
                name="appointment_practitioner_free",
                scope=["practitioner"],
                start="starts_at",
                end="ends_at",
                condition=ALONE,
                violation_error_message=_("The practitioner is already booked at that time."),
            ),
            NoOverlapConstraint(
                name="appointment_patient_free",
                scope=["patient"],
                start="starts_at",
                end="ends_at",
                condition=IN_THE_WAY,
                violation_error_message=_("The patient already has a visit at that time."),
            ),
            NoOverlapConstraint(
                name="appointment_room_free",
                scope=["room", "room_unit"],
                start="starts_at",
                end="ends_at",
                condition=ALONE,
                violation_error_message=_("The room is taken at that time."),
            ),
        ]
        indexes = [
            models.Index(fields=["practitioner", "ends_at"], name="visit_by_practitioner"),
            models.Index(fields=["patient", "ends_at"], name="visit_by_patient"),
            models.Index(fields=["room", "ends_at"], name="visit_by_room"),
            models.Index(fields=["location", "starts_at"], name="visit_by_place"),
            models.Index(fields=["starts_at"], name="visit_by_start"),
            models.Index(
                fields=["session"], name="visit_by_session", condition=Q(session__isnull=False)
            ),
            models.Index(
                fields=["booked_by"], name="visit_by_booker", condition=Q(booked_by__isnull=False)
            ),
            models.Index(
                fields=["cancelled_by"],
                name="visit_by_canceller",
                condition=Q(cancelled_by__isnull=False),
            ),
            models.Index(
                fields=["starts_at"], name="visit_to_confirm", condition=Q(state="requested")
            ),
            models.Index(
                fields=["starts_at"],
                name="visit_session_by_start",
                condition=Q(seats__isnull=False),
            ),
            models.Index(
                fields=["state", "starts_at"],
                name="visit_by_rare_state",
                condition=Q(state__in=RARE),
            ),
            models.Index(
                fields=["held_until"], name="visit_by_end_of_hold", condition=Q(state__in=UNTIL)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}Z"

    @property
    def length(self) -> timedelta:
        """How long it was booked for; its service may take longer or shorter by now."""
        return self.ends_at - self.starts_at

    @property
    def is_over(self) -> bool:
        """Cancelled, missed or expired: nothing more can happen to it."""
        return self.state not in BLOCKING

    @property
    def answer_by(self) -> datetime | None:
        """By when the clinic has to confirm a request; None for any other visit."""
        return self.held_until if self.state == self.State.REQUESTED else None

    @property
    def is_request(self) -> bool:
        """It stands only if the clinic confirms it in time."""
        return self.answer_by is not None

    @property
    def was_declined(self) -> bool:
        """The clinic said no to a request."""
        gone = (self.State.CANCELLED, self.State.LATE_CANCELLED)
        return self.state in gone and self.held_until is not None

    def has_run_out(self, now: datetime) -> bool:
        """A hold or a request whose time is over, or that was turned to ``expired``."""
        late = self.state in UNTIL and self.held_until is not None and self.held_until <= now
        return late or self.state == self.State.EXPIRED


class VisitLink(models.Model):
    """A link to one visit. The database keeps only what the token hashes to."""

    id = models.BigAutoField(primary_key=True)
    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="links")
    token_sha256 = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(max_length=20)  # the topic of the message, or "page"
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("visit link")
        verbose_name_plural = _("visit links")

    def __str__(self) -> str:
        return self.purpose


class VisitReason(models.Model):
    """Why somebody comes, in their own words. Clinical: the desk may write it, never read it.

    It is a table of its own and is registered in no admin.
    """

    id = models.BigAutoField(primary_key=True)
    appointment = models.OneToOneField(
        Appointment, on_delete=models.PROTECT, related_name="visit_reason"
    )
    text = models.TextField(max_length=1000)
    written_at = models.DateTimeField()

    class Meta:
        verbose_name = _("reason for a visit")
        verbose_name_plural = _("reasons for visits")

    def __str__(self) -> str:
        return str(_("Reason for a visit"))
