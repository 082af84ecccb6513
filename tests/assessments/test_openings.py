"""The patient sees who had their record open: names, roles and times; never what was read."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.test import Client

from assessments import actions
from clinic import audit, roles
from clinic.models import AuditEvent, PatientGrant
from tests.assessments import breaking
from tests.assessments.breaking import CANARY, broken
from tests.assessments.factories import (
    NOW,
    care,
    grant,
    make_patient,
    make_practice,
    make_practitioner,
    make_signed,
    make_user,
)

pytestmark = pytest.mark.django_db
record, physio = breaking.record, breaking.physio
DAY = NOW.astimezone(ZoneInfo("America/Edmonton"))


def browser(user):
    client = Client()
    client.force_login(user)
    return client


def page(patient, query=""):
    return f"/me/{patient.pk}/opened/{query}"


def opened(by, patient, action="chart.opened", at=NOW, **more):
    audit.record(
        action, patient, by=audit.actor_of(by), patient_id=patient.pk, at=at, **more
    )  # fmt: skip


@pytest.fixture
def patient():
    make_practice()
    return make_patient()


@pytest.fixture
def shown(patient):
    """Return a function that gives the rows of the page, each as one line."""
    mine = browser(grant(patient))

    def rows(query=""):
        answer = mine.get(page(patient, query))
        assert answer.status_code == 200
        return [
            (each.name, each.role, each.on, each.first, each.last, each.emergency)
            for each in answer.context["openings"]
        ]

    with time_machine.travel(NOW, tick=False):
        yield rows


def test_each_person_and_day_is_one_row(patient, shown):
    one, other = make_practitioner(), make_practitioner(roles.STUDENT)
    minutes = [timedelta(minutes=each) for each in (0, 7, 12)]
    for each in minutes:
        opened(one.user, patient, at=NOW - timedelta(days=1) + each)
    opened(other.user, patient, "letter.opened", at=NOW - timedelta(minutes=3))

    newest, before = shown()

    at = NOW - timedelta(minutes=3)
    assert newest == (other.name, "physiotherapist, student", DAY.date(), at, at, False)
    assert before[0] == one.name
    assert before[3:] == (NOW - timedelta(days=1), NOW - timedelta(days=1) + minutes[-1], False)


@pytest.mark.parametrize("at", [0, 1, 3, 4, 5])  # 2 is a draft, which is its author's
def test_every_page_of_the_record_that_staff_open_is_on_it(record, at):
    me = browser(grant(record.patient))
    colleague = make_practitioner()
    care(colleague, record.patient)

    assert browser(colleague.user).get(record.reading()[at]).status_code == 200

    assert colleague.name in me.get(page(record.patient)).text


def test_an_emergency_says_so(physio, record):
    broken(physio, record.patient)
    assert physio.get(record.reading()[1]).status_code == 200

    said = browser(grant(record.patient)).get(page(record.patient))

    names = [(each.name, each.emergency) for each in said.context["openings"]]
    assert [emergency for _name, emergency in names].count(True) == 1
    assert "in an emergency" in said.text
    assert CANARY not in said.text


def test_it_equals_the_trail_and_says_nothing_clinical(patient):
    chart = make_signed(6, patient=patient)
    actions.draft_letter(chart, "referral", by=chart.author.user, now=NOW)
    answer = browser(grant(patient)).get(page(patient, f"?year={DAY.year}"))

    staff = AuditEvent.objects.filter(chain=str(patient.pk), actor_kind="staff")
    assert set(staff.values_list("actor_id", flat=True)) == {chart.author.user_id}
    assert [each.name for each in answer.context["openings"]] == [chart.author.name]
    for word in ("referral", "flag", "letter was", "infection", "signed"):
        assert word not in answer.text.partition("<table")[2].partition("</table>")[0].lower()


def test_who_did_not_have_it_open_is_not_on_it(patient, shown):
    manager, desk = make_user(), make_user()
    manager.groups.add(Group.objects.get(name=roles.MANAGER))
    desk.groups.add(Group.objects.get(name=roles.FRONT_DESK))
    stranger = make_practitioner()
    opened(manager, patient, "chart.handed_over")  # who passes it on sees nothing of it
    opened(desk, patient, "visit.book")
    opened(PatientGrant.objects.get(patient=patient).user, patient, "plan.opened")
    browser(stranger.user).get(f"/chart/patients/{patient.pk}/")
    assert AuditEvent.objects.filter(chain=str(patient.pk), result="refused").exists()

    assert shown() == []


def test_a_year_at_a_time_by_the_clock_of_the_clinic(patient, shown):
    practitioner = make_practitioner()
    begins = DAY.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    opened(practitioner.user, patient, at=begins - timedelta(minutes=1))
    opened(practitioner.user, patient, at=begins)

    assert [row[2].year for row in shown()] == [DAY.year]
    assert [row[2].year for row in shown(f"?year={DAY.year - 1}")] == [DAY.year - 1]


@pytest.mark.parametrize("year", ["1999", "x", "", "99999999999", "%00"])
def test_no_other_year(patient, year):
    assert browser(grant(patient)).get(page(patient, f"?year={year}")).status_code in (400, 404)


def test_merged_records_are_one(patient, shown):
    double = make_patient(merged_into=patient)
    opened(make_practitioner().user, double)

    assert len(shown()) == 1


@pytest.mark.parametrize("count", [1, 4])
def test_it_costs_the_same_for_many(patient, count, django_assert_num_queries):
    mine = browser(grant(patient))
    for _each in range(count):
        opened(make_practitioner().user, patient)
    with time_machine.travel(NOW, tick=False), django_assert_num_queries(11):
        assert len(mine.get(page(patient)).context["openings"]) == count
