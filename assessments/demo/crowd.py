"""Everybody else who comes and goes: believable days, the same for everybody who tries the demo."""

import random
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Count, Q

from assessments.demo.visits import (
    Wish,
    again,
    answered,
    book,
    book_near,
    call_off,
    come,
    stay_away,
)
from bookings.actions import Details
from bookings.models import Appointment, WorkingHours
from clinic.models import Patient, Practitioner

FIRST_NAMES = ["Alba", "Bruno", "Cleo", "Dario", "Esme", "Flynn", "Greta", "Hugo", "Iris", "Jonah"]
LAST_NAMES = ["Pretend", "Nonesuch", "Whatnot", "Makebelieve"]
ON_REQUEST = "strength-hand-over"
USUAL = {
    "juno-larkspur": ["follow-up", "follow-up", "running-analysis"],
    "otis-fernquill": ["follow-up", "follow-up", "phone-consult"],
    "coral-wintergreen": ["follow-up", "video-follow-up", "phone-consult"],
    "basil-thistledown": [ON_REQUEST],
    "maple-nightjar": ["insert-check"],
}


def regulars(today: date) -> None:
    """Book everybody's first visit, so that they may come back: two a practitioner and week."""
    therapists = ["juno-larkspur", "otis-fernquill", "coral-wintergreen"]
    for place, (first, last) in enumerate((f, n) for n in LAST_NAMES[:2] for f in FIRST_NAMES):
        details = Details(
            first_name=first,
            last_name=last,
            email=f"{first}.{last}@example.com".lower(),
            phone=f"+1403555{1000 + place}",
            date_of_birth=date(1960 + 2 * place, 1 + place % 12, 1 + place),
        )
        by = therapists[place % 3]
        day = today - timedelta(days=56 - place % 14)
        for later in range(10):
            wish = Wish("initial-knee-assessment", by, day + timedelta(days=later), hour=8)
            if visit := book(wish, details):
                come(visit)
                break


def fill_day(day: date, today: date) -> None:
    """Make the visits of one day: fewer the further ahead, seen (or missed) when it is past."""
    dice = random.Random(day.toordinal())  # noqa: S311  # the same day looks the same everywhere
    known = list(
        Patient.objects.filter(last_name__in=LAST_NAMES, appointments__state="completed")
        .distinct()
        .order_by("email")
    )
    seen = set()  # nobody comes twice a day
    ahead = (day - today).days
    share = 0.7 if ahead <= 1 else max(0.15, 0.7 - ahead * 0.05)
    for hours in WorkingHours.objects.filter(weekday=day.weekday()).order_by("practitioner__slug"):
        slug = Practitioner.objects.values_list("slug", flat=True).get(pk=hours.practitioner_id)
        for hour in range(hours.starts.hour, hours.ends.hour - 1, 2):
            if dice.random() > share:
                continue
            wish = Wish(dice.choice(USUAL[slug]), slug, day, hour, ahead=3 + dice.randrange(6))
            patient = dice.choice(known)
            if patient.pk in seen:
                continue
            seen.add(patient.pk)
            if visit := book(wish, again(patient)):
                settle(visit, dice.random(), past=ahead < 0)


def ask_for_a_time(today: date) -> None:
    """Somebody asked this morning to go on to strength training: the desk says yes or no.

    Made after everybody else, whose clock runs ahead of today's, and once while it is open.
    """
    waits = Q(state=Appointment.State.REQUESTED, held_until__isnull=False)
    if Appointment.objects.filter(waits, service__slug=ON_REQUEST).exists():
        return
    midnight = datetime.combine(today, time(), UTC)
    ahead = Count("appointments", filter=Q(appointments__starts_at__gte=midnight))
    known = Patient.objects.filter(last_name__in=LAST_NAMES, appointments__state="completed")
    patient = known.annotate(ahead=ahead).order_by("ahead", "email")[0]
    wish = Wish(ON_REQUEST, "basil-thistledown", today + timedelta(days=4), hour=7, ahead=4)
    book_near(wish, again(patient))


def settle(visit: Appointment, fate: float, *, past: bool) -> None:
    """Let a visit go as visits go; ``fate`` runs from 0 to 1."""
    answered(visit)
    if fate < 0.06:
        call_off(visit)
    elif past and fate < 0.12:
        stay_away(visit)
    elif past:
        come(visit)
