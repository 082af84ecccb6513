"""The pages of notes in words: with and without a script, in the timeline and on Today."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest

from assessments import actions
from assessments.models import Note
from assessments.notes.timeline import notes
from assessments.timeline import Reader
from tests.assessments.factories import NOW, make_visit
from tests.assessments.test_notes import SHOULDER, start, who, write

pytestmark = pytest.mark.django_db


class TestThePage:
    @pytest.fixture
    def note(self, client):
        note = start(about=None)
        client.force_login(note.author.user)
        return note

    def test_without_a_script_it_is_saved_read_and_signed(self, client, note):
        address = f"/chart/notes/{note.pk}/"
        form = {"base_version": "0", **SHOULDER}

        assert client.post(address, form).status_code == 302
        assert "Painful arc" in client.get(address).text
        to_sign = client.post(address, {**form, "base_version": "1", "sign": "1"})
        assert to_sign.url == f"{address}sign/"
        assert "Cuff related" in client.get(f"{address}sign/").text
        assert client.post(f"{address}sign/").status_code == 302
        page = client.get(address).text
        assert "signed by" in page
        assert "Begin an amendment" in page
        assert client.get(f"{address}sign/").status_code == 403

    def test_what_is_refused_is_kept_as_typed(self, client, note):
        long = "y" * 200

        answer = client.post(
            f"/chart/notes/{note.pk}/", {"base_version": "0", "about": long, "plan": "Rest"}
        )

        assert answer.status_code == 422
        assert long in answer.text
        assert "longer than 120" in answer.text

    def test_original_and_correction_stand_side_by_side(self, client, note):
        write(note)
        actions.sign_note(note, **who(note))
        amendment = actions.amend_note(note, "Wrong side", note.author, **who(note))
        write(amendment, {"about": "left shoulder"})
        actions.sign_note(amendment, **who(note))

        for one in (note, amendment):
            page = client.get(f"/chart/notes/{one.pk}/")
            assert "Wrong side" in page.text
            changed = page.context["corrected"] or page.context["changes"]
            assert [(each.before, each.after) for each in changed] == [
                ("right shoulder", "left shoulder")
            ]

    def test_a_stale_form_shows_both_and_saves_nothing(self, client, note):
        write(note, {"plan": "Stored"})

        answer = client.post(f"/chart/notes/{note.pk}/", {"base_version": "0", "plan": "Typed"})

        assert answer.status_code == 409
        assert "Stored" in answer.text
        assert ">Typed</textarea>" in answer.text
        assert note.lines.get().text == "Stored"

    def test_the_script_saves_one_line(self, client, note):
        def save(base, value, field="plan"):
            body = {"base_version": base, "values": [{"field": field, "value": value}]}
            return client.post(
                f"/chart/notes/{note.pk}/save/", json.dumps(body), content_type="application/json"
            )

        assert save(0, "Rest").json()["version"] == 1
        stale = save(0, "Run")
        assert (stale.status_code, stale.json()["values"][0]["theirs"]) == (409, "Rest")
        assert save(1, 7).status_code == 422
        held = client.get(f"/chart/notes/{note.pk}/values/").json()
        assert (held["version"], held["signed"], held["controls"]) == (1, False, {"plan": "Rest"})
        actions.sign_note(note, **who(note))
        assert save(1, "More").status_code == 403
        client.logout()
        assert save(1, "More").status_code == 401

    def test_the_patients_page_and_the_timeline_show_it(self, client, note):
        write(note)
        actions.sign_note(note, **who(note))
        visit = make_visit(note.author, note.patient)

        page = client.get(f"/chart/patients/{note.patient_id}/")

        assert f'href="/chart/notes/{note.pk}/"' in page.text
        assert "right shoulder" in page.text
        form = {"appointment": str(visit.pk)}
        begun = client.post(f"/chart/patients/{note.patient_id}/note/", form)
        assert begun.status_code == 302
        assert Note.objects.get(appointment=visit).author == note.author

    def test_today_lists_what_is_not_signed(self, client, note):
        assert f'href="/chart/notes/{note.pk}/"' in client.get("/chart/").text
        write(note)
        actions.sign_note(note, **who(note))
        assert f'href="/chart/notes/{note.pk}/"' not in client.get("/chart/").text

    def test_today_begins_a_note_for_a_visit_that_gets_no_chart(self, client, note):
        visit = make_visit(note.author, note.patient)
        page = client.get("/chart/").text
        address = f"/chart/patients/{note.patient_id}/note/"
        assert f'formaction="{address}"' in page

        begun = client.post(address, {"appointment": str(visit.pk)})

        page = client.get("/chart/").text
        assert f'formaction="{address}"' not in page
        assert "Go on with the note" in page
        mine = Note.objects.get(appointment=visit)
        assert begun.url == f"/chart/notes/{mine.pk}/"
        write(mine)
        actions.sign_note(mine, **who(mine))
        assert "Signed note" in client.get("/chart/").text

    def test_an_unknown_note_or_kind_is_404(self, client, note):
        assert client.get(f"/chart/notes/{uuid4()}/").status_code == 404
        answer = client.post(f"/chart/patients/{note.patient_id}/note/", {"kind": "plan"})
        assert answer.status_code == 404

    @pytest.mark.parametrize("many", [1, 4])
    def test_the_timeline_reads_notes_in_one_query(
        self, client, note, many, django_assert_max_num_queries
    ):
        for hours in range(many):
            visit = make_visit(note.author, note.patient, NOW - timedelta(hours=hours + 2))
            write(actions.start_note(visit, note.author, "visit", **who(note)))
        reader = Reader(patient=note.patient, practitioner=note.author, now=NOW, examines=True)
        with django_assert_max_num_queries(1):
            found = [row.about for _at, row in notes(reader, 25)]
        assert found.count("right shoulder") == many
