"""Saving single values: what is kept, what is refused, and what happens when two save at once."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from assessments import actions
from assessments.errors import AlreadySigned, NotTheAuthor, StaleVersion
from assessments.models import Finding
from assessments.screen.entries import Entry
from assessments.storage import findings_of
from clinic.models import AuditEvent
from tests.assessments.case_files import case_input
from tests.assessments.factories import (
    NOW,
    care,
    make_chart,
    make_practitioner,
    make_signed,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def chart():
    return make_chart()


@pytest.fixture
def save(client, chart):
    """Send values as the page's script does; return status and answer."""
    client.force_login(chart.author.user)

    def send(*values, base=None, body=None, chart=chart):
        chart.refresh_from_db()
        base = chart.version if base is None else base
        listed = [{"field": f, "side": s, "value": v} for f, s, v in values]
        response = client.post(
            f"/chart/assessments/{chart.pk}/save/",
            body or json.dumps({"base_version": base, "values": listed}),
            content_type="application/json",
        )
        return response.status_code, response.json()

    return send


def kept(chart, name, side=None):
    findings = findings_of(chart)
    return findings.side(name, side) if side else findings.value(name)


def test_a_value_is_kept_and_the_version_grows(save, chart):
    status, answer = save(("wblt_cm", "R", 11.5))

    assert (status, answer["version"], answer["errors"]) == (200, 1, [])
    assert kept(chart, "wblt_cm", "R") == Decimal("11.5")
    assert answer["gate"]["level"] == "INCOMPLETE"
    assert set(answer["gate"]) == {
        "level", "red_flags", "overridden", "cautions", "unanswered", "missing",
        "alternative_diagnoses",
    }  # fmt: skip


def test_the_answer_carries_the_gate_of_what_is_stored_now(save):
    status, answer = save(("rf_hot_joint", "", "yes"), ("rf_systemic", "", "yes"))

    assert status == 200
    assert answer["gate"]["level"] == "EMERGENCY"
    assert answer["gate"]["red_flags"] == ["RF01"]


@pytest.mark.parametrize(
    ("field", "side", "value", "held"),
    [
        pytest.param("is_runner", "", False, False, id="no is an answer"),
        pytest.param("nprs_now", "", 0, 0, id="no pain is a value"),
        pytest.param("triggers.squatting", "", 0, 0, id="a trigger of nought"),
        pytest.param("pain_location", "", [], (), id="asked, none chosen"),
        pytest.param("sports", "", ["walking", "running"], ("running", "walking"), id="several"),
        pytest.param("effusion", "L", "1+", "1+", id="a code"),
        pytest.param("goals", "", "Stairs without thinking", "Stairs without thinking", id="words"),
        pytest.param("knee_extension_deg", "R", -5, -5, id="below nought"),
        pytest.param("side_plank_s", "L", "not_tested", None, id="not tested"),
    ],
)
def test_each_kind_of_value_is_kept_as_it_is(save, chart, field, side, value, held):
    status, _ = save((field, side, value))

    assert status == 200
    assert kept(chart, field, side or None) == held


def test_the_parts_of_a_form_are_kept_one_by_one(save, chart):
    save(("akps.limp", "", "a"))
    save(("akps.stairs", "", "c"))
    save(("fpi.arch", "L", -1))
    save(("psfs.2", "", 5))

    findings = findings_of(chart)
    assert dict(findings.value("akps")) == {"limp": "a", "stairs": "c"}
    assert dict(findings.side("fpi", "L")) == {"arch": -1}
    assert findings.value("psfs") == (None, 5)


def test_a_whole_form_may_be_sent_at_once(save, chart):
    assert save(("psfs", "", [4, 5, 7]))[0] == 200
    assert save(("triggers", "", {"running": 4, "walking": 0}))[0] == 200
    assert save(("hip_ir_deg", "", {"L": 36, "R": 35}))[0] == 200

    findings = findings_of(chart)
    assert findings.value("psfs") == (4, 5, 7)
    assert (findings.value("triggers.running"), findings.value("triggers.walking")) == (4, 0)
    assert (findings.side("hip_ir_deg", "L"), findings.side("hip_ir_deg", "R")) == (36, 35)


def test_missing_not_tested_and_nought_are_three_different_things(save, chart):
    save(("nprs_now", "", 0), ("nprs_avg_7d", "", "not_tested"))

    findings = findings_of(chart)
    states = [findings.state(f) for f in ("nprs_now", "nprs_avg_7d", "nprs_worst_7d")]
    assert states == ["known", "not_tested", "missing"]
    rows = Finding.objects.filter(assessment=chart, item__startswith="nprs").order_by("item")
    assert list(rows.values_list("item", "state", "number")) == [
        ("nprs_avg_7d", "not_tested", None),
        ("nprs_now", "known", 0),
    ]


