"""A follow-up: the safety list again, facts and measurements carried and marked, change judged."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest

from assessments import actions
from assessments.errors import AlreadySigned, NoVisitBefore, StaleVersion
from assessments.findings import FIELDS, Findings
from assessments.follow_up import MEASURED, facts_of, not_retested, safety_list
from assessments.judging import judge
from assessments.models import Finding
from assessments.screen.entries import Entry
from assessments.storage import findings_of
from clinic.models import AuditEvent
from tests.assessments.case_files import case_input
from tests.assessments.factories import ASKED, NOW, make_chart, make_signed

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=21)
BY_HAND = {name for name, field in FIELDS.items() if field.one_by_one}


def followed_by(signed, now=LATER):
    author = signed.author
    return actions.start_assessment(signed.episode.patient, author, by=author.user, now=now)


@pytest.fixture
def chart():
    return followed_by(make_signed(3))


def nothing_new(chart, base=0):
    return actions.nothing_new(chart, base, by=chart.author.user, now=LATER)


def carry(chart, base=0):
    return actions.carry_measurements(chart, base, by=chart.author.user, now=LATER)


def save(chart, *entries):
    chart.refresh_from_db()
    return actions.save_values(chart, chart.version, entries, by=chart.author.user, now=LATER)


class TestFacts:
    def test_come_along_marked_with_the_day_they_are_from(self, chart):
        row = chart.findings.get(item="sex_at_birth")

        assert (row.text, row.origin, row.recorded_at) == ("F", Finding.Origin.CARRIED, NOW)
        assert findings_of(chart).value("index_side") == "R"

    def test_what_grows_with_the_days_has_grown(self, chart):
        assert findings_of(chart).value("symptom_duration_weeks") == Decimal("11.0")

    def test_days_since_an_injury_grow_and_end_at_the_limit(self):
        assert facts_of(Findings({"injury_days_ago": 10}), 21).value("injury_days_ago") == 31
        assert facts_of(Findings({"injury_days_ago": 3640}), 21).value("injury_days_ago") is None

    def test_no_pain_no_score_no_measurement_and_no_red_flag_comes_by_itself(self, chart):
        held = findings_of(chart).values

        assert [name for name in held if name.startswith(("rf_", "okr_", "triggers."))] == []
        assert not {"nprs_now", "akps", "psfs", "settle_minutes", "pregnant"} & set(held)
        assert [name for name in held if FIELDS[name].section in MEASURED] == []
        assert judge(findings_of(chart), chart.library_id).gate.level == "INCOMPLETE"

    def test_the_same_value_again_makes_it_todays(self, chart):
        save(chart, Entry("sex_at_birth", "", "F"))

        row = chart.findings.get(item="sex_at_birth")
        assert (row.origin, row.recorded_at) == (Finding.Origin.CLINICIAN, LATER)

    def test_a_first_visit_has_only_the_age(self):
        assert set(findings_of(make_chart()).values) == {"age_years"}


class TestNothingNew:
    def test_everything_that_can_be_asked_is_answered_again_by_name_and_time(self, chart):
        nothing_new(chart)

        asked = {field.id for field in safety_list()}
        rows = chart.findings.filter(item__in=asked)
        assert {row.item for row in rows} == asked
        assert {(row.recorded_by, row.recorded_at) for row in rows} == {(chart.author.user, LATER)}
        event = AuditEvent.objects.get(action="chart.nothing_new")
        assert event.data["answers"] == 19

    def test_what_needs_hands_or_judgement_stays_open(self, chart):
        nothing_new(chart)

        gate = judge(findings_of(chart), chart.library_id).gate
        assert set(gate.unanswered) == BY_HAND

    def test_what_was_yes_is_asked_anew(self):
        chart = followed_by(make_signed(3, rf_red_s_risk="yes", cold_problem=True))

        nothing_new(chart)

        held = findings_of(chart)
        assert held.value("rf_red_s_risk") is None
        assert held.value("cold_problem") is None

    def test_an_answer_given_today_stays(self, chart):
        save(chart, Entry("rf_systemic", "", "yes"))

        nothing_new(chart, base=1)

        assert findings_of(chart).value("rf_systemic") == "yes"

    def test_twice_is_once(self, chart):
        first = nothing_new(chart)

        assert nothing_new(chart, base=first.version).changed == ()

    def test_a_stale_page_says_nothing(self, chart):
        save(chart, Entry("nprs_now", "", 1))

        with pytest.raises(StaleVersion):
            nothing_new(chart, base=0)

    def test_without_a_visit_before_there_is_nothing_to_say_again(self):
        with pytest.raises(NoVisitBefore):
            nothing_new(make_chart())


class TestMeasurements:
    def test_come_along_when_asked_for_marked_and_dated(self, chart):
        carry(chart)

        row = chart.findings.get(item="hip_abd_force_n", side="R")
        assert (row.number, row.origin, row.recorded_at) == (140, Finding.Origin.CARRIED, NOW)

    def test_pain_and_swelling_never(self, chart):
        carry(chart)

        assert not chart.findings.filter(item__in=["step_down_nprs", "effusion"]).exists()

    def test_what_was_retested_stays(self, chart):
        save(chart, Entry("wblt_cm", "R", 12), Entry("wblt_cm", "L", "not_tested"))

        carry(chart, base=1)

        assert findings_of(chart).values["wblt_cm"] == {"R": 12, "L": "not_tested"}

    def test_nothing_is_carried_into_a_signed_chart(self, chart):
        actions.sign(chart, by=chart.author.user, now=LATER)

        with pytest.raises(AlreadySigned):
            carry(chart)

    def test_not_tested_is_nothing_to_carry(self):
        before = Findings({"ober": {"L": "not_tested", "R": "positive"}})

        assert not_retested(before, Findings({})).values == {"ober": {"R": "positive"}}

    def test_a_signed_page_says_what_was_carried(self, client, chart):
        carry(chart)
        actions.sign(chart, by=chart.author.user, now=LATER)
        client.force_login(chart.author.user)

        page = client.get(f"/chart/assessments/{chart.pk}/").text

        assert "carried from 10 Jan 2027" in page


class TestThePage:
    @pytest.fixture
    def shown(self, client, chart):
        save(chart, Entry("nprs_worst_7d", "", 2), Entry("nprs_now", "", 0))
        client.force_login(chart.author.user)
        return lambda: client.get(f"/chart/assessments/{chart.pk}/").text

    def test_asks_what_is_new_and_reads_the_list_out(self, shown):
        assert "Anything new since 10 Jan 2027?" in shown()
        assert "No, nothing new (19 answers)" in shown()

    def test_says_who_answered_and_when(self, client, shown, chart):
        form = {"do": "nothing_new", "base_version": "1"}
        client.post(f"/chart/assessments/{chart.pk}/follow-up/", form)

        assert "The safety list is answered:" in shown()
        assert "nothing new (" not in shown()

    def test_what_was_found_last_time_is_asked_and_the_rest_is_folded(self, shown):
        text = shown()
        folded = re.findall(r"more, not asked in “Follow-up”:\s*<span[^>]*>(.*?)</span>", text)

        assert 'value="follow-up" selected' in text
        assert any("Distance on current shoes" in names for names in folded)
        assert 'data-folded="strength"' in text
        assert 'data-folded="running"' not in text  # slow cadence was found

    def test_change_is_judged_in_words_with_its_source(self, shown):
        row = shown().partition("Worst pain, last 7 days</th>")[2].partition("</tr>")[0]

        assert "meaningfully better" in row
        assert "from 2 points, CROS04" in row
        assert "−2" in row

    def test_the_course_is_drawn_from_signed_visits(self, client, shown, chart):
        patient = chart.episode.patient_id
        before = client.get(f"/chart/patients/{patient}/course/").text
        actions.sign(chart, by=chart.author.user, now=LATER)
        text = client.get(f"/chart/patients/{patient}/course/").text

        assert "meaningfully better" not in before
        assert "meaningfully better" in text
        assert text.count("<svg") == 6

    def test_a_correction_takes_the_place_of_its_visit(self, client, shown, chart):
        first = chart.episode.assessments.get(kind="initial")
        by = chart.author.user
        amendment = actions.amend(first, "Misread", chart.author, by=by, now=LATER)
        actions.save_values(amendment, 0, [Entry("nprs_worst_7d", "", 9)], by=by, now=LATER)
        actions.sign(amendment, by=by, now=LATER)

        row = shown().partition("Worst pain, last 7 days</th>")[2].partition("</tr>")[0]

        assert "−7" in row
        assert "Anything new since 10 Jan 2027?" in shown()


def test_a_case_again_at_a_follow_up_gives_the_same_plan(chart):
    entries = [
        Entry(name, side, value)
        for name, raw in (case_input(3) | ASKED).items()
        if name != "age_years"
        for side, value in (
            raw.items() if isinstance(raw, dict) and set(raw) <= {"L", "R"} else [("", raw)]
        )
        if name != "triggers"
    ]
    triggers = case_input(3)["triggers"]
    entries += [Entry(f"triggers.{name}", "", score) for name, score in triggers.items()]
    saved = save(chart, *entries)

    assert saved.errors == ()
    assert judge(saved.findings, 1).plan_status == "DRAFT"
