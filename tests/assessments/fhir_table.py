"""R4 as far as the bundle uses it: codes, targets and invariants the R4B models do not check.

The lists are those of R4 4.0.1, written down here by themselves: a test that asked the code for
them could not find it wrong. ``enum_values`` of the R4B models name where a list is required.
"""

import re

DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
LOOKS_LIKE_A_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d")
CODE = re.compile(r"[^\s]+(\s[^\s]+)*")
ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
OURS = "urn:x-stepdown:"

PUBLICATION = {"draft", "active", "retired", "unknown"}
EVENT = {
    "preparation", "in-progress", "not-done", "on-hold", "stopped", "completed",
    "entered-in-error", "unknown",
}  # fmt: skip
NARRATIVE = {"generated", "extensions", "additional", "empty"}
CONTACT_SYSTEM = {"phone", "fax", "email", "pager", "url", "sms", "other"}

REQUIRED = {
    "Bundle.type": {
        "document", "message", "transaction", "transaction-response", "batch", "batch-response",
        "history", "searchset", "collection",
    },
    "Patient.name.use": {
        "usual", "official", "temp", "nickname", "anonymous", "old", "maiden",
    },
    "Patient.link.type": {"replaced-by", "replaces", "refer", "seealso"},
    **{
        f"{path}.telecom.system": CONTACT_SYSTEM
        for path in ("Patient", "Patient.contact", "Practitioner", "Organization", "Location")
    },
    "Location.status": {"active", "suspended", "inactive"},
    "Location.mode": {"instance", "kind"},
    "Appointment.status": {
        "proposed", "pending", "booked", "arrived", "fulfilled", "cancelled", "noshow",
        "entered-in-error", "checked-in", "waitlist",
    },
    "Appointment.participant.required": {"required", "optional", "information-only"},
    "Appointment.participant.status": {"accepted", "declined", "tentative", "needs-action"},
    "Encounter.status": {
        "planned", "arrived", "triaged", "in-progress", "onleave", "finished", "cancelled",
        "entered-in-error", "unknown",
    },
    "EpisodeOfCare.status": {
        "planned", "waitlist", "active", "onhold", "finished", "cancelled", "entered-in-error",
    },
    "Goal.lifecycleStatus": {
        "proposed", "planned", "accepted", "active", "on-hold", "completed", "cancelled",
        "entered-in-error", "rejected",
    },
    "Questionnaire.status": PUBLICATION,
    "Questionnaire.item.type": {
        "group", "display", "question", "boolean", "decimal", "integer", "date", "dateTime",
        "time", "string", "text", "url", "choice", "open-choice", "attachment", "reference",
        "quantity",
    },
    "QuestionnaireResponse.status": {
        "in-progress", "completed", "amended", "entered-in-error", "stopped",
    },
    "Observation.status": {
        "registered", "preliminary", "final", "amended", "corrected", "cancelled",
        "entered-in-error", "unknown",
    },
    "Composition.status": {"preliminary", "final", "amended", "entered-in-error"},
    "Composition.attester.mode": {"personal", "professional", "legal", "official"},
    "Composition.relatesTo.code": {"replaces", "transforms", "signs", "appends"},
    "Composition.section.text.status": NARRATIVE,
    "Procedure.status": EVENT,
    "CarePlan.status": {
        "draft", "active", "on-hold", "revoked", "completed", "entered-in-error", "unknown",
    },
    "CarePlan.intent": {"proposal", "plan", "order", "option"},
    "CarePlan.text.status": NARRATIVE,
    "CarePlan.activity.detail.kind": {
        "Appointment", "CommunicationRequest", "DeviceRequest", "MedicationRequest",
        "NutritionOrder", "Task", "ServiceRequest", "VisionPrescription",
    },
    "CarePlan.activity.detail.status": {
        "not-started", "scheduled", "in-progress", "on-hold", "completed", "cancelled", "stopped",
        "unknown", "entered-in-error",
    },
    "CarePlan.activity.detail.scheduledTiming.repeat.periodUnit": {
        "s", "min", "h", "d", "wk", "mo", "a",
    },
    "Provenance.entity.role": {"derivation", "revision", "quotation", "source", "removal"},
}  # fmt: skip

