"""Who is where, when: services, hours, visits. Knows nothing of what was found."""

from bookings.models.affected import AffectedVisit
from bookings.models.appointment import BLOCKING, Appointment, VisitLink, VisitReason
from bookings.models.busy import BusyImport, BusyTime
from bookings.models.callback import CallbackAttempt, CallbackRequest
from bookings.models.calls import ClinicianCall, DutyDay
from bookings.models.feed import PractitionerFeed
from bookings.models.groups import GroupSession
from bookings.models.hours import BreakTime, ChangedDay, Closure, TimeOff, WorkingHours
from bookings.models.illness import Absence, HoursChange, OtherTime, OtherTimes
from bookings.models.imports import DataImport, ImportedRow
from bookings.models.intake_code import IntakeCode
from bookings.models.money import Payment, Receipt
from bookings.models.packages import Package, Series, SeriesVisit
from bookings.models.services import Room, Service, ServiceOffer
from bookings.models.video import VisitVideo
from bookings.models.waiting import FreedTime, WaitingEntry, WaitingLink, WaitingOffer

__all__ = [
    "BLOCKING",
    "Absence",
    "AffectedVisit",
    "Appointment",
    "BreakTime",
    "BusyImport",
    "BusyTime",
    "CallbackAttempt",
    "CallbackRequest",
    "ChangedDay",
    "ClinicianCall",
    "Closure",
    "DataImport",
    "DutyDay",
    "FreedTime",
    "GroupSession",
    "HoursChange",
    "ImportedRow",
    "IntakeCode",
    "OtherTime",
    "OtherTimes",
    "Package",
    "Payment",
    "PractitionerFeed",
    "Receipt",
    "Room",
    "Series",
    "SeriesVisit",
    "Service",
    "ServiceOffer",
    "TimeOff",
    "VisitLink",
    "VisitReason",
    "VisitVideo",
    "WaitingEntry",
    "WaitingLink",
    "WaitingOffer",
    "WorkingHours",
]
