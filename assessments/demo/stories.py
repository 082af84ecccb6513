"""One invented patient for every stage: from a booking to months of progress, and one red flag."""

import uuid
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from assessments import actions as clinical
from assessments.actions.check_ins import Told
from assessments.demo import charts, intakes
from assessments.demo.visits import Wish, again, book_near, call_off, come, stay_away
from assessments.models import Assessment, CheckIn, EpisodeOfCare, Plan
from bookings.actions import Details
from bookings.models import Appointment
from clinic import practice
from clinic.models import Patient, User

JUNO, OTIS, CORAL = "juno-larkspur", "otis-fernquill", "coral-wintergreen"
FIRST, FOLLOW_UP = "initial-knee-assessment", "follow-up"
MINUTE = timedelta(minutes=1)


def tell(today: date, now: datetime) -> None:
    """Make everybody's story, with its days counted from today."""
    months_of_progress(today, now)
    for story in STORIES:
        story(today)


def months_of_progress(today: date, now: datetime) -> None:
    """Pip came twelve weeks ago, follows the second plan, and logs three times a week."""
    details = Details(
        first_name="Pip",
        last_name="Sampleton",
        email="patient@example.com",
        phone="+14035550121",
        date_of_birth=date(1994, 6, 15),
        reason="Ache behind the right kneecap since the long runs got longer.",
    )
    visit = book_near(Wish(FIRST, JUNO, today - timedelta(days=84), hour=9), details)
    come(visit)
    first, first_day = issue(visit, "first_visit"), visit.starts_at.date()
    patient = who(visit)
    for days in (70, 49):
        come(book_near(Wish(FOLLOW_UP, JUNO, today - timedelta(days=days)), again(patient)))
    visit = book_near(Wish(FOLLOW_UP, JUNO, today - timedelta(days=28), hour=9), again(patient))
    come(visit)
    second, second_day = issue(visit, "eight_weeks_later"), visit.starts_at.date()
    keep_a_log(patient, first, first_day, second_day - timedelta(days=1), now)
    keep_a_log(patient, second, second_day, today - timedelta(days=1), now)
    book_near(Wish(FOLLOW_UP, JUNO, today + timedelta(days=6), hour=9), again(patient))


def chart(visit: Appointment, knee: str, *, sign: bool = True) -> Assessment:
    """The visit's physiotherapist charts the knee during the visit and signs it."""
    by = treating(visit)
    assessment = clinical.start_assessment(visit, visit.practitioner, by=by, now=visit.starts_at)
    charts.fill(assessment, knee, by=by, now=visit.starts_at + 5 * MINUTE)
    if sign:
        assessment = clinical.sign(assessment, by=by, now=visit.ends_at - 10 * MINUTE)
    return assessment


def treating(visit: Appointment) -> User:
    """The sign-in of the visit's physiotherapist."""
    return User.objects.get(practitioner=visit.practitioner_id)


def who(visit: Appointment) -> Patient:
    """The patient of a booked visit."""
    return Patient.objects.get(appointments=visit)


def draft(visit: Appointment, knee: str) -> Plan:
    """Chart and sign during the visit, and draft the plan at its end."""
    assessment = chart(visit, knee)
    return clinical.draft_plan(assessment, by=treating(visit), now=visit.ends_at - 9 * MINUTE)


def issue(visit: Appointment, knee: str) -> Plan:
    """Chart, sign, draft and issue: the patient goes home with a plan."""
    plan = draft(visit, knee)
    return clinical.issue_plan(plan, by=treating(visit), now=visit.ends_at - 5 * MINUTE)


