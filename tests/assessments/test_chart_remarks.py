"""Notes and names beside the findings: kept, signed, shown; never read by a rule."""

import json

import pytest
from django.db import IntegrityError, transaction

from assessments import actions
from assessments.errors import SnippetRefused, StaleVersion
from assessments.findings import FIELDS, SECTIONS
from assessments.findings.remarks import REMARKS, note_name
from assessments.models import Remark
from assessments.screen.entries import Entry
from assessments.seal import assessment_digest
from assessments.storage import stored_rows
from clinic.overlap import violates
from tests.assessments.factories import NOW, make_chart, make_practitioner, make_signed

pytestmark = pytest.mark.django_db

NOTE = "note.history"
WORDS = "Limps down the stairs, not up."


@pytest.fixture
def chart():
    return make_chart()


def save(chart, *entries, base=None):
    chart.refresh_from_db()
    base = chart.version if base is None else base
    return actions.save_values(chart, base, entries, by=chart.author.user, now=NOW)


def test_every_section_has_a_note_and_every_psfs_score_a_name():
    notes = {note_name(code) for code, _label in SECTIONS}
    names = {f"psfs_name.{part}" for part in FIELDS["psfs"].part_ids}

    assert set(REMARKS) == notes | names
    assert set(REMARKS) & set(FIELDS) == set()


def test_words_are_kept_as_written_and_make_a_version(chart):
    saved = save(chart, Entry(NOTE, "", f" {WORDS}\n"), Entry("psfs_name.2", "", "Hiking"))

    assert (saved.version, saved.errors) == (1, ())
    assert actions.remarks_of(chart) == {NOTE: f" {WORDS}\n", "psfs_name.2": "Hiking"}


def test_words_change_no_result(chart):
    before = save(chart, Entry("nprs_now", "", 0)).findings
    after = save(chart, Entry(NOTE, "", "rf_hot_joint yes, fever, night pain")).findings

    assert after == before


@pytest.mark.parametrize("taken", [None, "", "  \n"])
def test_words_taken_away_leave_no_row(chart, taken):
    save(chart, Entry(NOTE, "", WORDS))
    save(chart, Entry(NOTE, "", taken))

    assert not Remark.objects.exists()


@pytest.mark.parametrize(
    "value", ["x" * 2001, 7, ["a"], "a\0b"], ids=["long", "number", "list", "nul"]
)
def test_what_is_no_text_is_refused_by_itself(chart, value):
    saved = save(chart, Entry(NOTE, "", value), Entry("nprs_now", "", 3))

    assert [fault.field for fault in saved.errors] == [NOTE]
    assert saved.findings.value("nprs_now") == 3
    assert not Remark.objects.exists()


def test_a_stale_save_says_both_texts(chart):
    save(chart, Entry(NOTE, "", WORDS))

    with pytest.raises(StaleVersion) as stale:
        save(chart, Entry(NOTE, "", "Limps."), base=0)

    (clash,) = stale.value.clashes
    assert (clash.field, clash.yours, clash.theirs) == (NOTE, "Limps.", WORDS)
    assert actions.remarks_of(chart)[NOTE] == WORDS


def test_a_plain_form_keeps_the_note_of_its_section(client, chart):
    client.force_login(chart.author.user)
    address = f"/chart/assessments/{chart.pk}/"
    form = {"section": "history", "base_version": "0", NOTE: WORDS, "note.load": "not of here"}

    assert client.post(address, form).status_code == 302

    assert actions.remarks_of(chart) == {NOTE: WORDS}
    assert WORDS in client.get(address).text


def test_the_same_words_with_the_line_ends_of_a_form_are_no_change(client, chart):
    save(chart, Entry(NOTE, "", "One\nTwo"))
    client.force_login(chart.author.user)
    form = {"section": "history", "base_version": "1", NOTE: "One\r\nTwo"}
    client.post(f"/chart/assessments/{chart.pk}/", form)

    chart.refresh_from_db()
    assert (chart.version, actions.remarks_of(chart)[NOTE]) == (1, "One\nTwo")


def test_a_signature_covers_the_words(chart):
    save(chart, Entry(NOTE, "", WORDS))
    signed = actions.sign(chart, by=chart.author.user, now=NOW)
    rows = stored_rows(signed)

    soap = signed.soap.all()
    assert signed.content_hash == assessment_digest(signed, rows, {NOTE: WORDS}, soap=soap)
    other = {NOTE: "Something else"}
    assert signed.content_hash != assessment_digest(signed, rows, other, soap=soap)


