"""Who gets to read a record: the date of birth, three tries, and the family behind one address."""

from datetime import date, timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.db import connection

from clinic import actions, audit
from clinic.access import claimable_by, patients_of
from clinic.errors import BirthDateDiffers, ClaimLocked, DeskMustConfirm
from clinic.models import AuditEvent, Guardian, PatientGrant
from tests.conftest import NOW
from tests.factories import PatientFactory, PatientGrantFactory, PracticeFactory, UserFactory

pytestmark = pytest.mark.django_db
BORN = date(1990, 5, 4)
WRONG = date(1991, 1, 1)


@pytest.fixture(autouse=True)
def _clinic():
    PracticeFactory()


@pytest.fixture
def user():
    return UserFactory(email="family@example.com")


@pytest.fixture
def patient():
    return PatientFactory(email="family@example.com", first_name="Pat")


@pytest.fixture
def desk():
    staff = UserFactory(is_staff=True)
    staff.groups.add(Group.objects.get(name="front desk"))
    return staff


def child(**kwargs):
    return PatientFactory(email="family@example.com", date_of_birth=date(2015, 3, 1), **kwargs)


def claim(client, patient, typed):
    return client.post(f"/me/{patient.pk}/claim/", {"date_of_birth": typed})


def told(patient):
    """The trail of one patient: what, how it ended, and the details."""
    rows = AuditEvent.objects.filter(patient_id=patient.pk).order_by("position")
    return list(rows.values_list("action", "result", "data"))


def test_the_date_of_birth_opens_the_pages(client, user, patient):
    client.force_login(user)
    assert "One more step" in client.get("/me/").text

    response = claim(client, patient, "1990-05-04")

    assert (response.status_code, response["Location"]) == (302, "/me/")
    assert list(patients_of(user)) == [patient]
    grant = PatientGrant.objects.get()
    assert (grant.user, grant.granted_at, grant.confirmed_by) == (user, NOW, None)
    data = {"user": str(user.pk), "proof": "date_of_birth"}
    assert told(patient) == [("patient_granted", "done", data)]
    assert f'href="/me/{patient.pk}/plan/"' in client.get("/me/").text


def test_a_wrong_date_is_422_and_opens_nothing(client, user, patient):
    client.force_login(user)

    response = claim(client, patient, "1991-01-01")

    assert response.status_code == 422
    assert "not the date of birth we have on record" in response.text
    assert PatientGrant.objects.count() == 0
    assert told(patient) == [("patient_claim_wrong_date", "refused", {"try": 1})]


def test_after_three_wrong_dates_the_right_one_waits_a_day(user, patient):
    for expected in (BirthDateDiffers, BirthDateDiffers, ClaimLocked):
        with pytest.raises(expected):
            actions.claim_patient(user, patient, WRONG)
    with pytest.raises(ClaimLocked) as locked:
        actions.claim_patient(user, patient, BORN)
    assert locked.value.until == NOW + timedelta(hours=24)

    with time_machine.travel(NOW + timedelta(hours=24, seconds=1), tick=False):
        actions.claim_patient(user, patient, BORN)
    actions_told = [row[0] for row in told(patient)]
    assert actions_told == [
        *["patient_claim_wrong_date"] * 3,
        "patient_claim_locked",
        "patient_granted",
    ]


def test_waiting_between_tries_makes_no_fourth_one(user, patient):
    for hours in (0, 20, 40):
        later = time_machine.travel(NOW + timedelta(hours=hours), tick=False)
        with later, pytest.raises((BirthDateDiffers, ClaimLocked)):
            actions.claim_patient(user, patient, WRONG)
    with time_machine.travel(NOW + timedelta(hours=63), tick=False), pytest.raises(ClaimLocked):
        actions.claim_patient(user, patient, BORN)


def test_the_lock_is_for_one_sign_in_and_one_patient(user, patient):
    other = child()
    for _ in range(3):
        with pytest.raises((BirthDateDiffers, ClaimLocked)):
            actions.claim_patient(user, patient, WRONG)

    assert actions.claim_patient(user, other, other.date_of_birth)


def test_the_page_of_somebody_locked_out_offers_no_form(client, user, patient):
    for _ in range(3):
        with pytest.raises((BirthDateDiffers, ClaimLocked)):
            actions.claim_patient(user, patient, WRONG)
    client.force_login(user)

    text = client.get("/me/").text

    assert "Three dates of birth did not fit" in text
    assert 'name="date_of_birth"' not in text


def test_a_parent_claims_a_child_as_well(user, patient):
    kid = child()

    actions.claim_patient(user, patient, BORN)
    actions.claim_patient(user, kid, kid.date_of_birth)

    assert set(patients_of(user)) == {patient, kid}


def test_two_adults_behind_one_address_go_through_the_desk(user, patient, desk):
    partner = PatientFactory(email="Family@example.com", date_of_birth=date(1988, 1, 1))

    for adult in (patient, partner):
        with pytest.raises(DeskMustConfirm):
            actions.claim_patient(user, adult, adult.date_of_birth)
    grant = actions.grant_patient(user, partner, by=desk, confirmed_by=desk)

    assert list(patients_of(user)) == [partner]
    assert grant.confirmed_by == desk
    assert [row[0] for row in told(partner)] == ["patient_claim_left_to_desk", "patient_granted"]


