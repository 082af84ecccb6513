"""Handing over exercise: what the receiver sees, who may answer, and who else gets in (nobody)."""

import itertools
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from assessments import actions
from assessments.actions import Summary
from assessments.actions.hand_overs import receivers
from assessments.errors import (
    AlreadyHandedOver,
    HandOverIsOver,
    NoPlanToHandOver,
    NotAReceiver,
    StudentsDoNotHandOver,
)
from assessments.library_store import library_of
from assessments.models import Finding, HandOver, MorningLog, Remark, RunLog
from bookings.models import ServiceOffer, VisitReason
from clinic import access, roles
from clinic.models import AuditEvent, CareRelation, Message, Practitioner
from tests.assessments.factories import (
    NOW,
    care,
    grant,
    log_entry,
    make_issued,
    make_patient,
    make_practice,
    make_practitioner,
    make_signed,
    make_visit,
)

pytestmark = pytest.mark.django_db
CANARY = "Zaunkoenig"
SUMMARY = Summary(goals="Run 10 km in May", limits="No downhill", phase="P2", run_stage=3)


def make_receiver(discipline="strength", *held):
    person = make_practitioner(*(held or (roles.COACH,)))
    person.discipline = discipline
    person.save()
    return person


@pytest.fixture
def plan():
    make_practice()
    return make_issued(3)


@pytest.fixture
def sender(plan):
    return plan.assessment.author


@pytest.fixture
def receiver():
    return make_receiver()


@pytest.fixture
def made(plan, sender, receiver):
    return actions.hand_over(plan, sender, receiver, SUMMARY, by=sender.user, now=NOW)


def browser(person):
    client = Client()
    client.force_login(getattr(person, "user", person))
    return client


def page(made):
    return f"/chart/hand-overs/{made.pk}/"


def test_it_is_written_on_a_page_and_waits_for_the_receiver(plan, sender, receiver):
    form = {"receiver": receiver.pk, "goals": "Run in May", "limits": "No downhill",
            "phase": "P2", "run_stage": "3"}  # fmt: skip
    patient = plan.episode.patient

    answer = browser(sender).post(f"/chart/patients/{patient.pk}/hand-over/", form)

    made = HandOver.objects.get()
    assert answer.url == page(made)
    assert (made.run_stage, made.receiver) == (3, receiver)
    today = browser(receiver).get("/chart/").text
    assert str(patient) in today
    assert "to answer" in today


@pytest.mark.parametrize("blank", ["receiver", "goals", "limits", "phase"])
def test_what_is_missing_is_asked_for_and_the_rest_kept(plan, sender, receiver, blank):
    form = {"receiver": receiver.pk, "goals": f"{CANARY} goal", "limits": f"{CANARY} limit",
            "phase": "P2", blank: ""}  # fmt: skip

    answer = browser(sender).post(f"/chart/patients/{plan.episode.patient.pk}/hand-over/", form)

    assert answer.status_code == 422
    assert CANARY in answer.text
    assert HandOver.objects.count() == 0


def test_the_receiver_sees_plan_criteria_logs_and_summary(plan, made, receiver):
    patient = plan.episode.patient
    line = plan.lines.filter(home=True).first()
    actions.log_sessions(patient, [log_entry(line, pain=4)], by=grant(patient), now=NOW)

    for _asked in ("before", "after"):
        said = browser(receiver).get(page(made)).text
        for part in ("Run 10 km in May", "No downhill", line.name, "Worst pain of the week",
                     "pain 4/10", made.sender.name, "2, strengthen"):  # fmt: skip
            assert part in said
        if made.answered_at is None:
            made = actions.accept_hand_over(made, by=receiver.user, now=NOW)


def test_the_receiver_sees_the_runs_with_their_three_checks(plan, made, receiver):
    patient, today = plan.episode.patient, timezone.localdate()
    mine = browser(receiver)
    assert "No run was logged yet." in mine.get(page(made)).text
    run = {"patient": patient, "said_at": NOW, "logged_at": NOW}
    for on, said in (
        (today - timedelta(days=2), {"stage": 3, "pain": 2, "settled": True}),
        (today - timedelta(days=50), {"km": "41.5"}),
    ):
        RunLog.objects.create(plan=plan, client_id=uuid4(), on=on, **run, **said)
    morning = today - timedelta(days=1)
    MorningLog.objects.create(client_id=uuid4(), on=morning, knee="worse", **run)

    said = " ".join(mine.get(page(made)).text.split())

    assert "walk-jog stage 3" in said
    assert "pain 2/10, settled within the hour, next morning: worse" in said
    assert "41.5 km" not in said  # longer ago than six weeks


def test_who_runs_by_distance_has_a_runners_criteria(plan, sender, receiver):
    """No stage of walk-jog is not the same as no running."""
    words = Summary(goals="Run 10 km", limits="No downhill", phase="P3", run_stage=None)
    made = actions.hand_over(plan, sender, receiver, words, by=sender.user, now=NOW)

    said = browser(receiver).get(page(made)).text

    assert plan.pain_limit_running is not None
    labels = {each.who: each.label for each in _phase(plan, "P3").leave}
    assert labels["runner"] in said
    assert "does not run" not in said


