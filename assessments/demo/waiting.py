"""What waits for the desk of the demo clinic on its first day: a little in every queue."""

from datetime import datetime, timedelta

from assessments.demo.visits import desk
from bookings import actions, diary_actions
from bookings.actions import waiting
from bookings.admin.waiting import suitable
from bookings.models import Appointment, TimeOff
from clinic.actions.patients import add_patient
from clinic.audit import GUEST
from clinic.models import Message, Patient, User

HOUR = timedelta(hours=1)


def leave_some(now: datetime) -> None:
    """Let people ask for calls, wait for earlier times, and lose their hours."""
    calls_to_make(now)
    known_twice(now)
    ahead = Appointment.objects.with_people().filter(
        state=Appointment.State.BOOKED, starts_at__gt=now + timedelta(days=2), session__isnull=True
    )
    visits = list(ahead.order_by("starts_at"))
    clinician_calls(visits[:2], now)
    earlier_times(visits[-2:], now)
    for visit in visits[len(visits) // 2 :][:1]:
        hours_lost(visit, now)
    lost_letter(now)


def known_twice(now: datetime) -> None:
    """Somebody at the desk wrote a patient down again, by ear: two records to merge."""
    una = Patient.objects.get(last_name="Mocksmith")
    by_ear = Patient(
        first_name="Una",
        last_name="Moksmith",
        phone=una.phone,
        date_of_birth=una.date_of_birth,
    )
    add_patient(by_ear, by=desk(), now=now - HOUR)


def calls_to_make(now: datetime) -> None:
    """Two people asked to be called, one of them so long ago that it is overdue."""
    for name, number, when, hours in (
        ("Uma Dialtone", "+14035550171", "morning", 100),
        ("Vic Ringback", "+14035550172", "any", 1),
    ):
        actions.request_callback(
            name=name, phone=number, when=when, message="", by=GUEST, now=now - hours * HOUR
        )


def clinician_calls(visits: list[Appointment], now: datetime) -> None:
    """One call nobody has taken yet, one that the physio of the visit makes."""
    for visit, hours in zip(visits, (HOUR / 2, 20 * HOUR), strict=False):
        call = actions.ask_for_clinician_call(visit, desk(), now - hours)
        physio = User.objects.filter(practitioner=visit.practitioner_id).first()
        if hours > HOUR and physio:
            actions.take_clinician_call(call, by=physio, now=now - hours + HOUR)


def earlier_times(visits: list[Appointment], now: datetime) -> None:
    """Two people wait for an earlier time; one of them was just offered one."""
    entries = [
        waiting.join_sooner(visit, waiting.Wishes(), by=GUEST, now=now - timedelta(days=2))
        for visit in visits
    ]
    for entry in entries[:1]:
        for time in suitable(entry, now)[:1]:
            actions.offer_time(
                entry, time.practitioner, time.location, time.starts_at, by=desk(), now=now
            )


def hours_lost(visit: Appointment, now: datetime) -> None:
    """A practitioner is away for the time of one visit; nobody has dealt with it yet."""
    tz = visit.location.tz
    starts, ends = visit.starts_at.astimezone(tz), visit.ends_at.astimezone(tz)
    off = TimeOff(
        practitioner=visit.practitioner,
        first_day=starts.date(),
        starts=starts.time(),
        last_day=ends.date(),
        ends=ends.time(),
    )
    by = User.objects.get(email="desk@example.com")
    diary_actions.save_hours(off, by=by, now=now)


def lost_letter(now: datetime) -> None:
    """The line broke while one mail was being handed over."""
    booked = Message.objects.filter(topic="booked", due_at__lte=now).order_by("-due_at", "-pk")
    Message.objects.filter(pk=booked.values("pk")[:1]).update(
        state=Message.State.UNSURE, error="The line broke after the letter was handed over."
    )