def keep_a_log(patient: Patient, plan: Plan, since: date, last: date, now: datetime) -> None:
    """Home exercises on Mondays, Wednesdays and Saturdays, with pain that slowly goes down."""
    user = User.objects.filter(email=patient.email).first() or User.objects.create_user(
        patient.email
    )
    lines = [line for line in plan.lines.order_by("position") if line.home]
    day = since + timedelta(days=1)
    entries = []
    while day <= last:
        if day.weekday() in (0, 2, 5) and day.toordinal() % 17:
            weeks = (day - since).days // 7
            start = 4 if plan.version == 1 else 2
            for place, line in enumerate(lines):
                skipped = (day.toordinal() + place) % 11 == 0
                entries.append(
                    {
                        "client_id": str(uuid.uuid5(line.pk, day.isoformat())),
                        "line": str(line.pk),
                        "on": day.isoformat(),
                        "done": "partly" if skipped else "done",
                        "pain": max(0, start - weeks // 2 + (day.toordinal() + place) % 2),
                        "effort": 5 + place % 3,
                        "plan_version": plan.version,
                    }
                )
        day += timedelta(days=1)
    clinical.log_sessions(patient, entries, by=user, now=now)


def just_booked(today: date) -> None:
    """Dot booked her first visit yesterday, and is half way through the form."""
    details = Details(
        first_name="Dot",
        last_name="Exampleby",
        email="dot@example.com",
        phone="+14035550122",
        date_of_birth=date(1988, 2, 3),
        reason="Both knees grumble on the stairs at work.",
    )
    visit = book_near(Wish(FIRST, JUNO, today + timedelta(days=2), hour=10, ahead=3), details)
    intakes.half_done(visit)


def needs_a_call(today: date) -> None:
    """Una comes tomorrow; what she answered yesterday has a clinician call before that."""
    details = Details(
        first_name="Una",
        last_name="Mocksmith",
        email="una@example.com",
        phone="+14035550131",
        date_of_birth=date(1990, 8, 8),
    )
    visit = book_near(Wish(FIRST, JUNO, today + timedelta(days=1), hour=11, ahead=2), details)
    intakes.locked(visit)


def comes_today(today: date) -> None:
    """Gus has his first visit today: his form has arrived, nothing is charted yet."""
    details = Details(
        first_name="Gus",
        last_name="Testwell",
        email="gus@example.com",
        phone="+14035550123",
        date_of_birth=date(1979, 11, 30),
        reason="Left knee hurts going downhill since the summer hikes.",
    )
    intakes.sent(book_near(Wish(FIRST, JUNO, today, hour=10), details))


def draft_to_review(today: date) -> None:
    """Theo was charted and signed two days ago; his plan waits for review."""
    details = Details(
        first_name="Theo",
        last_name="Fictive",
        email="theo@example.com",
        phone="+14035550124",
        date_of_birth=date(1985, 4, 21),
        reason="Left knee, worse downhill.",
    )
    visit = book_near(Wish(FIRST, JUNO, today - timedelta(days=2), hour=8), details)
    come(visit)
    draft(visit, "stairs_and_hills")


def red_flag(today: date) -> None:
    """Rex came with a hot, swollen knee and felt unwell: the gate stopped everything."""
    details = Details(
        first_name="Rex",
        last_name="Mockridge",
        email="rex@example.com",
        phone="+14035550125",
        date_of_birth=date(1974, 9, 9),
        reason="Knee blew up overnight.",
    )
    visit = book_near(Wish(FIRST, JUNO, today - timedelta(days=3), hour=8), details)
    come(visit)
    chart(visit, "hot_and_swollen")


def interrupted(today: date) -> None:
    """Ivy's chart was begun yesterday and is not finished."""
    details = Details(
        first_name="Ivy",
        last_name="Placeholder",
        email="ivy@example.com",
        phone="+14035550126",
        date_of_birth=date(1991, 12, 24),
    )
    visit = book_near(Wish(FIRST, JUNO, today - timedelta(days=1), hour=8), details)
    come(visit)
    chart(visit, "half_charted", sign=False)


def young_athlete(today: date) -> None:
    """Nell is thirteen; her mother booked for her and consented."""
    details = Details(
        first_name="Nell",
        last_name="Invented",
        email="family@example.com",
        phone="+14035550127",
        date_of_birth=date(today.year - 13, 1, 8),
        guardian_name="Mara Invented",
        reason="Front of the knee after football.",
    )
    book_near(Wish(FIRST, OTIS, today + timedelta(days=4), hour=15), details)


def finished(today: date) -> None:
    """Fern finished her care at the other location; three months later she said how it goes."""
    details = Details(
        first_name="Fern",
        last_name="Dummott",
        email="fern@example.com",
        phone="+19025550128",
        date_of_birth=date(1969, 7, 17),
    )
    visit = book_near(Wish(FIRST, CORAL, today - timedelta(days=156), hour=9), details)
    come(visit)
    issue(visit, "stairs_and_hills")
    patient = who(visit)
    last = book_near(Wish(FOLLOW_UP, CORAL, today - timedelta(days=100)), again(patient))
    come(last)
    episode = EpisodeOfCare.objects.get(patient=patient)
    reason = EpisodeOfCare.Discharge.GOALS_MET
    clinical.discharge(
        episode,
        reason,
        reason="Back on every stair and hill; she said so at the last visit.",
        keep_going=True,
        check_ins=True,
        by=treating(visit),
        now=last.ends_at,
    )
    asked = datetime.combine(today - timedelta(days=6), time(12), tzinfo=practice.current().tz)
    clinical.queue_check_ins(now=asked)
    told = Told(
        pain_now=0, pain_worst=2, compared="same", activity=9, exercising="once", sport="none"
    )
    check_in = CheckIn.objects.get(discharge__episode=episode)
    clinical.answer_check_in(check_in, told, now=asked + timedelta(hours=5))


def did_not_come(today: date) -> None:
    """Bo missed one visit and booked another."""
    details = Details(
        first_name="Bo",
        last_name="Fauxley",
        email="bo@example.com",
        phone="+14035550129",
        date_of_birth=date(2001, 3, 14),
    )
    visit = book_near(Wish(FIRST, OTIS, today - timedelta(days=9), hour=13), details)
    stay_away(visit)
    book_near(Wish(FIRST, OTIS, today + timedelta(days=8), hour=13), again(who(visit)))


def cancelled(today: date) -> None:
    """Kit cancelled in time."""
    details = Details(
        first_name="Kit",
        last_name="Samplewood",
        email="kit@example.com",
        phone="+19025550130",
        date_of_birth=date(1996, 10, 2),
    )
    call_off(book_near(Wish(FIRST, CORAL, today + timedelta(days=5), hour=9, ahead=9), details), 8)


STORIES: list[Callable[[date], None]] = [
    just_booked,
    needs_a_call,
    comes_today,
    draft_to_review,
    red_flag,
    interrupted,
    young_athlete,
    finished,
    did_not_come,
    cancelled,
]
