"""What is owed to whom after a change: rows in the outbox, written with the change itself.

What a message says is decided when it is sent (``bookings.messages``). Here is only decided when:
the first one at once; a further change within three minutes of the last message to the same
person waits for the end of those, so that several changes in a row make one more message.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Q

from bookings.models import Appointment
from clinic import outbox, practice, sms
from clinic.actions.consents import has_agreed
from clinic.audit import Actor
from clinic.models import Consent, Message, Patient, User

BOOKED = "booked"
BOOKED_BY_DESK = "booked-by-desk"
REQUESTED = "requested"
CONFIRMED = "confirmed"
DECLINED = "declined"
RAN_OUT = "request-ran-out"
MOVED = "moved"
CANCELLED = "cancelled"
REMINDER = "reminder"
NEW_LINK = "new-link"
ANSWERS = (CONFIRMED, DECLINED, RAN_OUT)  # to a request
CHANGES = (BOOKED, BOOKED_BY_DESK, REQUESTED, *ANSWERS, MOVED, CANCELLED)
ABOUT_A_VISIT = (*CHANGES, REMINDER, NEW_LINK)
TEXTED = (*ANSWERS, MOVED, CANCELLED, REMINDER)  # by text message too, for those who agreed

QUIET = timedelta(minutes=3)

State = Message.State
MAIL, SMS = Message.Channel.EMAIL, Message.Channel.SMS


def reminders() -> tuple[timedelta, ...]:
    """Return how long before a visit people are reminded, the nearest first."""
    settings = practice.current()
    spans = {settings.reminder_hours, settings.last_reminder_hours} - {0}
    return tuple(timedelta(hours=span) for span in sorted(spans))


def booked(appointment: Appointment) -> str:
    """Return what somebody who just booked is told: that it stands, or that they asked for it."""
    return REQUESTED if appointment.is_request else BOOKED


def tell(appointment: Appointment, topic: str, *, by: Actor, now: datetime) -> bool:
    """Owe the patient a message about a change; return whether one is owed.

    Nothing is owed about a visit that is over, without an address, or to staff about what they
    did themselves. One message per visit, topic, version and way to reach the patient.
    """
    patient = appointment.patient
    if patient is None or appointment.ends_at <= now or _own_doing(patient.email, by):
        return False
    owed = [
        outbox.queue(
            topic,
            to=to,
            key=key(f"{topic}:{_about(appointment)}", channel),
            subject_id=appointment.pk,
            version=appointment.version,
            patient_id=patient.pk,
            due_at=due_at(appointment, to, now),
            channel=channel,
        )
        for channel, to in ways_to(patient, topic)
    ]
    return any(owed)


def first_of(appointment: Appointment, now: datetime) -> list[Message]:
    """Return what is owed to a patient made in this same transaction, unsaved.

    Nothing was sent to them yet, so it is due at once; texts need a consent they cannot have given.
    """
    patient = appointment.patient
    if patient is None or not patient.email or appointment.ends_at <= now:
        return []
    topic = booked(appointment)
    return [
        Message(
            topic=topic,
            to=patient.email,
            key=key(f"{topic}:{_about(appointment)}", MAIL),
            subject_id=str(appointment.pk),
            version=appointment.version,
            patient_id=patient.pk,
            due_at=now,
            channel=MAIL,
        )
    ]


def ways_to(patient: Patient, topic: str) -> Iterator[tuple[str, str]]:
    """Yield the channels and addresses by which a patient is told.

    By mail always; by text message those who agreed to it, about what should not be missed, or
    about everything when there is no mail address.
    """
    if patient.email:
        yield MAIL, patient.email
    wanted = topic in TEXTED or not patient.email
    if wanted and patient.phone and sms.is_on() and has_agreed(patient, Consent.Kind.SMS):
        yield SMS, patient.phone.as_e164


def key(event: str, channel: str) -> str:
    """Return the outbox key of an event by one channel."""
    return event if channel == MAIL else f"{channel}:{event}"


def _about(appointment: Appointment) -> str:
    return f"{appointment.pk}:{appointment.version}:{appointment.patient_id}"


def _own_doing(email: str, by: Actor) -> bool:
    if by.kind != "staff" or by.id is None or not email:
        return False
    return User.objects.filter(pk=by.id, email=email).exists()


def due_at(appointment: Appointment, to: str, now: datetime) -> datetime:
    """Return when a message about a change may leave."""
    earlier = Message.objects.filter(to=to, subject_id=str(appointment.pk), topic__in=ABOUT_A_VISIT)
    changes = earlier.filter(state=State.PENDING, due_at__gt=now, topic__in=CHANGES)
    waiting = changes.order_by("due_at").first()
    if waiting:
        return min(waiting.due_at, now + QUIET)
    counted = Q(state=State.SENT) | Q(state__in=[State.PENDING, State.SENDING, State.UNSURE])
    times = earlier.filter(counted).values_list("sent_at", "due_at")
    last = max((sent or due for sent, due in times), default=None)
    return max(now, last + QUIET) if last else now


def remind(appointment: Appointment, before: timedelta) -> bool:
    """Owe the patient a reminder; return False when it is owed or was sent already."""
    patient = appointment.patient
    if patient is None:
        return False
    owed = [
        outbox.queue(
            REMINDER,
            to=to,
            key=key(reminder_event(appointment, before), channel),
            subject_id=appointment.pk,
            version=appointment.version,
            patient_id=patient.pk,
            payload={"hours": hours(before)},
            due_at=appointment.starts_at - before,
            channel=channel,
        )
        for channel, to in ways_to(patient, REMINDER)
    ]
    return any(owed)


def reminder_event(appointment: Appointment, before: timedelta) -> str:
    """Name one reminder of one version: a moved visit is reminded of anew."""
    return f"{REMINDER}-{hours(before)}:{_about(appointment)}"


def renewed(appointment: Appointment, *, now: datetime) -> bool:
    """Owe the patient a new link; the older ones were just revoked."""
    patient = appointment.patient
    if patient is None or appointment.ends_at <= now:
        return False
    owed = [
        outbox.queue(
            NEW_LINK,
            to=to,
            key=key(f"{NEW_LINK}:{appointment.pk}:{now.timestamp():.6f}", channel),
            subject_id=appointment.pk,
            version=appointment.version,
            patient_id=patient.pk,
            due_at=now,
            channel=channel,
        )
        for channel, to in ways_to(patient, NEW_LINK)
    ]
    return any(owed)


def hours(span: timedelta) -> int:
    return int(span.total_seconds() // 3600)
