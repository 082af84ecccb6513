"""The waiting list from the side of who waits: join, answer an offer, leave."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bookings import doors, limits, offers_owed
from bookings.actions import locks, people
from bookings.actions.answering import close_entry, close_offer, release_time
from bookings.actions.booking_held import book
from bookings.actions.changing import move
from bookings.actions.offering import MOVABLE, queue_entry
from bookings.actions.people import Details
from bookings.errors import OfferGone, Over
from bookings.models import Appointment, Service, WaitingEntry, WaitingLink, WaitingOffer
from bookings.tokens import new_token, sha256
from clinic import audit, practice
from clinic.audit import Actor
from clinic.models import Location, Practitioner

LINK_DAYS = 180
JOINS_PER_ADDRESS = 20  # in an hour
JOINS_PER_EMAIL = 5
State = WaitingEntry.State


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What somebody would take. Nothing chosen means anything will do."""

    practitioners: Iterable[Practitioner] = ()
    locations: Iterable[Location] = ()
    weekdays: Iterable[int] = field(default=())
    parts: Iterable[int] = field(default=())
    notice_hours: int = 0


def join(
    service: Service,
    details: Details,
    wishes: Wishes,
    *,
    by: Actor,
    now: datetime,
    form_key: uuid.UUID | None = None,
    address: str = "",
) -> WaitingEntry:
    """Put somebody on the list for a service. The form has checked the consent.

    Sent twice (the same ``form_key``), they are on it once. Raises NotOpenYet, ForNewPatients,
    ForReturningPatients or TooMany; then nothing was written.
    """
    doors.check(trial=by.kind == "staff")
    with locks.writing():
        locks.queue_form(form_key)
        if again := _sent_before(form_key):
            return again
        people.check_eligible(service, details.patient)
        limits.take("waiting-email", details.contact, JOINS_PER_EMAIL, now=now)
        limits.take("waiting", address, JOINS_PER_ADDRESS, now=now)
        known = details.patient
        entry = WaitingEntry(
            form_key=form_key or uuid.uuid4(),
            service=service,
            patient=known,
            first_name=known.first_name if known else details.first_name,
            last_name=known.last_name if known else details.last_name,
            email=details.contact,
            phone=(known.phone if known else "") or details.phone,
            date_of_birth=known.date_of_birth if known else details.date_of_birth,
            guardian_name=details.guardian_name,
            guardian_relationship=details.guardian_relationship,
            language=known.language if known else details.language,
        )
        return _put_on(entry, wishes, by, now)


def join_sooner(
    visit: Appointment,
    wishes: Wishes,
    *,
    by: Actor,
    now: datetime,
    form_key: uuid.UUID | None = None,
) -> WaitingEntry:
    """Put the patient of a booked visit on the list for an earlier time.

    Whoever waits for this visit already keeps their place and changes their wishes.

    Raises Over for a visit that cannot be moved any more.
    """
    with locks.writing():
        locks.queue_patient(visit.patient)
        if again := _sent_before(form_key):
            return again
        found = locks.visit_to_change(visit.pk)
        patient = found.patient
        late = found.state not in MOVABLE or found.starts_at <= now
        if patient is None or late:
            raise Over
        before = WaitingEntry.objects.filter(visit=found, state=State.WAITING).first()
        if before:
            return _change(queue_entry(before.pk), wishes, form_key, by, now)
        entry = WaitingEntry(
            form_key=form_key or uuid.uuid4(),
            service=found.service,
            visit=found,
            patient=patient,
            first_name=patient.first_name,
            last_name=patient.last_name,
            email=patient.email,
            phone=patient.phone,
            date_of_birth=patient.date_of_birth,
            language=patient.language,
        )
        return _put_on(entry, wishes, by, now)


def _sent_before(form_key: uuid.UUID | None) -> WaitingEntry | None:
    return WaitingEntry.objects.filter(form_key=form_key).first() if form_key else None


def _change(
    entry: WaitingEntry, wishes: Wishes, form_key: uuid.UUID | None, by: Actor, now: datetime
) -> WaitingEntry:
    """Change what somebody would take; how long they have waited still counts."""
    entry.form_key = form_key or entry.form_key
    _wish(entry, wishes)
    entry.save(update_fields=["form_key", "weekdays", "parts", "notice_hours"])
    entry.practitioners.set(wishes.practitioners)
    entry.locations.set(wishes.locations)
    audit.record("waiting.change", entry, by=by, patient_id=entry.patient_id, at=now)
    return entry


