"""Photographs on a chart: only with consent, harmless or refused, final, hidden when withdrawn."""

import errno
import re
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from PIL import Image

from assessments import actions
from assessments.actions import stills
from assessments.models import Still, StillConsent
from assessments.seal import assessment_digest
from assessments.storage import stored_rows
from clinic import roles, uploads
from clinic.models import AuditEvent, Message
from tests.assessments.case_files import case_input
from tests.assessments.factories import NOW, care, make_chart, make_patient, make_practitioner
from tests.assessments.test_guards_final import refused

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
AGREED = {"agreed": "on", "given_on": "2027-01-10", "how": "aloud"}


def picture(kind="JPEG", size=(40, 30)):
    out = BytesIO()
    Image.new("RGB", size, "navy").save(out, kind)
    return out.getvalue()


@pytest.fixture(autouse=True)
def _empty_store():
    for name in kept():
        uploads.clinical_files().delete(name)


@pytest.fixture
def chart(client):
    found = make_chart(raw=case_input(1))
    client.force_login(found.author.user)
    return found


def kept():
    return uploads.clinical_files().listdir("")[1]


def add(client, chart, content=None, name="photo.jpg", content_type="image/jpeg", **sent):
    file = SimpleUploadedFile(name, picture() if content is None else content, content_type)
    form = {"view": "run_side", "file": file} | AGREED | sent
    return client.post(f"/chart/assessments/{chart.pk}/stills/", form)


def beside(page, field):
    found = re.search(rf'id="error_1_id_{field}"[^>]*>\s*<strong>([^<]*)', page.text)
    return found[1] if found else ""


def look(still, practitioner):
    browser = Client()
    browser.force_login(practitioner.user)
    return browser.get(f"/chart/stills/{still.pk}/")


class TestAdding:
    def test_kept_under_a_consent_and_a_name_of_ours(self, client, chart):
        answer = add(client, chart, name="../../etc/passwd", note="Left knee in")

        assert (answer.status_code, answer.url) == (303, f"/chart/assessments/{chart.pk}/#stills")
        still = Still.objects.get()
        assert (still.view, still.note, still.form) == ("run_side", "Left knee in", "image/jpeg")
        assert (still.consent.given_on, still.consent.how) == (date(2027, 1, 10), "aloud")
        assert kept() == [still.name]
        assert "passwd" not in still.name
        page = client.get(f"/chart/assessments/{chart.pk}/").text
        assert f'src="/chart/stills/{still.pk}/" alt="Running, from the side: Left knee in"' in page
        rows = AuditEvent.objects.filter(action__startswith="chart.still_")
        assert [row.action for row in rows.order_by("position")] == [
            "chart.still_consent_given",
            "chart.still_added",
        ]
        assert {row.patient_id for row in rows} == {chart.episode.patient_id}
        assert all(row.data == {} for row in rows)

    def test_without_space_for_it_nothing_is_kept_and_the_field_says_so(
        self, client, chart, monkeypatch
    ):
        def full(*_):
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(type(uploads.clinical_files()), "save", full)
        answer = add(client, chart)
        kept_rows = Still.objects.count(), StillConsent.objects.count()
        assert (answer.status_code, *kept_rows) == (
            422,
            0,
            0,
        )
        assert beside(answer, "file") == (
            "The file could not be kept, and nothing was saved. Try again later."
        )
        assert not AuditEvent.objects.filter(action__startswith="chart.still_").exists()

    def test_the_consent_is_asked_for_once(self, client, chart):
        assert add(client, chart).status_code == 303
        page = client.get(f"/chart/assessments/{chart.pk}/").text
        assert "Consent of 10 Jan 2027 (aloud)." in page
        assert 'name="agreed"' not in page
        assert add(client, chart, agreed="", given_on="", how="").status_code == 303
        assert StillConsent.objects.count() == 1

    @pytest.mark.parametrize(
        ("field", "value", "words"),
        [
            ("agreed", "", "Without the patient"),
            ("given_on", "", "required"),
            ("given_on", "2027-01-12", "not come yet"),
            ("given_on", "1800-01-01", "after 1900"),
            ("how", "", "required"),
            ("view", "naked", "not one of the available"),
            ("note", "x" * 121, "at most 120"),
        ],
    )
    def test_what_is_missing_is_said_beside_its_field(self, client, chart, field, value, words):
        answer = add(client, chart, **{field: value})
        assert answer.status_code == 422
        assert words in beside(answer, field)
        assert kept() == []
        assert not StillConsent.objects.exists()

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("page.html", b"<html><script>alert(1)</script></html>"),
            ("drawing.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
            ("photo.jpg", b'<?xml version="1.0"?><svg><script>alert(1)</script></svg>'),
            ("letter.pdf", PDF),
            ("photo.gif", b"GIF89a" + bytes(40)),
            ("photo.jpg", picture()[:200]),
            ("photo.jpg", b"\xff\xd8\xff<html><script>alert(1)</script>"),
            ("film.mp4", b"\x00\x00\x00\x18ftypmp42" + bytes(40)),
            ("run.exe", b"MZ" + bytes(100)),
            ("empty.jpg", b""),
        ],
    )
    def test_anything_but_a_picture_is_refused_beside_the_field(self, client, chart, name, content):
        answer = add(client, chart, content, name)
        assert answer.status_code == 422
        assert "Choose a JPEG or PNG picture" in beside(answer, "file")
        assert kept() == []
        assert not StillConsent.objects.exists()  # nothing by halves

    def test_too_large_is_refused_beside_the_field(self, client, chart):
        answer = add(client, chart, picture() + bytes(10_000_001))
        assert answer.status_code == 422
        assert "at most 10 MB" in beside(answer, "file")
        assert kept() == []

    def test_two_hundred_megabytes_are_refused_unread(self, client, chart):
        answer = client.generic(
            "POST", f"/chart/assessments/{chart.pk}/stills/", b"x", CONTENT_LENGTH="200000000",
            content_type="multipart/form-data; boundary=x",
        )  # fmt: skip
        assert answer.status_code == 413

    def test_where_it_was_taken_is_not_kept(self, client, chart):
        out, exif = BytesIO(), Image.Exif()
        exif[0x010E] = "Taken at home"
        Image.new("RGB", (40, 30)).save(out, "JPEG", exif=exif)
        add(client, chart, out.getvalue())
        with uploads.clinical_files().open(Still.objects.get().name) as file:
            assert b"Taken at home" not in file.read()

    def test_there_is_room_for_twelve(self, client, chart, monkeypatch):
        monkeypatch.setattr(stills, "MOST", 1)
        assert add(client, chart).status_code == 303
        answer = add(client, chart)
        assert answer.status_code == 422
        assert "Remove one first" in beside(answer, "file")
        assert len(kept()) == Still.objects.count() == 1

    def test_removed_from_a_draft_with_its_file(
        self, client, chart, django_capture_on_commit_callbacks
    ):
        add(client, chart)
        address = f"/chart/assessments/{chart.pk}/stills/{Still.objects.get().pk}/remove/"
        with django_capture_on_commit_callbacks(execute=True):
            assert client.post(address).status_code == 303
        assert kept() == []
        assert client.post(address).status_code == 404


