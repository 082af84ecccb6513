"""The form before a visit, for the page of the visit and the letters about it: how far it is."""

from assessments.models import Intake
from bookings.before_visits import FormBefore, asks_before_visits
from bookings.models import Appointment


@asks_before_visits
def intake_before(visit: Appointment) -> FormBefore:
    """Return the intake; its first part is all that is asked for. One query."""
    parts = dict(Intake.objects.filter(appointment=visit).values_list("part", "sent_at"))
    done = parts.get(Intake.Part.FIRST) is not None
    return FormBefore("visit-intake", "intake/", begun=bool(parts), done=done)
