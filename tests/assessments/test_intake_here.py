"""Intake here: a code from the desk opens one form on any device, once, and nothing else."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.test import Client

from bookings import links, tokens
from bookings.actions import intake_here
from bookings.errors import CodeGone, NotPossible, TooMany
from bookings.models import IntakeCode, VisitLink
from clinic import roles
from clinic.audit import GUEST, SYSTEM
from clinic.models import AuditEvent
from tests.assessments.factories import (
    NOW,
    make_patient,
    make_practice,
    make_practitioner,
    make_user,
    make_visit,
)

pytestmark = pytest.mark.django_db
SOON = NOW + timedelta(hours=1)


@pytest.fixture
def visit():
    make_practice()
    return make_visit(make_practitioner(), make_patient(first_name="Pat"), SOON)


@pytest.fixture
def desk():
    user = make_user(roles.FRONT_DESK)
    user.is_staff = True  # as an invitation makes them
    user.save(update_fields=["is_staff"])
    user.groups.set(Group.objects.filter(name=roles.FRONT_DESK))
    client = Client()
    client.force_login(user)
    return client


def show(visit, now=NOW):
    return intake_here.show_code(visit, by=SYSTEM, now=now)


def enter(browser, digits):
    return browser.post("/intake/", {"code": digits})


def test_the_desk_shows_six_digits_and_a_picture_once(desk, visit):
    address = f"/admin/patients/intake/{visit.pk}/"
    looked = desk.get(address)
    assert looked.status_code == 200
    assert not IntakeCode.objects.exists()

    page = desk.post(address).text

    digits = re.search(r'pp-digits">(\d{3}) (\d{3})<', page)
    assert digits
    assert "<svg" in page
    assert "until 13:30" in page
    again = desk.get(address).text
    assert digits[0] not in again
    code = IntakeCode.objects.get()
    assert "".join(digits.groups()) not in f"{code.digits_digest}{code.token_sha256}"
    event = AuditEvent.objects.get(action="visit.intake_code")
    assert "".join(digits.groups()) not in str(event.data)


def test_the_digits_open_this_form_without_a_sign_in(visit):
    tablet = Client()
    answer = enter(tablet, f"{show(visit).digits[:3]} {show(visit).digits[3:]}")
    assert answer.status_code == 422  # showing another ended the first

    answer = enter(tablet, show(visit).digits)

    assert answer.status_code == 303
    form = answer["Location"]
    assert re.fullmatch(r"/visit/[\w-]+/intake/", form)
    assert tablet.get(form).status_code == 200


def test_the_picture_leads_there_and_looking_uses_nothing_up(visit):
    phone, shown = Client(), show(visit)
    address = f"/intake/{shown.token}/"
    for _ in range(2):
        assert "Begin" in phone.get(address).text
    answer = phone.post(address)
    assert phone.get(answer["Location"]).status_code == 200
    for secret in (shown.token, shown.digits):  # used: both are
        with pytest.raises(CodeGone):
            intake_here.open_form(secret, by=GUEST, now=NOW)


def test_it_opens_the_form_and_nothing_else(visit):
    other = make_visit(make_practitioner(), make_patient(), SOON)
    tablet = Client()
    form = enter(tablet, show(visit).digits)["Location"]
    token = form.split("/")[2]

    assert tablet.get(f"/visit/{token}/")["Location"] == form
    for tail in ("move/", "cancel/", "calendar.ics", "record/", "sooner/", "choose/"):
        address = f"/visit/{token}/{tail}"
        assert tablet.get(address).status_code == 404, tail
        assert tablet.post(address, {"reason": "x"}).status_code in {404, 405}, tail
    visit.refresh_from_db()
    assert visit.state == "booked"
    assert links.visit_of(token, NOW, form=True) == visit != other


@pytest.mark.parametrize("later", [timedelta(minutes=30), timedelta(days=1)])
def test_it_is_valid_for_half_an_hour(visit, later):
    shown = show(visit)
    with pytest.raises(CodeGone):
        intake_here.open_form(shown.digits, by=GUEST, now=NOW + later)
    assert intake_here.open_form(shown.digits, by=GUEST, now=NOW + timedelta(minutes=29))


@pytest.mark.parametrize("code", ["", "000000", "12345", "' OR 1", "x" * 200, "١٢٣٤٥٦"])
def test_a_wrong_code_says_so_and_nothing_about_any_visit(visit, code):
    show(visit)
    answer = enter(Client(), code)
    assert answer.status_code == 422
    assert "ask the front desk" in answer.text
    assert "Pat" not in answer.text


def test_tries_are_limited_by_address(visit, settings):
    settings.LIMIT_FACTOR = 1
    shown = show(visit)
    for _ in range(30):
        with pytest.raises(CodeGone):
            intake_here.open_form("000001", by=GUEST, now=NOW, address="192.0.2.7")
    with pytest.raises(TooMany):
        intake_here.open_form(shown.digits, by=GUEST, now=NOW, address="192.0.2.7")
    assert intake_here.open_form(shown.digits, by=GUEST, now=NOW, address="192.0.2.8")


def test_too_many_tries_are_answered_with_429(visit, settings):
    settings.LIMIT_FACTOR = 1
    browser = Client()
    answers = [enter(browser, "000001").status_code for _ in range(31)]
    assert answers[-1] == 429
    assert set(answers[:-1]) == {422}


def test_no_code_for_a_visit_that_is_over(visit):
    visit.state, visit.cancelled_at = "cancelled", NOW
    visit.save()
    with pytest.raises(NotPossible):
        show(visit)


def test_a_visit_cancelled_meanwhile_opens_nothing(visit):
    shown = show(visit)
    visit.state, visit.cancelled_at = "cancelled", NOW
    visit.save()
    with pytest.raises(CodeGone):
        intake_here.open_form(shown.digits, by=GUEST, now=NOW)
    assert not VisitLink.objects.filter(purpose=links.FORM_ONLY).exists()


def test_the_next_patient_on_the_tablet_finds_nothing_of_the_one_before(visit):
    other = make_visit(make_practitioner(), make_patient(), SOON)
    tablet = Client()
    first = enter(tablet, show(visit).digits)["Location"]
    tablet.cookies["intake"] = "key of the first patient's answers"

    second = enter(tablet, show(other).digits)
    assert tablet.cookies["intake"].value == ""
    assert tablet.get(first).status_code == 404
    assert tablet.get(second["Location"]).status_code == 200

    done = tablet.post("/intake/done/")
    assert done["Location"] == "/intake/"
    assert tablet.get(second["Location"]).status_code == 404
    assert "intake_here" not in tablet.session


def test_the_forms_link_ends_after_two_hours(visit):
    visit.ends_at = NOW + timedelta(hours=9)
    visit.save()
    token = intake_here.open_form(show(visit).digits, by=GUEST, now=NOW)
    link = VisitLink.objects.get(token_sha256=tokens.sha256(token))
    assert link.expires_at == NOW + timedelta(hours=2)
    with time_machine.travel(link.expires_at, tick=False):
        assert Client().get(f"/visit/{token}/intake/").status_code == 404


def test_nobody_but_the_desk_shows_codes(visit):
    for role in (roles.PHYSIO, roles.CLINICAL_LEAD, roles.COACH):
        client = Client()
        client.force_login(make_user(role))
        assert client.post(f"/admin/patients/intake/{visit.pk}/").status_code == 404
    assert Client().post(f"/admin/patients/intake/{visit.pk}/").status_code == 302
    assert not IntakeCode.objects.exists()
