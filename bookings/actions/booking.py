"""Booking at the desk, and what every way of booking shares."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from bookings import availability as engine
from bookings import owing, schedule
from bookings.actions import expiring, locks, people
from bookings.actions.heeding import second_thought
from bookings.availability import Refusal
from bookings.errors import NotOffered, PatientBusy, ReasonNeeded, TimeRefused, TimeTaken
from bookings.models import Appointment, Service, ServiceOffer, VisitReason
from bookings.models.appointment import ran_out
from bookings.schedule import Diary, Found, instant, moment
from clinic import audit
from clinic.audit import Actor
from clinic.minors import Answerable
from clinic.models import Location, Patient, Practitioner, User

State = Appointment.State
TAKEN = (Refusal.TAKEN, Refusal.NO_ROOM, Refusal.FULL)


def desk_book(
    *,
    patient: Patient,
    service: Service,
    practitioner: Practitioner,
    location: Location,
    starts_at: datetime,
    by: Actor,
    now: datetime,
    force: bool = False,
    force_reason: str = "",
    heed: bool = False,
    visit_reason: str = "",
    desk_note: str = "",
    guardian: Answerable | None = None,
    form_key: UUID | None = None,
) -> Appointment:
    """Book for a patient who called or stands at the desk; no notice, no limits.

    force     book although the time is refused, overlaps included; ``force_reason`` is then
              required and kept. Only what overlaps is marked ``overbooked``
    heed      short notice and many visits ahead want a reason too: ShortNotice, OverLimit
    guardian  who agrees to the visit of a child, where nobody did before
    form_key  sent twice, the first visit is the answer

    Raises NotOffered, TimeRefused (with the visits in the way as ``clashes``), PatientBusy,
    GuardianNeeded or ReasonNeeded; then nothing was written.
    """
    with locks.writing():
        locks.queue_practitioners(practitioner.pk)
        locks.queue_rooms(service, location)
        locks.queue_patient(patient)
        if form_key and (before := Appointment.objects.filter(form_key=form_key).first()):
            return before
        expiring.clear_stale([practitioner.pk], location, now)
        people.ensure_guardian(patient, location, guardian, by=by, now=now)
        visit = _new_visit(patient, service, practitioner, location, starts_at)
        expiring.clear_stale_of(visit, now)
        place(visit, now=now, desk=True, force=force, force_reason=force_reason, heed=heed)
        visit.source, visit.form_key = Appointment.Source.DESK, form_key
        visit.desk_note = desk_note
        visit.new_patient = people.is_new(service, patient)
        become_booked(visit, by, now)
        visit.save(force_insert=True)
        if visit_reason:
            VisitReason.objects.create(appointment=visit, text=visit_reason, written_at=now)
        people.look_after(patient, practitioner, now)
        told_and_recorded(visit, "book", owing.BOOKED_BY_DESK, by=by, now=now)
    return visit


def place(
    visit: Appointment,
    *,
    now: datetime,
    desk: bool,
    force: bool = False,
    force_reason: str = "",
    heed: bool = False,
    was: datetime | None = None,
) -> None:
    """Check the visit's time under the lock and give it a room; sets ``overbooked``.

    The visit may be new or a moved one, whose own old time (``was``) is then in nobody's way.
    Raises as ``desk_book`` does; ReasonNeeded has as its cause what the reason is asked for.
    """
    offer, diary = offered(visit, now, desk=desk)
    refusal = diary.refusal(offer, instant(visit.starts_at))
    clashes = in_the_way(visit, now)
    patient_busy = any(clash.patient_id == visit.patient_id for clash in clashes)
    visit.overbooked, visit.overbook_reason = False, ""
    against: Exception | None = refused(refusal, clashes) if refusal or patient_busy else None
    if against is None and heed:
        against = second_thought(visit, now, was=was)
    if against is not None:
        in_vain = diary.service.is_group or (refusal is Refusal.PAST and visit.ends_at <= now)
        if not force or ((refusal or patient_busy) and in_vain):
            raise against
        if not force_reason.strip():
            raise ReasonNeeded from against
        visit.overbooked, visit.overbook_reason = bool(clashes), force_reason.strip()[:200]
    take_spot(visit, diary, offer)


def take_spot(visit: Appointment, diary: Diary, offer: ServiceOffer) -> None:
    """Give the visit a unit of a room or a seat of the session at its time."""
    start = instant(visit.starts_at)
    spot = diary.spot(offer, start, keep=visit.seat)
    visit.room_id, visit.room_unit = spot.room, spot.unit
    visit.session_id, visit.seat = spot.session, spot.seat
    if spot.session:
        visit.ends_at = diary.at(offer, start).ends_at


def offered(visit: Appointment, now: datetime, *, desk: bool) -> tuple[ServiceOffer, Diary]:
    """Return the offer and the diary of the visit's day, read anew. Raises NotOffered."""
    offers = schedule.matching(
        schedule.offers_of(visit.service, desk=desk), visit.practitioner, visit.location
    )
    if not offers:
        raise NotOffered
    return offers[0], diary_around(visit, offers, now, desk=desk)


