"""The front desk's diary in the admin: the same actions, the same errors, nothing deletable."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.urls import reverse

from clinic import roles
from clinic.models import AuditEvent, Message
from tests.conftest import NOW
from tests.factories import (
    AppointmentFactory,
    LocationFactory,
    PatientFactory,
    PracticeFactory,
    PractitionerFactory,
    ServiceFactory,
    ServiceOfferFactory,
    UserFactory,
    WorkingHoursFactory,
)

pytestmark = pytest.mark.django_db

MONDAY_9 = datetime(2027, 1, 11, 15, 0, tzinfo=UTC)  # 09:00 in Edmonton, the day after NOW
LIST = "/admin/bookings/appointment/"


@pytest.fixture
def clinic():
    """A place, a practitioner who works there on Mondays, a service they offer."""
    PracticeFactory()
    place = LocationFactory(name="Riverside")
    anna = PractitionerFactory(name="Anna Example")
    service = ServiceFactory(name="Knee visit")
    ServiceOfferFactory(service=service, practitioner=anna, location=place)
    WorkingHoursFactory(practitioner=anna, location=place)
    return {"service": service, "practitioner": anna, "location": place}


@pytest.fixture
def desk(client, clinic):
    """A browser of somebody at the front desk."""
    user = UserFactory(name="Dee Desk", is_staff=True)
    user.groups.add(Group.objects.get(name=roles.FRONT_DESK))
    client.force_login(user)
    client.user = user
    return client


@pytest.fixture
def visit(clinic):
    patient = PatientFactory(first_name="Pat", last_name="Sample", phone="+14035550123")
    return AppointmentFactory(starts_at=MONDAY_9, patient=patient, **clinic)


def page(visit, name="change"):
    return reverse(f"admin:bookings_appointment_{name}", args=[visit.pk])


def text(response):
    return response.content.decode()


def told():
    return list(Message.objects.values_list("topic", flat=True))


# One visit ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "state"), [("arrive", "arrived"), ("start", "in_progress"), ("confirm", "booked")]
)
def test_one_button_one_step(desk, visit, step, state):
    answer = desk.post(page(visit, step))
    visit.refresh_from_db()
    assert (answer["Location"], visit.state) == (page(visit), state)
    assert AuditEvent.objects.get(actor_id=desk.user.pk).action == f"visit.{step}"


def test_a_step_that_does_not_fit_says_why(desk, visit):
    answer = desk.post(page(visit, "no-show"), follow=True)
    assert "The state of this visit does not allow that." in text(answer)
    visit.refresh_from_db()
    assert visit.state == "booked"


def test_did_not_come_and_done_are_offered_once_the_visit_should_have_begun(desk, visit):
    def labels():
        return [step["label"] for step in desk.get(page(visit)).context["steps"]]

    assert "Did not come" not in labels()
    with time_machine.travel(MONDAY_9 + timedelta(minutes=20), tick=False):
        desk.force_login(desk.user)
        assert {"Did not come", "Done", "Arrived"} <= set(labels())
        desk.post(page(visit, "no-show"))
    visit.refresh_from_db()
    assert visit.state == "no_show"


def moved_to(clinic, clock):
    return {
        "move-practitioner": clinic["practitioner"].pk,
        "move-location": clinic["location"].pk,
        "move-day": "2027-01-11",
        "move-time": clock,
    }


def test_moving_takes_the_new_time_and_tells_the_patient(desk, clinic, visit):
    answer = desk.post(page(visit, "move"), moved_to(clinic, "11:00"), follow=True)
    visit.refresh_from_db()
    assert visit.starts_at == MONDAY_9 + timedelta(hours=2)
    assert told() == ["moved"]
    assert "Moved to Mon 11 Jan 2027, 11:00 Edmonton time" in text(answer)


def test_moving_onto_another_visit_is_refused_beside_the_time(desk, clinic, visit):
    AppointmentFactory(starts_at=MONDAY_9 + timedelta(hours=2), **clinic)
    answer = desk.post(page(visit, "move"), moved_to(clinic, "11:00"))
    assert "Somebody has just taken" in answer.context["move"].errors["time"][0]
    assert answer.context["move"].nearest
    visit.refresh_from_db()
    assert visit.starts_at == MONDAY_9


def test_cancelling_keeps_the_row_with_who_and_why(desk, visit):
    empty = desk.post(page(visit, "cancel"), {})
    assert "reason" in empty.context["cancel"].errors
    desk.post(page(visit, "cancel"), {"cancel-reason": "called in", "cancel-late": "no"})
    visit.refresh_from_db()
    assert (visit.state, visit.cancel_reason) == ("cancelled", "called in")
    assert visit.cancelled_by == desk.user
    assert told() == ["cancelled"]
    again = desk.post(page(visit, "move"), {"move-day": "2027-01-11"})
    assert again.status_code == 200
    visit.refresh_from_db()
    assert visit.state == "cancelled"


def test_the_history_names_who_and_what(desk, visit):
    desk.post(page(visit, "arrive"))
    history = desk.get(page(visit)).context["history"]
    assert [(entry["who"], entry["what"]) for entry in history] == [("Dee Desk", "arrived")]


def test_every_step_takes_a_post_with_a_token(desk, visit):
    from django.test import Client

    for name in ("arrive", "no-show", "confirm", "move", "cancel", "new-link"):
        assert desk.get(page(visit, name)).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(desk.user)
    assert strict.post(page(visit, "arrive")).status_code == 403
    visit.refresh_from_db()
    assert visit.state == "booked"


def test_many_at_once_say_what_could_not_be_done(desk, clinic, visit):
    gone = AppointmentFactory(
        starts_at=MONDAY_9 + timedelta(hours=3), state="cancelled", cancelled_at=NOW, **clinic
    )
    chosen = {"action": "arrive_selected", "_selected_action": [visit.pk, gone.pk]}
    answer = desk.post(LIST, chosen, follow=True)
    visit.refresh_from_db()
    assert visit.state == "arrived"
    assert "1 visit changed." in text(answer)
    assert "The state of this visit does not allow that." in text(answer)


# The list ----------------------------------------------------------------------------------------


def listed(client, **query):
    return {str(row.pk) for row in client.get(LIST, query).context["cl"].result_list}


def test_days_are_the_clinics_own(desk, clinic):
    """NOW is Sunday noon in Edmonton; late on Sunday there it is Monday in UTC."""
    late = AppointmentFactory(starts_at=datetime(2027, 1, 11, 5, 0, tzinfo=UTC), **clinic)
    monday = AppointmentFactory(starts_at=MONDAY_9, **clinic)
    earlier = AppointmentFactory(starts_at=MONDAY_9 - timedelta(days=7), **clinic)
    late, monday, earlier = str(late.pk), str(monday.pk), str(earlier.pk)

    assert listed(desk) == {late, monday}
    assert listed(desk, when="today") == {late}
    assert listed(desk, when="tomorrow") == {monday}
    assert listed(desk, when="week") == {late, earlier}
    assert listed(desk, when="past") == {earlier}
    assert listed(desk, when="all") == {late, monday, earlier}


def test_a_search_looks_at_every_day(desk, clinic, visit):
    visit.starts_at -= timedelta(days=70)
    visit.ends_at -= timedelta(days=70)
    visit.save()
    AppointmentFactory(starts_at=MONDAY_9, patient__last_name="Other", **clinic)
    for words in ("sample", "Pat Sample", "403 555-0123", visit.patient.email):
        assert listed(desk, q=words) == {str(visit.pk)}


def test_holds_are_listed_only_when_asked_for(desk, clinic, visit):
    held = AppointmentFactory(
        starts_at=MONDAY_9 + timedelta(hours=1),
        state="held",
        held_until=NOW + timedelta(minutes=5),
        patient=None,
        **clinic,
    )
    assert listed(desk) == {str(visit.pk)}
    assert listed(desk, state="held") == {str(held.pk)}
    assert desk.get(page(held)).status_code == 404


def test_filters_narrow_the_list(desk, clinic, visit):
    other = AppointmentFactory(starts_at=MONDAY_9, new_patient=True)
    both = {str(visit.pk), str(other.pk)}
    assert listed(desk) == both
    wanted = {
        "practitioner__id__exact": clinic["practitioner"].pk,
        "location__id__exact": clinic["location"].pk,
        "service__id__exact": clinic["service"].pk,
        "new": "no",
    }
    for name, value in wanted.items():
        assert listed(desk, **{name: value}) == {str(visit.pk)}
    assert listed(desk, state="arrived") == set()


def test_the_zone_is_named_once_there_are_two(desk, visit):
    assert "Edmonton time" not in text(desk.get(LIST))
    LocationFactory(time_zone="America/Halifax")
    assert "Edmonton time" in text(desk.get(LIST))


def test_the_list_costs_the_same_for_more_rows(desk, clinic, visit, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    desk.get(LIST)
    with CaptureQueriesContext(
        connection,
    ) as one:
        desk.get(LIST)
    for hours in (2, 4):
        AppointmentFactory(starts_at=MONDAY_9 + timedelta(hours=hours), **clinic)
    with django_assert_num_queries(len(one)) as three:
        desk.get(LIST)
    counts = [query["sql"] for query in three if "COUNT(*)" in query["sql"]]
    assert counts
    assert all("LIMIT 1000" in sql for sql in counts if "bookings_appointment" in sql)
