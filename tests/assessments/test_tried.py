"""Tried through every door there is: a red flag, the limits of numbers, and pain that is nought."""

import json
import re
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from assessments import actions
from assessments.errors import RecordError
from assessments.findings import FIELDS, SECTIONS
from assessments.letters.facts import charted
from assessments.models import Finding, Plan
from assessments.scoring.metrics import metrics
from assessments.storage import findings_of
from clinic import roles
from tests.assessments.case_files import case_input
from tests.assessments.factories import (
    NOW,
    make_chart,
    make_draft,
    make_practitioner,
    make_signed,
    make_user,
)

pytestmark = pytest.mark.django_db
NUMBERS = [field for field in FIELDS.values() if field.kind in ("int", "decimal")]


@pytest.fixture
def chart(client):
    made = make_chart()
    client.force_login(made.author.user)
    return made


def address(chart, tail=""):
    return f"/chart/assessments/{chart.pk}/{tail}"


class TestCase6GetsNoPlan:
    @pytest.fixture
    def hot(self):
        return make_signed(6)

    def test_by_the_page_and_its_posts(self, client, hot):
        client.force_login(hot.author.user)
        page = client.get(address(hot, "plan/")).text

        assert not re.search(r'action="[^"]*/plan/(draft|compose|issue|add)/"', page)
        for door in ("draft/", "compose/", "issue/", "add/", "note/"):
            form = {"reason": "why", "phase": "P1", "pain_limit": "3", "exercise": "EX05"}
            assert client.post(address(hot, f"plan/{door}"), form).status_code in (403, 404)
        assert Plan.objects.count() == 0

    def test_by_actions_and_by_the_command(self, hot, tmp_path, capsys):
        by = {"by": hot.author.user, "now": NOW}
        with pytest.raises(RecordError):
            actions.draft_plan(hot, **by)
        file = tmp_path / "case.json"
        file.write_text(json.dumps(case_input(6)))
        call_command("draft_plan", str(file))
        said = json.loads(capsys.readouterr().out)
        assert (said["plan_status"], said["plan"]) == ("BLOCKED", None)

    @pytest.mark.parametrize("name", ["assessment", "finding", "plan", "planline", "note"])
    def test_by_the_admin(self, client, hot, name):
        client.force_login(make_user(roles.MANAGER, roles.CLINICAL_LEAD))
        for page in ("", "add/", f"{hot.pk}/change/"):
            assert client.get(f"/admin/assessments/{name}/{page}").status_code == 404

    def test_by_sql(self, hot):
        draft = make_draft(practitioner=hot.author, patient=hot.episode.patient)
        key = hot.pk.hex if connection.vendor == "sqlite" else hot.pk
        table = Plan._meta.db_table
        issue = (
            f"UPDATE {table} SET assessment_id = %s, issued_at = %s, issued_by_id = drafted_by_id,"
            " content_hash = 'x'"
        )
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(issue, [key, NOW.isoformat()])
        draft.refresh_from_db()
        assert draft.issued_at is None

    def test_by_a_note_in_words(self, client, hot):
        by = {"by": hot.author.user, "now": NOW}
        note = actions.start_note(hot.episode.patient, hot.author, "visit", **by)
        client.force_login(hot.author.user)
        for door in ("plan/", "plan/draft/", "plan/compose/"):
            assert client.post(f"/chart/notes/{note.pk}/{door}").status_code == 404
            assert client.post(f"/chart/assessments/{note.pk}/{door}").status_code in (404, 405)
        assert Plan.objects.count() == 0


