"""What a chart takes over from the intake: nothing by itself, everything as it was said."""

from datetime import date, timedelta

import pytest

from assessments import actions
from assessments.errors import AlreadySigned, NotTheAuthor, StaleVersion
from assessments.intake.prefill import prefill_for
from assessments.models import EpisodeOfCare, Finding
from assessments.storage import findings_of
from tests.assessments.case_files import case_input
from tests.assessments.factories import ASKED, NOW, entries_of, make_practitioner
from tests.assessments.intakes import TOMORROW, answer, correct, fill, open_visit, send, sent_visit

pytestmark = pytest.mark.django_db

LATER = TOMORROW + timedelta(minutes=5)


def start(visit):
    by = visit.practitioner.user
    return actions.start_assessment(visit, visit.practitioner, by=by, now=TOMORROW)


def confirm(assessment, *fields, base=None, by=None):
    return actions.confirm_reported(
        assessment,
        assessment.version if base is None else base,
        fields,
        by=by or assessment.author.user,
        now=LATER,
    )


def names(said):
    return {each.field for each in said}


def test_nothing_of_it_is_a_finding_until_it_is_confirmed():
    assessment = start(sent_visit())
    assert set(findings_of(assessment).values) == {"age_years"}
    prefill = prefill_for(assessment)
    assert {"nprs_now", "sports", "goals", "psfs"} <= names(prefill.answers)
    assert dict(prefill.activities) == {"1": "Stairs at work", "2": "Hiking"}
    assert prefill.goal_on == date(2027, 4, 1)


def test_what_is_confirmed_is_patient_reported_and_says_who_confirmed_it():
    assessment = start(sent_visit())
    confirm(assessment, "nprs_now", "psfs", "pain_location")
    rows = {row.item: row for row in assessment.findings.exclude(item="age_years")}
    assert set(rows) == {"nprs_now", "psfs.1", "psfs.2", "pain_location"}
    for row in rows.values():
        assert row.origin == Finding.Origin.PATIENT
        assert (row.recorded_by, row.recorded_at) == (assessment.author.user, LATER)
    assert rows["nprs_now"].number == 0


def test_gate_answers_are_confirmed_together():
    assessment = start(sent_visit())
    prefill = prefill_for(assessment)
    assert len(prefill.gate) == 14
    confirm(assessment, *names(prefill.gate))
    assert prefill.open_gate(findings_of(assessment)) == ()


def test_what_needs_hands_is_shown_and_never_taken_over():
    visit = open_visit()
    fill(visit, safety_3={"rf_hip_sign": "yes"})
    send(visit)
    assessment = start(visit)
    prefill = prefill_for(assessment)
    assert {"rf_hip_sign", "rf_cannot_slr", "okr_cannot_walk_4"} <= names(prefill.one_by_one)
    confirm(assessment, *names(prefill.one_by_one))
    assert set(findings_of(assessment).values) == {"age_years"}


def test_only_what_the_patient_said_can_be_confirmed():
    assessment = start(sent_visit())
    saved = confirm(assessment, "sleep_hours", "wblt_cm", "no_such_finding")
    assert saved.changed == ()


def test_what_was_not_tried_is_left_to_the_chart():
    assessment = start(sent_visit())
    assert "triggers.squatting" not in names(prefill_for(assessment).answers)


def test_what_is_not_sent_is_not_shown():
    visit = open_visit()
    answer(visit, "pain")
    assert prefill_for(start(visit)) is None


def test_both_parts_and_the_words():
    visit = sent_visit()
    fill(visit, "more")
    send(visit, "more")
    prefill = prefill_for(start(visit))
    assert {"sleep_hours", "nprs_now"} <= names(prefill.answers)
    assert dict(prefill.words) == {"medicines": "None", "gp": "Dr Example"}


def test_a_correction_counts_and_the_first_answer_stays_readable():
    visit = sent_visit()
    correct(visit, "pain", nprs_worst_7d=9, now=NOW + timedelta(hours=1))
    assessment = start(visit)
    said = {each.field: each for each in prefill_for(assessment).answers}
    assert (said["nprs_worst_7d"].value, said["nprs_worst_7d"].first) == (9, 5)
    assert said["nprs_worst_7d"].said_at == NOW + timedelta(hours=1)
    assert not said["nprs_now"].corrected
    confirm(assessment, "nprs_worst_7d")
    assert findings_of(assessment).value("nprs_worst_7d") == 9


def test_a_value_the_clinician_changes_is_the_clinicians():
    assessment = start(sent_visit())
    saved = confirm(assessment, "nprs_now", "nprs_worst_7d")
    actions.save_values(
        assessment, saved.version, entries_of({"nprs_now": 2}), by=assessment.author.user, now=LATER
    )
    origins = dict(assessment.findings.values_list("item", "origin"))
    assert origins["nprs_now"] == Finding.Origin.CLINICIAN
    assert origins["nprs_worst_7d"] == Finding.Origin.PATIENT


def test_the_episode_gets_the_goal_and_its_day_once():
    assessment = start(sent_visit())
    confirm(assessment, "goals")
    episode = EpisodeOfCare.objects.get()
    assert (episode.goal, episode.goal_on) == ("Hike again", date(2027, 4, 1))


def test_a_stale_page_and_somebody_else_confirm_nothing():
    assessment = start(sent_visit())
    with pytest.raises(StaleVersion):
        confirm(assessment, "nprs_now", base=7)
    with pytest.raises(NotTheAuthor):
        confirm(assessment, "nprs_now", by=make_practitioner().user)
    assert set(findings_of(assessment).values) == {"age_years"}


def test_nothing_is_confirmed_into_a_signed_chart():
    assessment = start(sent_visit())
    by = assessment.author.user
    raw = {name: value for name, value in (case_input(1) | ASKED).items() if name != "age_years"}
    saved = actions.save_values(assessment, 0, entries_of(raw), by=by, now=LATER)
    assert saved.errors == ()
    assessment.refresh_from_db()
    actions.sign(assessment, by=by, now=LATER)
    with pytest.raises(AlreadySigned):
        confirm(assessment, "goals")


@pytest.mark.parametrize("corrections", [0, 3])
def test_it_costs_three_queries(django_assert_num_queries, corrections):
    visit = sent_visit()
    for pain in range(6, 6 + corrections):
        correct(visit, "pain", nprs_worst_7d=pain)
    assessment = start(visit)
    with django_assert_num_queries(3):
        prefill_for(assessment)
