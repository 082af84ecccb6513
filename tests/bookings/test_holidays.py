"""Public holidays as closures: looked at first, with the visits they touch; none is cancelled."""

from datetime import date, time
from io import StringIO

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.actions import holidays
from bookings.models import Appointment, Closure
from bookings.public_holidays import UnknownPlace, public_holidays
from clinic import roles
from clinic.models import AuditEvent
from tests.bookings.conftest import at
from tests.bookings.page import Page
from tests.conftest import NOW
from tests.factories import AppointmentFactory, ClosureFactory, LocationFactory, UserFactory

FAMILY_DAY = date(2027, 2, 15)
PAGE = "/admin/bookings/closure/holidays/"


def run(**options):
    out = StringIO()
    asked = {"country": "CA", "subdivision": "AB", "year": 2027, "location": "all", **options}
    call_command("holidays", stdout=out, **asked)
    return out.getvalue()


@pytest.fixture
def on_family_day(clinic):
    def make(hour, day):
        return AppointmentFactory(
            practitioner=clinic.physio, location=clinic.place, service=clinic.service,
            starts_at=at(hour, day=12).replace(month=2, day=day),
        )  # fmt: skip

    make(10, 16)
    return make(10, 15)


def test_the_days_are_those_of_the_province_in_its_own_words():
    days = dict(public_holidays("ca", "ab", 2027))

    assert days[FAMILY_DAY] == "Family Day"
    assert "Labour Day" in days.values()  # and not Labor Day
    assert all(day.year == 2027 for day in days)
    assert date(2027, 8, 11) in dict(public_holidays("AU", "QLD", 2027))
    assert date(2027, 8, 11) not in dict(public_holidays("AU", "", 2027))


@pytest.mark.parametrize(
    ("country", "part", "year", "words"),
    [
        ("XX", "", 2027, "No holidays are known for the country XX"),
        ("CA", "ZZ", 2027, "CA has no part ZZ. Known are: AB, BC"),
        ("CA", "AB", 1, "year 1"),
    ],
)
def test_an_unknown_place_says_what_is_known(country, part, year, words):
    with pytest.raises(UnknownPlace, match=words):
        public_holidays(country, part, year)


def test_the_command_previews_and_writes_nothing(clinic, on_family_day):
    text = run()

    assert "2027-02-15  closes          Family Day" in text
    page = f"/admin/bookings/appointment/{on_family_day.pk}/change/"
    assert f"visit at 10:00 with Anna Example: {settings.SITE_URL}{page}" in text
    assert text.count("visit at") == 1
    assert "2027-01-01  over" in text
    assert "Preview: --apply writes 9 closures." in text
    assert on_family_day.patient.last_name not in text
    assert Closure.objects.count() == 0


def test_the_command_applies_once_and_cancels_nothing(clinic, on_family_day):
    LocationFactory(slug="uptown", position=1)
    first = run(apply=True)
    second = run(apply=True)

    assert "Written: 18 closures" in first
    assert "Written: 0 closures" in second
    closure = Closure.objects.get(location=clinic.place, first_day=FAMILY_DAY)
    assert (closure.name, closure.last_day, closure.starts) == ("Family Day", FAMILY_DAY, None)
    assert AuditEvent.objects.filter(action="closure_added", actor_kind="system").count() == 18
    assert set(Appointment.objects.values_list("state", flat=True)) == {"booked"}


def test_the_command_closes_one_place_when_told_so(clinic):
    LocationFactory(slug="uptown")
    run(location="downtown", apply=True)

    assert set(Closure.objects.values_list("location__slug", flat=True)) == {"downtown"}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"location": "nowhere"}, "There is no location nowhere. Known are: downtown, or all."),
        ({"country": "XX"}, "No holidays are known"),
        ({"subdivision": "ZZ"}, "has no part ZZ"),
    ],
)
def test_the_command_says_what_is_wrong(clinic, wrong, words):
    with pytest.raises(CommandError, match=words):
        run(**wrong)


