"""The demo clinic's places, people and services. Everybody here is made up."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import Group

from bookings.models import BreakTime, Room, Service, ServiceOffer, WorkingHours
from clinic import practice, roles
from clinic.actions.notices import keep_notice
from clinic.models import Location, Practice, Practitioner, User

PASSWORD = "stepdown-demo-2026"  # noqa: S105  # printed for everybody, opens only the demo

PRIVACY = """We keep what you tell us, what we find and what we plan, because good care and the \
law ask for it. Only the people who look after you may open your record, and every opening is \
written down.

We send mail about your visits. It holds times and places, never anything about your health. We \
never sell or lend your address.

You may see your record, ask for a correction, and withdraw any consent without giving a reason. \
Write to the address below or ask at the desk."""

LOCATIONS: list[dict[str, Any]] = [
    {
        "slug": "riverside",
        "name": "Riverside",
        "address": "12 Example Street SW\nCalgary AB",
        "phone": "+14035550100",
        "time_zone": "America/Edmonton",
        "country": "CA",
        "region": "AB",
        "directions": "Ground floor, step-free from the street. Bicycle stands at the door.",
        "what_to_wear": "Shorts or loose trousers. If you run, bring your running shoes.",
        "guardian_below_age": 16,
        "position": 0,
    },
    {
        "slug": "harbour",
        "name": "Harbour",
        "address": "7 Sample Quay\nHalifax NS",
        "phone": "+19025550100",
        "time_zone": "America/Halifax",
        "country": "CA",
        "region": "NS",
        "directions": "Second floor, lift beside the stairs. Five minutes from the ferry.",
        "what_to_wear": "Shorts or loose trousers. If you run, bring your running shoes.",
        "guardian_below_age": 16,
        "position": 1,
    },
]

PHYSIO, COACH = roles.PHYSIO, roles.COACH
PRACTITIONERS: list[dict[str, Any]] = [
    {
        "slug": "juno-larkspur",
        "name": "Juno Larkspur",
        "email": "physio@example.com",
        "role": PHYSIO,
        "discipline": Practitioner.Discipline.PHYSIOTHERAPY,
        "title": "Physiotherapist",
        "registration_body": "Demo College of Physiotherapists",
        "registration_number": "DEMO-1001",
        "languages": ["en", "fr"],
        "interests": "Knees that run, hike and cycle",
        "bio": "Juno looks after runners and hikers, and likes plans that fit a busy week.",
        "hours": {
            "riverside": {
                0: ("08:00", "16:00"),
                1: ("08:00", "16:00"),
                2: ("11:00", "19:00"),
                3: ("08:00", "16:00"),
                4: ("08:00", "14:00"),
                5: ("09:00", "13:00"),
                6: ("09:00", "13:00"),
            }
        },
    },
    {
        "slug": "otis-fernquill",
        "name": "Otis Fernquill",
        "email": "physio2@example.com",
        "role": PHYSIO,
        "discipline": Practitioner.Discipline.PHYSIOTHERAPY,
        "title": "Physiotherapist",
        "registration_body": "Demo College of Physiotherapists",
        "registration_number": "DEMO-1002",
        "languages": ["en", "pa"],
        "interests": "Teenage athletes, return to sport",
        "bio": "Otis works with young athletes and their families, one step at a time.",
        "hours": {
            "riverside": {
                0: ("12:00", "20:00"),
                1: ("12:00", "20:00"),
                3: ("12:00", "20:00"),
                4: ("08:00", "16:00"),
            }
        },
    },
    {
        "slug": "coral-wintergreen",
        "name": "Coral Wintergreen",
        "email": "physio3@example.com",
        "role": PHYSIO,
        "discipline": Practitioner.Discipline.PHYSIOTHERAPY,
        "title": "Physiotherapist",
        "registration_body": "Demo Board of Physiotherapy",
        "registration_number": "DEMO-2001",
        "languages": ["en", "uk"],
        "interests": "Long-standing pain, getting back to stairs and hills",
        "bio": "Coral takes time to explain, and measures what matters to you.",
        "hours": {
            "harbour": {
                0: ("08:00", "16:00"),
                1: ("08:00", "16:00"),
                2: ("08:00", "16:00"),
                3: ("10:00", "18:00"),
                4: ("08:00", "13:00"),
            }
        },
    },
    {
        "slug": "basil-thistledown",
        "name": "Basil Thistledown",
        "email": "coach@example.com",
        "role": COACH,
        "discipline": Practitioner.Discipline.STRENGTH,
        "title": "Strength and conditioning coach",
        "registration_body": "",
        "registration_number": "",
        "languages": ["en"],
        "interests": "From the last rehab session to the first race",
        "bio": "Basil takes over when the knee is quiet and the legs want more.",
        "hours": {"riverside": {1: ("07:00", "13:00"), 3: ("07:00", "13:00")}},
    },
    {
        "slug": "maple-nightjar",
        "name": "Maple Nightjar",
        "email": "orthotics@example.com",
        "role": COACH,
        "discipline": Practitioner.Discipline.ORTHOTICS,
        "title": "Orthotist",
        "registration_body": "Demo Board of Orthotics",
        "registration_number": "DEMO-3001",
        "languages": ["en", "yue"],
        "interests": "Shoes and inserts that earn their place",
        "bio": "Maple looks at shoes first and at inserts second.",
        "hours": {"harbour": {2: ("09:00", "15:00"), 4: ("09:00", "15:00")}},
    },
]

THERAPISTS = ("juno-larkspur", "otis-fernquill", "coral-wintergreen")
ANYONE, NEW, RETURNING = "anyone", "new", "returning"
SERVICES: list[dict[str, Any]] = [
    {
        "slug": "initial-knee-assessment",
        "name": "Initial knee assessment",
        "neutral_name": "Appointment, 60 min",
        "summary": "Your first visit with a sore knee: a full look, and a plan to take home.",
        "minutes": 60,
        "step_minutes": 30,
        "price": Decimal("140.00"),
        "late_cancel_fee": Decimal("70.00"),
        "no_show_fee": Decimal("140.00"),
        "bookable_by": NEW,
        "asks_birth_date": True,
        "buffer_after": 5,
        "by": THERAPISTS,
    },
    {
        "slug": "phone-consult",
        "asks_intake": False,
        "name": "Free phone consult",
        "neutral_name": "Phone call, 15 min",
        "summary": "Not sure whether to come? Talk to a physiotherapist first.",
        "minutes": 15,
        "step_minutes": 15,
        "notice_minutes": 60,
        "cutoff_minutes": 60,
        "price": Decimal(0),
        "mode": Service.Mode.PHONE,
        "bookable_by": ANYONE,
        "by": THERAPISTS,
    },
    {
        "slug": "follow-up",
        "name": "Follow-up",
        "neutral_name": "Appointment, 30 min",
        "summary": "For people with a plan: check, adjust, take the next step.",
        "minutes": 30,
        "step_minutes": 15,
        "price": Decimal("85.00"),
        "bookable_by": RETURNING,
        "by": THERAPISTS,
    },
    {
        "slug": "running-analysis",
        "asks_intake": False,
        "name": "Running analysis",
        "neutral_name": "Appointment, 60 min",
        "summary": "Treadmill video, cadence and one or two cues worth trying.",
        "minutes": 60,
        "step_minutes": 30,
        "price": Decimal("160.00"),
        "late_cancel_fee": Decimal("80.00"),
        "no_show_fee": Decimal("160.00"),
        "bookable_by": ANYONE,
        "by": ("juno-larkspur", "coral-wintergreen"),
    },
    {
        "slug": "strength-hand-over",
        "asks_intake": False,
        "name": "Strength and conditioning hand-over",
        "neutral_name": "Appointment, 45 min",
        "summary": "The bridge from rehab to training, with your physio's limits in writing.",
        "minutes": 45,
        "step_minutes": 15,
        "price": Decimal("95.00"),
        "bookable_by": RETURNING,
        "approval_hours": 48,
        "by": ("basil-thistledown",),
    },
    {
        "slug": "video-follow-up",
        "name": "Video follow-up",
        "neutral_name": "Video visit, 30 min",
        "summary": "The follow-up, from where you are.",
        "minutes": 30,
        "step_minutes": 15,
        "price": Decimal("85.00"),
        "mode": Service.Mode.VIDEO,
        "bookable_by": RETURNING,
        "by": THERAPISTS,
    },
    {
        "slug": "insert-check",
        "asks_intake": False,
        "name": "Shoe and insert check",
        "neutral_name": "Appointment, 30 min",
        "summary": "Ready-made inserts tried in your own shoes.",
        "minutes": 30,
        "step_minutes": 15,
        "price": Decimal("70.00"),
        "bookable_by": ANYONE,
        "by": ("maple-nightjar",),
    },
]

STAFF = [
    ("desk@example.com", "Dana Deskworth", True, [roles.FRONT_DESK]),
    ("manager@example.com", "Morgan Ledgerly", True, [roles.MANAGER]),
    ("lead@example.com", "Lee Libraryman", True, [roles.CLINICAL_LEAD]),
]


def make_places(today: date) -> None:
    """Make (or complete) the clinic itself: settings, places, people, services and hours."""
    Practice.objects.update_or_create(
        pk=Practice.SINGLETON,
        defaults={
            "name": "Fernhill Demo Physiotherapy",
            "tagline": "Knees, hips and the people who run on them.",
            "time_zone": "America/Edmonton",
            "email": "hello@example.com",
            "phone": "+14035550100",
            "privacy_text": PRIVACY,
            "privacy_dated": date(2025, 9, 1),
            "booking_opened_at": datetime(2025, 9, 1, tzinfo=UTC),
            "cancellation_policy": "Please move or cancel at least 24 hours ahead.",
            "receipt_text": "Business number 000000000 RT0001 (demo). No GST on physiotherapy.",
        },
    )
    keep_notice(Practice.objects.get(), now=datetime(2025, 9, 1, tzinfo=UTC))
    practice.forget()
    for row in LOCATIONS:
        Location.objects.get_or_create(slug=row["slug"], defaults=row)
    for email, name, staff, names in STAFF:
        sign_in(email, name, is_staff=staff, names=names)
    for row in PRACTITIONERS:
        _make_practitioner(dict(row))
    for position, row in enumerate(SERVICES):
        _make_service(dict(row), position)
    _make_rooms()


def sign_in(email: str, name: str, *, is_staff: bool = False, names: list[str]) -> User:
    """Return this demo user, made with the one printed password."""
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.create_user(email, PASSWORD, name=name, is_staff=is_staff)
    user.groups.set(Group.objects.filter(name__in=names))
    return user


def _make_practitioner(row: dict) -> None:
    hours, email, role = row.pop("hours"), row.pop("email"), row.pop("role")
    user = sign_in(email, row["name"], names=[role])
    person, made = Practitioner.objects.get_or_create(
        slug=row["slug"],
        defaults={**row, "user": user, "video_link": f"https://video.example.com/{row['slug']}"},
    )
    if not made:
        return
    for slug, week in hours.items():
        location = Location.objects.get(slug=slug)
        for weekday, (starts, ends) in week.items():
            WorkingHours.objects.create(
                practitioner=person,
                location=location,
                weekday=weekday,
                starts=time.fromisoformat(starts),
                ends=time.fromisoformat(ends),
            )
            if time.fromisoformat(starts) <= time(10) and time.fromisoformat(ends) >= time(14):
                BreakTime.objects.create(
                    practitioner=person,
                    location=location,
                    weekday=weekday,
                    starts=time(12),
                    ends=time(12, 30),
                )


def _make_service(row: dict, position: int) -> None:
    by = row.pop("by")
    service, _ = Service.objects.get_or_create(
        slug=row["slug"], defaults={**row, "position": position}
    )
    for person in Practitioner.objects.filter(slug__in=by):
        for location in Location.objects.filter(hours__practitioner=person).distinct():
            ServiceOffer.objects.get_or_create(
                service=service, practitioner=person, location=location
            )


def _make_rooms() -> None:
    for location in Location.objects.all():
        for name, capacity in (("Treatment 1", 1), ("Treatment 2", 1), ("Upstairs gym", 3)):
            Room.objects.get_or_create(
                location=location, name=name, defaults={"capacity": capacity}
            )
