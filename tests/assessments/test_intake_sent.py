"""What was sent is final; corrections stand beside it; a red-flag answer is heard at once."""

import pytest

from assessments.errors import IntakeElsewhere, IntakeNotSent
from assessments.intake.storage import intakes_of, told_in, told_now
from assessments.models import Intake, IntakeAlert, IntakeAnswer, IntakeCorrection
from bookings.models import ClinicianCall
from clinic.models import AuditEvent
from tests.assessments.factories import NOW
from tests.assessments.intakes import OTHER, answer, correct, fill, open_visit, send, sent_visit
from tests.assessments.test_guards_final import refused, sql

pytestmark = pytest.mark.django_db

CANARY = "Zaunkoenig"


class TestCorrections:
    def test_what_was_sent_stays_beside_what_is_said_later(self):
        visit = sent_visit()
        correct(visit, "pain", nprs_worst_7d=9, nprs_now=None)
        intake = intakes_of(visit.pk)["first"]
        assert told_in(intake).value("nprs_worst_7d") == 5
        assert told_now(intake).value("nprs_worst_7d") == 9
        assert told_now(intake).value("nprs_now") == 0

    def test_the_newest_counts(self):
        visit = sent_visit()
        correct(visit, "pain", nprs_worst_7d=9)
        correct(visit, "pain", nprs_worst_7d=7)
        assert told_now(intakes_of(visit.pk)["first"]).value("nprs_worst_7d") == 7
        assert IntakeCorrection.objects.count() == 2

    def test_the_same_again_adds_nothing(self):
        visit = sent_visit()
        correct(visit, "pain", nprs_worst_7d=5)
        assert not IntakeCorrection.objects.exists()

    def test_nothing_is_corrected_before_it_was_sent(self):
        visit = open_visit()
        answer(visit, "pain")
        with pytest.raises(IntakeNotSent):
            correct(visit, "pain", nprs_now=1)

    def test_from_another_device_neither(self):
        visit = sent_visit()
        with pytest.raises(IntakeElsewhere):
            correct(visit, "pain", OTHER, nprs_now=1)

    def test_what_is_wrong_is_refused(self):
        visit = sent_visit()
        assert correct(visit, "pain", nprs_now=11).faults
        assert not IntakeCorrection.objects.exists()

    def test_a_red_flag_in_it_is_heard(self):
        visit = sent_visit()
        assert correct(visit, "safety-2", rf_locked="yes").alarmed
        assert ClinicianCall.objects.count() == 1


class TestRedFlags:
    def test_a_red_flag_answer_asks_for_a_call_before_anything_is_sent(self):
        visit = open_visit()
        kept = answer(visit, "safety-2", rf_locked="yes")
        assert kept.alarmed
        alert = IntakeAlert.objects.get()
        assert (alert.level, alert.flags, alert.fields) == ("SAME_DAY", ["RF09"], ["rf_locked"])
        assert ClinicianCall.objects.get().appointment == visit

    def test_the_same_answer_again_asks_once(self):
        visit = open_visit()
        answer(visit, "safety-2", rf_locked="yes")
        assert not answer(visit, "safety-2", rf_locked="yes").alarmed
        assert IntakeAlert.objects.count() == ClinicianCall.objects.count() == 1

    def test_another_one_is_another_alert(self):
        visit = open_visit()
        answer(visit, "safety-2", rf_locked="yes")
        assert answer(visit, "safety-1", rf_chest_symptoms="yes").alarmed
        levels = IntakeAlert.objects.order_by("pk").values_list("level", flat=True)
        assert list(levels) == ["SAME_DAY", "EMERGENCY"]

    def test_taking_it_back_takes_back_no_alert(self):
        visit = open_visit()
        answer(visit, "safety-2", rf_locked="yes")
        answer(visit, "safety-2")
        assert IntakeAlert.objects.count() == 1

    def test_without_one_nobody_is_asked(self):
        sent_visit()
        assert not IntakeAlert.objects.exists()
        assert not ClinicianCall.objects.exists()

    def test_nothing_is_kept_when_the_call_cannot_be_asked_for(self, monkeypatch):
        visit = open_visit()

        def broken(*args, **kwargs):
            raise RuntimeError

        monkeypatch.setattr("assessments.actions.intake.ask_for_clinician_call", broken)
        with pytest.raises(RuntimeError):
            answer(visit, "safety-2", rf_locked="yes")
        assert not Intake.objects.exists()
        assert not IntakeAlert.objects.exists()


class TestTheDatabase:
    def test_what_was_sent_is_final(self):
        sent_visit()
        intake = Intake.objects.get()
        assert refused("intake_sent_is_final", lambda: Intake.objects.update(done=[]))
        assert refused("intake_answer_of_sent_is_final", lambda: intake.answers.update(number=1))
        assert refused("intake_answer_of_sent_is_final", lambda: intake.answers.all().delete())
        assert refused(
            "intake_answer_of_sent_is_final",
            lambda: IntakeAnswer.objects.create(intake=intake, item="stress_0_10", answered_at=NOW),
        )

    def test_so_are_corrections_and_alerts(self):
        visit = sent_visit()
        correct(visit, "safety-2", rf_locked="yes")
        for model, guard in (
            (IntakeCorrection, "intake_correction_is_final"),
            (IntakeAlert, "intake_alert_is_final"),
        ):
            table = model._meta.db_table
            assert refused(guard, sql(f"UPDATE {table} SET id = id + 100"))
            assert refused(guard, sql(f"DELETE FROM {table}"))


class TestWhatCouldLeak:
    def test_the_trail_holds_no_answer_and_no_reason(self):
        visit = open_visit()
        fill(visit, goals={"goals": CANARY}, safety_2={"rf_locked": "yes"})
        send(visit)
        correct(visit, "goals", goals=f"{CANARY} again")
        rows = AuditEvent.objects.filter(patient_id=visit.patient_id)
        assert {row.action for row in rows} >= {
            "intake.begun", "intake.saved", "intake.sent", "intake.corrected", "intake.alert",
        }  # fmt: skip
        said = "".join(f"{row.reason}{row.data}" for row in rows)
        for secret in (CANARY, "rf_locked", "RF09", "SAME_DAY"):
            assert secret not in said

    def test_repeated_saves_are_one_row(self):
        visit = open_visit()
        fill(visit)
        assert AuditEvent.objects.filter(action="intake.saved").count() == 1

    def test_no_row_says_anything_about_itself(self):
        visit = open_visit()
        fill(visit, goals={"goals": CANARY}, safety_2={"rf_locked": "yes"})
        for model in (Intake, IntakeAnswer, IntakeAlert):
            for row in model.objects.all():
                assert CANARY not in str(row)
                assert "SAME_DAY" not in str(row)