def _wish(entry: WaitingEntry, wishes: Wishes) -> None:
    entry.weekdays = sorted(set(wishes.weekdays))
    entry.parts = sorted(set(wishes.parts))
    entry.notice_hours = wishes.notice_hours


def _put_on(entry: WaitingEntry, wishes: Wishes, by: Actor, now: datetime) -> WaitingEntry:
    _wish(entry, wishes)
    entry.privacy_dated = practice.current().privacy_dated
    entry.consented_at = entry.created_at = now
    entry.save(force_insert=True)
    entry.practitioners.set(wishes.practitioners)
    entry.locations.set(wishes.locations)
    offers_owed.joined(entry, now=now)
    audit.record("waiting.join", entry, by=by, patient_id=entry.patient_id, at=now)
    return entry


def open_entry(entry: WaitingEntry, *, now: datetime) -> str:
    """Make one more link to an entry; return its token."""
    token = new_token()
    WaitingLink.objects.create(
        entry=entry,
        token_sha256=sha256(token),
        created_at=now,
        expires_at=now + timedelta(days=LINK_DAYS),
    )
    return token


def accept(
    offer: WaitingOffer, *, by: Actor, now: datetime, reason: str = "", address: str = ""
) -> Appointment:
    """Take the offered time; a later visit moves there and its own time goes to the next.

    reason  what brings them here, for the practitioner; only for a first booking. Accepting twice
            answers with the same visit

    Raises OfferGone when the offer ran out or was answered, or whatever booking or moving raises;
    then nothing was written.
    """
    held = offer.appointment
    later = offer.entry.visit
    with locks.writing():
        locks.queue_practitioners(held.practitioner_id, *([later.practitioner_id] if later else []))
        locks.queue_rooms(held.service, held.location)
        locks.queue_patient(offer.entry.patient)
        entry = queue_entry(offer.entry_id)
        current = WaitingOffer.objects.select_related("appointment").get(pk=offer.pk)
        if current.state == WaitingOffer.State.ACCEPTED:
            return later or current.appointment
        if current.state != WaitingOffer.State.OPEN or current.expires_at <= now:
            raise OfferGone
        if later:
            release_time(held)
            visit = move(
                later, practitioner=held.practitioner, location=held.location,
                starts_at=held.starts_at, by=by, now=now, invited=True,
            )  # fmt: skip
        else:
            visit = book(held, _details(entry, reason), by=by, now=now, address=address)
        WaitingOffer.objects.filter(pk=offer.pk).update(
            state=WaitingOffer.State.ACCEPTED, answered_at=now
        )
        entry.state, entry.closed_at, entry.patient = State.SERVED, now, visit.patient
        entry.save(update_fields=["state", "closed_at", "patient"])
        data = {"offer": str(offer.pk), "visit": str(visit.pk)}
        audit.record("waiting.accept", entry, by=by, patient_id=visit.patient_id, data=data, at=now)
    return visit


def _details(entry: WaitingEntry, reason: str) -> Details:
    return Details(
        first_name=entry.first_name,
        last_name=entry.last_name,
        email=entry.email,
        phone=str(entry.phone or ""),
        date_of_birth=entry.date_of_birth,
        reason=reason,
        guardian_name=entry.guardian_name,
        guardian_relationship=entry.guardian_relationship,
        language=entry.language,
        patient=entry.patient,
    )


def decline(offer: WaitingOffer, *, by: Actor, now: datetime) -> bool:
    """Give an offered time back; it goes to the next. Their place on the list stays.

    Returns False when the offer was answered before or ran out.
    """
    return close_offer(offer, WaitingOffer.State.DECLINED, by=by, now=now)


def leave(entry: WaitingEntry, *, by: Actor, now: datetime) -> bool:
    """Take oneself off the list; an offer goes to the next. Leaving twice changes nothing."""
    return close_entry(entry, State.LEFT, by=by, now=now)


def remove(entry: WaitingEntry, *, by: Actor, now: datetime) -> bool:
    """Take somebody off the list at the desk; an offer goes to the next."""
    return close_entry(entry, State.REMOVED, by=by, now=now)


def entry_of(token: str, now: datetime) -> WaitingEntry | None:
    """Return the entry a token opens, or None if the link ran out or never was."""
    link = (
        WaitingLink.objects.filter(token_sha256=sha256(token), expires_at__gt=now)
        .select_related("entry__service", "entry__visit__location", "entry__visit__practitioner")
        .first()
    )
    return link.entry if link else None
