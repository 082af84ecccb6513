"""What a patient says before a visit: kept as it arrives, by whom, and sent once."""

from datetime import date, timedelta

import pytest

from assessments import actions
from assessments.errors import (
    IntakeClosed,
    IntakeElsewhere,
    IntakeIncomplete,
    IntakeSent,
)
from assessments.intake.steps import STEP_BY_NAME
from assessments.models import Intake, IntakeAlert, IntakeAnswer
from bookings.models import Appointment
from clinic.audit import GUEST
from clinic.models import AuditEvent, Consent, Guardian
from tests.assessments.factories import NOW, make_patient
from tests.assessments.intakes import (
    ANSWERS,
    MINE,
    OTHER,
    answer,
    fill,
    open_visit,
    send,
    sent_visit,
    told,
    value,
)

pytestmark = pytest.mark.django_db


class TestSaving:
    def test_every_answer_is_kept_as_it_was_given(self):
        visit = open_visit()
        fill(visit)
        fill(visit, "more")
        for part, steps in (("first", "pain start load"), ("more", "you story rest")):
            for step in steps.split():
                for name, given in ANSWERS[step].items():
                    assert value(visit, name, part) == given
        assert value(visit, "psfs") == (4, 6)
        assert value(visit, "psfs_name") == {"1": "Stairs at work", "2": "Hiking"}
        assert value(visit, "goal_on") == "2027-04-01"
        assert value(visit, "medicines", "more") == "None"

    def test_no_pain_and_no_answer_stay_different(self):
        visit = open_visit()
        answer(visit, "pain", nprs_avg_7d=None)
        assert value(visit, "nprs_now") == 0
        assert not told(visit).has("nprs_avg_7d")
        rows = IntakeAnswer.objects.filter(item__startswith="nprs")
        assert sorted(rows.values_list("item", "number")) == [("nprs_now", 0), ("nprs_worst_7d", 5)]

    def test_not_tried_is_neither(self):
        visit = open_visit()
        answer(visit, "triggers")
        rows = dict(IntakeAnswer.objects.values_list("item", "state"))
        assert rows == {"triggers.stairs_down": "known", "triggers.squatting": "not_tested"}

    def test_an_answer_can_be_taken_back(self):
        visit = open_visit()
        answer(visit, "pain")
        answer(visit, "pain", nprs_avg_7d=None)
        assert not told(visit).has("nprs_avg_7d")

    @pytest.mark.parametrize(
        ("step", "name", "wrong"),
        [
            ("pain", "nprs_now", 11),
            ("pain", "nprs_now", -1),
            ("pain", "nprs_now", "5"),
            ("start", "symptom_duration_weeks", 2601),
            ("start", "onset_type", "fell off a horse"),
            ("where", "pain_location", ["elbow"]),
            ("triggers", "triggers.walking", 3.5),
            ("goals", "goals", "x" * 1001),
            ("goals", "goals", "nul\0"),
            ("goals", "goal_on", "soon"),
            ("goals", "goal_on", "2027-01-01"),
            ("goals", "goal_on", "2035-01-01"),
            ("goals", "psfs", [4, 12]),
            ("goals", "psfs_name", {"1": "y" * 81, "2": "Hiking"}),
        ],
    )
    def test_what_is_out_of_its_limits_is_refused_and_nothing_else(self, step, name, wrong):
        visit = open_visit()
        answer(visit, "sport")
        kept = answer(visit, step, **{name.replace(".", "__"): wrong})
        assert {fault.field for fault in kept.faults} == {name}
        assert not told(visit).has(name)
        together = {"psfs", "psfs_name"} if name.startswith("psfs") else {name}
        for other in set(ANSWERS[step]) - together:
            assert told(visit).has(other)
        assert step not in Intake.objects.get().done

    def test_the_worst_of_the_week_is_the_worst(self):
        visit = open_visit()
        kept = answer(visit, "pain", nprs_now=8)
        assert [fault.field for fault in kept.faults] == ["nprs_worst_7d"]
        assert not told(visit).has("nprs_worst_7d")

    @pytest.mark.parametrize(
        "sent", [{"psfs": [4]}, {"psfs": [4, None]}, {"psfs_name": {"1": "Stairs"}}]
    )
    def test_an_activity_has_a_name_and_a_score_or_neither(self, sent):
        visit = open_visit()
        kept = answer(visit, "goals", **sent)
        assert kept.faults
        assert not told(visit).has("psfs")

    def test_only_what_the_screen_asks_is_kept(self):
        visit = open_visit()
        answer(visit, "pain", rf_hot_joint="yes", affected_side="L")
        assert set(told(visit).findings.values) == set(ANSWERS["pain"])
        assert not IntakeAlert.objects.exists()

    def test_what_follows_from_an_answer_is_kept_with_it(self):
        visit = open_visit()
        answer(visit, "where", affected_side="L")
        answer(visit, "sport")
        assert value(visit, "index_side") == "L"
        assert value(visit, "is_runner") is False
        assert value(visit, "run_status") == "not_runner"

    def test_who_runs_after_all_is_asked_about_it(self):
        visit = open_visit()
        answer(visit, "sport")
        answer(visit, "sport", sports=["running"])
        assert value(visit, "is_runner") is True
        assert not told(visit).has("run_status")
        kept = answer(visit, "load")
        assert kept.missing == ("run_status",)

    def test_answers_to_questions_one_no_longer_gets_are_gone(self):
        visit = open_visit()
        answer(visit, "sport", sports=["running"])
        answer(visit, "triggers", triggers__running=7)
        answer(visit, "load", run_status="stopped", usual_week_km=20)
        answer(visit, "sport", sports=["walking"])
        held = set(told(visit).findings.values)
        assert not held & {"triggers.running", "usual_week_km"}
        assert value(visit, "run_status") == "not_runner"

    def test_the_second_part_asks_by_what_the_first_says(self):
        visit = open_visit()
        answer(visit, "sport", sports=["running"])
        kept = answer(visit, "shoes", shoe_km=300)
        assert kept.told.value("shoe_km") == 300
        other = open_visit(visit.starts_at + timedelta(hours=2))
        answer(other, "sport")
        assert not answer(other, "shoes", shoe_km=300).told.has("shoe_km")

    def test_saving_the_same_again_writes_nothing(self):
        visit = open_visit()
        answer(visit, "pain")
        before = list(IntakeAnswer.objects.order_by("pk").values())
        answer(visit, "pain", now=NOW + timedelta(minutes=9))
        assert list(IntakeAnswer.objects.order_by("pk").values()) == before

    def test_a_screen_in_between_asks_for_nothing_that_is_missing_and_is_not_done(self):
        visit = open_visit()
        step = STEP_BY_NAME["pain"]
        actions.save_answers(
            visit, step, {"nprs_now": 3}, device=MINE, by=GUEST, now=NOW, finished=False
        )
        assert value(visit, "nprs_now") == 3
        assert Intake.objects.get().done == []

    def test_a_screen_gone_through_is_done(self):
        visit = open_visit()
        answer(visit, "pain")
        assert Intake.objects.get().done == ["pain"]

    @pytest.mark.parametrize("state", ["cancelled", "late_cancelled", "no_show", "completed"])
    def test_nothing_is_added_to_a_visit_that_is_over(self, state):
        visit = open_visit()
        Appointment.objects.filter(pk=visit.pk).update(state=state, cancelled_at=NOW)
        with pytest.raises(IntakeClosed):
            answer(visit, "pain")
        assert not Intake.objects.exists()

    def test_nor_after_its_time(self):
        visit = open_visit()
        with pytest.raises(IntakeClosed):
            answer(visit, "pain", now=visit.ends_at)