class TestEveryHardLimit:
    """One step outside, below and above, of every number of the dictionary."""

    def outside(self, field, way):
        step = Decimal(1).scaleb(-field.decimals)
        return field.hard.low - step if way < 0 else field.hard.high + step

    def test_stands_on_the_page_where_it_is_typed(self, client, chart):
        page = client.get(address(chart, "?preset=all")).text
        typed = dict(re.findall(r'name="([^"]+)"[^>]*?\sdata-hard="([^"]+)"', page, re.DOTALL))
        for field in NUMBERS:
            name = f"{field.id}:L" if field.sided else field.id
            if field.unit == "0-10":
                offered = re.findall(rf'name="{re.escape(name)}" value="(-?\d+)"', page)
                assert offered == [str(score) for score in range(11)], name
            else:
                assert typed[name] == f"{field.hard.low} {field.hard.high}", name

    @pytest.mark.parametrize("way", [-1, 1], ids=["below", "above"])
    def test_is_refused_by_a_form_and_shown_as_typed(self, client, chart, way):
        before = Finding.objects.filter(assessment=chart).count()
        for code, _label in SECTIONS:
            mine = [field for field in NUMBERS if field.section == code]
            form = {"section": code, "base_version": str(chart.version)}
            for field in mine:
                for name in [f"{field.id}:{s}" for s in "LR"] if field.sided else [field.id]:
                    form[name] = str(self.outside(field, way))
            if not mine:
                continue
            answer = client.post(address(chart), form)
            assert answer.status_code == 422, code
            shown = answer.text.partition(f'data-section="{code}"')[2].partition("</form>")[0]
            refused = re.findall(r'sd-cell-error[^"]*" data-cell="([^"]+)"', shown)
            assert set(refused) == set(form) - {"section", "base_version"}, code
        assert Finding.objects.filter(assessment=chart).count() == before

    @pytest.mark.parametrize("way", [-1, 1], ids=["below", "above"])
    def test_is_refused_by_autosave(self, client, chart, way):
        before = Finding.objects.filter(assessment=chart).count()
        values = [
            {"field": field.id, "side": side, "value": float(self.outside(field, way))}
            for field in NUMBERS
            for side in (("L", "R") if field.sided else ("",))
        ]
        answer = client.post(
            address(chart, "save/"),
            json.dumps({"base_version": chart.version, "values": values}),
            content_type="application/json",
        )

        assert answer.status_code == 422
        refused = {(each["field"], each["side"]) for each in answer.json()["errors"]}
        assert refused == {(each["field"], each["side"]) for each in values}
        assert Finding.objects.filter(assessment=chart).count() == before


class TestPainNought:
    """A pain of nought and a pain nobody asked for stay two things all the way."""

    @pytest.fixture
    def charts(self):
        author = make_practitioner()
        asked = make_signed(1, practitioner=author, nprs_now=0)
        blank = make_chart(
            author, None, {k: v for k, v in case_input(1).items() if k != "nprs_now"}
        )
        return asked, blank

    def test_in_storage_and_on_the_chart(self, client, charts):
        asked, blank = charts
        client.force_login(asked.author.user)

        assert asked.findings.get(item="nprs_now").number == 0
        assert not blank.findings.filter(item="nprs_now").exists()
        assert findings_of(blank).state("nprs_now") == "missing"
        form = client.get(address(blank)).text
        assert re.search(r'name="nprs_now" value="" data-reads="number" checked', form)
        assert not re.search(r'name="nprs_now" value="0"[^>]* checked', form)

    def test_in_a_letter(self, charts):
        asked, blank = charts
        signed = actions.sign(blank, by=blank.author.user, now=NOW)

        now = [dict(charted(each).found).get("Pain now") for each in (asked, signed)]
        assert now == ["0/10", None]

    def test_in_a_mean(self, client, chart):
        for psfs, mean in (([0, 5, 4], "3.0"), ([None, 5, 4], "4.5")):
            answer = client.post(
                address(chart, "save/"),
                json.dumps({
                    "base_version": chart.version,
                    "values": [{"field": "psfs", "side": "", "value": psfs}],
                }),
                content_type="application/json",
            )  # fmt: skip
            assert answer.status_code == 200
            chart.refresh_from_db()
            assert metrics(findings_of(chart)).psfs_mean == Decimal(mean)
