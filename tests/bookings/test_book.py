"""From a hold to a visit: rules 16, 17, 21 to 24 and 34, and what is written around it."""

from datetime import date, timedelta

import pytest
from django.db import models

from bookings import actions, limits
from bookings.availability import Refusal
from bookings.errors import (
    ForNewPatients,
    ForReturningPatients,
    HoldGone,
    NotOffered,
    PatientBusy,
    TimeRefused,
    TooMany,
    TooManyUpcoming,
)
from bookings.models import Appointment, VisitLink, VisitReason
from clinic import practice
from clinic.audit import GUEST, Actor
from clinic.models import AuditEvent, CareRelation, Consent, Guardian, Message, Patient
from tests.bookings.conftest import MONDAY_9, at, details
from tests.conftest import NOW
from tests.factories import AppointmentFactory, ClosureFactory, PatientFactory, ServiceOfferFactory

WEEK = timedelta(days=7)


def test_booking_turns_the_hold_into_a_visit(clinic):
    held = clinic.hold()

    visit = actions.book(held, details(phone="+14035550142"), by=GUEST, now=NOW)

    visit.refresh_from_db()
    assert visit.pk == held.pk
    assert (visit.state, visit.version, visit.held_until) == ("booked", 1, None)
    assert (visit.booked_at, visit.booked_by, visit.source) == (NOW, None, "web")
    assert (visit.patient.first_name, visit.patient.email) == ("Gus", "gus@example.com")
    assert visit.patient.phone == "+14035550142"


def test_what_is_written_around_a_booking(clinic):
    visit = clinic.book(reason="It hurts on stairs.")

    link = VisitLink.objects.get()
    assert (link.token_sha256, link.purpose, link.expires_at) == (
        visit.holder,
        "page",
        visit.ends_at,
    )
    assert VisitReason.objects.get().text == "It hurts on stairs."
    consent = Consent.objects.get()
    assert (consent.patient, consent.kind, consent.text_dated, consent.given_at) == (
        visit.patient,
        "privacy",
        date(2027, 1, 1),
        NOW,
    )
    care = CareRelation.objects.get()
    assert (care.practitioner, care.ground, care.starts_at) == (clinic.physio, "visit", NOW)
    assert care.ends_at == visit.ends_at + timedelta(days=180)
    event = AuditEvent.objects.get()
    assert (event.action, event.actor_kind, event.patient_id) == (
        "visit.book",
        "guest",
        visit.patient_id,
    )
    message = Message.objects.get()
    assert (message.topic, message.to, message.due_at, message.version) == (
        "booked",
        "gus@example.com",
        NOW,
        1,
    )


def test_nothing_clinical_in_trail_or_outbox(clinic):
    clinic.book(reason="CANARY knee")

    for model in (AuditEvent, Message, Appointment, Patient):
        for row in model.objects.values():
            assert "CANARY" not in str(row)


def test_without_a_reason_none_is_stored(clinic):
    clinic.book()

    assert not VisitReason.objects.exists()


def test_booking_twice_makes_one_visit(clinic):
    held = clinic.hold()
    first = actions.book(held, details(), by=GUEST, now=NOW)
    second = actions.book(held, details(first_name="Other"), by=GUEST, now=NOW)

    assert first == second
    for model in (Appointment, Patient, Message, AuditEvent, Consent, VisitLink):
        assert model.objects.count() == 1


def test_a_hold_that_ran_out_is_booked_if_still_free(clinic):
    held = clinic.hold()
    later = NOW + timedelta(minutes=30)
    actions.expire_holds(by=GUEST, now=later)

    visit = actions.book(held, details(), by=GUEST, now=later)

    assert (visit.pk, visit.state) == (held.pk, "booked")


@pytest.mark.parametrize("swept", [True, False])
def test_a_hold_that_was_lost_is_refused_and_leaves_no_trace(clinic, swept):
    held = clinic.hold()
    later = NOW + timedelta(minutes=11)
    if swept:
        actions.expire_holds(by=GUEST, now=later)
    clinic.hold(browser="another", now=later)

    with pytest.raises(HoldGone):
        actions.book(held, details(), by=GUEST, now=later)
    for model in (Patient, Message, AuditEvent, Consent, VisitLink, CareRelation):
        assert not model.objects.exists()


def test_confirmation_checks_the_hours_again(clinic):
    held = clinic.hold()
    ClosureFactory(location=clinic.place, first_day=date(2027, 1, 11))

    with pytest.raises(TimeRefused) as error:
        actions.book(held, details(), by=GUEST, now=NOW)
    assert error.value.refusal is Refusal.OUTSIDE_HOURS
    held.refresh_from_db()
    assert held.state == "held"


def test_who_holds_a_time_keeps_it_when_the_notice_begins(clinic):
    clinic.service.notice_minutes = 60
    clinic.service.save()
    held = clinic.hold(now=MONDAY_9 - timedelta(minutes=61))

    visit = actions.book(held, details(), by=GUEST, now=MONDAY_9 - timedelta(minutes=55))

    assert visit.state == "booked"


def test_who_let_it_run_out_does_not(clinic):
    clinic.service.notice_minutes = 60
    clinic.service.save()
    held = clinic.hold(now=MONDAY_9 - timedelta(minutes=61))

    with pytest.raises(TimeRefused) as error:
        actions.book(held, details(), by=GUEST, now=MONDAY_9 - timedelta(minutes=50))
    assert error.value.refusal is Refusal.NOTICE