def _phase(plan, code):
    return library_of(plan.library_id).phase_by_id[code]


def test_the_receiver_sees_no_finding_intake_or_gate_answer(plan, made, receiver):
    """There is data that could leak: in the chart, beside it, before the visit, at the gate."""
    patient, sender = plan.episode.patient, made.sender
    visit = make_visit(sender, patient, NOW)
    VisitReason.objects.create(appointment=visit, text=CANARY, written_at=NOW)
    draft = actions.start_assessment(visit, sender, by=sender.user, now=NOW)
    Finding.objects.create(assessment=draft, item="pain_worst", text=CANARY, recorded_at=NOW)
    Remark.objects.create(assessment=draft, name="note.history", text=CANARY)
    letter = actions.draft_letter(plan.assessment, "gp", by=sender.user, now=NOW)
    actions.accept_hand_over(made, by=receiver.user, now=NOW)
    mine = browser(receiver)

    for address in (page(made), f"/chart/patients/{patient.pk}/", "/chart/", "/chart/patients/"):
        answer = mine.get(address)
        assert answer.status_code == 200, address
        assert CANARY not in answer.text, address
        assert f"/chart/assessments/{plan.assessment_id}" not in answer.text
    for address in (
        f"/chart/assessments/{plan.assessment_id}/",
        f"/chart/assessments/{plan.assessment_id}/plan/",
        f"/chart/assessments/{plan.assessment_id}/letter.pdf",
        f"/chart/letters/{letter.pk}/",
        f"/chart/letters/{letter.pk}/letter.pdf",
        f"/chart/visits/{visit.pk}/intake/",
        f"/chart/patients/{patient.pk}/course/",
        f"/chart/patients/{patient.pk}/hand-over/",
    ):
        assert mine.get(address).status_code == 404, address


def test_nobody_else_gets_in(plan, made):
    coach, stranger = make_receiver(), make_practitioner()
    student = make_practitioner(roles.STUDENT)
    in_care = make_receiver("orthotics")
    care(in_care, plan.episode.patient)
    others = [coach, stranger, student, in_care, grant(plan.episode.patient)]

    for person, method in itertools.product(others, ("get", "post")):
        answer = getattr(browser(person), method)(page(made), {"do": "accept", "reason": "mine"})
        assert answer.status_code == 404, person
        assert "Run 10 km" not in answer.text
    made.refresh_from_db()
    assert made.answered_at is None
    refused = AuditEvent.objects.filter(action="hand_over.opened", result="refused")
    assert refused.count() == 8  # the patient's own sign-in has no business in the chart at all


def test_accepting_makes_the_receiver_look_after_the_patient(plan, made, receiver):
    patient = plan.episode.patient
    assert browser(receiver).get(f"/chart/patients/{patient.pk}/").status_code == 404

    assert browser(receiver).post(page(made), {"do": "accept"}).status_code == 302

    assert access.caseload(receiver).filter(pk=patient.pk).exists()
    relation = CareRelation.objects.get(practitioner=receiver)
    assert (relation.ground, relation.ends_at) == ("hand_over", NOW + timedelta(days=180))


def test_returned_with_a_reason_it_is_closed_to_the_receiver(plan, made, sender, receiver):
    mine = browser(receiver)
    assert mine.post(page(made), {"do": "return", "reason": " "}).status_code == 422
    assert mine.post(page(made), {"do": "return", "reason": "no room in May"}).status_code == 302

    assert mine.get(page(made)).status_code == 404
    assert mine.get(f"/chart/patients/{plan.episode.patient.pk}/").status_code == 404
    assert str(plan.episode.patient) not in mine.get("/chart/").text
    assert "no room in May" in browser(sender).get("/chart/").text
    assert "no room in May" in browser(sender).get(page(made)).text
    actions.hand_over(plan, sender, receiver, SUMMARY, by=sender.user, now=NOW)  # ask again


def test_the_sender_cannot_answer_for_the_receiver(made, sender):
    for do in ("accept", "return"):
        answer = browser(sender).post(page(made), {"do": do, "reason": "x"})
        assert answer.status_code == 404
    with pytest.raises(NotAReceiver):
        actions.accept_hand_over(made, by=sender.user, now=NOW)


def test_answered_once(made, receiver):
    actions.accept_hand_over(made, by=receiver.user, now=NOW)

    with pytest.raises(HandOverIsOver):
        actions.return_hand_over(made, "late", by=receiver.user, now=NOW)


def test_ended_it_closes_what_it_opened(plan, made, sender, receiver):
    actions.accept_hand_over(made, by=receiver.user, now=NOW - timedelta(hours=1))
    assert browser(sender).post(page(made), {"do": "end"}).status_code == 302

    assert browser(receiver).get(page(made)).status_code == 404
    assert browser(receiver).get(f"/chart/patients/{plan.episode.patient.pk}/").status_code == 404


