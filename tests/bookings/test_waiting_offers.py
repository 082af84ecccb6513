"""Rule 26: a freed time is offered to one person after the other, best match first."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from bookings import actions, invariants
from bookings.actions import offering, waiting
from bookings.actions.waiting import Wishes
from bookings.errors import ForNewPatients, OfferGone, TimeTaken
from bookings.models import Appointment, FreedTime, WaitingEntry, WaitingOffer
from clinic.audit import GUEST, Actor
from clinic.models import AuditEvent, Guardian, Message, Patient
from tests.bookings.conftest import at, details
from tests.bookings.waiting_room import (
    MINUTE,
    cancel,
    fill,
    offer_to,
    running,
    waits,
    waits_sooner,
    work,
)
from tests.conftest import NOW
from tests.factories import (
    ServiceFactory,
    ServiceOfferFactory,
    UserFactory,
)

NINE, TEN = at(9, day=12), at(10, day=12)
CLAIM = timedelta(minutes=120)


@pytest.fixture
def full(clinic):
    """Tuesday from nine to five, every hour booked."""
    return fill(clinic, [at(hour, day=12) for hour in range(9, 17)])


def test_rule_26_a_cancelled_time_is_offered_to_one_person_at_a_time(clinic, full):
    for name in ("Wanda", "Walt"):
        waits(clinic, name)
    assert work() == 0

    cancel(full[TEN])
    work()
    work()

    assert running() == [("Wanda", TEN)]
    offer = offer_to("Wanda")
    assert offer.expires_at == NOW + CLAIM
    assert (offer.appointment.state, offer.appointment.held_until) == ("held", NOW + CLAIM)


def test_rule_26_while_it_is_offered_nobody_else_can_take_it(clinic, full):
    waits(clinic)
    cancel(full[TEN])
    work()

    with pytest.raises(TimeTaken):
        clinic.hold(TEN, browser="somebody else")
    clash = Appointment.objects.get(pk=offer_to("Wanda").appointment_id)
    clash.pk, clash.holder = None, "f" * 64
    with pytest.raises(IntegrityError), transaction.atomic():
        clash.save(force_insert=True)


def test_rule_26_declined_it_goes_to_the_next(clinic, full):
    for name in ("Wanda", "Walt"):
        waits(clinic, name)
    cancel(full[TEN])
    work()

    assert waiting.decline(offer_to("Wanda"), by=GUEST, now=NOW + MINUTE)
    work(NOW + MINUTE)

    assert running() == [("Walt", TEN)]
    assert WaitingEntry.objects.waiting().count() == 2


def test_rule_26_unanswered_it_goes_to_the_next_and_nobody_is_asked_twice(clinic, full):
    for name in ("Wanda", "Walt"):
        waits(clinic, name)
    cancel(full[TEN])
    work()
    work(NOW + CLAIM)
    assert running() == [("Walt", TEN)]
    work(NOW + 2 * CLAIM)
    work(NOW + 2 * CLAIM + MINUTE)

    assert running() == []
    assert FreedTime.objects.filter(closed_at__isnull=True).count() == 0
    assert clinic.hold(TEN, now=NOW + 2 * CLAIM + MINUTE).state == "held"


def test_rule_26_an_answer_after_the_time_is_too_late(clinic, full):
    waits(clinic)
    cancel(full[TEN])
    work()
    offer = offer_to("Wanda")

    with pytest.raises(OfferGone):
        waiting.accept(offer, by=GUEST, now=NOW + CLAIM)
    assert Patient.objects.filter(first_name="Wanda").count() == 0


def test_rule_26_taking_it_books_it_once(clinic, full):
    waits(clinic)
    cancel(full[TEN])
    work()
    offer = offer_to("Wanda")

    visit = waiting.accept(offer, by=GUEST, now=NOW + MINUTE)
    again = waiting.accept(offer, by=GUEST, now=NOW + 2 * MINUTE)

    assert again.pk == visit.pk
    visit.refresh_from_db()
    assert (visit.state, visit.starts_at, visit.patient.first_name) == ("booked", TEN, "Wanda")
    assert WaitingEntry.objects.get().state == "served"
    assert Message.objects.filter(topic="booked", subject_id=visit.pk).count() == 1
    assert AuditEvent.objects.filter(action="waiting.accept").count() == 1
    assert work(NOW + 3 * MINUTE) == 0


def test_rule_26_a_childs_guardian_is_kept_with_what_they_are_to_the_child(clinic, full):
    child = details(
        first_name="Cub", email="gil@example.com", date_of_birth=date(2018, 1, 1),
        guardian_name="Gil Guardian", guardian_relationship="stepfather",
    )  # fmt: skip
    waiting.join(clinic.service, child, Wishes(), by=GUEST, now=NOW)
    cancel(full[TEN])
    work()
    visit = waiting.accept(offer_to("Cub"), reason="", by=GUEST, now=NOW)

    guardian = Guardian.objects.get(patient=visit.patient)
    assert (guardian.name, guardian.relationship, guardian.consented_at) == (
        "Gil Guardian", "stepfather", NOW,
    )  # fmt: skip


def test_rule_26_who_has_a_later_visit_gives_it_up_and_it_is_offered_on(clinic, full):
    sooner = waits_sooner(full[at(15, day=12)])
    waits(clinic, "Walt")
    cancel(full[TEN])
    work()
    assert running() == [(sooner.first_name, TEN)]

    visit = waiting.accept(offer_to(sooner.first_name), by=GUEST, now=NOW + MINUTE)
    work(NOW + MINUTE)

    assert visit.pk == full[at(15, day=12)].pk
    visit.refresh_from_db()
    assert (visit.starts_at, visit.version, visit.state) == (TEN, 2, "booked")
    assert running() == [("Walt", at(15, day=12))]
    assert Appointment.objects.filter(state="held", starts_at=TEN).count() == 0


def test_rule_26_a_visit_keeps_its_length_where_it_moves_to(clinic, full):
    mine = full[at(15, day=12)]
    clinic.service.minutes = 90
    clinic.service.save()
    waits(clinic, "Walt")  # who comes for the first time needs more than became free
    sooner = waits_sooner(mine)
    cancel(full[TEN])
    work()
    assert running() == [(sooner.first_name, TEN)]
    held = offer_to(sooner.first_name).appointment
    assert held.ends_at - held.starts_at == mine.length == timedelta(minutes=60)

    visit = waiting.accept(offer_to(sooner.first_name), by=GUEST, now=NOW + MINUTE)

    assert (visit.starts_at, visit.length) == (TEN, mine.length)


def test_rule_26_only_an_earlier_time_is_offered_to_who_has_a_visit(clinic, full):
    waits_sooner(full[TEN])
    cancel(full[at(15, day=12)])
    work()

    assert running() == []


def test_rule_26_a_place_kept_for_a_visit_lapses_with_the_visit(clinic, full):
    entry = waits_sooner(full[at(15, day=12)])
    cancel(full[at(15, day=12)])
    work()

    entry.refresh_from_db()
    assert entry.state == "lapsed"


def test_rule_26_inside_the_cutoff_an_offer_may_still_be_taken(clinic, full):
    sooner = waits_sooner(full[at(15, day=12)])
    cancel(full[TEN])
    late = at(17, day=11)  # less than a day before the visit that moves
    work(late)

    visit = waiting.accept(offer_to(sooner.first_name), by=GUEST, now=late)

    assert visit.starts_at == TEN


def test_rule_26_never_inside_notice_nor_in_the_past(clinic, full):
    clinic.service.notice_minutes = 120
    clinic.service.save()
    waits(clinic)
    cancel_at = at(8, 30, day=12)
    actions.cancel(full[TEN], reason="x", by=clinic_desk(), now=cancel_at)
    work(cancel_at)
    assert running() == []

    actions.cancel(full[at(11, day=12)], reason="x", by=clinic_desk(), now=cancel_at)
    work(cancel_at)
    (offer,) = WaitingOffer.objects.running()
    assert offer.expires_at == at(9, day=12)  # and not two hours from now


def clinic_desk():
    return Actor("staff", UserFactory().pk)


def test_rule_26_the_notice_somebody_needs_is_kept(clinic, full):
    waits(clinic, "Wanda", notice_hours=48)
    waits(clinic, "Walt", notice_hours=2)
    cancel(full[TEN])
    work()

    assert running() == [("Walt", TEN)]


@pytest.mark.parametrize(
    ("wishes", "fits"),
    [
        ({}, True),
        ({"weekdays": [1]}, True),
        ({"weekdays": [0, 2]}, False),
        ({"parts": [0]}, True),
        ({"parts": [1, 2]}, False),
    ],
)
def test_rule_26_weekdays_and_parts_of_the_day_are_asked(clinic, full, wishes, fits):
    waits(clinic, **wishes)
    cancel(full[TEN])
    work()

    assert bool(running()) is fits


def test_rule_26_only_the_people_and_places_somebody_wants(clinic, full):
    ben = clinic.colleague()
    waits(clinic, "Wanda", practitioners=[ben])
    waits(clinic, "Walt", practitioners=[clinic.physio], locations=[clinic.place])
    cancel(full[TEN])
    work()

    assert running() == [("Walt", TEN)]


def test_rule_26_who_asked_for_this_practitioner_comes_before_who_takes_anybody(clinic, full):
    waits(clinic, "Wanda")
    waits(clinic, "Walt", practitioners=[clinic.physio])
    cancel(full[TEN])
    work(NOW + MINUTE)

    assert running() == [("Walt", TEN)]


def test_rule_26_whose_visit_fills_the_gap_comes_before_who_waited_longer(clinic, full):
    short = ServiceFactory(slug="short", minutes=30)
    ServiceOfferFactory(service=short, practitioner=clinic.physio, location=clinic.place)
    waits(clinic, "Shorty", service=short)
    waits(clinic, "Wanda")
    cancel(full[TEN])
    work(NOW + MINUTE)

    assert running() == [("Wanda", TEN)]


def test_rule_26_nobody_is_offered_a_time_at_which_they_have_another_visit(clinic, full):
    ben = clinic.colleague()
    patient = full[TEN].patient
    later = actions.desk_book(
        patient=patient, service=clinic.service, practitioner=ben, location=clinic.place,
        starts_at=at(9, day=14), by=clinic_desk(), now=NOW,
    )  # fmt: skip
    actions.desk_book(
        patient=full[NINE].patient, service=clinic.service, practitioner=ben,
        location=clinic.place, starts_at=TEN, by=clinic_desk(), now=NOW,
    )  # fmt: skip
    waits_sooner(later, practitioners=[ben])
    waits(clinic, "Walt")
    cancel(Appointment.objects.get(practitioner=ben, starts_at=TEN))
    work()

    assert running() == [("Walt", TEN)]


def test_rule_26_leaving_gives_the_offer_to_the_next(clinic, full):
    wanda = waits(clinic)
    waits(clinic, "Walt")
    cancel(full[TEN])
    work()

    assert waiting.leave(wanda, by=GUEST, now=NOW)
    assert not waiting.leave(wanda, by=GUEST, now=NOW)
    work()

    assert running() == [("Walt", TEN)]
    assert sorted(WaitingOffer.objects.values_list("state", flat=True)) == ["open", "withdrawn"]


def test_rule_26_offered_by_hand(clinic, full):
    entry = waits(clinic)
    free = at(9, day=13)

    offer = offering.offer_time(entry, clinic.physio, clinic.place, free, by=clinic_desk(), now=NOW)
    again = offering.offer_time(
        entry, clinic.physio, clinic.place, at(11, day=13), by=clinic_desk(), now=NOW
    )
    taken = offering.offer_time(
        waits(clinic, "Walt"), clinic.physio, clinic.place, NINE, by=clinic_desk(), now=NOW
    )

    assert offer.appointment.starts_at == free
    assert (again, taken) == (None, None)


def test_rule_26_sent_twice_they_are_on_the_list_once(clinic):
    key = WaitingEntry().form_key
    entries = [
        waiting.join(clinic.service, details(), waiting.Wishes(), by=GUEST, now=NOW, form_key=key)
        for _ in range(2)
    ]

    assert entries[0] == entries[1]
    assert Message.objects.filter(topic="waiting-list").count() == 1


def test_rule_26_eligibility_is_asked_when_joining(clinic, full):
    visit = full[TEN]
    Appointment.objects.filter(pk=visit.pk).update(state="completed")
    clinic.service.bookable_by = "new"
    clinic.service.save()

    with pytest.raises(ForNewPatients):
        waiting.join(
            clinic.service, details(patient=visit.patient), waiting.Wishes(), by=GUEST, now=NOW
        )
    assert WaitingEntry.objects.count() == 0


def test_rule_26_who_changes_their_wishes_keeps_their_place_and_their_offer(clinic, full):
    later = full[at(15, day=12)]
    first = waits_sooner(later)
    cancel(full[TEN])
    work()
    again = waits_sooner(later, parts=[1])

    assert again == first
    again.refresh_from_db()
    assert (again.parts, again.created_at) == ([1], first.created_at)
    assert running() == [(first.first_name, TEN)]
    assert Message.objects.filter(topic="waiting-list").count() == 1


def test_an_offer_without_its_time_is_counted(clinic, full):
    waits(clinic)
    cancel(full[TEN])
    work()
    assert invariants.unkept_offers(NOW) == 0

    Appointment.objects.filter(state="held").update(state="expired")
    assert invariants.unkept_offers(NOW) == 1
    WaitingOffer.objects.update(state="accepted", answered_at=NOW)
    assert invariants.unkept_offers(NOW) == 1
