"""Discharge: criteria written down as they stood, the keep-going plan, and the way back."""

from dataclasses import replace
from datetime import UTC, date, timedelta

import pytest
from django.db import IntegrityError, transaction

from assessments import actions
from assessments.actions import discharging
from assessments.criteria import Standing, State
from assessments.errors import (
    AlreadyDischarged,
    AnotherIsOpen,
    DraftIsOpen,
    NoPlanToKeep,
    NotDischarged,
    ReasonMissing,
    StudentsDoNotSign,
    WhyDischarged,
)
from assessments.keep_going import FLARE, KEEP
from assessments.models import Discharge, EpisodeOfCare, Plan
from assessments.pdf import paper_of
from assessments.phase_now import standing_to_discharge
from assessments.reproducing import plans as reproduced
from assessments.sheet import sheet_of
from assessments.subject.coverage import SOURCES
from clinic import roles
from clinic.models import AuditEvent, Message
from tests.assessments.factories import (
    NOW,
    care,
    grant,
    make_chart,
    make_issued,
    make_practice,
    make_practitioner,
)
from tests.assessments.test_compose import ESSENTIAL, compose, not_indicated

pytestmark = pytest.mark.django_db
WHY = "runs as before"


@pytest.fixture(autouse=True)
def practice():
    return make_practice()


@pytest.fixture
def plan():
    return make_issued(1)  # a runner in phase 2


def by(plan):
    return plan.assessment.author.user


def end(plan, ending="goals_met", **values):
    values = {"reason": WHY, "by": by(plan), "now": NOW} | values
    return actions.discharge(plan.episode, ending, **values)


def kept(plan):
    return [line for line in plan.lines.order_by("position") if line.change != "removed"]


class TestCriteria:
    def test_they_are_those_of_the_last_phase_whatever_the_plan_is_in(self, plan):
        standing = standing_to_discharge(plan, NOW.date())

        assert [each.criterion.id for each in standing.judged] == ["P5-1", "P5-2"]
        assert [each.state.value for each in standing.judged] == ["not_tested", "not_tested"]

    def test_who_does_not_run_is_asked_for_no_distance(self):
        plan = make_issued(8)

        ids = [each.criterion.id for each in standing_to_discharge(plan, NOW.date()).judged]

        assert plan.pain_limit_running is None
        assert ids == ["P5-2"]

    def test_a_finding_of_long_ago_is_too_old(self, plan):
        later = (NOW + timedelta(days=40)).date()

        score = standing_to_discharge(plan, later).judged[1]

        found = {each.check.field: each.state.value for each in score.parts}
        assert found == {"akps_change": "not_tested", "akps_total": "stale"}

    def test_a_plan_by_hand_is_left_by_the_same_and_stays_as_it_is(self):
        signed = not_indicated()
        draft = compose(signed, *ESSENTIAL)
        plan = actions.issue_plan(draft, by=signed.author.user, now=NOW)

        ids = [each.criterion.id for each in standing_to_discharge(plan, NOW.date()).judged]

        assert "P5-2" in ids
        with pytest.raises(NoPlanToKeep):
            end(plan, keep_going=True)


class TestDischarging:
    def test_it_is_written_down_with_how_everything_stood(self, plan, monkeypatch):
        unknown, other = standing_to_discharge(plan, NOW.date()).judged
        stood = Standing((unknown, replace(other, state=State.NOT_MET)))
        monkeypatch.setattr(discharging, "standing_to_discharge", lambda plan, today: stood)

        episode = end(plan, seen=["P5-1", "P5-2"])

        made = Discharge.objects.get()
        assert (episode.discharged_at, episode.discharge_reason) == (NOW, "goals_met")
        assert (made.ending, made.reason, made.left_open) == ("goals_met", WHY, 1)
        assert [(e["id"], e["state"], e["seen"]) for e in made.criteria] == [
            ("P5-1", "not_tested", True),
            ("P5-2", "not_met", False),  # what was measured as not met is not seen to be met
        ]
        assert (made.plan, made.name) == (None, plan.assessment.author.name)
        assert AuditEvent.objects.get(action="episode.discharged").data == {"reason": "goals_met"}

    def test_goals_met_beside_an_open_criterion_asks_why(self, plan):
        with pytest.raises(WhyDischarged):
            end(plan, reason="  ")

        plan.episode.refresh_from_db()
        assert plan.episode.discharged_at is None
        assert not Discharge.objects.exists()

    def test_another_ending_is_its_own_reason(self, plan):
        end(plan, "stopped", reason="")

        assert Discharge.objects.get().left_open == 2

    def test_a_student_does_not(self, plan):
        student = make_practitioner(roles.STUDENT)
        care(student, plan.episode.patient)

        with pytest.raises(StudentsDoNotSign):
            end(plan, by=student.user)

    def test_once(self, plan):
        end(plan)

        with pytest.raises(AlreadyDischarged):
            end(plan)


