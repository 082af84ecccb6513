"""At which place, by which clock and on which day a chart was written.

An amendment has no visit of its own: place and clock are those of the chart it goes back to.
"""

from datetime import date
from zoneinfo import ZoneInfo

from django.utils import timezone

from assessments.course import charts_behind
from assessments.models import Assessment
from bookings.models import Appointment
from clinic import practice
from clinic.models import Location


def place_of(assessment: Assessment) -> Location | None:
    """Return the place of a chart's visit; without a visit, the clinic's first place."""
    visit = _visit_of(assessment)
    if visit is not None:
        return visit.location
    return Location.objects.open().first()


def zone_of(assessment: Assessment) -> ZoneInfo:
    """Return the clock of a chart's visit; without a visit, the clinic's."""
    visit = _visit_of(assessment)
    return visit.location.tz if visit is not None else practice.current().tz


def _visit_of(assessment: Assessment) -> Appointment | None:
    return charts_behind(assessment)[-1].appointment


def seen_on(assessment: Assessment) -> date:
    """Return the day of the examination."""
    visit = assessment.appointment
    at = visit.starts_at if visit is not None else assessment.started_at
    return timezone.localdate(at, zone_of(assessment))
