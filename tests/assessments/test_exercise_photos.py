"""A photograph of this patient doing it: with consent, for who sees the plan, gone when it ends."""

import uuid
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from PIL import Image

from assessments import actions, pdf
from assessments.actions import stills
from assessments.actions.exercise_photos import add_exercise_photo
from assessments.errors import NoStillConsent, PictureRefused, UnknownExercise
from assessments.models import ExercisePhoto, StillConsent
from assessments.sheet import sheet_of
from clinic import roles, uploads
from clinic.models import AuditEvent
from clinic.overlap import violates
from tests.assessments.factories import (
    NOW,
    care,
    grant,
    make_exercise_photo,
    make_issued,
    make_patient,
    make_practice,
    make_practitioner,
    make_user,
)

pytestmark = pytest.mark.django_db
AGREED = {"agreed": "on", "given_on": "2027-01-10", "how": "aloud"}
GPS = b"GPSSECRET"


@pytest.fixture(autouse=True)
def _empty_store():
    make_practice()
    for name in kept():
        uploads.clinical_files().delete(name)


@pytest.fixture
def plan():
    return make_issued()


def kept():
    return uploads.clinical_files().listdir("")[1]


def picture(size=(40, 30)):
    out = BytesIO()
    exif = Image.Exif()
    exif[0x010E] = GPS.decode()  # a description that must not travel along
    Image.new("RGB", size, "navy").save(out, "JPEG", exif=exif)
    return out.getvalue()


def send(client, plan, content=None, exercise="EX05", **form):
    client.force_login(plan.assessment.author.user)
    line = plan.lines.get(exercise=exercise)
    file = SimpleUploadedFile("me.jpg", picture() if content is None else content, "image/jpeg")
    address = f"/chart/assessments/{plan.assessment_id}/plan/{line.pk}/photo/"
    return client.post(address, {"file": file} | (form or AGREED))


def test_kept_with_its_consent_without_what_the_camera_wrote(client, plan):
    assert GPS in picture()

    answer = send(client, plan, picture((3000, 2000)))

    assert answer.status_code == 303
    photo = ExercisePhoto.objects.get()
    assert (photo.exercise, photo.episode_id) == ("EX05", plan.episode_id)
    assert photo.consent.how == "aloud"
    with uploads.clinical_files().open(photo.name) as file:
        content = file.read()
    assert GPS not in content
    with Image.open(BytesIO(content)) as found:
        assert max(found.size) == 1000
        assert not found.getexif()
    assert AuditEvent.objects.filter(action="plan.photo_added").count() == 1


@pytest.mark.parametrize(
    "missing", [{"given_on": "2027-01-10", "how": "aloud"}, AGREED | {"how": ""}]
)
def test_nothing_is_kept_without_a_consent(client, plan, missing):
    assert send(client, plan, **missing).status_code == 422
    with pytest.raises(NoStillConsent):
        add_exercise_photo(
            plan, "EX05", SimpleUploadedFile("x.jpg", picture()), by=plan.issued_by, now=NOW
        )
    assert (ExercisePhoto.objects.count(), StillConsent.objects.count(), kept()) == (0, 0, [])


@pytest.mark.parametrize("content", [b"%PDF-1.4\n%%EOF", b"<svg/>", b"GIF89a", b""])
def test_only_a_picture_is_kept(client, plan, content):
    assert send(client, plan, content).status_code == 422
    assert kept() == []
    with pytest.raises(PictureRefused):
        add_exercise_photo(
            plan, "EX05", SimpleUploadedFile("x", b"%PDF-1.4\n%%EOF"),
            agreed=stills.Agreed(NOW.date(), "aloud"), by=plan.issued_by, now=NOW,
        )  # fmt: skip


def test_only_of_an_exercise_of_the_plan(plan):
    with pytest.raises(UnknownExercise):
        make_exercise_photo(plan, "EX51")
    assert kept() == []


def test_one_at_a_time_and_taken_away_with_its_file(client, plan):
    send(client, plan)
    assert "There is a photograph of this exercise" in send(client, plan).text
    photo = ExercisePhoto.objects.get()
    address = f"/chart/assessments/{plan.assessment_id}/plan/photos/{photo.pk}/remove/"

    assert client.get(address).status_code == 405
    other = make_issued()
    client.force_login(other.assessment.author.user)
    wrong = f"/chart/assessments/{other.assessment_id}/plan/photos/{photo.pk}/remove/"
    assert client.post(wrong).status_code == 404

    client.force_login(plan.assessment.author.user)
    assert client.post(address).status_code == 303
    assert not ExercisePhoto.objects.exists()


