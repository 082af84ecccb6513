"""Two records of one person: merged, read as one, taken back. Nothing signed is touched."""

import uuid
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction

from bookings import actions
from bookings.actions.merging import merge, take_back
from bookings.actions.packages import visits_left
from bookings.errors import CannotMerge, InTwoPlaces, PatientBusy
from bookings.models import Appointment, Package, WaitingEntry
from clinic import access, roles, search
from clinic.actions import consents
from clinic.actions.news import readers
from clinic.audit import SYSTEM
from clinic.models import AuditEvent, CareRelation, Consent, Guardian, Patient, PatientGrant
from clinic.overlap import violates
from tests.bookings.conftest import MONDAY_9, at
from tests.conftest import NOW
from tests.factories import (
    AppointmentFactory,
    PatientFactory,
    PatientGrantFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def dee(db):
    user = UserFactory(name="Dee Desk", is_staff=True)
    user.groups.set(Group.objects.filter(name=roles.FRONT_DESK))
    return user


@pytest.fixture
def pair(clinic):
    """A record with a history, and a second one somebody made by booking as a guest."""
    known = PatientFactory(first_name="Wren", last_name="Walker", email="wren@example.com")
    double = PatientFactory(first_name="Wren", last_name="Wlaker", email="wren@example.com")
    return double, known


def visit_of(clinic, patient, starts_at=MONDAY_9, **values):
    return AppointmentFactory(
        patient=patient, practitioner=clinic.physio, location=clinic.place,
        service=clinic.service, starts_at=starts_at, **values,
    )  # fmt: skip


def test_what_is_booked_moves_and_the_pointer_stands(clinic, pair, dee):
    double, known = pair
    visit = visit_of(clinic, double)
    package = Package.objects.create(patient=double, visits=5, bought_on=date(2027, 1, 1))
    entry = WaitingEntry.objects.create(
        patient=double,
        service=clinic.service,
        first_name="Wren",
        created_at=NOW,
        consented_at=NOW,
        privacy_dated=NOW.date(),
    )

    assert merge(double, known, by=dee, now=NOW) == known

    for row in (double, visit, package, entry):
        row.refresh_from_db()
    assert double.merged_into == known
    assert visit.patient == package.patient == entry.patient == known
    [left] = visits_left([known], now=NOW)[known.pk]
    assert (left.balance.bought, left.balance.ahead) == (5, 1)
    assert CareRelation.objects.active(NOW).get().patient == known
    events = AuditEvent.objects.filter(action="patient.merge")
    assert {event.patient_id for event in events} == {double.pk, known.pk}
    assert {event.actor_id for event in events} == {dee.pk}


def test_undo_puts_everything_back(clinic, pair, dee):
    double, known = pair
    mine, theirs = visit_of(clinic, double), visit_of(clinic, known, at(14))
    package = Package.objects.create(patient=double, visits=5, bought_on=date(2027, 1, 1))
    merge(double, known, by=dee, now=NOW)

    take_back(double, by=dee, now=NOW)

    for row in (double, mine, theirs, package):
        row.refresh_from_db()
    assert double.merged_into is None
    assert (mine.patient, theirs.patient, package.patient) == (double, known, double)
    assert access.caseload(clinic.physio).count() == 2
    with pytest.raises(CannotMerge):
        take_back(double, by=dee, now=NOW)
    merge(known, double, by=dee, now=NOW)  # and the other way round
    known.refresh_from_db()
    assert known.merged_into == double


def test_merged_once_is_enough_and_no_number_of_merges_makes_a_ring(clinic, pair, dee):
    double, known = pair
    merge(double, known, by=dee, now=NOW)
    third = PatientFactory()

    for one, other in [
        (double, known), (known, double), (double, third), (third, double), (known, known),
    ]:  # fmt: skip
        with pytest.raises(CannotMerge):
            merge(one, other, by=dee, now=NOW)
    assert Patient.objects.current().count() == 2


@pytest.mark.parametrize(
    "write",
    [
        lambda double, known, third: Patient.objects.filter(pk=known.pk).update(merged_into=third),
        lambda double, known, third: Patient.objects.filter(pk=third.pk).update(merged_into=double),
        lambda double, known, third: PatientFactory(merged_into=double),
    ],
)
def test_the_database_refuses_a_chain(pair, dee, write):
    double, known = pair
    third = PatientFactory()
    merge(double, known, by=dee, now=NOW)

    with pytest.raises(IntegrityError) as error, transaction.atomic():
        write(double, known, third)
    assert violates(error.value, "patient_merged_into_one_that_stands")


def test_a_survivor_may_be_merged_itself_and_all_of_it_comes_back(clinic, pair, dee):
    double, known = pair
    third = PatientFactory()
    merge(double, known, by=dee, now=NOW)
    visit = visit_of(clinic, known)

    merge(known, third, by=dee, now=NOW)
    assert set(third.duplicates.all()) == {double, known}
    take_back(known, by=dee, now=NOW)

    double.refresh_from_db()
    visit.refresh_from_db()
    assert double.merged_into == known
    assert visit.patient == known
    assert not third.duplicates.exists()


def test_two_visits_ahead_at_one_time_are_named(clinic, pair, dee):
    double, known = pair
    colleague = clinic.colleague()
    mine = visit_of(clinic, double)
    other = AppointmentFactory(patient=known, practitioner=colleague, starts_at=at(9, 30))

    with pytest.raises(InTwoPlaces) as error:
        merge(double, known, by=dee, now=NOW)
    assert set(error.value.clashes) == {mine, other}
    double.refresh_from_db()
    assert double.merged_into is None


def test_a_visit_written_down_twice_stays_in_the_history(clinic, pair, dee):
    double, known = pair
    past = NOW - timedelta(days=9)
    mine = visit_of(clinic, double, past, state="completed")
    AppointmentFactory(patient=known, starts_at=past, state="completed")

    merge(double, known, by=dee, now=NOW)

    mine.refresh_from_db()
    assert mine.patient == double


def test_afterwards_nobody_is_in_two_places_as_two_people(clinic, pair, dee):
    double, known = pair
    visit_of(clinic, double)
    merge(double, known, by=dee, now=NOW)

    with pytest.raises(PatientBusy):
        actions.desk_book(
            patient=known, service=clinic.service, practitioner=clinic.colleague(),
            location=clinic.place, starts_at=MONDAY_9, by=SYSTEM, now=NOW,
        )  # fmt: skip


# Who may read it ---------------------------------------------------------------------------------


def test_a_strangers_sign_in_does_not_open_the_joint_record(pair, dee):
    """Somebody books under a patient's name with their own address and claims that record."""
    double, known = pair
    stranger = UserFactory(email="stranger@example.com")
    PatientGrantFactory(user=stranger, patient=double, granted_at=NOW)

    merge(double, known, by=dee, now=NOW)

    assert list(access.patients_of(stranger)) == []
    for pk in (double.pk, known.pk):
        assert not access.patients_of(stranger).filter(pk=pk).exists()


def test_a_sign_in_the_desk_confirmed_opens_it_until_the_merge_is_taken_back(pair, dee):
    double, known = pair
    user = UserFactory(email="wren@example.com")
    grant = PatientGrantFactory(user=user, patient=double, granted_at=NOW)

    merge(double, known, by=dee, now=NOW, sign_ins=[grant.pk, uuid.uuid4()])

    assert list(access.patients_of(user)) == [known]
    assert access.patient_for_user(user, double.pk) == known  # an old address of theirs
    assert PatientGrant.objects.get(patient=known).confirmed_by == dee
    take_back(double, by=dee, now=NOW)
    assert list(access.patients_of(user)) == [double]


def test_consents_and_guardians_are_the_persons(clinic, pair, dee):
    double, known = pair
    consents.give_consent(double, Consent.Kind.NEWS, by=SYSTEM, now=NOW)
    Guardian.objects.create(patient=double, name="Gil", relationship="father", consented_at=NOW)
    assert readers() == [double]

    merge(double, known, by=dee, now=NOW)

    assert consents.has_agreed(known, Consent.Kind.NEWS)
    assert set(consents.standing(known)) == {"news"}
    assert set(consents.standing_of([known])[known.pk]) == {"news"}
    assert readers() == [known]
    assert consents.withdraw_consent(known, Consent.Kind.NEWS, by=SYSTEM, now=NOW)
    assert not consents.has_agreed(known, Consent.Kind.NEWS)
    assert Consent.objects.get().patient == double  # where it was given


def test_who_looked_after_the_duplicate_looks_after_the_person(clinic, pair, dee):
    double, known = pair
    CareRelation.objects.create(
        patient=double, practitioner=clinic.physio, ground="hand_over", starts_at=NOW
    )
    merge(double, known, by=dee, now=NOW)
    assert list(access.caseload(clinic.physio)) == [known]
    assert access.patient_for_practitioner(clinic.physio, double.pk) == known
    assert not access.caseload(clinic.colleague()).exists()


def test_the_duplicates_name_finds_who_survived(pair, dee):
    double, known = pair
    double.first_name = "Renata"
    double.save()
    merge(double, known, by=dee, now=NOW)
    assert [each.patient for each in search.find("renata").found] == [known]
    assert [each.patient for each in search.find("walker").found] == [known]


# The desk's pages --------------------------------------------------------------------------------


@pytest.fixture
def front(client, dee):
    client.force_login(dee)
    return client


def test_the_desk_merges_and_takes_back(front, clinic, pair):
    double, known = pair
    visit_of(clinic, double)
    choose = front.get(f"/admin/patients/{known.pk}/merge/")
    beside = f"/admin/patients/{known.pk}/merge/?with={double.pk}"
    assert beside in choose.text
    page = front.get(beside)
    assert "Wlaker" in page.text
    assert "Walker" in page.text
    unchosen = front.post(beside, {})
    assert unchosen.status_code == 422

    done = front.post(beside, {"survivor": str(known.pk)}, follow=True)
    assert done.redirect_chain[-1][0] == f"/admin/patients/{known.pk}/"
    assert "Merged into this record" in done.text
    assert front.get(f"/admin/patients/{double.pk}/")["Location"] == f"/admin/patients/{known.pk}/"

    front.post(f"/admin/patients/{double.pk}/unmerge/")
    double.refresh_from_db()
    assert double.merged_into is None
    assert Appointment.objects.get().patient == double


def test_visits_in_the_way_are_named_on_the_page(front, clinic, pair):
    double, known = pair
    visit_of(clinic, double)
    AppointmentFactory(patient=known, starts_at=MONDAY_9)
    beside = f"/admin/patients/{known.pk}/merge/?with={double.pk}"
    answer = front.post(beside, {"survivor": str(known.pk)})
    assert answer.status_code == 409
    assert "Both records have a visit at the same time" in answer.text
    assert "In the way: 09:00–10:00, Wren Wlaker" in answer.text


def test_only_a_sign_in_with_the_address_of_both_is_ticked(front, pair):
    double, known = pair
    own = PatientGrantFactory(
        user=UserFactory(email="wren@example.com"), patient=double, granted_at=NOW
    )
    PatientGrantFactory(user=UserFactory(email="x@example.com"), patient=double, granted_at=NOW)
    page = front.get(f"/admin/patients/{known.pk}/merge/?with={double.pk}")
    assert page.context["form"].fields["sign_ins"].initial == [str(own.pk)]


@pytest.mark.parametrize("tail", ["", "merge/", "unmerge/", "messages/"])
def test_nobody_but_the_desk_opens_these_pages(client, pair, tail):
    user = UserFactory(is_staff=True)
    user.groups.set(Group.objects.filter(name=roles.CLINICAL_LEAD))
    client.force_login(user)
    address = f"/admin/patients/{pair[0].pk}/{tail}"
    for answer in (client.get(address), client.post(address)):
        assert answer.status_code in {404, 405}
    assert Patient.objects.current().count() == 2