def test_who_once_booked_as_a_guest_is_no_second_adult(user, patient):
    """The same name and the same day of birth: one person with two rows, not two people."""
    guest = PatientFactory(
        email=patient.email, first_name="PAT", last_name=patient.last_name, date_of_birth=BORN
    )

    actions.claim_patient(user, patient, BORN)
    assert patients_of(user).get() == patient
    guest.date_of_birth = BORN - timedelta(days=1)
    guest.save()
    with pytest.raises(DeskMustConfirm):
        actions.claim_patient(user, guest, guest.date_of_birth)


def test_somebody_without_a_date_of_birth_counts_as_an_adult(client, user, patient):
    unknown = PatientFactory(email="family@example.com", date_of_birth=None)
    client.force_login(user)

    for adult in (patient, unknown):
        with pytest.raises(DeskMustConfirm):
            actions.claim_patient(user, adult, BORN)
    text = client.get("/me/").text
    assert text.count("The front desk opens these pages") == 2
    assert "(403) 555-0100" in text
    assert 'name="date_of_birth"' not in text


def test_an_earlier_grant_outlives_a_second_adult(user, patient):
    actions.claim_patient(user, patient, BORN)

    PatientFactory(email="family@example.com", date_of_birth=date(1988, 1, 1))

    assert list(patients_of(user)) == [patient]


def test_another_address_needs_the_desk(user, desk):
    stranger = PatientFactory(email="else@example.com")

    with pytest.raises(DeskMustConfirm):
        actions.grant_patient(user, stranger, by=user)
    actions.grant_patient(user, stranger, by=desk, confirmed_by=desk)

    assert list(patients_of(user)) == [stranger]


def test_strangers_get_404(client, user, patient):
    somebody = PatientFactory(email="else@example.com")
    client.force_login(user)

    answer = claim(client, somebody, "1990-05-04")

    assert answer.status_code == 404
    assert AuditEvent.objects.filter(patient_id=somebody.pk).count() == 0


def test_claiming_takes_a_post(client, user, patient):
    client.force_login(user)

    assert client.get(f"/me/{patient.pk}/claim/").status_code == 405


@pytest.mark.parametrize("typed", ["", "04.05.1990", "1890-05-04", "99999-01-01", "2027-02-30"])
def test_what_is_no_date_counts_as_no_try(client, user, patient, typed):
    client.force_login(user)

    response = claim(client, patient, typed)

    assert response.status_code == 422
    assert told(patient) == []


def test_a_revoked_grant_is_over_and_cannot_be_claimed_again(user, patient, desk):
    grant = actions.claim_patient(user, patient, BORN)

    actions.revoke_grant(grant, by=desk, reason="asked for it")
    actions.revoke_grant(grant, by=desk)

    assert list(patients_of(user)) == []
    assert list(claimable_by(user)) == []
    revoked = AuditEvent.objects.filter(action="patient_grant_revoked")
    assert [(event.reason, event.actor_id) for event in revoked] == [("asked for it", desk.pk)]


def test_granting_twice_is_granting_once(user, patient, desk):
    first = actions.grant_patient(user, patient, by=desk, confirmed_by=desk)
    again = actions.grant_patient(user, patient, by=desk, confirmed_by=desk)

    assert first == again
    assert PatientGrant.objects.count() == 1


def test_a_record_merged_into_another_is_not_claimed(user, patient):
    double = PatientFactory(email="family@example.com", merged_into=patient)

    assert list(claimable_by(user)) == [patient]
    assert double not in claimable_by(user)


@pytest.mark.parametrize("shared_with", ["guardian", "patient", "nobody"])
def test_a_childs_grant_ends_at_eighteen_where_the_address_is_shared(user, shared_with):
    grown = PatientFactory(email="family@example.com", date_of_birth=date(2009, 1, 10))
    before = NOW - timedelta(days=400)
    grant = PatientGrantFactory(user=user, patient=grown, granted_at=before)
    if shared_with == "guardian":
        Guardian.objects.create(patient=grown, name="Gail", email="Family@example.com")
    if shared_with == "patient":
        PatientFactory(email="family@example.com")

    eve = actions.end_childhood_grants(NOW - timedelta(days=1))
    ended = actions.end_childhood_grants(NOW)

    grant.refresh_from_db()
    assert eve == 0
    assert ended == (0 if shared_with == "nobody" else 1)
    assert (grant.revoked_at is None) == (shared_with == "nobody")


def test_a_confirmed_grant_does_not_end_at_eighteen(user, desk):
    grown = PatientFactory(email="family@example.com", date_of_birth=date(2009, 1, 10))
    PatientFactory(email="family@example.com")
    before = NOW - timedelta(days=400)
    PatientGrantFactory(user=user, patient=grown, granted_at=before, confirmed_by=desk)

    assert actions.end_childhood_grants(NOW) == 0


def test_a_refusal_is_recorded_although_it_raises(user, patient):
    """The row must not go down with the transaction of the claim."""
    with pytest.raises(BirthDateDiffers):
        actions.claim_patient(user, patient, WRONG)

    assert connection.in_atomic_block  # the test's own; the claim's savepoint was kept
    assert AuditEvent.objects.filter(action="patient_claim_wrong_date").count() == 1
    assert audit.broken_links() == 0