def test_a_day_that_is_partly_closed_is_still_closed_whole(clinic):
    ClosureFactory(location=clinic.place, first_day=FAMILY_DAY, starts=time(13))

    (found,) = holidays.look([(FAMILY_DAY, "Family Day")], [clinic.place], now=NOW)

    assert found.is_new


def test_a_longer_closure_covers_the_days_within(clinic):
    ClosureFactory(
        location=clinic.place, first_day=date(2027, 2, 14), last_day=date(2027, 2, 16),
        starts=time(13), ends=time(12),
    )  # fmt: skip
    days = [(date(2027, 2, day), "x") for day in (14, 15, 16)]

    found = holidays.look(days, [clinic.place], now=NOW)

    assert [one.closed for one in found] == [False, True, False]


def test_closed_meanwhile_it_is_not_closed_twice(clinic, desk):
    found = holidays.look([(FAMILY_DAY, "Family Day")], [clinic.place], now=NOW)
    ClosureFactory(location=clinic.place, first_day=FAMILY_DAY)

    assert holidays.close(found, by=desk, now=NOW).made == []


def test_the_look_costs_the_same_for_one_day_and_for_many(clinic, on_family_day):
    days = public_holidays("CA", "AB", 2027)
    with CaptureQueriesContext(connection) as one:
        holidays.look(days[:1], [clinic.place], now=NOW)
    with CaptureQueriesContext(connection) as many:
        holidays.look(days, [clinic.place, LocationFactory(), LocationFactory()], now=NOW)

    assert len(one) == 2
    assert len(many) - 2 == 2  # the two places that were just made


def test_the_desk_looks_chooses_and_closes(front_desk, clinic, on_family_day):
    clinic.place.region = "AB"
    clinic.place.save()
    form = Page(front_desk.get(PAGE)).form_with("country")
    assert (form.fields["country"], form.fields["subdivision"]) == ("CA", "AB")
    asked = {"country": "CA", "subdivision": "AB", "year": "2027",
             "locations": [str(clinic.place.pk)]}  # fmt: skip

    looked = front_desk.post(PAGE, {**asked, "look": "1"})
    assert f"/admin/bookings/appointment/{on_family_day.pk}/change/" in looked.text
    assert Closure.objects.count() == 0

    close = {**asked, "day": ["downtown:2027-02-15", "downtown:2027-07-01"], "close": "1"}
    shown = front_desk.post(PAGE, close)
    assert shown.status_code == 409
    assert Closure.objects.count() == 0
    said = {"look-seen": Page(shown).sent("look-seen")["look-seen"], "look-then": "call"}
    closed = front_desk.post(PAGE, {**close, **said}, follow=True)
    assert "Closed on 2 days. 1 visits need another time." in closed.text
    assert [answer.visit for answer in closed.context["calls"]] == [on_family_day]
    days = Closure.objects.order_by("first_day").values_list("first_day", flat=True)
    assert list(days) == [FAMILY_DAY, date(2027, 7, 1)]
    assert "closed already" in front_desk.post(PAGE, {**asked, "look": "1"}).text
    assert "Public holidays" in front_desk.get("/admin/bookings/closure/").text


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"country": "XX"}, "No holidays are known"),
        ({"subdivision": "ZZ"}, "has no part ZZ"),
        ({"year": "20000"}, "less than or equal to"),
        ({"locations": []}, "This field is required"),
    ],
)
def test_the_desk_is_told_what_is_wrong(front_desk, clinic, wrong, words):
    asked = {"country": "CA", "subdivision": "", "year": "2027",
             "locations": [str(clinic.place.pk)], "close": "1"}  # fmt: skip
    answer = front_desk.post(PAGE, {**asked, **wrong})

    assert answer.status_code == 422
    assert words in answer.text
    assert Closure.objects.count() == 0


def test_only_the_desk_closes(client, front_desk, clinic):
    lead = UserFactory(is_staff=True)
    lead.groups.add(Group.objects.get(name=roles.CLINICAL_LEAD))
    client.force_login(lead)

    assert client.get(PAGE).status_code == 404
