"""The desk's number of unsigned charts: how many whose, and nothing of what or about whom."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from assessments import actions
from clinic import roles
from tests.assessments.factories import (
    NOW,
    make_chart,
    make_patient,
    make_practitioner,
    make_signed,
)
from tests.factories import PracticeFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def front_desk():
    PracticeFactory()
    user = UserFactory(is_staff=True)
    user.groups.set(Group.objects.filter(name=roles.FRONT_DESK))
    browser = Client()
    browser.force_login(user)
    return browser


def test_a_number_for_each_practitioner_and_no_names_of_patients(front_desk):
    one, other = make_practitioner(), make_practitioner()
    patients = [make_patient(last_name="Zaunkoenig") for _number in range(3)]
    for patient in patients:
        make_chart(one, patient)
    make_chart(other, patients[0])
    make_signed(1, practitioner=other, patient=patients[1])

    actions.start_note(patients[0], one, "phone", by=one.user, now=NOW)

    page = front_desk.get("/admin/").text
    shown = page[page.index('aria-labelledby="dq-unsigned"') :]

    assert ">5<" in shown
    assert shown.index(f"<span>{one}</span> <strong>4</strong>") < shown.index(
        f"<span>{other}</span> <strong>1</strong>"
    )
    assert "Zaunkoenig" not in page