class TestKeepGoing:
    def test_the_plan_is_one_for_knee_and_hip_twice_a_week(self, plan):
        end(plan, keep_going=True)

        fresh = Plan.objects.get(replaced_at__isnull=True, issued_at__isnull=False)
        strength = [line for line in kept(fresh) if line.block in ("KNEE_STR", "HIP_STR")]
        assert (fresh.start_phase, fresh.version) == ("P5", plan.version + 1)
        assert sorted(line.block for line in strength) == ["HIP_STR", "KNEE_STR"]
        assert {line.per_week for line in strength} == {2}
        assert "EX70" in [line.exercise for line in kept(fresh)]
        assert fresh.review_on == date(2027, 4, 10)
        assert Discharge.objects.get().plan == fresh
        assert (fresh.step.from_phase, fresh.step.reason) == ("P2", WHY)
        assert Message.objects.filter(topic="plan_ready", subject_id=str(fresh.pk)).count() == 1

    def test_its_texts_hold_the_numbers_of_the_library(self, plan):
        end(plan, keep_going=True)

        texts = Discharge.objects.get().plan.texts
        said = {each["id"]: each for each in [*texts[KEEP], *texts[FLARE]]}
        assert list(said) == [
            "keep_going.strength", "keep_going.shoes", "keep_going.review",
            "flare.first", "flare.running", "flare.call", "flare.help",
        ]  # fmt: skip
        assert said["keep_going.strength"]["text"].startswith("2 short strength sessions")
        assert "800 km" in said["keep_going.shoes"]["text"]
        assert "3 and 6 months" in said["keep_going.review"]["text"]
        assert "half for 7 days" in said["flare.running"]["text"]
        assert said["flare.call"]["items"][:2] == [
            "it is no better after 7 days",
            "it flares up again within 14 days",
        ]
        assert texts["expect"] == {}
        assert texts["running"]["id"] == "keep_going.running"
        words = [each["text"] for each in said.values()] + [texts["running"]["text"]]
        assert "{" not in " ".join(words)

    def test_the_physio_chooses_which_exercise_stays(self, plan):
        choices = [line.exercise for line in kept(plan) if line.block == "KNEE_STR"]

        end(plan, keep_going=True, kept=[choices[-1]])

        stays = [e.exercise for e in kept(Discharge.objects.get().plan) if e.block == "KNEE_STR"]
        assert len(choices) > 1
        assert stays == [choices[-1]]
        assert not list(reproduced(NOW))  # the rules draft the same; the choice is the physio's

    def test_one_that_is_in_force_stays(self, plan):
        end(plan, keep_going=True)
        first = Discharge.objects.get().plan
        actions.reopen(plan.episode, "came back", by=by(plan), now=NOW)

        end(plan, keep_going=True)

        assert Discharge.objects.get(reopened_at__isnull=True).plan == first
        assert Plan.objects.count() == 2

    def test_not_beside_an_open_draft(self, plan):
        actions.revise_plan(plan, by=by(plan), now=NOW)

        with pytest.raises(DraftIsOpen):
            end(plan, keep_going=True)

        plan.episode.refresh_from_db()
        assert plan.episode.discharged_at is None

    def test_not_without_a_plan(self):
        chart = make_chart()

        with pytest.raises(NoPlanToKeep):
            actions.discharge(
                chart.episode, "moved", keep_going=True, by=chart.author.user, now=NOW
            )

        assert not Discharge.objects.exists()

    def test_page_paper_and_record_say_the_same(self, plan, client):
        end(plan, keep_going=True)
        patient = plan.episode.patient
        client.force_login(grant(patient))
        texts = Discharge.objects.get().plan.texts

        page = client.get(f"/me/{patient.pk}/plan/").text
        paper = paper_of(sheet_of(Discharge.objects.get().plan), patient, make_practice())
        source = next(each for each in SOURCES if each.name == "plans")
        row = next(e for e in source.rows([patient.pk]) if e.start_phase == "P5")
        record = str(source.cells(row, UTC))
        for phrase in [*texts[KEEP], *texts[FLARE]]:
            assert phrase["text"] in page
            assert phrase["text"] in str(paper["keep_going"] + paper["flare_steps"])
            assert phrase["text"] in record
            for item in phrase["items"]:
                assert item in page
        assert paper["flare"]["text"] == ""  # said once


