"""Rule 25 at the desk: say a series, look at it, book all or the chosen visits."""

from datetime import date
from uuid import UUID

import pytest
from django.contrib.auth.models import Group

from bookings import series_hints
from bookings.models import Appointment, Series
from bookings.series_hints import Hint, hint_for, spread
from clinic import roles
from clinic.models import AuditEvent
from tests.bookings.conftest import at
from tests.bookings.page import Page
from tests.factories import ClosureFactory, PatientFactory, PractitionerFactory, UserFactory

ADD = "/admin/bookings/series/add/"


@pytest.fixture
def front_desk(client, clinic):
    user = UserFactory(name="Dee Desk", is_staff=True)
    user.groups.add(Group.objects.get(name=roles.FRONT_DESK))
    client.force_login(user)
    return client


@pytest.fixture
def said(clinic, db):
    """Four visits, Tuesdays and Fridays at half past nine, one of them on a holiday."""
    ClosureFactory(location=clinic.place, first_day=date(2027, 1, 15))
    patient = PatientFactory(first_name="Serena", email="serena@example.com")
    return {
        "patient": patient.pk, "service": clinic.service.pk, "practitioner": clinic.physio.pk,
        "location": clinic.place.pk, "count": "4", "first_day": "2027-01-11",
        "weekdays": ["1", "4"], "time": "09:30",
    }  # fmt: skip


def look(front_desk, said):
    answer = front_desk.post(ADD, {**said, "look": "1"})
    form = next(form for form in Page(answer).forms if "visit-0" in form.choices)
    return answer, form


def test_the_look_books_nothing_and_shows_every_visit(front_desk, said):
    answer, form = look(front_desk, said)

    assert answer.status_code == 200
    assert "working hours" in answer.text
    assert [len(form.choices[f"visit-{n}"]) for n in range(4)] == [2, 4, 2, 2]
    assert Appointment.objects.count() == 0


def test_book_what_is_free_and_an_alternative(front_desk, said):
    _, form = look(front_desk, said)
    chosen = {f"visit-{n}": form.choices[f"visit-{n}"][0] for n in (0, 2, 3)}
    chosen["visit-1"] = form.choices["visit-1"][1]

    done = front_desk.post(
        ADD, {**said, "form_key": form.fields["form_key"], **chosen, "book": "1"}
    )
    again = front_desk.post(
        ADD, {**said, "form_key": form.fields["form_key"], **chosen, "book": "1"}
    )

    made = Series.objects.get()
    assert done["Location"] == again["Location"] == f"/admin/bookings/series/{made.pk}/change/"
    rows = Appointment.objects.filter(series_visit__series=made).order_by("starts_at")
    assert rows[0].starts_at == at(9, 30, day=12)
    assert len(rows) == 4
    page = front_desk.get(done["Location"])
    assert page.text.count("/admin/bookings/appointment/") >= 4
    assert AuditEvent.objects.get(action="series.book").actor_kind == "staff"


def test_a_lost_race_books_nothing_and_says_what_is_in_the_way(front_desk, said, clinic):
    _, form = look(front_desk, said)
    chosen = {f"visit-{n}": form.choices[f"visit-{n}"][0] for n in (0, 2)}
    clinic.book(at(9, 30, day=19))

    lost = front_desk.post(ADD, {**said, **chosen, "book": "1"})

    assert lost.status_code == 409
    assert "Nothing was booked" in lost.text
    assert "Gus Guest" in lost.text
    assert Series.objects.count() == 0
    assert Appointment.objects.count() == 1


def test_nothing_chosen_nothing_booked(front_desk, said):
    answer = front_desk.post(ADD, {**said, "visit-0": "", "visit-1": "garbage", "book": "1"})

    assert answer.status_code == 422
    assert "Choose at least one visit" in answer.text


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"count": "0"}, "greater than or equal to 1"),
        ({"count": "1000"}, "less than or equal to"),
        ({"weekdays": []}, "This field is required"),
        ({"first_day": "soon"}, "Write the day as"),
        ({"patient": str(UUID(int=3))}, "Find the patient first"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(front_desk, said, wrong, words):
    answer = front_desk.post(ADD, {**said, **wrong, "look": "1"})

    assert answer.status_code == 422
    assert words in answer.text


def test_a_service_nobody_offers_there_is_said(front_desk, said):
    answer = front_desk.post(ADD, {**said, "practitioner": PractitionerFactory().pk, "look": "1"})

    assert answer.status_code == 422
    assert "not offered" in answer.text


def test_a_plan_may_suggest_how_often(front_desk, said, monkeypatch):
    hint = Hint(count=8, weekdays=spread(2))
    monkeypatch.setattr(series_hints, "_sources", [lambda patient: None, lambda patient: hint])

    page = front_desk.get(f"{ADD}?patient={said['patient']}")
    form = page.context["form"]
    assert (form.initial["count"], form.initial["weekdays"]) == (8, [1, 4])
    assert hint_for(PatientFactory()) == hint
    for nobody in ("", "?patient=nobody"):
        assert front_desk.get(ADD + nobody)["Location"] == "/admin/patients/find/?then=series"


def test_only_the_desk_comes_here(client, front_desk, said):
    lead = UserFactory(is_staff=True)
    lead.groups.add(Group.objects.get(name=roles.CLINICAL_LEAD))
    client.force_login(lead)

    assert client.get(ADD).status_code == 404
    assert client.post(ADD, {**said, "book": "1"}).status_code == 404
