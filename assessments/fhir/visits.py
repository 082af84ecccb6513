"""Visits: each is an appointment, and one that took place is an encounter too."""

from collections.abc import Iterator, Mapping

from assessments.fhir.codes import V3
from assessments.fhir.sent import Sent, encounter_of
from assessments.fhir.shapes import Resource, coding, concept, ident, ref
from bookings.models import Appointment, Service

State = Appointment.State
STATUS: Mapping[str, str] = {
    State.REQUESTED: "pending",
    State.BOOKED: "booked",
    State.ARRIVED: "arrived",
    State.IN_PROGRESS: "arrived",
    State.COMPLETED: "fulfilled",
    State.CANCELLED: "cancelled",
    State.LATE_CANCELLED: "cancelled",
    State.NO_SHOW: "noshow",
}
ENCOUNTER_STATUS: Mapping[str, str] = {
    State.ARRIVED: "arrived",
    State.IN_PROGRESS: "in-progress",
    State.COMPLETED: "finished",
}
CLASS: Mapping[str, tuple[str, str]] = {
    Service.Mode.IN_PERSON: ("AMB", "ambulatory"),
    Service.Mode.PHONE: ("VR", "virtual"),
    Service.Mode.VIDEO: ("VR", "virtual"),
}
CANCELLED = (State.CANCELLED, State.LATE_CANCELLED)


def appointments(sent: Sent) -> Iterator[Resource]:
    for visit in sent.rows("visits"):
        yield appointment(sent, visit)


def encounters(sent: Sent) -> Iterator[Resource]:
    for visit in sent.rows("visits"):
        if sent.took_place(visit):
            yield encounter(sent, visit)


def appointment(sent: Sent, visit: Appointment) -> Resource:
    waits = "needs-action" if visit.state == State.REQUESTED else "accepted"
    actors = (
        (sent.subject, "accepted"),
        (sent.by(visit.practitioner), waits),
        (ref(ident(visit.location_id), visit.location.name), waits),
    )
    return {
        "resourceType": "Appointment",
        "id": ident(visit.pk),
        "status": STATUS[visit.state],
        "cancelationReason": _cancelled_for(visit),
        "serviceType": [concept(visit.service.name)],
        "reasonCode": reason(visit),
        "start": sent.at(visit.starts_at, visit.pk),
        "end": sent.at(visit.ends_at, visit.pk),
        "minutesDuration": int(visit.length.total_seconds()) // 60,
        "created": sent.at(visit.booked_at, visit.pk),
        "participant": [
            {"actor": actor, "required": "required", "status": status} for actor, status in actors
        ],
    }


def encounter(sent: Sent, visit: Appointment) -> Resource:
    """The visit as it took place; a signed chart or note of it says so as well as the desk."""
    code, display = CLASS[visit.service.mode]
    return {
        "resourceType": "Encounter",
        "id": encounter_of(visit.pk),
        "status": ENCOUNTER_STATUS.get(visit.state, "finished"),
        "class": coding(f"{V3}ActCode", code, display),
        "type": [concept(visit.service.name)],
        "subject": sent.subject,
        "episodeOfCare": [
            ref(ident(chart.episode_id))
            for chart in sent.of("charts", "appointment_id", visit.pk)
        ],
        "participant": [{"individual": sent.by(visit.practitioner)}],
        "appointment": [ref(ident(visit.pk))],
        "period": {
            "start": sent.at(visit.starts_at, visit.pk), "end": sent.at(visit.ends_at, visit.pk),
        },
        "reasonCode": reason(visit),
        "location": [{"location": ref(ident(visit.location_id), visit.location.name)}],
        "serviceProvider": sent.organization,
    }  # fmt: skip


def reason(visit: Appointment) -> list[Resource]:
    """Why somebody came, in their own words."""
    said = getattr(visit, "visit_reason", None)
    return [concept(said.text)] if said else []


def _cancelled_for(visit: Appointment) -> Resource | None:
    if visit.state not in CANCELLED or not visit.cancel_reason:
        return None
    return concept(dict(Appointment.CancelReason.choices).get(
        visit.cancel_reason, visit.cancel_reason
    ))  # fmt: skip