def diary_around(
    visit: Appointment,
    offers: Sequence[ServiceOffer],
    now: datetime,
    *,
    desk: bool,
    near: Found | None = None,
) -> Diary:
    """Return the diary around a visit, in which the visit itself is in nobody's way.

    near  what stands around it, where that was read already
    """
    start = instant(visit.starts_at)
    day = engine.local_day(start, visit.location.tz)
    scope = {"ignoring": visit.pk, "at": start, "near": near}
    return schedule.read(
        offers, now=now, first=day, last=day, desk=desk, length=visit.length, **scope
    )


def in_the_way(visit: Appointment, now: datetime) -> list[Appointment]:
    """Return the visits and holds that overlap: the practitioner's and the patient's own."""
    # In a group the practitioner is there already; only the patient may be somewhere else.
    whose = Q(pk__in=[]) if visit.service.is_group else Q(practitioner=visit.practitioner_id)
    if visit.patient_id:
        whose |= Q(patient=visit.patient_id)
    clashes = Appointment.objects.blocking().overlapping(visit.starts_at, visit.ends_at)
    found = clashes.filter(whose).exclude(ran_out(now)).exclude(pk=visit.pk)
    return list(found.with_people().order_by("starts_at"))


def refused(refusal: Refusal | None, clashes: Sequence[Appointment]) -> Exception:
    """Return the error that says why, with the visits in the way."""
    if refusal is None:
        return PatientBusy(clashes)
    if refusal in TAKEN:
        return TimeTaken(refusal, clashes)
    return TimeRefused(refusal, clashes)


def check_patient_free(visit: Appointment, now: datetime) -> None:
    """Raise PatientBusy when the patient has another visit at that time."""
    others = Appointment.objects.blocking().overlapping(visit.starts_at, visit.ends_at)
    theirs = list(others.filter(patient=visit.patient).exclude(pk=visit.pk))
    if any(not other.has_run_out(now) for other in theirs):
        raise PatientBusy
    if theirs:
        expiring.clear_stale_of(visit, now)


FORCEABLE = ("book", "move", "import")  # what gives a visit its time, and may have been forced


def told_and_recorded(
    visit: Appointment, verb: str, topic: str, *, by: Actor, now: datetime, **data: object
) -> None:
    """Write the audit row and the message that belong to a change."""
    audit.record(
        f"visit.{verb}",
        visit,
        by=by,
        patient_id=visit.patient_id,
        reason=visit.overbook_reason if verb in FORCEABLE else "",
        data={**trace(visit), **data},
        at=now,
    )
    if topic:
        owing.tell(visit, topic, by=by, now=now)


def trace(visit: Appointment) -> dict[str, object]:
    """Return what the audit trail keeps of a visit."""
    return {"version": visit.version, "starts_at": visit.starts_at.isoformat()}


def _new_visit(
    patient: Patient,
    service: Service,
    practitioner: Practitioner,
    location: Location,
    starts_at: datetime,
) -> Appointment:
    start = instant(starts_at)
    return Appointment(
        patient=patient,
        service=service,
        practitioner=practitioner,
        location=location,
        starts_at=moment(start),
        ends_at=moment(start + service.minutes * 60),
        buffer_before=service.buffer_before,
        buffer_after=service.buffer_after,
    )


def become_booked(visit: Appointment, by: Actor, now: datetime) -> None:
    """Make a visit of what is held or new; nothing is saved."""
    visit.state = State.BOOKED
    visit.version += 1
    visit.held_until = None
    visit.booked_at = now
    visit.booked_by = user_behind(by)
    agree_on_price(visit)


def agree_on_price(visit: Appointment) -> None:
    """Write down what the service costs now: a price changed later changes nothing agreed."""
    service = visit.service
    visit.price, visit.currency = service.price, service.currency
    visit.late_cancel_fee, visit.no_show_fee = service.late_cancel_fee, service.no_show_fee


def ask_to_confirm(visit: Appointment, now: datetime) -> None:
    """Make a visit a request where its service needs the desk's approval.

    Its time is kept for the hours of the service, and never past its start.
    """
    if visit.service.needs_approval:
        visit.state = State.REQUESTED
        answer_by = now + timedelta(hours=visit.service.approval_hours)
        visit.held_until = min(answer_by, visit.starts_at)


def user_behind(by: Actor) -> User | None:
    """Return the sign-in behind an actor; guests and the clock have none."""
    return User.objects.filter(pk=by.id).first() if by.id else None
