"""What stands beside a signed chart: amendments with what they change, addenda, late entries."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine

from assessments import actions
from assessments.errors import (
    AmendedAlready,
    NotInCare,
    NotSigned,
    SupervisedAmend,
    WordsMissing,
)
from assessments.models import Addendum
from assessments.screen.differences import Said, differences
from assessments.seal import addendum_digest
from clinic import practice, roles
from clinic.models import AuditEvent
from tests.assessments.factories import (
    NOW,
    care,
    entries_of,
    make_chart,
    make_patient,
    make_practice,
    make_practitioner,
    make_signed,
    make_visit,
)
from tests.assessments.test_chart_pages import queries, words
from tests.assessments.test_guards_final import refused, sql

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed(client):
    signed = make_signed()
    client.force_login(signed.author.user)
    return signed


def amended(original, values, reason="Misread the goniometer"):
    """A signed amendment of a chart in which some values are others."""
    by = original.author.user
    amendment = actions.amend(original, reason, original.author, by=by, now=NOW)
    saved = actions.save_values(amendment, 0, entries_of(values), by=by, now=NOW)
    assert saved.errors == ()
    return actions.sign(amendment, by=by, now=NOW)


def page_of(client, chart):
    return client.get(f"/chart/assessments/{chart.pk}/")


def add(signed, reason="Heard later", text="Slept badly", *, practitioner=None, key=None):
    practitioner = practitioner or signed.author
    return actions.add_addendum(
        signed, reason, text, practitioner, key=key or uuid4(), by=practitioner.user, now=NOW
    )


class TestWhatDiffers:
    def said(self, **places):
        return {(name, "", ""): Said(name.title(), text) for name, text in places.items()}

    def test_nothing(self):
        same = self.said(one="1", two="2")
        assert differences(same, dict(same)) == ()

    def test_changed_added_and_taken_out_in_the_order_of_reading(self):
        before = self.said(one="1", two="2", three="3", five="5")
        after = self.said(nought="0", one="1", two="22", four="4", five="5")

        found = [(each.label, each.before, each.after) for each in differences(before, after)]

        assert found == [
            ("Nought", "", "0"), ("Two", "2", "22"), ("Four", "", "4"), ("Three", "3", "")
        ]  # fmt: skip


class TestAnAmendment:
    def test_its_differences_stand_beside_the_original(self, client, signed):
        amendment = amended(signed, {"nprs_worst_7d": 9})

        for chart in (signed, amendment):
            page = words(page_of(client, chart).text)
            assert "Misread the goniometer" in page
            assert "Worst pain" in page
            [row] = [part for part in page_of(client, chart).text.split("<tr>") if "<ins>" in part]
            assert "<del>5/10</del>" in row
            assert "<ins>9/10</ins>" in row

    def test_what_the_original_says_stays(self, client, signed):
        def record():
            return page_of(client, signed).text.split('class="sd-record"')[1].split("<form")[0]

        before = record()
        amended(signed, {"nprs_worst_7d": 9})

        assert record().split("sd-compare")[0] == before.split("sd-compare")[0]

    def test_a_value_found_and_one_taken_out(self, client, signed):
        by = signed.author.user
        amendment = actions.amend(signed, "why", signed.author, by=by, now=NOW)
        values = entries_of({"beighton": 4, "nprs_avg_7d": None})
        actions.save_values(amendment, 0, values, by=by, now=NOW)
        actions.sign(amendment, by=by, now=NOW)

        table = page_of(client, signed).text.split("sd-differences")[1].split("</table>")[0]

        assert "<ins>4</ins>" in table
        assert "taken out" in words(table)

    def test_a_changed_note_is_a_difference(self, client, signed):
        amended(signed, {"note.history": "Fell <b>twice</b>"})

        page = page_of(client, signed).text

        assert "Note on" in page
        assert "<ins>Fell &lt;b&gt;twice&lt;/b&gt;</ins>" in page

    def test_the_review_before_signing_shows_what_it_changes(self, client, signed):
        by = signed.author.user
        amendment = actions.amend(signed, "why", signed.author, by=by, now=NOW)
        actions.save_values(amendment, 0, entries_of({"nprs_worst_7d": 9}), by=by, now=NOW)

        page = client.get(f"/chart/assessments/{amendment.pk}/sign/").text

        assert "<del>5/10</del>" in page
        assert "<ins>9/10</ins>" in page

    def test_an_open_amendment_shows_nowhere_else(self, client, signed):
        by = signed.author.user
        actions.amend(signed, "Zebrafish", signed.author, by=by, now=NOW)

        assert "Zebrafish" not in page_of(client, signed).text

    def test_an_amended_chart_is_corrected_in_its_amendment(self, client, signed):
        amendment = amended(signed, {"nprs_worst_7d": 9})

        with pytest.raises(AmendedAlready):
            actions.amend(signed, "again", signed.author, by=signed.author.user, now=NOW)
        page = page_of(client, signed).text
        assert f"/chart/assessments/{signed.pk}/amend/" not in page
        assert f"/chart/assessments/{amendment.pk}/" in page
        amended(amendment, {"nprs_worst_7d": 8}, reason="Heard wrong")

    @pytest.mark.parametrize("number", [0, 1, 3])
    def test_queries(self, client, signed, number):
        chart = signed
        for value in range(number):
            chart = amended(chart, {"nprs_worst_7d": 6 + value})
            add(signed)
        expected = {0: 18, 1: 21, 3: 21}
        assert queries(client, f"/chart/assessments/{signed.pk}/") == expected[number]


class TestAnAddendum:
    def post(self, client, signed, **form):
        form = {"key": str(uuid4()), "why": "Heard later", "text": "Slept badly"} | form
        return client.post(f"/chart/assessments/{signed.pk}/add/", form)

    def test_it_stands_beside_the_chart_with_who_when_and_why(self, client, signed):
        answer = self.post(client, signed)

        assert answer.status_code == 303
        page = words(client.get(answer.url).text)
        assert "Slept badly" in page
        assert f"{signed.author.name} · Heard later" in page
        kept = Addendum.objects.get()
        assert kept.content_hash == addendum_digest(
            signed.content_hash, "Heard later", "Slept badly"
        )
        signed.refresh_from_db()
        assert signed.version == 1

    def test_sent_twice_it_is_added_once(self, client, signed):
        key = str(uuid4())
        answers = [self.post(client, signed, key=key).status_code for _ in range(2)]

        assert answers == [303, 303]
        assert Addendum.objects.count() == 1
        assert AuditEvent.objects.filter(action="chart.added_to").count() == 1

    @pytest.mark.parametrize(("field", "said"), [("why", "Say why"), ("text", "Write what")])
    def test_what_is_missing_is_said_beside_it_and_the_rest_kept(self, client, signed, field, said):
        answer = self.post(client, signed, **{field: " \0 "})

        assert answer.status_code == 422
        assert said in answer.text
        assert ("Slept badly" in answer.text) == (field == "why")
        assert ("Heard later" in answer.text) == (field == "text")
        assert Addendum.objects.count() == 0

    def test_words_are_escaped(self, client, signed):
        self.post(client, signed, text="<script>x</script>")
        assert "<script>x" not in page_of(client, signed).text

    def test_nothing_clinical_is_in_the_trail(self, client, signed):
        self.post(client, signed)
        [row] = AuditEvent.objects.filter(action="chart.added_to")
        assert set(row.data) == {"addendum", "digest"}
        assert row.reason == ""

    def test_who_may_not(self, signed):
        student = make_practitioner(roles.STUDENT)
        care(student, signed.episode.patient)
        stranger = make_practitioner()
        care(stranger, make_patient())
        for practitioner, error in ((student, SupervisedAmend), (stranger, NotInCare)):
            with pytest.raises(error):
                add(signed, practitioner=practitioner)
        with pytest.raises(NotSigned):
            add(make_chart())
        with pytest.raises(WordsMissing):
            add(signed, reason="")

    def test_it_is_final(self, signed):
        kept = add(signed)
        final = "addendum_is_final"
        kept.text = "Slept well"
        assert refused(final, kept.save)
        assert refused(final, lambda: Addendum.objects.update(reason="x"))
        assert refused(final, sql("DELETE FROM assessments_addendum"))
        assert refused(final, sql("UPDATE assessments_addendum SET text = 'x'"))


class TestALateEntry:
    @pytest.fixture
    def visited(self, client):
        make_practice()
        physio = make_practitioner()
        patient = make_patient()
        care(physio, patient)
        visit = make_visit(physio, patient, NOW - timedelta(hours=1), state="completed")
        client.force_login(physio.user)
        return actions.start_assessment(visit, physio, by=physio.user, now=NOW)

    def sign(self, chart, after):
        return actions.sign(chart, by=chart.author.user, now=NOW + after)

    def test_within_the_hours_of_the_practice_it_is_none(self, visited):
        assert self.sign(visited, timedelta(hours=24)).late_entry is False

    def test_after_them_it_is_marked_on_the_chart_and_in_the_timeline(self, client, visited):
        later = timedelta(hours=24, seconds=1)
        with time_machine.travel(NOW + later, tick=False):
            client.force_login(visited.author.user)
            before = client.get(f"/chart/assessments/{visited.pk}/sign/").text
            signed = self.sign(visited, later)
            pages = [
                page_of(client, signed).text,
                client.get(f"/chart/patients/{visited.episode.patient_id}/").text,
            ]

        assert signed.late_entry is True
        assert "marked as a late entry" in before
        assert all("late entry" in page for page in pages)

    def test_the_mark_stays_when_the_practice_allows_more(self, client, visited):
        signed = self.sign(visited, timedelta(hours=30))
        row = make_practice()
        row.late_entry_hours = 72
        row.save()
        practice.forget()

        assert "late entry" in page_of(client, signed).text

    def test_without_a_visit_the_clock_starts_with_the_chart(self):
        make_practice()
        chart = make_chart()
        assert self.sign(chart, timedelta(hours=25)).late_entry is True

    def test_an_amendment_is_no_late_entry(self, signed):
        by = signed.author.user
        amendment = actions.amend(signed, "why", signed.author, by=by, now=NOW)
        assert actions.sign(amendment, by=by, now=NOW + timedelta(days=9)).late_entry is False
