"""What the record holds, table by table, and what it leaves out and why.

A test holds this against the database: a new table about patients is either told of or left out
for a reason that stands here, and in the README of every record.
"""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from assessments.subject import of_aftercare, of_charts, of_plans, of_practice, of_visits
from assessments.subject.sources import Source

SOURCES: tuple[Source, ...] = (
    *of_practice.SOURCES, *of_visits.SOURCES, *of_charts.SOURCES, *of_plans.SOURCES,
    *of_aftercare.SOURCES,
)  # fmt: skip

KEYS = _("keys to pages and devices: whoever has the file could use them")
WORK = _("how the clinic went about its work; what came of it is in the other tables")
LEFT_OUT: Mapping[str, object] = {
    "clinic.PatientGrant": _("sign-ins that may read your pages, which can be other people's"),
    "clinic.PlanDevice": KEYS,
    "bookings.VisitLink": KEYS,
    "assessments.CheckInLink": KEYS,
    "bookings.VisitVideo": KEYS,
    "bookings.IntakeCode": KEYS,
    "bookings.WaitingLink": KEYS,
    "clinic.MessageStep": WORK,
    "clinic.EmergencyReview": WORK,
    "clinic.LegalHold": _("why nothing may be erased for now: ask the clinic"),
    "clinic.Erasure": WORK,
    "clinic.ErasureKey": WORK,
    "clinic.Tombstone": WORK,
    "clinic.RetentionItem": WORK,
    "bookings.OtherTimes": WORK,
    "bookings.OtherTime": WORK,
    "bookings.AffectedVisit": WORK,
    "bookings.CallbackAttempt": WORK,
    "bookings.ClinicianCall": WORK,
    "bookings.ImportedRow": WORK,
    "bookings.Series": WORK,
    "bookings.SeriesVisit": WORK,
    "bookings.WaitingOffer": WORK,
    "assessments.Sitting": WORK,
    "assessments.LogLook": WORK,
}
NOT_HERE = (
    _("Drafts that nobody has signed or issued, and forms that were not sent."),
    _("What is about somebody else, such as a chart that was written for you by mistake."),
    _("The texts of messages, which are not kept, and to which address they went."),
    _("Passwords, codes, links, and on which devices you are signed in."),
    _("What a general practitioner, hospital or insurer keeps: ask them."),
)
