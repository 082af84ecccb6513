"""What the demo clinic has planned for the weeks ahead: a new pattern, a short day, days off."""

from datetime import date, datetime, timedelta

from bookings.actions import rota
from bookings.actions.hours import Look
from bookings.availability.patterns import HOURS, Weekly
from bookings.diary_actions import save_hours
from bookings.models import TimeOff
from clinic.audit import SYSTEM
from clinic.models import Location, Practitioner, User

NEXT_MONTH = 28  # days; later than the visits the demo makes


def plan(today: date, now: datetime) -> None:
    """Write it through the same actions as the desk does. Nobody is booked then yet."""
    monday = today + timedelta(days=NEXT_MONTH - today.weekday())
    place = str(Location.objects.get(slug="riverside").pk)
    coach = Practitioner.objects.get(slug="basil-thistledown")
    week = {
        Weekly(HOURS, 1, place, 7 * 60, 13 * 60),
        Weekly(HOURS, 2, place, 14 * 60, 18 * 60),
        Weekly(HOURS, 3, place, 7 * 60, 13 * 60),
    }
    _save(rota.WeekPlan((coach,), frozenset(week), monday), now)
    short = Practitioner.objects.get(slug="otis-fernquill")
    spans = frozenset({(place, 12 * 60, 16 * 60)})
    _save(rota.DayPlan(short, monday - timedelta(days=7), spans), now)
    away = TimeOff(
        practitioner=Practitioner.objects.get(slug="maple-nightjar"),
        first_day=monday + timedelta(days=2),
        last_day=monday + timedelta(days=4),
    )
    save_hours(away, by=User.objects.get(email="desk@example.com"), now=now)


def _save(wanted: rota.Plan, now: datetime) -> None:
    rota.save(wanted, seen=rota.stamp_of(wanted), look=Look(), by=SYSTEM, now=now)
