"""What the tests of the day board share: somebody at the desk, a visit, a card of the page."""

import re
from datetime import date

from django.contrib.auth.models import Group

from bookings.board import reading
from tests.bookings.conftest import MONDAY_9
from tests.factories import AppointmentFactory, PatientFactory, UserFactory

DAY = "/admin/board/?day=2027-01-11"
WEEK = "/admin/board/week/?day=2027-01-11"
PART = {"X-Board": "part"}


def somebody(client, *names, **more):
    """Sign in a browser with these roles."""
    user = UserFactory(is_staff=bool(names), **more)
    user.groups.set(Group.objects.filter(name__in=names))
    client.force_login(user)
    return client


def visit(clinic, starts_at=MONDAY_9, *, first_name="Pat", **more):
    patient = more.pop("patient", None) or PatientFactory(first_name=first_name, last_name="Sample")
    facts = {"practitioner": clinic.physio, "location": clinic.place, "service": clinic.service}
    return AppointmentFactory(starts_at=starts_at, patient=patient, **{**facts, **more})


def text(response):
    return re.sub(r"\s+", " ", response.content.decode())


def card(page, of):
    """The part of a page that shows one visit in its column."""
    ends = '<li class="bd-visit|</ul> <div class="bd-now|</ul> </div>'
    one = rf'<li class="bd-visit[^>]*data-visit="{of.pk}".*?</li> (?={ends})'
    found = re.search(one, page)
    assert found, of.pk
    return found[0]


def span_of(clinic, day=date(2027, 1, 11), **more):
    place = clinic.place
    return reading.Span(reading.Place(place.pk, place.name, place.slug, place.tz), day, day, **more)


def reads(asked):
    """What a page read, without what the lock of an idle screen keeps of the sign-in."""
    own = re.compile(r' FROM "?(django_session|clinic_practice|auth_group|clinic_user)\b')
    read = ("SELECT", "WITH", "DECLARE")  # a choice of places is read through a cursor
    found = [one["sql"] for one in asked if one["sql"].lstrip().startswith(read)]
    return [sql for sql in found if not own.search(sql)]