class TestReading:
    def test_as_an_attachment_that_runs_nothing(self, client, chart):
        add(client, chart)
        answer = look(Still.objects.get(), chart.author)
        assert answer.status_code == 200
        assert answer["Content-Type"] == "image/jpeg"
        assert answer["Content-Disposition"].startswith("attachment;")
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in answer["Cache-Control"]
        assert b"".join(answer.streaming_content)[:3] == b"\xff\xd8\xff"
        assert AuditEvent.objects.filter(action="chart.still_opened").count() == 1

    def test_who_may_not_read_the_chart_sees_no_photograph(self, client, chart):
        add(client, chart)
        still = Still.objects.get()
        patient = chart.episode.patient
        colleague, coach = make_practitioner(), make_practitioner(roles.COACH)
        for person in (colleague, coach):
            care(person, patient)
        stranger = make_practitioner()
        people = [colleague, coach, stranger]
        assert [look(still, person).status_code for person in people] == [404, 404, 404]

        actions.sign(chart, by=chart.author.user, now=NOW)
        assert [look(still, person).status_code for person in people] == [200, 404, 404]

    def test_a_colleague_adds_nothing_to_a_draft_of_another(self, client, chart):
        colleague = make_practitioner()
        care(colleague, chart.episode.patient)
        client.force_login(colleague.user)
        assert add(client, chart).status_code == 404
        assert kept() == []


class TestSigned:
    @pytest.fixture
    def signed(self, client, chart):
        add(client, chart)
        return actions.sign(chart, by=chart.author.user, now=NOW)

    def test_shown_on_the_signed_chart_and_covered_by_its_signature(self, client, signed):
        still = Still.objects.get()
        page = client.get(f"/chart/assessments/{signed.pk}/").text
        assert f'src="/chart/stills/{still.pk}/"' in page
        assert "Keep this photograph" not in page
        rows = stored_rows(signed)
        soap = signed.soap.all()
        assert signed.content_hash == assessment_digest(signed, rows, {}, [still], soap=soap)
        assert signed.content_hash != assessment_digest(signed, rows, {}, soap=soap)

    def test_nothing_is_added_changed_or_removed(self, client, signed):
        still = Still.objects.get()
        assert add(client, signed).status_code == 403
        where = f"/chart/assessments/{signed.pk}/stills/{still.pk}/remove/"
        assert client.post(where).status_code == 403
        guard = "still_of_signed_is_final"
        assert refused(guard, lambda: Still.objects.update(view="squat"))
        assert refused(guard, still.delete)
        still.pk, still.name = None, "another.jpg"
        assert refused(guard, lambda: still.save(force_insert=True))
        assert len(kept()) == 1