def test_taken_back_before_an_answer(made, sender, receiver):
    browser(sender).post(page(made), {"do": "end"})

    assert browser(receiver).post(page(made), {"do": "accept"}).status_code == 404
    with pytest.raises(HandOverIsOver):
        actions.accept_hand_over(made, by=receiver.user, now=NOW)


def test_only_other_disciplines_that_examine_nobody_receive():
    here = {make_receiver(each) for each in ("strength", "orthotics", "exercise_physiology")}
    make_receiver("physiotherapy")
    make_receiver("strength", roles.COACH, roles.PHYSIO)
    make_receiver("strength", roles.FRONT_DESK)
    away = make_receiver()
    Practitioner.objects.filter(pk=away.pk).update(is_active=False)

    assert set(receivers()) == here


def test_it_is_refused_where_it_cannot_be(plan, made, sender, receiver):
    by = {"by": sender.user, "now": NOW}
    with pytest.raises(AlreadyHandedOver):
        actions.hand_over(plan, sender, receiver, SUMMARY, **by)
    with pytest.raises(NotAReceiver):
        actions.hand_over(plan, sender, make_practitioner(), SUMMARY, **by)
    with pytest.raises(NoPlanToHandOver):
        actions.hand_over(None, sender, make_receiver(), SUMMARY, **by)
    student = make_practitioner(roles.STUDENT)
    with pytest.raises(StudentsDoNotHandOver):
        actions.hand_over(plan, student, make_receiver(), SUMMARY, by=student.user, now=NOW)


def test_a_red_flag_afterwards_takes_the_plan_away(plan, made, sender, receiver):
    actions.accept_hand_over(made, by=receiver.user, now=NOW)
    make_signed(6, practitioner=sender, patient=plan.episode.patient)

    said = browser(receiver).get(page(made)).text

    assert "No plan is in force any more" in said
    assert plan.lines.first().name not in said
    assert "flag" not in said.lower()


@pytest.mark.parametrize(
    "change", [{"goals": "x"}, {"receiver": None}, {"accepted": False, "return_reason": "x"}]
)
def test_what_was_written_is_not_changed_by_force(made, receiver, change):
    actions.accept_hand_over(made, by=receiver.user, now=NOW)

    with pytest.raises(IntegrityError), transaction.atomic():
        HandOver.objects.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        HandOver.objects.all()._raw_delete("default")


def test_a_draft_of_a_plan_is_never_handed_over(plan, sender, receiver):
    with transaction.atomic():
        draft = actions.draft_plan(plan.assessment, by=sender.user, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        HandOver.objects.create(
            episode=plan.episode, plan=draft, sender=sender, receiver=receiver, goals="x",
            limits="x", phase="P1", sent_at=NOW,
        )  # fmt: skip


def test_the_patient_sees_both_names_and_books_with_the_receiver(plan, made, sender, receiver):
    patient = plan.episode.patient
    visit = make_visit(sender, patient, NOW + timedelta(days=3))
    for person in (sender, receiver):
        ServiceOffer.objects.create(
            service=visit.service, practitioner=person, location=visit.location
        )
    me = browser(grant(patient))
    assert receiver.name not in me.get("/me/").text

    actions.accept_hand_over(made, by=receiver.user, now=NOW)

    said = me.get("/me/").text
    assert sender.name in said
    assert receiver.name in said
    link = f"/book/{visit.service.slug}/?practitioner={receiver.slug}"
    assert link in said
    assert me.get(link).status_code == 200
    assert "No downhill" not in said
    assert receiver.name not in browser(grant(make_patient())).get("/me/").text


def test_nothing_of_it_is_in_mail_or_in_the_trail(made, receiver):
    actions.return_hand_over(made, CANARY, by=receiver.user, now=NOW)

    assert Message.objects.count() == 1  # that of the plan
    for row in AuditEvent.objects.filter(action__startswith="hand_over."):
        assert not {CANARY, "downhill"} & set(f"{row.reason} {row.data}".split())


@pytest.mark.parametrize("count", [1, 3])
def test_today_costs_the_same_for_many(receiver, count, django_assert_max_num_queries):
    make_practice()
    for _each in range(count):
        plan = make_issued(3)
        author = plan.assessment.author
        actions.hand_over(plan, author, receiver, SUMMARY, by=author.user, now=NOW)
    mine = browser(receiver)
    with django_assert_max_num_queries(13):
        assert mine.get("/chart/").text.count("to answer") == count


@pytest.mark.parametrize("logs", [1, 12])
def test_the_page_costs_the_same_for_many_logs(
    plan, made, receiver, logs, django_assert_max_num_queries
):
    patient, line = plan.episode.patient, plan.lines.filter(home=True).first()
    entries = [log_entry(line, pain=each % 5) for each in range(logs)]
    actions.log_sessions(patient, entries, by=grant(patient), now=NOW)
    mine = browser(receiver)
    with django_assert_max_num_queries(22):
        assert mine.get(page(made)).status_code == 200
