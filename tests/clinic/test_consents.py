"""Rule 34: consents are separate, dated, off by default, and withdrawn without a sign-in."""

import uuid
from datetime import date, timedelta

import pytest
from django.core.signing import dumps
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clinic import choices, roles
from clinic.actions import consents
from clinic.audit import GUEST
from clinic.models import AuditEvent, Consent
from tests.clinic.test_admin import signed_in as desk_browser
from tests.conftest import NOW
from tests.factories import PatientFactory, PatientGrantFactory, PracticeFactory, UserFactory

DAY = timedelta(days=1)
REMINDERS, NEWS, SMS = consents.CHOICES


@pytest.fixture(autouse=True)
def practice(db):
    return PracticeFactory(privacy_dated=date(2026, 9, 1))


@pytest.fixture
def patient():
    return PatientFactory(first_name="Pia", phone="+14035550142")


@pytest.fixture
def signed_in(client, patient):
    grant = PatientGrantFactory(user=UserFactory(), patient=patient, granted_at=NOW)
    client.force_login(grant.user)
    return client


def agreed(patient):
    return set(consents.standing(patient))


def give(patient, kind, now=NOW):
    return consents.give_consent(patient, kind, by=GUEST, now=now)


# The rows ----------------------------------------------------------------------------------------


def test_rule_34_everything_but_the_privacy_notice_is_off_by_default(patient):
    assert agreed(patient) == set()


def test_rule_34_a_consent_is_dated_and_names_the_text(patient):
    give(patient, NEWS)

    consent = Consent.objects.get()
    assert (consent.given_at, consent.text_dated) == (NOW, date(2026, 9, 1))
    event = AuditEvent.objects.get()
    assert (event.action, event.patient_id) == ("consent_given", patient.pk)
    assert event.data == {"kind": "news", "text_dated": "2026-09-01"}


def test_giving_and_withdrawing_twice_changes_nothing(patient):
    assert [give(patient, NEWS), give(patient, NEWS, NOW + DAY)] == [True, False]
    ends = [
        consents.withdraw_consent(patient, NEWS, by=GUEST, now=NOW + days * DAY) for days in (2, 3)
    ]

    assert ends == [True, False]
    assert Consent.objects.get().withdrawn_at == NOW + 2 * DAY
    assert AuditEvent.objects.count() == 2


def test_agreeing_again_is_a_new_row(patient):
    give(patient, NEWS)
    consents.withdraw_consent(patient, NEWS, by=GUEST, now=NOW + DAY)
    give(patient, NEWS, NOW + 2 * DAY)

    assert Consent.objects.count() == 2
    assert consents.standing(patient)["news"].given_at == NOW + 2 * DAY


@pytest.mark.parametrize(
    "change", [{"given_at": NOW - DAY}, {"kind": "sms"}, {"text_dated": date(2020, 1, 1)}]
)
def test_what_was_agreed_cannot_change_even_by_sql(patient, change):
    give(patient, NEWS)

    with pytest.raises(DatabaseError), transaction.atomic():
        Consent.objects.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Consent.objects.all().delete()


def test_one_consent_stands_per_kind_and_text(patient):
    give(patient, NEWS)

    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.create(
            patient=patient, kind="news", text_dated=date(2026, 9, 1), given_at=NOW
        )


@pytest.mark.sqlite_only
def test_a_standing_consent_cannot_be_replaced(patient):
    give(patient, NEWS)
    row = Consent.objects.values_list().get()
    marks = ", ".join(["%s"] * len(row))
    same = [uuid.uuid4().hex, patient.pk.hex, *row[2:]]

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"INSERT OR REPLACE INTO clinic_consent VALUES ({marks})", same)


# On /me/ -----------------------------------------------------------------------------------------


def test_rule_34_chosen_on_my_pages(signed_in, patient):
    give(patient, NEWS)
    page = signed_in.get("/me/").content.decode()
    assert page.count('type="checkbox"') == 3
    assert page.count("checked") == 1

    answer = signed_in.post(f"/me/{patient.pk}/messages/", {"kinds": ["reminders", "sms"]})

    assert (answer.status_code, answer["Location"]) == (303, "/me/")
    assert agreed(patient) == {"reminders", "sms"}
    actor = AuditEvent.objects.filter(action="consent_given").last()
    assert actor.actor_kind == "patient"


def test_my_pages_say_which_privacy_notice_was_agreed_to(signed_in, patient):
    give(patient, "privacy")

    page = signed_in.get("/me/").content.decode()

    assert "Agreed on 10 January 2027" in page
    assert "dated 1 September 2026" in page


def test_somebody_elses_choices_are_not_found(signed_in):
    other = PatientFactory()

    assert signed_in.post(f"/me/{other.pk}/messages/", {"kinds": "news"}).status_code == 404
    assert signed_in.get(f"/me/{other.pk}/messages/").status_code == 405
    assert Client().post(f"/me/{other.pk}/messages/").status_code == 302
    assert agreed(other) == set()


@pytest.mark.parametrize("kind", ["privacy", "treatment", "x"])
def test_what_is_not_offered_is_refused(signed_in, patient, kind):
    answer = signed_in.post(f"/me/{patient.pk}/messages/", {"kinds": ["news", kind]})

    assert answer.status_code == 422
    assert "Choose from what is listed." in answer.content.decode()
    assert agreed(patient) == set()


