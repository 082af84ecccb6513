"""A phone that keeps the plan: what it opens without a sign-in, what it does not, how it ends."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from assessments.models import ExerciseLog
from clinic.models import AuditEvent, PlanDevice
from tests.assessments.factories import NOW, grant, log_entry, make_issued, make_practice

pytestmark = pytest.mark.django_db
COOKIE = "plan-device"


@pytest.fixture
def plan():
    make_practice()
    return make_issued()


@pytest.fixture
def patient(plan):
    return plan.episode.patient


@pytest.fixture
def phone(client, patient):
    """A browser that kept the plan and whose session is over; only its cookie is left."""
    patient.user = grant(patient)
    client.force_login(patient.user)
    client.post(f"/me/{patient.pk}/phone/")
    kept = Client()
    kept.cookies[COOKIE] = client.cookies[COOKIE].value
    return kept


def test_it_opens_the_plan_the_log_and_the_progress(phone, plan, patient):
    page = phone.get(f"/me/{patient.pk}/plan/")
    assert (page.status_code, page["X-Plan-Kept"]) == (200, "yes")
    assert page["Cache-Control"] == "no-store, private"
    assert phone.get(f"/me/{patient.pk}/progress/").status_code == 200
    assert phone.get("/me/plan/").url == f"/me/{patient.pk}/plan/"

    answer = phone.post(
        f"/me/{patient.pk}/plan/log/",
        json.dumps([log_entry(plan.lines.get(exercise="EX05"))]),
        content_type="application/json",
    )
    assert answer.json()[0]["status"] == "saved"
    assert ExerciseLog.objects.count() == 1
    assert AuditEvent.objects.filter(action="plan.opened", actor_id=patient.user.pk).exists()


@pytest.mark.parametrize(
    "tail", ["plan/plan.pdf", "plan/?plan={plan}", "messages/", "phone/", "claim/"]
)
def test_everything_else_asks_for_a_code(phone, plan, patient, tail):
    address = f"/me/{patient.pk}/" + tail.format(plan=plan.pk)
    answer = phone.get(address) if "plan" in tail else phone.post(address)

    assert answer.status_code == 302
    assert "/accounts/login" in answer.url


@pytest.mark.parametrize("address", ["/me/", "/chart/", "/admin/"])
def test_it_is_no_sign_in(phone, address):
    assert phone.get(address).status_code == 302


def test_it_opens_nobody_elses_plan(phone):
    other = make_issued().episode.patient

    assert phone.get(f"/me/{other.pk}/plan/").status_code == 302
    answer = phone.post(f"/me/{other.pk}/plan/log/", "[]", content_type="application/json")
    assert answer.status_code == 401


def test_a_guessed_cookie_opens_nothing(patient, phone):
    thief = Client()
    thief.cookies[COOKIE] = PlanDevice.objects.get().device  # what the database holds

    assert thief.get(f"/me/{patient.pk}/plan/").status_code == 302


def ends_by_time(patient, client):
    return NOW + timedelta(days=91)


def ends_with_the_grant(patient, client):
    patient.grants.update(revoked_at=NOW)


def ends_with_the_sign_in(patient, client):
    patient.user.is_active = False
    patient.user.save()


def ends_from_the_list(patient, client):
    kept = PlanDevice.objects.get()
    assert "Phones that keep a plan" in client.get("/me/").text
    assert client.post(f"/me/devices/{kept.pk}/end/").status_code == 303


@pytest.mark.parametrize(
    "end", [ends_by_time, ends_with_the_grant, ends_with_the_sign_in, ends_from_the_list]
)
def test_how_it_ends(phone, patient, client, end):
    later = end(patient, client) or NOW

    with time_machine.travel(later, tick=False):
        assert phone.get(f"/me/{patient.pk}/plan/").status_code == 302


def test_signing_out_ends_it_and_clears_what_the_browser_stored(phone, client, patient):
    answer = client.post("/accounts/logout/")

    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert answer.cookies[COOKIE]["max-age"] == 0
    assert phone.get(f"/me/{patient.pk}/plan/").status_code == 302
    assert PlanDevice.objects.get().ended_at == NOW


def test_forgetting_needs_no_sign_in(phone, patient):
    answer = phone.post("/me/phone/forget/")

    assert answer.status_code == 303
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert phone.get(f"/me/{patient.pk}/plan/").status_code == 302


def test_nobody_ends_a_device_of_another(phone, client):
    stranger = grant(make_issued().episode.patient)
    client.force_login(stranger)

    assert client.post(f"/me/devices/{PlanDevice.objects.get().pk}/end/").status_code == 404
    assert PlanDevice.objects.get().ended_at is None


def test_only_ones_own_plan_is_kept(client, patient):
    client.force_login(grant(make_issued().episode.patient))

    assert client.post(f"/me/{patient.pk}/phone/").status_code == 404
    assert PlanDevice.objects.count() == 0


def test_a_page_that_is_not_kept_does_not_say_so(client, patient):
    client.force_login(grant(patient))

    assert "X-Plan-Kept" not in client.get(f"/me/{patient.pk}/plan/")


def test_what_a_phone_installs(client):
    make_practice()
    worker, manifest = client.get("/sw.js"), client.get("/manifest.webmanifest")

    assert worker["Content-Type"].startswith("text/javascript")
    assert manifest["Content-Type"] == "application/manifest+json"
    content = manifest.json()
    assert (content["name"], content["start_url"]) == ("Quince Lane Physio", "/me/plan/")
    for icon in content["icons"]:
        answer = client.get(icon["src"])
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert client.get("/brand/icon-64.png").status_code == 404


def test_a_repeat_visit_is_small(client, patient):
    client.force_login(grant(patient))

    page = client.get(f"/me/{patient.pk}/plan/", headers={"Accept-Encoding": "gzip"})

    assert page["Content-Encoding"] == "gzip"
    assert len(page.content) <= 60_000