def test_null_takes_a_value_away(save, chart):
    save(("nprs_now", "", 3))

    status, answer = save(("nprs_now", "", None))

    assert (status, answer["version"]) == (200, 2)
    assert not Finding.objects.filter(assessment=chart, item="nprs_now").exists()


@pytest.mark.parametrize(
    ("field", "side", "value"),
    [
        pytest.param("nprs_now", "", 11, id="above the limit"),
        pytest.param("nprs_now", "", -1, id="below the limit"),
        pytest.param("nprs_now", "", 2.5, id="not a whole number"),
        pytest.param("wblt_cm", "L", 9.55, id="finer than the field"),
        pytest.param("nprs_now", "", "3", id="a number as text"),
        pytest.param("nprs_now", "", True, id="true is no number"),
        pytest.param("effusion", "L", "4+", id="no such code"),
        pytest.param("wblt_cm", "", 9.5, id="a side is missing"),
        pytest.param("nprs_now", "L", 3, id="a side too many"),
        pytest.param("age_years", "", "not_tested", id="needed, so not skipped"),
        pytest.param("fpi.arch", "L", 3, id="a part above its limit"),
        pytest.param("goals", "", "x" * 1001, id="too long"),
        pytest.param("goals", "", "a\0b", id="a character no database keeps"),
        pytest.param("not_a_field", "", 1, id="unknown"),
        pytest.param("akps.not_an_item", "", "a", id="unknown part"),
        pytest.param("nprs_now", "", 10**30, id="huge"),
        pytest.param("nprs_now", "", {"a": [1]}, id="nested"),
    ],
)
def test_a_refused_value_leaves_nothing_behind(save, chart, field, side, value):
    status, answer = save((field, side, value))

    assert status == 422
    assert [error["field"].split(".")[0] for error in answer["errors"]] == [field.split(".")[0]]
    assert answer["errors"][0]["message"]
    assert answer["version"] == 0
    assert Finding.objects.filter(assessment=chart).exclude(item="age_years").count() == 0


def test_the_others_of_a_batch_are_kept(save, chart):
    status, answer = save(("nprs_now", "", 3), ("settle_minutes", "", 99999))

    assert status == 422
    assert [error["field"] for error in answer["errors"]] == ["settle_minutes"]
    assert kept(chart, "nprs_now") == 3
    assert kept(chart, "settle_minutes") is None


def test_a_refused_value_leaves_the_one_before(save, chart):
    save(("nprs_now", "", 3))

    status, _ = save(("nprs_now", "", 12))

    assert status == 422
    assert kept(chart, "nprs_now") == 3


def test_an_unusual_value_is_kept_with_a_question(save, chart):
    status, answer = save(("wblt_cm", "L", 2.0))

    assert status == 200
    assert [(each["field"], each["side"]) for each in answer["warnings"]] == [("wblt_cm", "L")]
    assert "are you sure" in answer["warnings"][0]["message"]
    assert kept(chart, "wblt_cm", "L") == Decimal("2.0")


def test_a_value_that_contradicts_another_is_refused(save, chart):
    save(("nprs_now", "", 6))

    status, answer = save(("nprs_worst_7d", "", 4))

    assert status == 422
    assert [error["field"] for error in answer["errors"]] == ["nprs_worst_7d"]
    assert kept(chart, "nprs_worst_7d") is None


def test_a_draft_is_never_in_the_way_of_the_other_value(save, chart):
    save(("nprs_worst_7d", "", 4))

    status, answer = save(("nprs_now", "", 6))

    assert status == 200
    assert [each["field"] for each in answer["warnings"]] == ["nprs_worst_7d"]
    assert kept(chart, "nprs_now") == 6


def test_half_a_form_is_no_fault_while_it_is_being_filled_in(save):
    status, answer = save(("tape_trial.pre", "", 6))

    assert status == 200
    assert [each["field"] for each in answer["warnings"]] == ["tape_trial.post"]


def test_an_older_page_gets_both_values_and_changes_nothing(save, chart):
    save(("nprs_now", "", 3))

    status, answer = save(("nprs_now", "", 5), ("settle_minutes", "", 30), base=0)

    assert status == 409
    assert answer["version"] == 1
    assert answer["values"] == [
        {"field": "nprs_now", "side": "", "yours": 5, "theirs": 3},
        {"field": "settle_minutes", "side": "", "yours": 30, "theirs": None},
    ]
    assert kept(chart, "nprs_now") == 3
    assert kept(chart, "settle_minutes") is None


