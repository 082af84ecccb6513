"""Who might call before a visit: the physio, a colleague who is there, a clinical lead."""

from django.contrib.auth.models import Group

from bookings import actions
from clinic import roles
from clinic.audit import GUEST
from clinic.models import Message
from tests.bookings.conftest import at
from tests.factories import UserFactory

ALERT, LEAD = "clinician-call", "clinician-call-lead"
TEN, FRIDAY_9 = at(10), at(9, day=15)


def person(name, *held, **more):
    """A sign-in with these roles."""
    user = UserFactory(email=f"{name}@example.com", name=name.title(), **more)
    user.groups.set(Group.objects.filter(name__in=held))
    return user


def make_team(clinic):
    """The physio of the visit, a colleague who works Mondays too, and a clinical lead."""
    clinic.physio.user = person("anna", roles.PHYSIO)
    clinic.physio.save()
    ben = clinic.colleague()
    ben.user = person("ben", roles.PHYSIO)
    ben.save()
    clinic.ben = ben
    clinic.lead = person("lea", roles.CLINICAL_LEAD, is_staff=True)
    return clinic


def ask(visit, now=TEN, by=GUEST):
    return actions.ask_for_clinician_call(visit, by, now)


def owed(topic=ALERT):
    return sorted(Message.objects.filter(topic=topic).values_list("to", flat=True))