def test_without_a_number_text_messages_are_neither_offered_nor_ended(signed_in, patient):
    give(patient, SMS)
    patient.phone = ""
    patient.save()

    assert "text message" not in signed_in.get("/me/").content.decode()
    signed_in.post(f"/me/{patient.pk}/messages/", {})

    assert agreed(patient) == {"sms"}


def test_the_page_costs_the_same_for_one_patient_or_many(signed_in, patient):
    signed_in.get("/me/")
    costs = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as counted:
            signed_in.get("/me/")
        costs.append(len(counted))
        for _ in range(3):
            PatientGrantFactory(user=patient.grants.get().user, granted_at=NOW)

    assert costs[0] == costs[1]


# At the desk -------------------------------------------------------------------------------------


def test_the_desk_writes_down_what_a_patient_said(patient):
    desk = desk_browser(roles.FRONT_DESK)
    give(patient, NEWS)
    url = f"/admin/clinic/patient/{patient.pk}/change/"
    form = desk.get(url).context["adminform"].form
    assert form["wants"].value() == ["news"]

    typed = {name: form[name].value() or "" for name in form.fields}
    more = {"guardians-TOTAL_FORMS": 0, "guardians-INITIAL_FORMS": 0}
    answer = desk.post(url, {**typed, **more, "wants": ["sms"]})

    assert answer.status_code == 302
    assert agreed(patient) == {"sms"}
    consent = consents.standing(patient)["sms"]
    assert (consent.given_at, consent.given_by) == (NOW, "front desk")
    actor = AuditEvent.objects.filter(action="consent_given").order_by("position").last()
    assert (actor.actor_kind, actor.actor_id) == ("staff", desk.user.pk)


def test_saving_a_patient_without_a_word_about_it_changes_no_consent(patient):
    desk = desk_browser(roles.FRONT_DESK)
    give(patient, REMINDERS)
    url = f"/admin/clinic/patient/{patient.pk}/change/"
    form = desk.get(url).context["adminform"].form
    typed = {name: form[name].value() or "" for name in form.fields}
    more = {"guardians-TOTAL_FORMS": 0, "guardians-INITIAL_FORMS": 0, "last_name": "Other"}

    assert desk.post(url, {**typed, **more}).status_code == 302
    assert agreed(patient) == {"reminders"}
    assert AuditEvent.objects.filter(action__startswith="consent").count() == 1


# By link -----------------------------------------------------------------------------------------


def test_rule_34_chosen_by_link_without_a_sign_in(client, patient):
    path = choices.choices_path(patient.pk)
    page = client.get(path)
    body = page.content.decode()

    assert "Pia" in body
    assert "5550142" not in body
    assert patient.last_name not in body
    assert page["Cache-Control"] == "no-store, private"
    saved = client.post(path, {"kinds": ["reminders"]})

    assert (saved.status_code, saved["Location"]) == (303, f"{path}?saved=1")
    assert agreed(patient) == {"reminders"}
    assert "Your choice is saved." in client.get(saved["Location"]).content.decode()


def test_a_link_chooses_for_a_month(client, patient, time_machine):
    path = choices.choices_path(patient.pk)
    time_machine.move_to(NOW + 32 * DAY)

    assert client.get(path).status_code == 404


@pytest.mark.parametrize("kind", ["reminders", "news"])
def test_rule_31_get_shows_and_post_ends(client, patient, kind):
    give(patient, kind)
    path = choices.stop_link(patient.pk, kind).removeprefix("http://127.0.0.1:8000")

    asked = client.get(path)
    assert "Stop these messages?" in asked.content.decode()
    assert agreed(patient) == {kind}

    done = client.post(path)
    assert (done.status_code, agreed(patient)) == (200, set())
    assert "You get no more of these" in done.content.decode()
    assert "You get no more of these" in client.get(path).content.decode()


def test_rule_31_one_click_from_a_mail_program(patient):
    """RFC 8058: no cookie, no token, no redirect; it works years later and more than once."""
    give(patient, NEWS)
    path = choices.stop_link(patient.pk, NEWS).removeprefix("http://127.0.0.1:8000")
    program = Client(enforce_csrf_checks=True)

    for _ in range(2):
        answer = program.post(path, {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers

    assert agreed(patient) == set()
    assert Consent.objects.get().withdrawn_at == NOW


def test_ending_one_kind_leaves_the_others(client, patient):
    give(patient, NEWS)
    give(patient, REMINDERS)

    client.post(choices.stop_link(patient.pk, NEWS))

    assert agreed(patient) == {"reminders"}


@pytest.mark.parametrize("prefix", ["/unsubscribe/", "/messages/"])
@pytest.mark.parametrize("token", ["x", "e30:1abc:def", "a:b:c:d"])
def test_a_made_up_link_is_not_found(client, prefix, token):
    assert client.get(f"{prefix}{token}/").status_code == 404
    assert client.post(f"{prefix}{token}/").status_code == 404


def test_a_link_for_one_thing_does_not_open_the_other(client, patient):
    stop = choices.stop_link(patient.pk, NEWS).rsplit("/", 2)[1]
    choose = choices.choices_path(patient.pk).rsplit("/", 2)[1]

    assert client.get(f"/messages/{stop}/").status_code == 404
    assert client.get(f"/unsubscribe/{choose}/").status_code == 404
    forged = dumps([str(patient.pk), "news"], salt="something else")
    assert client.post(f"/unsubscribe/{forged}/").status_code == 404
