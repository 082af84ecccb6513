"""The note of a chart: written by itself, changed by hand, both kept, final once signed."""

import json

import pytest
from django.db import IntegrityError, transaction

from assessments import actions
from assessments.errors import AlreadySigned, NotTheAuthor, StaleVersion
from assessments.models import Assessment, SoapPart
from assessments.notes.charted import drawn_soap
from assessments.notes.lines import LONGEST_PART, SOAP
from assessments.screen.entries import Entry
from tests.assessments.case_files import case_input
from tests.assessments.factories import (
    ASKED,
    NOW,
    make_chart,
    make_practitioner,
    make_signed,
    make_treatment,
)
from tests.assessments.test_guards_final import refused, replace_all, sql

pytestmark = pytest.mark.django_db

FINAL = "soap_of_signed_is_final"
OWN = "My own view."


@pytest.fixture
def chart():
    return make_chart(raw=case_input(1) | ASKED)


def who(chart):
    return {"by": chart.author.user, "now": NOW}


def write(chart, base=None, **texts):
    entries = [Entry(name, "", text) for name, text in texts.items()]
    base = Assessment.objects.get(pk=chart.pk).version if base is None else base
    return actions.save_soap(chart, base, entries, **who(chart))


def save(chart, **values):
    entries = [Entry(name, "", value) for name, value in values.items()]
    version = Assessment.objects.get(pk=chart.pk).version
    assert actions.save_values(chart, version, entries, **who(chart)).errors == ()


class TestDrawn:
    def test_from_answers_findings_view_plan_and_treatment(self, chart):
        make_treatment(chart)

        note = drawn_soap(chart)

        assert "Worst pain, last 7 days: " in note["subjective"]
        assert "left " in note["objective"]
        assert "Irritability: " in note["assessment"]
        assert note["plan"].startswith("Treatment given: manual therapy, left kneecap, 10 min; ")
        assert "pain 4/10 before, 0/10 after; agreed aloud." in note["plan"]
        assert "Draft plan, start phase: " in note["plan"]
        assert "Exercises: " in note["plan"]

    def test_a_pain_of_nought_is_none_that_nobody_asked_for(self, chart):
        save(chart, nprs_now=0)
        assert "Pain now: 0/10" in drawn_soap(chart)["subjective"]

        save(chart, nprs_now=None)
        assert "Pain now" not in drawn_soap(chart)["subjective"]

    def test_without_answers_it_judges_nothing(self):
        note = drawn_soap(make_chart())

        assert "Support for kneecap pain" not in note["assessment"]
        assert "Wells" not in note["objective"]
        assert note["plan"] == "No exercise plan while safety questions are open."

    def test_a_red_flag_is_said_with_its_time_and_no_plan(self):
        note = {each.name: each.text for each in make_signed(6).soap.all()}

        assert note["assessment"].splitlines()[1].partition(":")[0]
        assert "No exercise plan while a red flag stands." in note["plan"]
        assert "Safety questions answered yes: " in note["subjective"]


class TestWriting:
    def test_a_part_written_stays_and_the_others_follow_the_chart(self, chart):
        write(chart, assessment=OWN)
        save(chart, nprs_now=0)

        row = chart.soap.get()
        assert (row.name, row.text, row.by_hand) == ("assessment", OWN, True)
        assert "Irritability: " in row.drawn
        signed = actions.sign(chart, **who(chart))
        kept = {each.name: each for each in signed.soap.all()}
        assert set(kept) == set(SOAP)
        assert "Pain now: 0/10" in kept["subjective"].text
        assert [name for name, each in kept.items() if each.by_hand] == ["assessment"]

    @pytest.mark.parametrize("text", [None, "", "  \n"])
    def test_emptied_it_writes_itself_again(self, chart, text):
        write(chart, plan=OWN)
        write(chart, plan=text)

        assert not chart.soap.exists()

    def test_what_the_chart_says_anyway_is_no_change(self, chart):
        version = Assessment.objects.get(pk=chart.pk).version

        assert write(chart, plan=drawn_soap(chart)["plan"]) == (version, ())

    def test_two_tabs_notice_each_other(self, chart):
        base = Assessment.objects.get(pk=chart.pk).version
        write(chart, base, plan=OWN)

        with pytest.raises(StaleVersion) as stale:
            write(chart, base, plan="Yours")

        assert (stale.value.clashes[0].theirs, chart.soap.get().text) == (OWN, OWN)

    def test_what_does_not_belong_is_refused(self, chart):
        for name, text in (("about", "x"), ("plan", 7), ("plan", "x" * (LONGEST_PART + 1))):
            _version, faults = write(chart, **{name: text})
            assert [fault.field for fault in faults] == [name]
        with pytest.raises(NotTheAuthor):
            actions.save_soap(chart, 0, [], by=make_practitioner().user, now=NOW)

    def test_an_amendment_begins_with_what_was_written_by_hand(self, chart):
        write(chart, assessment=OWN)
        signed = actions.sign(chart, **who(chart))

        amendment = actions.amend(signed, "Pain", chart.author, **who(chart))
        save(amendment, nprs_now=0)

        assert [each.name for each in amendment.soap.all()] == ["assessment"]
        again = actions.sign(amendment, **who(chart))
        assert "Pain now: 0/10" in again.soap.get(name="subjective").text
        assert again.soap.get(name="assessment").text == OWN


