"""A clinician call, really at once: asked for by several, taken by several, followed up by many."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from bookings import actions
from bookings.models import ClinicianCall
from clinic import roles
from clinic.audit import GUEST
from clinic.models import Message
from tests.bookings.test_race import all_at_once
from tests.factories import AppointmentFactory, UserFactory

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def visit(clinic):
    for name in roles.ROLES:
        Group.objects.get_or_create(name=name)  # a flush took them along
    clinic.physio.user = UserFactory(email="anna@example.com")
    clinic.physio.user.groups.add(Group.objects.get(name=roles.PHYSIO))
    clinic.physio.save()
    UserFactory(email="lea@example.com").groups.add(Group.objects.get(name=roles.CLINICAL_LEAD))
    return AppointmentFactory(
        practitioner=clinic.physio,
        location=clinic.place,
        starts_at=timezone.now() + timedelta(days=9),
    )


def test_asked_for_many_times_at_once_there_is_one(visit):
    all_at_once(lambda _: actions.ask_for_clinician_call(visit, GUEST, timezone.now()).pk, 8)

    assert ClinicianCall.objects.count() == 1
    assert Message.objects.filter(topic="clinician-call").count() == 1


def test_taken_by_several_at_once_one_has_it_and_the_others_are_told(visit):
    call = actions.ask_for_clinician_call(visit, GUEST, timezone.now())
    people = UserFactory.create_batch(6)

    def attempt(number):
        actions.take_clinician_call(call, by=people[number], now=timezone.now())
        return "taken"

    assert all_at_once(attempt, 6) == {"taken": 1, "CallTaken": 5}


def test_many_workers_tell_the_lead_once(visit):
    call = actions.ask_for_clinician_call(visit, GUEST, timezone.now())
    late = call.escalate_at

    outcome = all_at_once(lambda _: actions.follow_up_clinician_calls(now=late), 8)

    assert outcome[1] == 1
    assert Message.objects.filter(topic="clinician-call-lead").count() == 1
