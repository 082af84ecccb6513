"""A patient's visits with manual therapy, against the number of the library. Only reads."""

from datetime import date

from django.db.models import Q
from django.utils import timezone

from assessments.library import Library
from assessments.models import Assessment, Note, Treatment
from assessments.treatment.caps import Cap, Counted, count
from assessments.where import seen_on
from clinic import practice
from clinic.models import Patient
from clinic.persons import theirs

BLOCK = "MANUAL"


def counts(kind: str, part: str) -> bool:
    """Say whether the library's number is about this: manual therapy of the leg."""
    return kind == Treatment.Kind.MANUAL and part in Treatment.LEG


def cap_of(library: Library) -> Cap:
    """Return the library's number of visits, and of the weeks they are counted in."""
    limit = library.rulebook.limit
    return Cap(int(limit("manual_visits_to")), int(limit("manual_weeks")))


def manual_visits(patient: Patient, today: date, library: Library) -> Counted:
    """Count this person's visits with manual therapy of the leg, drafts included. One query."""
    whose = theirs(patient, "assessment__episode__patient") | theirs(patient, "note__patient")
    legs = Q(kind=Treatment.Kind.MANUAL, part__in=Treatment.LEG)
    days = Treatment.objects.counted().filter(whose, legs).values_list("given_on", flat=True)
    return count(days.distinct(), today, cap_of(library))


def instead_of(library: Library) -> str:
    """Return what the library goes on with when the number is reached; "" where it says nothing."""
    block = library.rulebook.block_by_id.get(BLOCK)
    names = block.exercises.P1 if block else ()
    return library.exercise_by_id[names[0]].progress_to if names else ""


def visit_day(record: Assessment | Note) -> date:
    """Return the day of the visit a chart or note is about; of a correction, that of the first."""
    root = record
    while root.amends is not None:
        root = root.amends
    if isinstance(root, Assessment):
        return seen_on(root)
    if root.appointment is not None:
        return timezone.localdate(root.appointment.starts_at, root.appointment.location.tz)
    return timezone.localdate(root.started_at, practice.current().tz)