class TestDevices:
    def test_another_device_may_not_go_on(self):
        visit = open_visit()
        answer(visit, "pain")
        with pytest.raises(IntakeElsewhere):
            answer(visit, "where", OTHER)
        with pytest.raises(IntakeElsewhere):
            answer(visit, "you", OTHER)
        with pytest.raises(IntakeElsewhere):
            send(visit, device=OTHER)

    def test_a_device_without_a_key_is_another_device(self):
        visit = open_visit()
        answer(visit, "pain", actions.Device("", known=True))
        with pytest.raises(IntakeElsewhere):
            answer(visit, "where", actions.Device(""))

    def test_a_patient_who_confirmed_to_be_it_may(self):
        visit = open_visit()
        answer(visit, "pain")
        answer(visit, "where", actions.Device(OTHER.mark, known=True))
        assert told(visit).has("affected_side")


class TestSending:
    def test_it_is_sent_once_with_its_time(self):
        visit = sent_visit()
        intake = Intake.objects.get()
        assert intake.sent_at == NOW
        send(visit, now=NOW + timedelta(hours=1))
        assert Intake.objects.get().sent_at == NOW
        assert AuditEvent.objects.filter(action="intake.sent").count() == 1

    def test_the_first_part_needs_no_second(self):
        sent_visit()
        assert Intake.objects.get().part == "first"

    def test_what_is_missing_is_named_by_its_screens(self):
        visit = open_visit()
        answer(visit, "pain")
        with pytest.raises(IntakeIncomplete) as caught:
            send(visit)
        assert "pain" not in caught.value.steps
        assert {"safety-1", "where", "triggers", "goals"} <= set(caught.value.steps)
        assert Intake.objects.get().sent_at is None

    def test_all_triggers_not_tried_is_an_answer(self):
        visit = open_visit()
        fill(visit, triggers={"triggers__stairs_down": "not_tested"})
        send(visit)

    def test_after_sending_nothing_is_changed(self):
        visit = sent_visit()
        with pytest.raises(IntakeSent):
            answer(visit, "pain", nprs_now=5)
        assert value(visit, "nprs_now") == 0

    def test_consents_are_dated_and_given_once(self):
        visit = open_visit()
        fill(visit)
        send(visit, agreed=["treatment", "reminders"])
        given = {consent.kind: consent for consent in Consent.objects.all()}
        assert set(given) == {"treatment", "reminders"}
        assert given["reminders"].text_dated == date(2026, 1, 1)
        assert given["treatment"].given_at == NOW
        assert given["treatment"].given_by == str(visit.patient)

    def test_a_guardian_consents_for_a_child(self):
        patient = make_patient(date_of_birth=date(2015, 3, 1))
        Guardian.objects.create(patient=patient, name="Mara Sample", consented_at=NOW)
        visit = open_visit(patient=patient)
        fill(visit)
        send(visit, agreed=["treatment"])
        assert Consent.objects.get().given_by == "Mara Sample"
