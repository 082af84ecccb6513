"""Rule 25: a series keeps wall time and practitioner, is looked at first, and is all or chosen."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings import actions
from bookings.actions import series
from bookings.availability import series_starts
from bookings.errors import NotOffered, SeriesRefused
from bookings.models import Appointment, Series, SeriesVisit
from clinic.models import AuditEvent, Message
from tests.bookings.conftest import at, works
from tests.bookings.waiting_room import letters
from tests.conftest import NOW
from tests.factories import ClosureFactory, PatientFactory, PractitionerFactory

TUESDAY, FRIDAY = 1, 4
HALF_PAST_NINE = 9 * 60 + 30
FIRST = date(2027, 1, 11)


@pytest.fixture
def patient(db):
    return PatientFactory(first_name="Serena", email="serena@example.com")


def wanted(clinic, patient, count=10, **more):
    return series.Wanted(
        **{
            "patient": patient,
            "service": clinic.service,
            "practitioner": clinic.physio,
            "location": clinic.place,
            "pattern": [(TUESDAY, HALF_PAST_NINE), (FRIDAY, HALF_PAST_NINE)],
            "first_day": FIRST,
            "count": count,
            **more,
        }
    )


def book(clinic, patient, desk, starts, **more):
    return series.book_series(wanted(clinic, patient), starts, by=desk, now=NOW, **more)


def free(planned):
    return [row.starts_at for row in planned if not row.problem]


@pytest.mark.parametrize(
    ("zone", "first"),
    [
        ("Europe/Berlin", date(2027, 3, 15)),  # spring, forward on 28 March
        ("Europe/Berlin", date(2027, 10, 18)),  # autumn, back on 31 October
        ("America/Toronto", date(2027, 3, 1)),
        ("Australia/Adelaide", date(2027, 9, 20)),  # half an hour zone, forward in October
        ("America/St_Johns", date(2027, 10, 25)),
        ("Australia/Lord_Howe", date(2027, 3, 22)),  # the clock moves by half an hour
        ("Asia/Kathmandu", date(2027, 3, 1)),
    ],
)
def test_rule_25_wall_time_stays_the_same_across_a_clock_change(zone, first):
    tz = ZoneInfo(zone)
    found = series_starts([(TUESDAY, 510), (FRIDAY, 510)], first, 10, tz)

    local = [datetime.fromtimestamp(one.start, tz) for one in found]
    assert {f"{at:%H:%M}" for at in local} == {"08:30"}
    assert {at.weekday() for at in local} == {TUESDAY, FRIDAY}
    assert len({at.utcoffset() for at in local}) == (1 if "Kathmandu" in zone else 2)


def test_rule_25_across_a_clock_change_in_the_database_and_the_letter(clinic, patient, desk):
    clinic.place.time_zone = "Europe/Berlin"
    clinic.place.save()
    planned = series.preview(wanted(clinic, patient, first_day=date(2027, 3, 22)), now=NOW)
    assert free(planned) == [row.starts_at for row in planned]

    series.book_series(wanted(clinic, patient), free(planned), by=desk, now=NOW)

    rows = Appointment.objects.order_by("starts_at")
    assert rows[0].starts_at == datetime(2027, 3, 23, 8, 30, tzinfo=UTC)
    assert rows[2].starts_at == datetime(2027, 3, 30, 7, 30, tzinfo=UTC)
    (letter,) = letters().values()
    assert letter.body.count("09:30–10:30") == 10


def test_rule_25_a_time_the_clocks_skip_is_marked_and_not_shifted(clinic, patient, desk):
    clinic.place.time_zone = "Europe/Berlin"
    clinic.place.save()
    owl = works(PractitionerFactory(slug="owl"), clinic.place, clinic.service, days=[6],
                starts=time(0), ends=time(9))  # fmt: skip
    sundays = wanted(
        clinic, patient, count=2, practitioner=owl, pattern=[(6, 150)], first_day=date(2027, 3, 28)
    )
    skipped, next_week = series.preview(sundays, now=NOW)

    assert skipped.starts_at is None
    assert "clocks skip" in skipped.problem
    assert skipped.alternatives
    assert next_week.problem == ""


def test_rule_25_the_preview_names_what_is_in_the_way_and_the_nearest_times(clinic, patient, desk):
    ClosureFactory(location=clinic.place, first_day=date(2027, 1, 15))
    other = clinic.book(at(9, 30, day=19))

    planned = series.preview(wanted(clinic, patient, count=4), now=NOW)

    assert [row.day.day for row in planned] == [12, 15, 19, 22]
    assert [bool(row.problem) for row in planned] == [False, True, True, False]
    closed, clash = planned[1], planned[2]
    assert "working hours" in closed.problem
    assert "taken" in clash.problem
    assert clash.clashes == [other]
    assert [each.starts_at for each in clash.alternatives] == [
        at(10, 30, day=19), at(11, day=19), at(11, 30, day=19),
    ]  # fmt: skip
    assert {each.practitioner for each in closed.alternatives} == {clinic.physio}
    assert Appointment.objects.count() == 1


def test_rule_25_the_patients_own_visits_are_in_the_way_too(clinic, patient, desk):
    ben = clinic.colleague()
    actions.desk_book(
        patient=patient, service=clinic.service, practitioner=ben, location=clinic.place,
        starts_at=at(9, day=12), by=desk, now=NOW,
    )  # fmt: skip

    first = series.preview(wanted(clinic, patient, count=1), now=NOW)[0]

    assert "already has a visit" in first.problem
    assert at(9, 30, day=12) not in [each.starts_at for each in first.alternatives]


def test_rule_25_two_visits_of_the_series_do_not_overlap_each_other(clinic, patient, desk):
    both = wanted(clinic, patient, count=2, pattern=[(1, 540), (1, 570)])
    first, second = series.preview(both, now=NOW)

    assert first.problem == ""
    assert "Another visit of this series" in second.problem


def test_rule_25_what_the_preview_calls_free_is_booked_and_nothing_else(clinic, patient, desk):
    clinic.service.buffer_after = 15
    clinic.service.save()
    clinic.book(at(9, 30, day=19))
    clinic.book(at(10, 30, day=22), browser="b2", email="other@example.com")
    planned = series.preview(wanted(clinic, patient, count=6), now=NOW)

    for row in planned:
        if row.problem:
            with pytest.raises(SeriesRefused):
                book(clinic, patient, desk, [row.starts_at])
    made = book(clinic, patient, desk, free(planned))
    assert made.visits.count() == len(free(planned)) == 4


def test_rule_25_one_refusal_books_nothing_and_names_every_one(clinic, patient, desk):
    taken = [at(9, 30, day=12), at(9, 30, day=19)]
    for number, start in enumerate(taken):
        clinic.book(start, browser=f"b{number}", email=f"o{number}@example.com")
    before = AuditEvent.objects.count(), Message.objects.count()

    with pytest.raises(SeriesRefused) as refused:
        book(clinic, patient, desk, [*taken, at(9, 30, day=15)])

    assert [starts_at for starts_at, _ in refused.value.problems] == taken
    assert Appointment.objects.filter(patient=patient).count() == 0
    assert (AuditEvent.objects.count(), Message.objects.count()) == before
    assert Series.objects.count() == 0


def test_rule_25_only_the_chosen_ones_are_booked(clinic, patient, desk):
    chosen = [at(9, 30, day=12), at(11, day=15)]  # an alternative among them

    made = book(clinic, patient, desk, chosen)

    rows = Appointment.objects.filter(series_visit__series=made).order_by("starts_at")
    assert [row.starts_at for row in rows] == chosen
    assert {(row.state, row.source, row.practitioner_id) for row in rows} == {
        ("booked", "desk", clinic.physio.pk)
    }


def test_rule_25_sent_twice_it_is_booked_once(clinic, patient, desk):
    key = uuid4()
    first = book(clinic, patient, desk, [at(9, 30, day=12)], form_key=key)
    second = book(clinic, patient, desk, [at(9, 30, day=12)], form_key=key)

    assert first == second
    assert SeriesVisit.objects.count() == 1


def test_rule_25_one_letter_with_a_link_for_each_visit(clinic, patient, desk):
    planned = series.preview(wanted(clinic, patient, count=3), now=NOW)
    book(clinic, patient, desk, free(planned))

    sent = letters()

    assert list(sent) == ["serena@example.com"]
    letter = sent["serena@example.com"]
    assert letter.subject == "Your 3 appointments from Tuesday 12 January 2027 on"
    assert letter.body.count("/visit/") == 3
    assert "knee" not in (letter.body + letter.alternatives[0].content).lower()
    assert len(mail.outbox) == 1


def test_rule_25_a_visit_of_a_series_that_is_moved_is_told_as_moved(clinic, patient, desk):
    made = book(clinic, patient, desk, [at(9, 30, day=12), at(9, 30, day=15)])
    letters()
    visit = Appointment.objects.filter(series_visit__series=made).order_by("starts_at")[0]
    actions.move(
        visit, practitioner=clinic.physio, location=clinic.place, starts_at=at(14, day=13),
        by=desk, now=NOW,
    )  # fmt: skip

    letter = letters(NOW + timedelta(minutes=4))["serena@example.com"]
    assert "New time" in letter.subject


def test_rule_25_a_patient_without_an_address_gets_no_letter(clinic, patient, desk):
    patient.email = ""
    patient.save()
    book(clinic, patient, desk, [at(9, 30, day=12)])

    assert Message.objects.count() == 0


def test_rule_25_what_makes_no_series_is_refused(clinic, patient, desk):
    with pytest.raises(NotOffered):
        series.preview(wanted(clinic, patient, practitioner=PractitionerFactory()), now=NOW)
    for wrong in ({"count": 0}, {"count": 61}, {"pattern": []}, {"pattern": [(7, 10)]}):
        with pytest.raises(ValueError, match=r"series|Weekdays"):
            series.preview(wanted(clinic, patient, **wrong), now=NOW)
    with pytest.raises(ValueError, match="series"):
        book(clinic, patient, desk, [])


def test_rule_25_the_preview_costs_the_same_for_one_visit_and_for_many(clinic, patient, desk):
    series.preview(wanted(clinic, patient, count=1), now=NOW)
    with CaptureQueriesContext(connection) as one:
        series.preview(wanted(clinic, patient, count=1), now=NOW)
    clinic.book(at(9, 30, day=12))
    with CaptureQueriesContext(connection) as many:
        series.preview(wanted(clinic, patient, count=20), now=NOW)

    assert len(many) == len(one)