def test_sending_the_same_again_changes_nothing(save, chart):
    save(("nprs_now", "", 3))

    status, answer = save(("nprs_now", "", 3))

    assert (status, answer["version"]) == (200, 1)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("", id="nothing"),
        pytest.param("[]", id="a list"),
        pytest.param("null", id="null"),
        pytest.param('{"values": []}', id="no version"),
        pytest.param('{"base_version": true, "values": []}', id="true is no version"),
        pytest.param('{"base_version": -1, "values": []}', id="below nought"),
        pytest.param('{"base_version": 0, "values": {}}', id="no list"),
        pytest.param('{"base_version": 0, "values": [1]}', id="no object"),
        pytest.param('{"base_version": 0, "values": [{"side": "L"}]}', id="no field"),
        pytest.param('{"base_version": 0, "values": [{"field": "x", "side": "Q"}]}', id="no side"),
        pytest.param('{"base_version": 0, "values": [{"field": "x", "value": NaN}]}', id="NaN"),
        pytest.param('{"base_version": 0, "values": [{"field": "x", "value": ' + "9" * 5000 + "}]}",
                     id="5000 digits"),
        pytest.param("[" * 100_000, id="deep"),
        pytest.param(b"\xff\xfe", id="not UTF-8"),
        pytest.param(json.dumps({"base_version": 0, "values": [{"field": "x"}] * 601}), id="long"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_400_with_a_sentence(save, chart, body):
    status, answer = save(body=body or " ")

    assert status == 400
    assert answer["error"]
    assert chart.findings.exclude(item="age_years").count() == 0


def test_a_lone_surrogate_is_refused_and_not_stored(save, chart):
    body = '{"base_version": 0, "values": [{"field": "goals", "side": "", "value": "\\ud800"}]}'

    status, _ = save(body=body)

    assert status == 422
    assert kept(chart, "goals") is None


def test_a_signed_chart_is_closed(save, client):
    signed = make_signed()
    client.force_login(signed.author.user)

    status, answer = save(("nprs_now", "", 3), chart=signed)

    assert status == 403
    assert set(answer) == {"error"}


def test_without_a_sign_in_a_script_gets_401(client, chart):
    response = client.post(
        f"/chart/assessments/{chart.pk}/save/", "{}", content_type="application/json"
    )

    assert response.status_code == 401


def test_csrf_is_asked_for(chart):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(chart.author.user)

    response = strict.post(
        f"/chart/assessments/{chart.pk}/save/", "{}", content_type="application/json"
    )

    assert response.status_code == 403


def test_autosaves_are_one_audit_row_in_five_minutes(save, chart):
    for pain in (1, 2, 3):
        save(("nprs_now", "", pain))

    rows = AuditEvent.objects.filter(action="chart.saved", object_id=str(chart.pk))
    assert [(row.actor_id, row.data) for row in rows] == [(chart.author.user.pk, {})]


def test_after_five_minutes_there_is_another(chart):
    by = chart.author.user
    actions.save_values(chart, 0, [Entry("nprs_now", "", 1)], by=by, now=NOW)
    later = NOW + timedelta(minutes=5)
    actions.save_values(chart, 1, [Entry("nprs_now", "", 2)], by=by, now=later)

    assert AuditEvent.objects.filter(action="chart.saved").count() == 2


def test_the_rows_say_who_recorded_what_and_when(save, chart):
    save(("nprs_now", "", 3))

    row = Finding.objects.get(assessment=chart, item="nprs_now")
    assert (row.recorded_by, row.recorded_at, row.origin) == (
        chart.author.user, NOW, Finding.Origin.CLINICIAN,
    )  # fmt: skip


def test_the_age_was_filled_in_from_the_date_of_birth(chart):
    row = Finding.objects.get(assessment=chart, item="age_years")

    assert (row.number, row.origin, row.recorded_by) == (31, Finding.Origin.CARRIED, None)


class TestTheAction:
    """What the page already prevents, the action refuses as well."""

    def test_nobody_writes_into_another_ones_draft(self, chart):
        colleague = make_practitioner()
        care(colleague, chart.episode.patient)

        with pytest.raises(NotTheAuthor):
            actions.save_values(chart, 0, [Entry("nprs_now", "", 3)], by=colleague.user, now=NOW)

    def test_a_signed_one_is_closed(self):
        signed = make_signed()

        with pytest.raises(AlreadySigned):
            actions.save_values(
                signed, signed.version, [Entry("goals", "", "x")], by=signed.author.user, now=NOW
            )

    def test_a_stale_one_is_told_so(self):
        chart = make_chart(raw=case_input(1))

        with pytest.raises(StaleVersion) as stale:
            actions.save_values(chart, 0, [Entry("nprs_now", "", 4)], by=chart.author.user, now=NOW)

        assert [(each.yours, each.theirs) for each in stale.value.clashes] == [(4, 1)]