class TestSignedItIsFinal:
    @pytest.fixture
    def signed(self, chart):
        write(chart, plan=OWN)
        return actions.sign(chart, **who(chart))

    def test_by_action_model_and_sql(self, signed):
        row, table = signed.soap.get(name="plan"), SoapPart._meta.db_table
        with pytest.raises(AlreadySigned):
            write(signed, plan="Other")
        row.text = "Other"
        assert refused(FINAL, row.save)
        assert refused(FINAL, lambda: SoapPart.objects.update(drawn=""))
        assert refused(FINAL, lambda: signed.soap.all().delete())
        assert refused(FINAL, sql(f"UPDATE {table} SET text = 'x'"))
        other = make_chart()
        assert refused(FINAL, lambda: SoapPart.objects.filter(pk=row.pk).update(assessment=other))

    @pytest.mark.sqlite_only
    def test_by_replace(self, signed):
        assert refused(FINAL, replace_all(SoapPart))

    @pytest.mark.parametrize(
        ("name", "values"),
        [
            ("soap_part_is_known", {"name": "about", "text": "x"}),
            ("soap_part_says_something", {"name": "plan", "text": ""}),
        ],
    )
    def test_no_other_rows_exist(self, chart, name, values):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            SoapPart.objects.create(assessment=chart, **values)


class TestThePages:
    @pytest.fixture
    def address(self, client, chart):
        client.force_login(chart.author.user)
        return f"/chart/assessments/{chart.pk}/"

    def test_without_a_script_it_is_written_taken_back_and_signed(self, client, chart, address):
        version = Assessment.objects.get(pk=chart.pk).version
        held = drawn_soap(chart)
        form = {"base_version": str(version)} | {
            name: text.replace("\n", "\r\n") for name, text in held.items()
        }
        assert held["plan"].splitlines()[0] in client.get(f"{address}sign/").text.replace(
            "&#x27;", "'"
        )

        answer = client.post(f"{address}note/", form | {"plan": OWN})

        assert (answer.status_code, answer.url) == (303, f"{address}sign/#note")
        assert chart.soap.get().text == OWN  # the others came back as they were drawn
        again = client.post(f"{address}note/", form | {"plan": "Late"})
        assert again.status_code == 409
        assert ">Late</textarea>" in again.text
        assert OWN in again.text
        now = {"base_version": str(version + 1)}
        assert client.post(f"{address}note/", now | {"redraw": "plan"}).status_code == 303
        assert not chart.soap.exists()
        long = "y" * (LONGEST_PART + 1)
        now = {"base_version": str(version + 2)}
        assert client.post(f"{address}note/", now | {"plan": long}).status_code == 422
        assert client.post(f"{address}note/", now | {"plan": OWN}).status_code == 303
        assert client.post(f"{address}sign/").status_code == 302
        page = client.get(address).text
        assert "Written by hand: what differs from the chart" in page
        assert f"<ins>{OWN}</ins>" in page
        assert client.post(f"{address}note/", now | {"plan": "More"}).status_code == 403

    def test_the_script_saves_one_part(self, client, chart, address):
        def send(base, text, name="plan"):
            body = {"base_version": base, "values": [{"field": name, "value": text}]}
            return client.post(
                f"{address}note/save/", json.dumps(body), content_type="application/json"
            )

        version = Assessment.objects.get(pk=chart.pk).version
        assert send(version, OWN).json()["version"] == version + 1
        stale = send(version, "Late")
        assert (stale.status_code, stale.json()["values"][0]["theirs"]) == (409, OWN)
        assert send(version + 1, 7).status_code == 422
        held = client.get(f"{address}note/values/").json()
        assert (held["version"], held["controls"]["plan"]) == (version + 1, OWN)
        assert set(held["controls"]) == set(SOAP)
        actions.sign(chart, **who(chart))
        assert send(version + 1, "More").status_code == 403
        client.logout()
        assert send(version + 1, "More").status_code == 401
