"""What clinicians are told about a call before a visit: that one is needed, when and where.

Neutral by design: no name, no reason. Who it is shows behind their sign-in.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bookings import clock
from bookings.models import Appointment, ClinicianCall
from clinic import access, addresses, outbox, practice, texts
from clinic.delivery import Letter
from clinic.letters import Values, written
from clinic.models import Location, Message, Practitioner, User
from clinic.texts import Topic

ALERT, LEAD = "clinician-call", "clinician-call-lead"


def owe(topic: str, call: ClinicianCall, user: User, *, now: datetime) -> bool:
    """Owe one person the word of one call; it overtakes what can wait."""
    return outbox.queue(
        topic,
        to=user.email,
        key=f"{topic}:{call.pk}:{user.pk}",
        subject_id=call.pk,
        patient_id=call.appointment.patient_id,
        due_at=now,
        urgent=True,
    )


@outbox.renderer(ALERT)
@outbox.renderer(LEAD)
def alert(message: Message) -> Letter | None:
    """Write the letter; nothing once somebody has taken the call or left the clinic."""
    waiting = ClinicianCall.objects.waiting().with_visits().filter(pk=message.subject_id)
    call = waiting.first()
    user = User.objects.filter(email=message.to, is_active=True).first()
    if call is None or user is None:
        return None
    return written(message.topic, values(call.appointment, _page_of(user)))


def _page_of(user: User) -> str:
    """Return the address where somebody finds the call: their day, or the admin's first page."""
    charts = access.has_role(user, *access.CHARTING)
    return settings.SITE_URL + (addresses.CHART if charts else reverse("admin:index"))


def values(visit: Appointment, link: str) -> Values:
    """Return what stands for the placeholders."""
    tz = visit.location.tz
    return {
        "day": clock.day_words(visit.starts_at, tz),
        "time": clock.wall(visit.starts_at, tz),
        "zone": clock.zone_name(tz, visit.starts_at),
        "practitioner": visit.practitioner.name,
        "location": visit.location.name,
        "link": link,
        "clinic": practice.current().name,
    }


def _sample() -> Values:
    place = Location(name=gettext("Main street"), time_zone=practice.current().time_zone)
    tomorrow = (timezone.now() + timedelta(days=1)).astimezone(place.tz)
    visit = Appointment(
        practitioner=Practitioner(name="Anna Example"),
        location=place,
        starts_at=tomorrow.replace(hour=9, minute=0, second=0, microsecond=0),
    )
    return values(visit, settings.SITE_URL + addresses.CHART)


FIELDS = {
    "day": _("the day of the visit"),
    "time": _("when it begins: 09:00"),
    "zone": _("the clock the time is told by"),
    "practitioner": _("with whom the visit is"),
    "location": _("the place"),
    "link": _("the address where one says that one makes the call"),
    "clinic": _("the clinic's name"),
}

texts.register(
    Topic(
        name=ALERT,
        to_staff=True,
        label=_("to clinicians: call before a visit"),
        subject=_("Please call before the visit on {day}, {time}"),
        body=_(
            "A clinician call is needed before this visit:\n\n"
            "{day}, {time} ({zone})\n{location}, with {practitioner}\n\n"
            "Sign in to see whom to call, and say that you take it:\n\n{link}\n\n"
            "Whoever takes it first makes the call; the others are then done."
        ),
        fields=FIELDS,
        required=("day", "time", "link"),
        sample=_sample,
    ),
    Topic(
        name=LEAD,
        to_staff=True,
        label=_("to the clinical lead: a call nobody has taken"),
        subject=_("Nobody has taken the call before the visit on {day}, {time}"),
        body=_(
            "A clinician call before this visit was asked for, and nobody has taken it:\n\n"
            "{day}, {time} ({zone})\n{location}, with {practitioner}\n\n"
            "Please see to it that somebody calls:\n\n{link}"
        ),
        fields=FIELDS,
        required=("day", "time", "link"),
        sample=_sample,
    ),
)
