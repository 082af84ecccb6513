"""Who it is about and who took part: the clinic, the patient, practitioners, places."""

from collections.abc import Iterator
from typing import Any

from assessments.fhir.codes import LANGUAGE, TERMS
from assessments.fhir.sent import Sent
from assessments.fhir.shapes import Resource, coding, concept, ident, ref, whole
from clinic.models import GeneralPractitioner, Guardian, Location, Patient, Practitioner


def everybody(sent: Sent) -> Iterator[Resource]:
    yield organization(sent)
    people = {person.pk: person for person in sent.rows("person")}
    for person in people.values():
        yield patient(sent, person)
    doctors = {
        person.general_practitioner.pk: person.general_practitioner
        for person in people.values()
        if person.general_practitioner
    }
    yield from map(general_practitioner, doctors.values())
    yield from map(practitioner, sent.practitioners.values())
    places = {visit.location.pk: visit.location for visit in sent.rows("visits")}
    for place in places.values():
        yield location(sent, place)


def organization(sent: Sent) -> Resource:
    clinic = sent.clinic
    return {
        "resourceType": "Organization",
        "id": sent.organization["reference"].removeprefix("urn:uuid:"),
        "active": True,
        "name": clinic.name,
        "telecom": telecom(phone=clinic.phone, email=clinic.email),
    }


def patient(sent: Sent, person: Patient) -> Resource:
    """One record of the person; two that were merged are linked as FHIR links them."""
    stands = person.pk == sent.patient.pk
    others = [each.pk for each in sent.rows("person") if each.pk != sent.patient.pk]
    link = (
        [{"other": ref(ident(each)), "type": "replaces"} for each in others]
        if stands
        else [{"other": sent.subject, "type": "replaced-by"}]
    )
    guardians = [each for each in sent.rows("guardians") if each.patient_id == person.pk]
    doctor = person.general_practitioner
    return {
        "resourceType": "Patient",
        "id": ident(person.pk),
        "active": stands,
        "name": [{
            "use": "official", "text": str(person), "family": person.last_name,
            "given": [person.first_name],
        }],
        "telecom": telecom(phone=person.phone, email=person.email),
        "birthDate": person.date_of_birth.isoformat() if person.date_of_birth else None,
        "address": [{"text": person.address}],
        "contact": [contact(each) for each in guardians],
        "communication": [{"language": language(person.language), "preferred": True}],
        "generalPractitioner": [ref(ident(doctor.pk), doctor.name)] if doctor else [],
        "managingOrganization": sent.organization,
        "link": link,
    }  # fmt: skip


def contact(guardian: Guardian) -> Resource:
    return whole({
        "relationship": [concept(guardian.relationship)],
        "name": {"text": guardian.name},
        "telecom": telecom(phone=guardian.phone, email=guardian.email),
    })  # fmt: skip


def general_practitioner(doctor: GeneralPractitioner) -> Resource:
    return {
        "resourceType": "Practitioner",
        "id": ident(doctor.pk),
        "active": doctor.is_active,
        "name": [{"text": doctor.name}],
        "telecom": telecom(phone=doctor.phone, email=doctor.email, fax=doctor.fax),
        "address": [{"text": "\n".join(filter(None, (doctor.practice, doctor.address)))}],
    }


def practitioner(person: Practitioner) -> Resource:
    """What patients know of somebody who treats: no private number or address is kept of them."""
    number = {
        "value": person.registration_number, "assigner": {"display": person.registration_body},
    }  # fmt: skip
    return {
        "resourceType": "Practitioner",
        "id": ident(person.pk),
        "active": person.is_active,
        "identifier": [number] if person.registration_number else [],
        "name": [{"text": person.name}],
        "communication": [language(code) for code in person.languages],
        "qualification": [{"code": concept(person.title or person.get_discipline_display())}],
    }


def location(sent: Sent, place: Location) -> Resource:
    return {
        "resourceType": "Location",
        "id": ident(place.pk),
        "status": "active" if place.is_active else "inactive",
        "name": place.name,
        "mode": "instance",
        "telecom": telecom(phone=place.phone),
        "address": {"text": place.address, "state": place.region, "country": place.country},
        "managingOrganization": sent.organization,
    }


def language(code: str) -> Resource:
    return {"coding": [coding(LANGUAGE, code)]}


def telecom(*, phone: Any = None, email: str = "", fax: Any = None) -> list[Resource]:
    """Return the ways to reach somebody; numbers as they are dialled from anywhere."""
    ways = (("phone", phone), ("fax", fax), ("email", email))
    return [
        {"system": system, "value": getattr(value, "as_e164", value)}
        for system, value in ways
        if value
    ]


def role(system: str, code: str, display: str) -> Resource:
    return {"coding": [coding(f"{TERMS}{system}", code, display)]}
