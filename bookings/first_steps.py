"""What a new clinic sets up around booking: services, hours, holidays; and how it is tried out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings import catalogue, clock
from bookings.models import Appointment, Closure, Service, WorkingHours
from bookings.soonest import offers_online, soonest
from clinic.first_day import Asked, Found, Link, Step, register
from clinic.first_steps import at
from clinic.models import Location, Message, Practitioner, User

YEAR = timedelta(days=365)
LISTED = 6  # services named


def services(asked: Asked) -> Found:
    """At least one service somebody offers somewhere; its price is said as patients read it."""
    offered = catalogue.offered()
    words = [_service_words(one.service) for one in offered[:LISTED]]
    if not offered and Service.objects.filter(is_active=True).exists():
        words.append(_("Nobody offers a service yet: say at the service who does, and where."))
    idle = Practitioner.objects.working().exclude(offers__service__is_active=True)
    if names := ", ".join(person.name for person in idle.distinct()):
        words.append(_("Offers nothing yet: %(who)s.") % {"who": names})
    return Found(bool(offered), words)


def _service_words(service: Service) -> str:
    price = f"{number_format(service.price, 2)} {service.currency}" if service.price else _("free")
    length = _("%(minutes)d min") % {"minutes": service.minutes}
    return f"{service.name}, {length}, {price}"


def hours(asked: Asked) -> Found:
    """Hours that leave a time free; the first one is asked of the same engine patients ask."""
    offers = offers_online()
    today = asked.now.date()
    rows = WorkingHours.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today))
    working = set(rows.values_list("practitioner_id", flat=True).distinct())
    without = dict.fromkeys(
        offer.practitioner.name for offer in offers if offer.practitioner_id not in working
    )
    words = [_("No hours yet: %(who)s.") % {"who": ", ".join(without)}] if without else []
    times = [one.time for one in soonest(offers, now=asked.now).values() if one.time]
    if times:
        first = min(times, key=lambda time: time.starts_at)
        tz = first.location.tz
        words.insert(0, _("First free time: %(when)s, %(who)s, %(place)s.") % {
            "when": f"{clock.day_words(first.starts_at, tz)}, {clock.wall(first.starts_at, tz)}",
            "who": first.practitioner, "place": first.location,
        })  # fmt: skip
    elif offers and working:
        words.append(_("No time is free within the days people may book ahead."))
    return Found(bool(times) and not without, words)


def holidays(asked: Asked) -> Found:
    """Every place knows a day within a year on which it is closed."""
    today = asked.now.date()
    places = list(Location.objects.open())
    ahead = Closure.objects.filter(last_day__gte=today, first_day__lte=today + YEAR)
    first: dict[object, tuple[date, str]] = {}
    for row in ahead.order_by("-first_day"):
        first[row.location_id] = row.first_day, row.name
    missing = [place.name for place in places if place.pk not in first]
    words = [_("Nothing is closed at: %(places)s.") % {"places": ", ".join(missing)}]
    if places and not missing:
        day, name = min(first.values())
        words = [
            _("The next: %(day)s, %(name)s.") % {"day": date_format(day, "j F Y"), "name": name}
        ]
    return Found(bool(places) and not missing, words if places else [])


@dataclass(frozen=True, slots=True)
class Trial:
    """What a manager's own test booking has come to."""

    visit: Appointment | None
    mailed_at: datetime | None = None

    @property
    def cancelled(self) -> bool:
        return self.visit is not None and self.visit.is_over


def trial_of(user: User) -> Trial:
    """Return the last visit that was booked online with this manager's own address. Two queries."""
    visit = (
        Appointment.objects.visits()
        .with_people()
        .filter(patient__email__iexact=user.email, source=Appointment.Source.WEB)
        .order_by("-booked_at")
        .first()
    )
    if visit is None:
        return Trial(None)
    letters = Message.objects.filter(topic="booked", to=user.email, state=Message.State.SENT)
    sent = letters.filter(subject_id=str(visit.pk)).order_by("-sent_at").first()
    return Trial(visit, sent.sent_at if sent else None)


def trial_words(trial: Trial) -> Sequence[tuple[bool, str]]:
    """Return the parts of a try-out, each with whether it is done."""
    booked = _("Book a visit as a patient would, with your own address.")
    mailed = _("Wait for the confirmation in your mail.")
    cancelled = _("Cancel it from the link in the mail.")
    if trial.visit is None:
        return [(False, booked), (False, mailed), (False, cancelled)]
    visit = trial.visit
    when = f"{clock.day_words(visit.starts_at, visit.location.tz)}, "
    when += clock.wall(visit.starts_at, visit.location.tz)
    booked = _("Booked: %(when)s with %(who)s.") % {"when": when, "who": visit.practitioner}
    if trial.mailed_at:
        mailed = _("The confirmation left: %(when)s.") % {"when": at(trial.mailed_at)}
    if trial.cancelled:
        cancelled = _("It is cancelled, and its time is free again.")
    return [(True, booked), (trial.mailed_at is not None, mailed), (trial.cancelled, cancelled)]


register(
    Step(
        "services", 50, gettext_lazy("Services and prices"),
        gettext_lazy("What can be booked, how long it takes, what it costs, who offers it where."),
        services,
        lambda: [
            Link(reverse("admin:bookings_service_add"), _("Add a service")),
            Link(reverse("admin:bookings_service_changelist"), _("Services")),
        ],
    ),
    Step(
        "hours", 60, gettext_lazy("Working hours"),
        gettext_lazy("The usual week of everybody who sees patients."),
        hours, lambda: [Link(reverse("rota-overview"), _("Rota"))],
    ),
    Step(
        "holidays", 70, gettext_lazy("Holidays"),
        gettext_lazy("Days on which the place is closed, so that nobody books them."),
        holidays,
        lambda: [Link(reverse("admin:bookings_closure_holidays"), _("Public holidays"))],
        skip=gettext_lazy("We are open on every holiday"),
    ),
)  # fmt: skip