def test_a_guest_is_never_matched_with_a_record(clinic):
    known = PatientFactory(first_name="Gus", last_name="Guest", email="gus@example.com")

    visit = clinic.book(date_of_birth=known.date_of_birth)

    assert visit.patient != known
    assert not CareRelation.objects.filter(patient=known).exists()


def test_a_parent_books_for_two_children_with_one_address(clinic):
    first = clinic.book(first_name="Ada", guardian_name="Gus Guest")
    second = clinic.book(at(11), first_name="Bea", guardian_name="Gus Guest")

    assert first.patient != second.patient
    assert first.patient.email == second.patient.email
    assert Guardian.objects.filter(consented_at=NOW).count() == 2
    assert set(Consent.objects.values_list("given_by", flat=True)) == {"Gus Guest"}


def test_a_signed_in_patient_keeps_their_record(clinic):
    known = PatientFactory(email="known@example.com")
    user = Actor("patient", None)

    visit = actions.book(clinic.hold(), details(patient=known), by=user, now=NOW)

    assert visit.patient == known
    assert Patient.objects.count() == 1
    assert Message.objects.get().to == "known@example.com"
    again = actions.book(clinic.hold(at(11)), details(patient=known), by=user, now=NOW)
    assert again.patient == known
    assert Consent.objects.count() == 1


def test_no_patient_holds_two_overlapping_visits(clinic):
    known = PatientFactory()
    colleague = clinic.colleague()
    AppointmentFactory(
        patient=known, practitioner=colleague, location=clinic.place, starts_at=at(9, 30)
    )
    held = clinic.hold()

    with pytest.raises(PatientBusy):
        actions.book(held, details(patient=known), by=GUEST, now=NOW)


@pytest.mark.parametrize(
    ("bookable_by", "before", "error"),
    [
        ("new", "completed", ForNewPatients),
        ("new", None, None),
        ("returning", None, ForReturningPatients),
        ("returning", "completed", None),
        ("returning", "booked", None),
        ("anyone", "completed", None),
        ("anyone", None, None),
    ],
)
def test_who_may_book_a_service(clinic, bookable_by, before, error):
    clinic.service.bookable_by = bookable_by
    clinic.service.save()
    known = PatientFactory()
    if before:
        AppointmentFactory(patient=known, starts_at=MONDAY_9 - WEEK, state=before)
    held = clinic.hold()

    if error:
        with pytest.raises(error):
            actions.book(held, details(patient=known), by=GUEST, now=NOW)
    else:
        assert actions.book(held, details(patient=known), by=GUEST, now=NOW).patient == known


@pytest.mark.parametrize("bookable_by", ["new", "returning", "anyone"])
def test_a_guest_is_never_refused_for_what_a_service_is_meant_for(clinic, bookable_by):
    clinic.service.bookable_by = bookable_by
    clinic.service.save()

    visit = clinic.book()

    assert visit.new_patient is (bookable_by != "returning")


def test_upcoming_visits_are_limited(clinic):
    clinic.practice.upcoming_limit = 2
    clinic.practice.save()
    practice.forget()
    clinic.book(at(9))
    clinic.book(at(11), first_name="gus")

    with pytest.raises(TooManyUpcoming):
        clinic.book(at(13))
    assert clinic.book(at(13), first_name="Another").state == "booked"


def test_bookings_are_limited_by_mail_address(clinic, settings):
    settings.LIMIT_FACTOR = 1
    for number in range(limits.BOOKINGS_PER_EMAIL):
        clinic.book(at(9) + timedelta(hours=number), email="gus@example.com")
    held = clinic.hold(at(9, day=12))

    with pytest.raises(TooMany):
        actions.book(held, details(email=" GUS@Example.com "), by=GUEST, now=NOW)
    held.refresh_from_db()
    assert held.state == "held"
    assert actions.book(held, details(email="b@example.com"), by=GUEST, now=NOW).version == 1


def test_bookings_are_limited_by_network_address(clinic, settings, monkeypatch):
    settings.LIMIT_FACTOR = 1
    monkeypatch.setattr(limits, "BOOKINGS_PER_ADDRESS", 1)
    first, second = clinic.hold(at(9)), clinic.hold(at(11), browser="another")
    actions.book(first, details(), by=GUEST, now=NOW, address="192.0.2.1")

    with pytest.raises(TooMany):
        actions.book(second, details(email="b@example.com"), by=GUEST, now=NOW, address="192.0.2.1")
    other = actions.book(second, details(email="b@example.com"), by=GUEST, now=NOW, address="::1")
    assert other.state == "booked"


def test_a_service_taken_off_the_list_is_not_booked(clinic):
    held = clinic.hold()
    ServiceOfferFactory(service=clinic.service)
    clinic.service.offers.filter(practitioner=clinic.physio).delete()

    with pytest.raises(NotOffered):
        actions.book(held, details(), by=GUEST, now=NOW)


def test_visits_of_one_pair_keep_one_care_relation(clinic):
    known = PatientFactory()
    for starts_at in (at(9, day=12), at(9)):
        actions.book(clinic.hold(starts_at), details(patient=known), by=GUEST, now=NOW)

    care = CareRelation.objects.get()
    assert care.ends_at == at(10, day=12) + timedelta(days=180)


def test_reasons_are_in_no_row_the_desk_reads():
    text_fields = (models.TextField, models.CharField)
    names = {f.name for f in Appointment._meta.get_fields() if isinstance(f, text_fields)}

    assert not {name for name in names if "reason" in name} - {"cancel_reason", "overbook_reason"}