def test_a_chart_without_words_has_the_digest_it_always_had():
    """The digest of worked case 1 as charts were signed before there were notes or engines."""
    signed = make_signed(1)
    signed.engine = ""

    assert assessment_digest(signed, signed.findings.all(), {}) == (
        "33d106eefc5db923fa953289ef8477aae36c048b02504b95ea7f3b6fa059a20e"
    )


def test_signed_words_change_by_no_door(chart):
    save(chart, Entry(NOTE, "", WORDS))
    actions.sign(chart, by=chart.author.user, now=NOW)
    row = Remark.objects.get()

    for attack in (
        lambda: Remark.objects.filter(pk=row.pk).update(text="Other"),
        row.delete,
        lambda: Remark.objects.create(assessment=chart, name="note.load", text="Later"),
    ):
        with pytest.raises(IntegrityError) as caught, transaction.atomic():
            attack()
        assert violates(caught.value, "remark_of_signed_is_final")


def test_an_amendment_starts_from_the_words(chart):
    save(chart, Entry(NOTE, "", WORDS))
    actions.sign(chart, by=chart.author.user, now=NOW)

    amendment = actions.amend(chart, "Typing", chart.author, by=chart.author.user, now=NOW)

    assert actions.remarks_of(amendment) == {NOTE: WORDS}


def test_a_signed_page_names_each_activity_beside_its_score(client, chart):
    save(chart, Entry("psfs", "", [4, 7]), Entry("psfs_name.1", "", "Cellar stairs"))
    save(chart, Entry(NOTE, "", "<b>bold</b> words"))
    actions.sign(chart, by=chart.author.user, now=NOW)
    client.force_login(chart.author.user)

    page = client.get(f"/chart/assessments/{chart.pk}/").text

    assert "<li>Cellar stairs: 4</li><li>2: 7</li>" in page
    assert "&lt;b&gt;bold&lt;/b&gt; words" in page


class TestSnippets:
    def test_a_word_stands_for_a_sentence(self, client):
        practitioner = make_practitioner()
        client.force_login(practitioner.user)

        for text in ("Education given.", "Education given, leaflet too."):
            client.post("/chart/snippets/", {"word": ".Edu", "text": text})

        (snippet,) = actions.snippets_of(practitioner)
        assert (snippet.word, snippet.text) == ("edu", "Education given, leaflet too.")
        assert actions.snippets_of(make_practitioner()) == []

    def test_a_chart_offers_the_authors_own(self, client, chart):
        actions.save_snippet(chart.author, "edu", "Education given.", by=chart.author.user, now=NOW)
        client.force_login(chart.author.user)

        page = client.get(f"/chart/assessments/{chart.pk}/").text

        assert "<dt><kbd>.edu</kbd></dt><dd>Education given.</dd>" in page

    def test_what_cannot_be_kept_is_said_beside_what_was_typed(self, client):
        client.force_login(make_practitioner().user)

        response = client.post("/chart/snippets/", {"word": "two words", "text": "A sentence."})

        assert response.status_code == 422
        assert 'value="two words"' in response.text
        assert "up to 20 small letters" in response.text

    def test_only_so_many(self):
        practitioner = make_practitioner()
        by = practitioner.user
        for number in range(100):
            actions.save_snippet(practitioner, f"w{number}", "x", by=by, now=NOW)

        with pytest.raises(SnippetRefused):
            actions.save_snippet(practitioner, "one-more", "x", by=by, now=NOW)
        actions.save_snippet(practitioner, "w1", "y", by=by, now=NOW)

    def test_removing(self, client):
        practitioner = make_practitioner()
        actions.save_snippet(practitioner, "edu", "x", by=practitioner.user, now=NOW)
        client.force_login(practitioner.user)

        assert client.post("/chart/snippets/", {"remove": "no\0word"}).status_code == 302
        assert len(actions.snippets_of(practitioner)) == 1

        client.post("/chart/snippets/", {"remove": "edu"})

        assert actions.snippets_of(practitioner) == []


def test_the_script_reads_the_words_back(client, chart):
    save(chart, Entry(NOTE, "", WORDS), Entry("wblt_cm", "R", 11.5), Entry("sports", "", []))
    client.force_login(chart.author.user)

    answer = client.get(f"/chart/assessments/{chart.pk}/values/").json()

    assert (answer["version"], answer["signed"]) == (1, False)
    assert answer["token"]
    assert json.loads(json.dumps(answer["controls"])) == {
        NOTE: WORDS,
        "age_years": "31",
        "sports": ["none"],
        "wblt_cm:R": "11.5",
    }
