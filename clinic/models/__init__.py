"""The practice: people, places, roles, consent, audit and messages. Knows nothing of visits."""

from clinic.models.audit import AuditEvent, AuditMark, AuditSeal
from clinic.models.care import CareRelation
from clinic.models.corrections import CorrectionRequest, CorrectionWords
from clinic.models.devices import PlanDevice
from clinic.models.emergency import EmergencyAccess, EmergencyReview
from clinic.models.erasures import (
    Erasure,
    ErasureKey,
    KeptIdentity,
    LegalHold,
    Nothing,
    RetentionItem,
    RetentionList,
    Tombstone,
)
from clinic.models.news import News
from clinic.models.outbox import Message, MessageStep
from clinic.models.patients import Consent, Guardian, Patient, PatientGrant
from clinic.models.physicians import GeneralPractitioner
from clinic.models.pins import DevicePin
from clinic.models.places import Location, Practice
from clinic.models.practitioners import Practitioner
from clinic.models.record_requests import RecordRequest
from clinic.models.texts import MessageText, PrivacyNotice
from clinic.models.users import User

__all__ = [
    "AuditEvent",
    "AuditMark",
    "AuditSeal",
    "CareRelation",
    "Consent",
    "CorrectionRequest",
    "CorrectionWords",
    "DevicePin",
    "EmergencyAccess",
    "EmergencyReview",
    "Erasure",
    "ErasureKey",
    "GeneralPractitioner",
    "Guardian",
    "KeptIdentity",
    "LegalHold",
    "Location",
    "Message",
    "MessageStep",
    "MessageText",
    "News",
    "Nothing",
    "Patient",
    "PatientGrant",
    "PlanDevice",
    "Practice",
    "Practitioner",
    "PrivacyNotice",
    "RecordRequest",
    "RetentionItem",
    "RetentionList",
    "Tombstone",
    "User",
]