class TestWhoSeesIt:
    @pytest.fixture
    def photo(self, plan):
        return make_exercise_photo(plan)

    def mine(self, plan, photo):
        return f"/me/{plan.episode.patient_id}/plan/photos/{photo.pk}/"

    def test_the_patient_on_the_page_and_on_paper(self, client, plan, photo):
        client.force_login(grant(plan.episode.patient))
        page = client.get(f"/me/{plan.episode.patient_id}/plan/").text
        assert page.count(f'<img src="{self.mine(plan, photo)}"') == 1
        answer = client.get(self.mine(plan, photo))
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
        assert "no-store" in answer["Cache-Control"]
        assert "sandbox" in answer["Content-Security-Policy"]
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert b"".join(answer.streaming_content).startswith(b"\xff\xd8")
        paper = pdf.paper_of(sheet_of(plan), plan.episode.patient, make_practice())
        assert sum(bool(line["photo"]) for line in paper["lines"]) == 1
        assert client.get(f"/me/{plan.episode.patient_id}/plan/plan.pdf").status_code == 200

    def test_the_physio_on_the_review_and_the_preview(self, client, plan, photo):
        client.force_login(plan.assessment.author.user)
        for tail in ("", "preview/"):
            page = client.get(f"/chart/assessments/{plan.assessment_id}/plan/{tail}").text
            assert f'<img src="/chart/photos/{photo.pk}/"' in page
        assert client.get(f"/chart/photos/{photo.pk}/").status_code == 200

    def test_nobody_else(self, client, plan, photo):
        stranger = make_practitioner()
        for person in (
            stranger.user, make_user(roles.FRONT_DESK), make_user(roles.MANAGER),
            make_user(roles.CLINICAL_LEAD), grant(make_patient()),
        ):  # fmt: skip
            client.force_login(person)
            assert client.get(f"/chart/photos/{photo.pk}/").status_code == 404
            assert client.get(self.mine(plan, photo)).status_code == 404
        client.logout()
        assert client.get(self.mine(plan, photo)).status_code == 302
        assert client.get(f"/chart/photos/{photo.pk}/").status_code == 302

    def test_not_through_another_patients_address(self, client, plan, photo):
        other = make_patient()
        client.force_login(grant(other))
        assert client.get(f"/me/{other.pk}/plan/photos/{photo.pk}/").status_code == 404
        assert client.get(f"/me/{other.pk}/plan/photos/{uuid.uuid4()}/").status_code == 404

    def test_withdrawn_it_is_gone_from_every_door_at_once(self, client, plan, photo):
        patient = plan.episode.patient
        client.force_login(plan.assessment.author.user)
        client.post(f"/chart/patients/{patient.pk}/stills/withdraw/")

        assert client.get(f"/chart/photos/{photo.pk}/").status_code == 404
        review = f"/chart/assessments/{plan.assessment_id}/plan/"
        assert str(photo.pk) not in client.get(review).text
        removed = client.post(f"{review}photos/{photo.pk}/remove/")
        assert removed.status_code == 404
        client.force_login(grant(patient))
        assert client.get(self.mine(plan, photo)).status_code == 404
        assert str(photo.pk) not in client.get(f"/me/{patient.pk}/plan/").text
        paper = pdf.paper_of(sheet_of(plan), patient, make_practice())
        assert not any(line["photo"] for line in paper["lines"])

    def test_a_new_consent_does_not_bring_it_back(self, client, plan, photo):
        stills.withdraw_stills(plan.episode.patient, by=plan.issued_by, now=NOW)
        assert send(client, plan).status_code == 303
        client.force_login(grant(plan.episode.patient))
        page = client.get(f"/me/{plan.episode.patient_id}/plan/").text
        assert str(photo.pk) not in page
        assert page.count("/plan/photos/") == 1

    def test_it_goes_along_to_the_next_version(self, client, plan, photo):
        who = {"by": plan.issued_by, "now": NOW}
        newer = actions.issue_plan(actions.revise_plan(plan, **who), **who)
        assert any(line.photo == photo for line in sheet_of(newer).lines)


def test_an_ended_plan_takes_none(client, plan):
    make_issued(practitioner=plan.assessment.author, patient=plan.episode.patient)
    assert send(client, plan).status_code == 403
    assert not ExercisePhoto.objects.exists()


def test_the_database_keeps_none_without_a_consent_and_hides_for_good(plan):
    photo = make_exercise_photo(plan)
    with pytest.raises(IntegrityError), transaction.atomic():
        ExercisePhoto.objects.update(consent=None)
    stills.withdraw_stills(plan.episode.patient, by=plan.issued_by, now=NOW)
    later = StillConsent.objects.create(
        patient=plan.episode.patient, given_on=NOW.date(), how="aloud",
        recorded_at=NOW, recorded_by=plan.issued_by,
    )  # fmt: skip
    for attack in (
        lambda: ExercisePhoto.objects.update(consent=later),
        lambda: ExercisePhoto.objects.update(exercise="EX06"),
        lambda: ExercisePhoto.objects.filter(pk=photo.pk).delete(),
        lambda: StillConsent.objects.filter(withdrawn_at__isnull=False).update(withdrawn_at=None),
    ):
        with pytest.raises(IntegrityError) as caught, transaction.atomic():
            attack()
        assert violates(caught.value, "exercise_photo_of_withdrawn_is_final") or violates(
            caught.value, "still_consent_withdrawn_is_final"
        )


def test_a_coach_sees_none(client, plan):
    photo = make_exercise_photo(plan)
    coach = make_practitioner(roles.COACH)
    care(coach, plan.episode.patient)
    client.force_login(coach.user)
    assert client.get(f"/chart/photos/{photo.pk}/").status_code == 404
