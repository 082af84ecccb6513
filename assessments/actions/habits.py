"""What patients arrange for themselves: strength days; and the day it flares."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from assessments import trail
from assessments.actions.episodes import age_on
from assessments.due import fits
from assessments.easing import counting_of, one_too_many
from assessments.errors import DaysTooClose
from assessments.findings import Findings
from assessments.flare_questions import QUESTIONS
from assessments.intake.advice import REFER, concern_of
from assessments.library_store import library_of, newest_version
from assessments.messages import owe_flare
from assessments.models import Flare, Plan, StrengthDays
from bookings.schedule.presence import Presence, on_duty
from clinic import practice
from clinic.models import Location, Patient, Practitioner, User
from clinic.persons import theirs


@transaction.atomic
def choose_strength_days(
    patient: Patient, days: Collection[int], *, by: User, now: datetime
) -> StrengthDays:
    """Keep the weekdays for strength work, Monday 0. Raises DaysTooClose unless they fit."""
    if not fits(days):
        raise DaysTooClose
    Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
    found = StrengthDays.objects.filter(theirs(patient)).order_by("-chosen_at").first()
    chosen = found or StrengthDays(patient=patient)
    chosen.days, chosen.chosen_at = sorted(set(days)), now
    chosen.save()
    trail.did("strength_days.chosen", patient, by=by, patient_id=patient.pk, now=now)
    return chosen


@transaction.atomic
def report_flare(
    patient: Patient,
    plan: Plan,
    *,
    client_id: UUID,
    yes: Iterable[str] = (),
    pain: int | None = None,
    by: User,
    now: datetime,
) -> Flare:
    """Keep that the knee flared, and tell the physio that somebody needs a look.

    yes   the safety questions that were answered with yes
    pain  now, 0 to 10, if it was given

    A repeat with the same id changes nothing. A yes to any question is at least "tell us before
    you go on", also where no rule of the gate speaks of it alone; then whoever is on duty at the
    place is told too. So they are when it is one flare too many within the days that the library
    counts together; that is kept with the flare.
    """
    Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
    known = Flare.objects.filter(theirs(patient), client_id=client_id).first()
    if known is not None:
        return known
    said = [name for name in QUESTIONS if name in set(yes)]
    flare = Flare(
        patient=patient,
        plan=plan,
        client_id=client_id,
        level=_level(said, patient, now),
        yes=said,
        pain=pain,
        again=_again(patient, now),
        reported_at=now,
    )
    flare.save(force_insert=True)
    # The trail says that there is one, never what.
    trail.did("look.asked", flare, by=by, patient_id=patient.pk, now=now)
    for user in _told(flare, now):
        owe_flare(flare, user, now=now)
    return flare


def _level(said: list[str], patient: Patient, now: datetime) -> str:
    """Return how soon somebody has to look, by the newest library; empty without a yes."""
    if not said:
        return ""
    today = now.astimezone(practice.current().tz).date()
    born = patient.date_of_birth
    concern = concern_of(
        Findings(dict.fromkeys(said, "yes")),
        age_on(born, today) if born else None,
        library_of(newest_version().number),
    )
    return concern.level if concern else REFER


def _again(patient: Patient, now: datetime) -> bool:
    """Say whether this flare is one too many, as the newest library counts. One query."""
    zone, counting = practice.current().tz, counting_of(library_of(newest_version().number))
    since = now - timedelta(days=counting.window)
    earlier = Flare.objects.filter(theirs(patient), reported_at__gte=since, reported_at__lte=now)
    days = [at.astimezone(zone).date() for at in earlier.values_list("reported_at", flat=True)]
    return one_too_many(days, now.astimezone(zone).date(), counting)


def _told(flare: Flare, now: datetime) -> list[User]:
    """Return who is told: who leads the episode or charted last.

    With a yes, or when it is one flare too many, also who is on duty.
    """
    plan = flare.plan
    people: list[Practitioner] = [plan.episode.lead or plan.assessment.author]
    if flare.level or flare.again:
        visit = plan.assessment.appointment
        place = visit.location if visit else Location.objects.open().first()
        if place is not None:
            people += on_duty(Presence(place, now))
    users = {person.user.pk: person.user for person in people if person.user}
    return [user for user in users.values() if user.is_active]
