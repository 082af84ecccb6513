"""Notes in words: written, signed, final on both engines, amended; and no door to a plan."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from assessments import actions
from assessments.errors import (
    NoteAmended,
    NoteIncomplete,
    NoteSigned,
    NotInCare,
    NotSigned,
    NotTheAuthor,
    ReasonMissing,
    StaleVersion,
    VisitOfAnother,
)
from assessments.models import Assessment, Note, NoteLine, Plan
from assessments.screen.entries import Entry
from assessments.seal import note_digest
from clinic.models import AuditEvent
from tests.assessments.factories import (
    NOW,
    care,
    make_patient,
    make_practitioner,
    make_signed,
    make_visit,
)
from tests.assessments.test_guards_final import key, refused, replace_all, sql

pytestmark = pytest.mark.django_db

SIGNED = "note_signed_is_final"
SIGNED_LINE = "note_line_of_signed_is_final"
SHOULDER = {
    "about": "right shoulder",
    "subjective": "Aches at night",
    "objective": "Painful arc",
    "assessment": "Cuff related",
    "plan": "Advice",
}


def start(author=None, kind="visit", about=None):
    author = author or make_practitioner()
    patient = about or make_patient()
    person = getattr(patient, "patient", patient)
    if not author.care_relations.filter(patient=person).exists():
        care(author, person)
    return actions.start_note(patient, author, kind, by=author.user, now=NOW)


def write(note, words=SHOULDER, base=None):
    entries = [Entry(name, "", text) for name, text in words.items()]
    by = note.author.user
    base = Note.objects.get(pk=note.pk).version if base is None else base
    return actions.save_note(note, base, entries, by=by, now=NOW)


def signed_note(words=SHOULDER, **more):
    note = start(**more)
    assert write(note, words).errors == ()
    return actions.sign_note(note, by=note.author.user, now=NOW)


def who(note):
    return {"by": note.author.user, "now": NOW}


class TestWriting:
    def test_a_visit_has_one_note_and_a_patient_one_open_draft_of_each_kind(self):
        author, patient = make_practitioner(), make_patient()
        visit = make_visit(author, patient)

        first, again = start(author, about=visit), start(author, about=visit)
        bare, same = start(author, about=patient), start(author, about=patient)
        call = start(author, "phone", about=patient)

        assert (first, bare) == (again, same)
        assert len({first.pk, bare.pk, call.pk}) == 3
        assert first.appointment == visit

    def test_only_of_ones_own_visit_and_caseload(self):
        author, other, patient = make_practitioner(), make_practitioner(), make_patient()
        care(author, patient)
        visit = make_visit(other, patient)

        with pytest.raises(VisitOfAnother):
            actions.start_note(visit, author, "visit", by=author.user, now=NOW)
        with pytest.raises(NotInCare):
            actions.start_note(make_patient(), author, "visit", by=author.user, now=NOW)

    def test_lines_are_kept_one_by_one_and_taken_away(self):
        note = start()

        assert write(note, {"subjective": "Aches"}).version == 1
        assert write(note, {"objective": "Swollen", "subjective": "Aches"}).version == 2
        assert write(note, {"subjective": None}).version == 3
        assert write(note, {"objective": "Swollen"}).version == 3  # nothing changed

        assert dict(note.lines.values_list("name", "text")) == {"objective": "Swollen"}

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("subjective", "x" * 4001),
            ("subjective", 7),
            ("subjective", "a\0b"),
            ("complaint", "of a call"),
            ("outcome", "gp"),
            ("pain_worst", "5"),
        ],
    )
    def test_what_does_not_belong_is_refused_and_the_rest_kept(self, field, value):
        note = start()

        saved = write(note, {field: value, "plan": "Rest"})

        assert [fault.field for fault in saved.errors] == [field]
        assert dict(note.lines.values_list("name", "text")) == {"plan": "Rest"}

    def test_two_tabs_notice_each_other(self):
        note = start()
        write(note, {"plan": "Mine"}, base=0)

        with pytest.raises(StaleVersion) as stale:
            write(note, {"plan": "Yours"}, base=0)

        clash = stale.value.clashes[0]
        assert (clash.field, clash.yours, clash.theirs) == ("plan", "Yours", "Mine")
        assert note.lines.get().text == "Mine"

    def test_nobody_else_writes_or_signs_it(self):
        note, other = start(), make_practitioner()
        care(other, note.patient)

        with pytest.raises(NotTheAuthor):
            actions.save_note(note, 0, [], by=other.user, now=NOW)
        with pytest.raises(NotTheAuthor):
            actions.sign_note(note, by=other.user, now=NOW)


class TestSigning:
    def test_it_is_sealed_with_its_words(self):
        note = signed_note()

        note.refresh_from_db()
        assert (note.signed_at, note.signed_by) == (NOW, note.author.user)
        assert note.content_hash == note_digest(note, SHOULDER)
        assert note.content_hash != note_digest(note, SHOULDER | {"plan": "Other"})
        row = AuditEvent.objects.get(action="note.signed")
        assert row.data == {"digest": note.content_hash, "booked": False}

    def test_long_after_the_visit_it_is_a_late_entry(self):
        author, patient = make_practitioner(), make_patient()
        visit = make_visit(author, patient, NOW - timedelta(days=3))
        late, soon = start(author, about=visit), start()
        for note in (late, soon):
            write(note)
            actions.sign_note(note, **who(note))

        assert Note.objects.get(pk=late.pk).late_entry
        assert not Note.objects.get(pk=soon.pk).late_entry

    def test_an_empty_note_is_not_signed(self):
        note = start()
        write(note, {"about": "shoulder"})

        with pytest.raises(NoteIncomplete):
            actions.sign_note(note, **who(note))

    def test_it_is_signed_once_and_written_no_more(self):
        note = signed_note()

        for deed in (
            lambda: actions.sign_note(note, **who(note)),
            lambda: write(note, {"plan": "More"}),
        ):
            with pytest.raises(NoteSigned):
                deed()


class TestASignedNoteIsFinal:
    @pytest.fixture
    def note(self):
        return signed_note()

    def test_by_save_update_and_sql(self, note):
        table = Note._meta.db_table
        note.kind = "phone"
        assert refused(SIGNED, note.save)
        rows = Note.objects.filter(pk=note.pk)
        assert refused(SIGNED, lambda: rows.update(version=9))
        assert refused(SIGNED, lambda: rows.update(signed_at=None, signed_by=None, content_hash=""))
        assert refused(SIGNED, lambda: Note.objects.bulk_update([note], ["version"]))
        assert refused(SIGNED, sql(f"UPDATE {table} SET version = 9 WHERE id = %s", key(note)))

    def test_by_delete(self, note):
        assert refused(SIGNED_LINE, lambda: note.lines.all().delete())
        assert refused(SIGNED, sql(f"DELETE FROM {Note._meta.db_table}"))

    def test_its_lines(self, note):
        line, other = note.lines.first(), start()
        write(other)
        assert refused(SIGNED_LINE, lambda: note.lines.update(text="x"))
        assert refused(SIGNED_LINE, sql(f"UPDATE {NoteLine._meta.db_table} SET text = 'x'"))
        assert refused(SIGNED_LINE, lambda: note.lines.create(name="complaint", text="x"))
        moved = NoteLine.objects.filter(pk=line.pk)
        assert refused(SIGNED_LINE, lambda: moved.update(note=other, name="complaint"))

    @pytest.mark.sqlite_only
    def test_by_replace(self, note):
        assert refused(SIGNED, replace_all(Note))
        assert refused(SIGNED_LINE, replace_all(NoteLine))
        assert refused(SIGNED_LINE, replace_all(NoteLine, "id", "id + 100000"))

    def test_a_draft_beside_it_still_changes(self, note):
        assert write(start(), {"plan": "Rest"}).version == 1

    @pytest.mark.parametrize(
        ("name", "change"),
        [
            ("note_signed_whole", {"signed_at": NOW}),
            ("note_outcome_is_of_a_call", {"outcome": "gp"}),
        ],
    )
    def test_half_signed_or_mixed_rows_do_not_exist(self, name, change):
        draft = Note.objects.filter(pk=start().pk)

        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            draft.update(**change)


class TestAmending:
    def test_the_amendment_starts_from_the_words_and_the_original_stays(self):
        note = signed_note()

        amendment = actions.amend_note(note, "Wrong side", note.author, **who(note))
        write(amendment, {"about": "left shoulder"})
        actions.sign_note(amendment, **who(note))

        words = dict(amendment.lines.values_list("name", "text"))
        assert words == SHOULDER | {"about": "left shoulder"}
        assert note.lines.get(name="about").text == "right shoulder"
        assert (amendment.amends, amendment.amend_reason) == (note, "Wrong side")

    def test_asked_again_the_open_one_is_returned(self):
        note = signed_note()
        first = actions.amend_note(note, "Side", note.author, **who(note))

        assert actions.amend_note(note, "Side", note.author, **who(note)) == first

    def test_not_without_a_reason_a_signature_or_care(self):
        note, draft, stranger = signed_note(), start(), make_practitioner()

        with pytest.raises(ReasonMissing):
            actions.amend_note(note, "  ", note.author, **who(note))
        with pytest.raises(NotSigned):
            actions.amend_note(draft, "Side", draft.author, **who(draft))
        with pytest.raises(NotInCare):
            actions.amend_note(note, "Side", stranger, by=stranger.user, now=NOW)

    def test_one_correction_of_two_is_signed(self):
        note, other = signed_note(), make_practitioner()
        care(other, note.patient)
        mine = actions.amend_note(note, "Side", note.author, **who(note))
        theirs = actions.amend_note(note, "Side", other, by=other.user, now=NOW)
        actions.sign_note(mine, **who(note))

        with pytest.raises(NoteAmended):
            actions.sign_note(theirs, by=other.user, now=NOW)
        with pytest.raises(NoteAmended):
            actions.amend_note(note, "Again", note.author, **who(note))
        rows = Note.objects.filter(pk=theirs.pk)
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(signed_at=NOW, signed_by=other.user, content_hash="x")


class TestNoDoorToAPlan:
    def test_not_by_an_address_of_a_chart(self, client):
        note = signed_note()
        client.force_login(note.author.user)
        address = f"/chart/assessments/{note.pk}/"

        assert client.get(f"{address}plan/").status_code == 404
        for tail in ("sign/", "plan/draft/", "plan/compose/", "plan/issue/", "plan/add/"):
            assert client.post(address + tail, {"reason": "why"}).status_code == 404
        assert client.post(f"/chart/notes/{note.pk}/plan/draft/").status_code == 404
        assert Plan.objects.count() == 0

    def test_not_by_the_database(self):
        """A plan names an assessment; the id of a note is nobody's there."""
        note, signed = signed_note(), make_signed()
        actions.draft_plan(signed, by=signed.author.user, now=NOW)
        table = Plan._meta.db_table

        columns = {field.related_model for field in Plan._meta.get_fields() if field.is_relation}
        assert Note not in columns
        assert Assessment not in {f.related_model for f in Note._meta.get_fields()}

        def pointed_at_the_note():
            sql(f"UPDATE {table} SET assessment_id = %s", key(note))()
            connection.check_constraints()  # now, and not at the end of the test

        with pytest.raises(IntegrityError), transaction.atomic():
            pointed_at_the_note()

    def test_not_by_an_action(self):
        note = signed_note()

        with pytest.raises(AttributeError):
            actions.draft_plan(note, by=note.author.user, now=NOW)
