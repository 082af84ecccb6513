"""Beside a signed note: a student's waits for a second signature, and words are added later."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from assessments import actions
from assessments.cosign_queue import notes_to_cosign, notes_waiting_of
from assessments.errors import (
    CannotCosign,
    ContentChanged,
    NotInCare,
    NotSigned,
    SupervisedAmend,
    WordsMissing,
)
from assessments.holding import beside_notes
from assessments.models import Note, NoteAddendum, NoteCoSignature
from clinic import roles
from clinic.models import AuditEvent
from tests.assessments.factories import NOW, care, make_practitioner, make_treatment
from tests.assessments.test_guards_final import refused
from tests.assessments.test_notes import signed_note, start, who, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def supervisor():
    return make_practitioner()


@pytest.fixture
def waiting(supervisor):
    """A note with a treatment that a student signed, of a patient the supervisor looks after."""
    student = make_practitioner(roles.STUDENT)
    student.supervised, student.supervisor = True, supervisor
    student.save()
    note = start(student)
    care(supervisor, note.patient)
    write(note)
    make_treatment(note)
    return actions.sign_note(note, **who(note))


def co_sign(note, practitioner):
    return actions.co_sign_note(note, practitioner, by=practitioner.user, now=NOW)


def add(note, practitioner=None, why="Forgot", text="Sling advised", key=None):
    practitioner = practitioner or note.author
    return actions.add_to_note(
        note, why, text, practitioner, key=key or uuid4(), by=practitioner.user, now=NOW
    )


class TestTheSecondSignature:
    def test_a_students_note_waits_and_a_physios_does_not(self, waiting, supervisor):
        mine = signed_note()

        assert (waiting.waits_for_cosign, mine.waits_for_cosign) == (True, False)
        assert list(notes_to_cosign(supervisor)) == [waiting]
        assert list(notes_waiting_of(waiting.author)) == [waiting]
        assert list(notes_to_cosign(waiting.author)) == []

    def test_it_names_who_and_what_once(self, waiting, supervisor):
        signature = co_sign(waiting, supervisor)

        assert co_sign(waiting, supervisor) == signature
        assert signature.content_hash == waiting.content_hash
        assert not Note.objects.get(pk=waiting.pk).waits_for_cosign
        assert list(notes_to_cosign(supervisor)) == []
        assert AuditEvent.objects.filter(action="note.cosigned").count() == 1

    def test_not_by_whom_or_what_it_must_not(self, waiting, supervisor, monkeypatch):
        stranger, draft = make_practitioner(), start()
        with pytest.raises(CannotCosign):
            co_sign(waiting, waiting.author)
        with pytest.raises(NotInCare):
            co_sign(waiting, stranger)
        with pytest.raises(NotSigned):
            co_sign(draft, draft.author)
        with pytest.raises(CannotCosign):
            co_sign(signed_note(about=waiting.patient), supervisor)  # nobody waits for it
        monkeypatch.setattr("assessments.actions.notes_beside.note_digest", lambda *_: "other")
        with pytest.raises(ContentChanged):
            co_sign(waiting, supervisor)

    def test_the_database_wants_somebody_else(self, waiting, supervisor):
        row = {"note": waiting, "signed_at": NOW, "name": "x", "content_hash": "x"}

        with pytest.raises(IntegrityError, match="another"), transaction.atomic():
            NoteCoSignature.objects.create(signed_by=waiting.signed_by, **row)
        co_sign(waiting, supervisor)
        assert refused("note_cosignature_is_final", NoteCoSignature.objects.all().delete)
        assert refused("note_cosignature_is_final", lambda: NoteCoSignature.objects.update(name=""))

    def test_on_the_pages(self, client, waiting, supervisor):
        client.force_login(supervisor.user)
        address = f"/chart/notes/{waiting.pk}/"
        assert f'href="{address}"' in client.get("/chart/").text
        assert "Waits for a co-signature" in client.get(address).text

        for _each in range(2):
            assert client.post(f"{address}cosign/").status_code == 303

        assert "co-signed by" in client.get(address).text
        assert f'href="{address}"' not in client.get("/chart/").text

    def test_a_student_signs_on_the_page_and_is_told(self, client):
        note = start(make_practitioner(roles.STUDENT))
        write(note)
        client.force_login(note.author.user)
        address = f"/chart/notes/{note.pk}/"

        assert "It then waits for a co-signature" in client.get(f"{address}sign/").text
        assert client.post(f"{address}sign/").status_code == 302
        page = client.get(address).text
        assert "It waits for a co-signature." in page
        assert 'id="add"' not in page
        assert client.post(f"{address}cosign/").status_code == 303
        assert not NoteCoSignature.objects.exists()


class TestAddingWords:
    def test_they_stand_beside_the_note_once(self):
        note, key = signed_note(), uuid4()

        first = add(note, key=key)

        assert add(note, key=key, text="Again") == first
        assert first.text == "Sling advised"
        row = AuditEvent.objects.get(action="note.added_to")
        assert row.data == {"addendum": str(key), "digest": first.content_hash}
        assert list(beside_notes(NOW)) == []

    def test_not_without_words_care_or_a_signature(self, waiting):
        note = signed_note()
        for why, text in (("", "x"), ("x", " ")):
            with pytest.raises(WordsMissing):
                add(note, why=why, text=text)
        with pytest.raises(NotInCare):
            add(note, make_practitioner())
        with pytest.raises(NotSigned):
            add(start())
        with pytest.raises(SupervisedAmend):
            add(waiting)

    def test_they_are_final(self):
        add(signed_note())

        assert refused("note_addendum_is_final", lambda: NoteAddendum.objects.update(text="x"))
        assert refused("note_addendum_is_final", NoteAddendum.objects.all().delete)

    def test_on_the_page(self, client):
        note = signed_note()
        client.force_login(note.author.user)
        address = f"/chart/notes/{note.pk}/"
        form = {"key": str(uuid4()), "why": "Forgot", "text": "Sling advised"}

        empty = client.post(f"{address}add/", form | {"why": ""})
        assert empty.status_code == 422
        assert ">Sling advised</textarea>" in empty.text
        for _each in range(2):
            answer = client.post(f"{address}add/", form)
            assert (answer.status_code, answer.url) == (303, f"{address}#addenda")
        assert note.addenda.count() == 1
        assert "Sling advised" in client.get(address).text
