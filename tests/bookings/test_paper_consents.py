"""Consents signed on paper, and the notice each of them names."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client

from clinic import practice, roles
from clinic.actions.notices import keep_notice, notice_of
from clinic.models import AuditEvent, Consent, Guardian, Practice, PrivacyNotice
from tests.conftest import NOW
from tests.factories import PatientFactory, PracticeFactory, UserFactory

pytestmark = pytest.mark.django_db
OLD, DATED, TODAY = date(2026, 9, 1), date(2027, 1, 1), date(2027, 1, 10)


@pytest.fixture
def clinic(db):
    row = PracticeFactory(privacy_dated=OLD, privacy_text="We keep OLD things.")
    keep_notice(row, now=NOW - timedelta(days=100))
    row.privacy_dated, row.privacy_text = DATED, "We keep NEW things."
    row.save()
    keep_notice(row, now=NOW - timedelta(days=9))
    practice.forget()
    return row


@pytest.fixture
def front(client, clinic):
    user = UserFactory(name="Dee Desk", is_staff=True)
    user.groups.set(Group.objects.filter(name=roles.FRONT_DESK))
    client.force_login(user)
    client.user = user
    return client


@pytest.fixture
def pat(db):
    return PatientFactory(first_name="Pat", last_name="Paper", email="")


def sent(front, patient, **changes):
    typed = {
        "kinds": ["privacy", "news"], "text_dated": "2027-01-01", "signed_on": "2027-01-08",
        "signed_by": "Pat Paper",
    }  # fmt: skip
    return front.post(f"/admin/patients/{patient.pk}/paper/", {**typed, **changes})


# Written down ------------------------------------------------------------------------------------


def test_what_was_signed_on_paper_has_its_day_and_who_wrote_it_down(front, pat):
    assert sent(front, pat).status_code == 302
    rows = Consent.objects.order_by("kind")
    assert [row.kind for row in rows] == ["news", "privacy"]
    for row in rows:
        assert (row.text_dated, row.signed_on, row.given_at) == (DATED, date(2027, 1, 8), NOW)
        assert (row.given_by, row.recorded_by) == ("Pat Paper", front.user)
        assert row.agreed_on == date(2027, 1, 8)
    events = AuditEvent.objects.filter(action="consent_given")
    assert {event.actor_id for event in events} == {front.user.pk}
    assert {event.data["signed_on"] for event in events} == {"2027-01-08"}
    page = front.get(f"/admin/patients/{pat.pk}/").text
    assert "8 Jan 2027, on paper" in page
    assert "Dee Desk, 10 Jan 2027" in page
    assert "/privacy/2027-01-01/" in page


def test_a_sheet_written_down_twice_is_there_once(front, pat):
    sent(front, pat)
    assert "still stands" in front.post(
        f"/admin/patients/{pat.pk}/paper/",
        {
            "kinds": ["privacy"], "text_dated": "2027-01-01", "signed_on": "2027-01-09",
            "signed_by": "Pat Paper",
        },
        follow=True,
    ).text  # fmt: skip
    assert Consent.objects.count() == 2


def test_an_older_notice_may_be_what_was_signed(front, pat):
    sent(front, pat, kinds=["privacy"], text_dated="2026-09-01", signed_on="2026-10-02")
    assert Consent.objects.get().text_dated == OLD
    page = front.get(f"/admin/patients/{pat.pk}/").text
    assert "Has not agreed to the privacy notice of 1 Jan 2027" in page
    sent(front, pat)
    assert Consent.objects.filter(kind="privacy").count() == 2
    assert "Has not agreed" not in front.get(f"/admin/patients/{pat.pk}/").text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"signed_on": "2027-01-11"}, "still to come"),
        ({"signed_on": "2026-12-31"}, "younger than this day"),
        ({"signed_on": "yesterday"}, "Write the day as"),
        ({"signed_on": "1066-10-14"}, "after 1900"),
        ({"kinds": []}, "Tick what was agreed to"),
        ({"kinds": ["treatment"]}, "Select a valid choice"),
        ({"text_dated": "2020-01-01"}, "Select a valid choice"),
        ({"signed_by": ""}, "required"),
        ({"signed_by": "two\nlines"}, "on one line"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field_and_what_was_typed_stays(
    front, pat, changes, words
):
    answer = sent(front, pat, **{"signed_by": "Somebody Else", **changes})
    assert answer.status_code == 422
    assert words in answer.text
    if "signed_by" not in changes:
        assert "Somebody Else" in answer.text
    assert not Consent.objects.exists()


def test_a_guardian_is_offered_as_who_signed(front, pat):
    Guardian.objects.create(patient=pat, name="Gil Paper", relationship="father", consented_at=NOW)
    assert 'value="Gil Paper"' in front.get(f"/admin/patients/{pat.pk}/").text


def test_what_the_desk_was_told_names_who_wrote_it_down(front, pat):
    front.post(f"/admin/patients/{pat.pk}/messages/", {"wants": ["news"]})
    row = Consent.objects.get()
    assert (row.recorded_by, row.signed_on, row.given_by) == (front.user, None, "front desk")


# Ended -------------------------------------------------------------------------------------------


def test_one_consent_ends_and_its_row_stays(front, pat):
    sent(front, pat)
    row = Consent.objects.get(kind="privacy")
    address = f"/admin/patients/{pat.pk}/consents/{row.pk}/end/"
    assert front.get(address).status_code == 405
    assert front.post(address).status_code == 302
    assert front.post(address).status_code == 302  # again changes nothing
    row.refresh_from_db()
    assert row.withdrawn_at == NOW
    assert AuditEvent.objects.filter(action="consent_withdrawn").count() == 1
    assert "ended 10 Jan 2027" in front.get(f"/admin/patients/{pat.pk}/").text


def test_a_consent_of_somebody_else_or_to_treatment_is_not_found(front, pat):
    other = PatientFactory()
    treated = Consent.objects.create(patient=pat, kind="treatment", text_dated=OLD, given_at=NOW)
    theirs = Consent.objects.create(patient=other, kind="news", text_dated=OLD, given_at=NOW)
    for row in (treated, theirs):
        answer = front.post(f"/admin/patients/{pat.pk}/consents/{row.pk}/end/")
        assert answer.status_code == 404
    assert not Consent.objects.filter(withdrawn_at__isnull=False).exists()


def test_only_the_desk_writes_them_down(clinic, pat):
    for role in (roles.PHYSIO, roles.CLINICAL_LEAD):
        browser = Client()
        user = UserFactory(is_staff=True)
        user.groups.set(Group.objects.filter(name=role))
        browser.force_login(user)
        assert sent(browser, pat).status_code == 404
    assert not Consent.objects.exists()


# In the database ---------------------------------------------------------------------------------


@pytest.mark.parametrize("change", [{"signed_on": TODAY}, {"recorded_by": None}])
def test_the_new_columns_cannot_change_either(front, pat, change):
    sent(front, pat)
    with pytest.raises(DatabaseError), transaction.atomic():
        Consent.objects.update(**change)


def test_paper_without_who_wrote_it_down_is_refused(clinic, pat):
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.create(
            patient=pat, kind="news", text_dated=OLD, given_at=NOW, signed_on=TODAY
        )


def test_a_kept_notice_never_changes(clinic):
    with pytest.raises(DatabaseError), transaction.atomic():
        PrivacyNotice.objects.update(text="other")
    with pytest.raises(DatabaseError), transaction.atomic():
        PrivacyNotice.objects.all().delete()


# The notices -------------------------------------------------------------------------------------


def test_every_notice_can_be_read_under_its_day(client, clinic):
    old = client.get("/privacy/2026-09-01/").text
    assert "OLD things" in old
    assert "NEW things" not in old
    assert "the one of" in old
    now = client.get("/privacy/").text
    assert "NEW things" in now
    assert "/privacy/2026-09-01/" in now
    for made_up in ("2026-09-02", "x", "2026-13-45", "0000-00-00"):
        assert client.get(f"/privacy/{made_up}/").status_code == 404


@pytest.fixture
def manager(client, clinic):
    user = UserFactory(is_staff=True)
    user.groups.set(Group.objects.filter(name=roles.MANAGER))
    client.force_login(user)
    return client


def saved(manager, **changes):
    address = f"/admin/clinic/practice/{Practice.SINGLETON}/change/"
    form = manager.get(address).context["adminform"].form
    typed = {name: form[name].value() or "" for name in form.fields if name != "logo"}
    return manager.post(address, {**typed, **changes})


def test_a_notice_nobody_agreed_to_may_be_put_right(manager):
    assert saved(manager, privacy_text="We keep BETTER things.").status_code == 302
    assert notice_of(DATED).text == "We keep BETTER things."
    assert "BETTER things" in manager.get("/privacy/").text


def test_a_notice_somebody_agreed_to_needs_a_new_day(manager, pat):
    Consent.objects.create(patient=pat, kind="privacy", text_dated=DATED, given_at=NOW)
    answer = saved(manager, privacy_text="We keep OTHER things.")
    assert answer.status_code in (200, 422)
    assert "Give the changed text a new day" in answer.text
    assert notice_of(DATED).text == "We keep NEW things."
    done = saved(manager, privacy_text="We keep OTHER things.", privacy_dated="2027-01-10")
    assert done.status_code == 302
    assert "NEW things" in manager.get("/privacy/2027-01-01/").text


def test_settings_saved_without_a_word_about_the_notice_keep_one_row_of_it(manager):
    assert saved(manager, tagline="Knees").status_code == 302
    assert PrivacyNotice.objects.filter(dated=DATED).count() == 1
