"""At which place, by which clock and on which day a chart was written."""

from datetime import date
from zoneinfo import ZoneInfo

from django.utils import timezone

from assessments.models import Assessment
from clinic import practice
from clinic.models import Location


def place_of(assessment: Assessment) -> Location | None:
    """Return the place of a chart's visit; without a visit, the clinic's first place."""
    if assessment.appointment is not None:
        return assessment.appointment.location
    return Location.objects.open().first()


def zone_of(assessment: Assessment) -> ZoneInfo:
    """Return the clock of a chart's visit; without a visit, the clinic's."""
    visit = assessment.appointment
    return visit.location.tz if visit is not None else practice.current().tz


def seen_on(assessment: Assessment) -> date:
    """Return the day of the examination."""
    visit = assessment.appointment
    at = visit.starts_at if visit is not None else assessment.started_at
    return timezone.localdate(at, zone_of(assessment))