# Codes of others that may stand in a coding, by system: what is not here is somebody's mistake.
KNOWN = {
    "http://hl7.org/fhir/FHIR-version": {"4.0.1"},
    "http://loinc.org": {"30525-0", "8302-2", "29463-7", "39156-5", "72514-3", "34109-9"},
    "http://snomed.info/sct": {"72696002", "29836001", "68367000", "344001", "56459004"},
    "http://terminology.hl7.org/CodeSystem/condition-clinical": {
        "active", "recurrence", "relapse", "inactive", "remission", "resolved",
    },
    "http://terminology.hl7.org/CodeSystem/condition-ver-status": {
        "unconfirmed", "provisional", "differential", "confirmed", "refuted", "entered-in-error",
    },
    "http://terminology.hl7.org/CodeSystem/condition-category": {
        "problem-list-item", "encounter-diagnosis",
    },
    "http://terminology.hl7.org/CodeSystem/observation-category": {
        "social-history", "vital-signs", "imaging", "laboratory", "procedure", "survey", "exam",
        "therapy", "activity",
    },
    "http://terminology.hl7.org/CodeSystem/data-absent-reason": {
        "unknown", "asked-unknown", "temp-unknown", "not-asked", "asked-declined", "masked",
        "not-applicable", "unsupported", "as-text", "error", "not-a-number", "negative-infinity",
        "positive-infinity", "not-performed", "not-permitted",
    },
    "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation": {"POS", "NEG"},
    "http://terminology.hl7.org/CodeSystem/v3-ActCode": {"AMB", "VR", "HH"},
    "http://terminology.hl7.org/CodeSystem/v3-DataOperation": {
        "CREATE", "UPDATE", "APPEND", "NULLIFY",
    },
    "http://terminology.hl7.org/CodeSystem/provenance-participant-type": {
        "enterer", "performer", "author", "verifier", "legal", "attester", "informant",
        "custodian", "assembler", "composer",
    },
}  # fmt: skip
# A CodeableConcept whose list is required: it has a coding of that system, and no other system's.
ONLY_FROM = {
    "Condition.clinicalStatus": "http://terminology.hl7.org/CodeSystem/condition-clinical",
    "Condition.verificationStatus": "http://terminology.hl7.org/CodeSystem/condition-ver-status",
}
UCUM = {
    "a", "wk", "d", "h", "min", "s", "cm", "mm", "m", "kg", "km", "km/h", "deg", "N", "%", "1",
    "kg/m2", "N.m/kg", "{score}", "{reps}", "{steps}/min", "{quadrants}",
}  # fmt: skip

PEOPLE = {"Patient", "Practitioner"}
TARGETS = {
    "Patient.generalPractitioner": {"Practitioner"},
    "Patient.managingOrganization": {"Organization"},
    "Patient.link.other": {"Patient"},
    "Location.managingOrganization": {"Organization"},
    "Appointment.participant.actor": {"Patient", "Practitioner", "Location"},
    "Encounter.subject": {"Patient"},
    "Encounter.episodeOfCare": {"EpisodeOfCare"},
    "Encounter.participant.individual": {"Practitioner"},
    "Encounter.appointment": {"Appointment"},
    "Encounter.location.location": {"Location"},
    "Encounter.serviceProvider": {"Organization"},
    "EpisodeOfCare.patient": {"Patient"},
    "EpisodeOfCare.managingOrganization": {"Organization"},
    "EpisodeOfCare.careManager": {"Practitioner"},
    "EpisodeOfCare.diagnosis.condition": {"Condition"},
    "Condition.subject": {"Patient"},
    "Condition.recorder": {"Practitioner"},
    "Condition.evidence.detail": {"Composition"},
    "Goal.subject": {"Patient"},
    "Goal.expressedBy": {"Patient"},
    "Goal.addresses": {"Condition"},
    "QuestionnaireResponse.subject": {"Patient"},
    "QuestionnaireResponse.encounter": {"Encounter"},
    "QuestionnaireResponse.author": {"Practitioner"},
    "QuestionnaireResponse.source": {"Patient"},
    "Observation.subject": {"Patient"},
    "Observation.encounter": {"Encounter"},
    "Observation.performer": PEOPLE,
    "Observation.derivedFrom": {"Observation", "QuestionnaireResponse"},
    "Composition.subject": {"Patient"},
    "Composition.encounter": {"Encounter"},
    "Composition.author": {"Practitioner"},
    "Composition.attester.party": {"Practitioner"},
    "Composition.custodian": {"Organization"},
    "Composition.relatesTo.targetReference": {"Composition"},
    "Composition.section.author": {"Practitioner"},
    "Composition.section.entry": {"Observation", "QuestionnaireResponse", "Procedure"},
    "Procedure.subject": {"Patient"},
    "Procedure.encounter": {"Encounter"},
    "Procedure.performer.actor": {"Practitioner"},
    "CarePlan.subject": {"Patient"},
    "CarePlan.encounter": {"Encounter"},
    "CarePlan.author": {"Practitioner"},
    "CarePlan.replaces": {"CarePlan"},
    "CarePlan.addresses": {"Condition"},
    "CarePlan.supportingInfo": {"Composition"},
    "CarePlan.goal": {"Goal"},
    "Provenance.target": {"Composition", "CarePlan", "QuestionnaireResponse"},
    "Provenance.agent.who": {"Patient", "Practitioner", "Organization"},
    "Provenance.agent.onBehalfOf": {"Organization"},
    "Provenance.entity.what": {"Composition", "QuestionnaireResponse"},
}