class TestReopening:
    def test_it_is_open_again_and_the_discharge_says_so(self, plan):
        end(plan)

        episode = actions.reopen(plan.episode, "flared up", by=by(plan), now=NOW)

        made = Discharge.objects.get()
        assert (episode.discharged_at, episode.discharge_reason) == (None, "")
        assert (made.reopened_at, made.reopen_reason) == (NOW, "flared up")
        assert AuditEvent.objects.filter(action="episode.reopened").count() == 1

    def test_it_asks_for_a_reason_a_physio_and_a_closed_episode(self, plan):
        with pytest.raises(NotDischarged):
            actions.reopen(plan.episode, "why", by=by(plan), now=NOW)
        end(plan)
        with pytest.raises(ReasonMissing):
            actions.reopen(plan.episode, " ", by=by(plan), now=NOW)
        student = make_practitioner(roles.STUDENT)
        with pytest.raises(StudentsDoNotSign):
            actions.reopen(plan.episode, "why", by=student.user, now=NOW)

    def test_not_beside_another_open_one(self, plan):
        end(plan)
        patient = plan.episode.patient
        actions.start_assessment(patient, plan.assessment.author, by=by(plan), now=NOW)

        with pytest.raises(AnotherIsOpen):
            actions.reopen(plan.episode, "why", by=by(plan), now=NOW)

        assert EpisodeOfCare.objects.filter(discharged_at__isnull=True).count() == 1


class TestTheDatabase:
    @pytest.mark.parametrize(
        ("name", "values"),
        [
            ("discharge_is_final", {"ending": "moved"}),
            ("discharge_is_final", {"criteria": []}),
            ("discharge_reopened_whole", {"reopened_at": NOW}),
        ],
    )
    def test_it_refuses_another_word(self, plan, name, values):
        end(plan)

        with pytest.raises(IntegrityError) as error, transaction.atomic():
            Discharge.objects.update(**values)

        assert name in str(error.value)

    def test_it_refuses_to_take_back_a_reopening(self, plan):
        end(plan)
        actions.reopen(plan.episode, "flared up", by=by(plan), now=NOW)

        with pytest.raises(IntegrityError), transaction.atomic():
            Discharge.objects.update(
                reopened_at=None, reopened_by=None, reopened_name="", reopen_reason=""
            )

    def test_it_refuses_deletion_and_a_second_one(self, plan):
        end(plan)
        with pytest.raises(IntegrityError), transaction.atomic():
            Discharge.objects.all().delete()
        values = {"episode": plan.episode, "made_at": NOW, "made_by": by(plan), "name": "x"}
        with pytest.raises(IntegrityError), transaction.atomic():
            Discharge.objects.create(ending="moved", **values)

    def test_it_refuses_goals_met_short_of_them_without_a_reason(self, plan):
        values = {"episode": plan.episode, "made_at": NOW, "made_by": by(plan), "name": "x"}

        with pytest.raises(IntegrityError) as error, transaction.atomic():
            Discharge.objects.create(ending="goals_met", left_open=1, **values)

        assert "discharge_short_of_goals_with_a_reason" in str(error.value)


class TestPages:
    @pytest.fixture
    def physio(self, plan, client):
        client.force_login(by(plan))
        return plan.assessment.author

    def address(self, plan, tail="discharge/"):
        return f"/chart/patients/{plan.episode.patient_id}/{tail}"

    def test_the_page_changes_nothing(self, plan, physio, client):
        page = client.get(self.address(plan)).text

        assert "0 of 2 met, missing: Usual distance for 4 weeks" in page
        assert "Seen to be met:" in page
        assert "Cut it to half for 7 days." in page
        assert not Discharge.objects.exists()
        assert Plan.objects.count() == 1

    def test_discharged_is_on_the_timeline_and_beside_it(self, plan, physio, client):
        form = {"ending": "goals_met", "reason": WHY, "keep_going": "yes"}

        answer = client.post(self.address(plan), form, follow=True)

        assert "The episode is closed." in answer.text
        assert "<strong>Discharged</strong>: goals met" in answer.text
        assert f"with the keep-going plan, version {plan.version + 1}" in answer.text
        assert "Open the last episode again" in answer.text
        assert WHY in answer.text
        listed = client.get("/chart/patients/").text
        assert "in care" not in listed
        assert "discharged" in listed

    def test_what_was_typed_stays_when_something_is_missing(self, plan, physio, client):
        form = {"ending": "goals_met", "reason": "", "seen": ["P5-1"], "keep_going": "no"}

        answer = client.post(self.address(plan), form)

        assert answer.status_code == 422
        assert "A criterion is open: write why" in answer.text
        assert 'value="P5-1" checked' in answer.text
        assert 'value="no" checked' in answer.text

    def test_a_coach_reads_that_it_ended_and_no_criterion(self, plan, physio, client):
        end(plan)
        coach = make_practitioner(roles.COACH)
        care(coach, plan.episode.patient)
        client.force_login(coach.user)

        page = client.get(self.address(plan, "")).text

        assert "<strong>Discharged</strong>: goals met" in page
        assert "AKPS" not in page
        assert WHY not in page

    def test_reopened_by_the_page(self, plan, physio, client):
        end(plan)

        page = client.post(self.address(plan, "reopen/"), {"reason": "flared"}, follow=True).text

        assert "The episode is open again." in page
        assert "Episode opened again" in page