class TestWithdrawing:
    def test_hidden_everywhere_at_once_and_for_good(self, client, chart, time_machine):
        add(client, chart)
        still, patient = Still.objects.get(), chart.episode.patient
        actions.sign(chart, by=chart.author.user, now=NOW)
        before = chart.__class__.objects.get(pk=chart.pk).content_hash
        assert "Consent of 10 Jan 2027" in client.get(f"/chart/patients/{patient.pk}/").text

        answer = client.post(f"/chart/patients/{patient.pk}/stills/withdraw/")

        assert answer.status_code == 302
        assert look(still, chart.author).status_code == 404
        page = client.get(f"/chart/assessments/{chart.pk}/").text
        assert f"/chart/stills/{still.pk}/" not in page
        assert "1 photograph is hidden: the consent was withdrawn on 10 Jan 2027." in page
        assert "Consent of" not in client.get(f"/chart/patients/{patient.pk}/").text
        chart.refresh_from_db()
        rows = stored_rows(chart)
        soap = chart.soap.all()
        assert before == assessment_digest(chart, rows, {}, chart.stills.all(), soap=soap)

    def test_a_new_consent_does_not_bring_them_back(self, client, chart):
        add(client, chart)
        old, patient = Still.objects.get(), chart.episode.patient
        stills.withdraw_stills(patient, by=chart.author.user, now=NOW)
        assert add(client, chart, agreed="").status_code == 422
        assert add(client, chart, how="signed form").status_code == 303
        page = client.get(f"/chart/assessments/{chart.pk}/").text
        assert f"/chart/stills/{old.pk}/" not in page
        assert page.count('<img src="/chart/stills/') == 1

    def test_withdrawn_twice_changes_nothing(self, client, chart):
        add(client, chart)
        by = {"by": chart.author.user, "now": NOW}
        assert stills.withdraw_stills(chart.episode.patient, **by)
        assert not stills.withdraw_stills(chart.episode.patient, **by)
        assert AuditEvent.objects.filter(action="chart.still_consent_withdrawn").count() == 1

    def test_not_by_a_stranger(self, client, chart):
        add(client, chart)
        client.force_login(make_practitioner().user)
        where = f"/chart/patients/{chart.episode.patient.pk}/stills/withdraw/"
        assert client.post(where).status_code == 404
        assert StillConsent.objects.get().withdrawn_at is None

    def test_the_database_keeps_what_was_agreed_and_withdrawn(self, client, chart):
        add(client, chart)
        consents = StillConsent.objects.all()
        assert refused("still_consent_is_final", lambda: consents.update(how="otherwise"))
        assert refused("still_consent_is_final", lambda: consents.update(given_on="2026-01-01"))
        assert refused("still_consent_is_final", lambda: consents._raw_delete(consents.db))
        stills.withdraw_stills(chart.episode.patient, by=chart.author.user, now=NOW)
        assert refused(
            "still_consent_withdrawn_is_final",
            lambda: consents.update(withdrawn_at=None, withdrawn_by=None),
        )
        guard = "still_of_withdrawn_consent_is_final"
        still = Still.objects.get()
        assert refused(guard, lambda: Still.objects.update(note="x"))
        assert refused(guard, still.delete)
        still.pk, still.name = None, "another.jpg"
        assert refused(guard, lambda: still.save(force_insert=True))

    def test_one_consent_stands_at_a_time(self, client, chart):
        add(client, chart)
        again = StillConsent(
            patient=chart.episode.patient, given_on=NOW.date(), how="again",
            recorded_at=NOW, recorded_by=chart.author.user,
        )  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            again.save(force_insert=True)

    def test_of_a_merged_record_too(self, client, chart):
        add(client, chart)
        gone, survivor = chart.episode.patient, make_patient()
        gone.merged_into = survivor
        gone.save()
        assert stills.standing_consent(survivor) is not None
        later = NOW + timedelta(minutes=1)
        assert stills.withdraw_stills(survivor, by=chart.author.user, now=later)
        assert look(Still.objects.get(), chart.author).status_code == 404


def test_nothing_of_it_reaches_a_mail_or_the_admin(client, chart):
    add(client, chart, note="CANARYNOTE")
    stills.withdraw_stills(chart.episode.patient, by=chart.author.user, now=NOW)
    assert not Message.objects.exists()
    registered = {model.__name__ for model in admin.site._registry}
    assert registered.isdisjoint({"Still", "StillConsent"})
