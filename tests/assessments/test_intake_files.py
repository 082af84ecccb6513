"""Files a patient sends along: harmless or refused, and within reach of clinicians alone."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from assessments import actions
from assessments.models import Intake, IntakeFile
from clinic import roles, uploads
from clinic.models import AuditEvent
from tests.assessments.factories import NOW, make_practitioner, make_user
from tests.assessments.intakes import fill, link_to, open_visit, send
from tests.assessments.test_guards_final import refused
from tests.assessments.thumb import Phone

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def picture(kind="JPEG", size=(40, 30)):
    out = BytesIO()
    Image.new("RGB", size, "navy").save(out, kind)
    return out.getvalue()


@pytest.fixture(autouse=True)
def _empty_store():
    """Every test of a process shares the store; others may have left something in it."""
    for name in uploads.clinical_files().listdir("")[1]:
        uploads.clinical_files().delete(name)


@pytest.fixture
def visit():
    return open_visit()


@pytest.fixture
def phone(visit):
    """A phone that began the form."""
    phone = Phone()
    phone.open(link_to(visit) + "intake/pain/")
    phone.tap("nprs_now", "3")
    phone.press()
    return phone


def add(phone, content=PDF, name="letter.pdf", kind="referral", content_type=""):
    file = SimpleUploadedFile(name, content, content_type or "application/octet-stream")
    address = phone.at.split("intake/")[0] + "intake/files/add/"
    return phone.client.post(address, {"kind": kind, "file": file})


def download(file, practitioner):
    browser = Client()
    browser.force_login(practitioner.user)
    return browser.get(f"/chart/files/{file.pk}/")


def body(answer_):
    return b"".join(answer_.streaming_content)


@pytest.mark.parametrize(
    ("content", "form"),
    [(PDF, "application/pdf"), (picture(), "image/jpeg"), (picture("PNG"), "image/png")],
)
def test_a_file_is_kept_under_a_name_of_ours(phone, content, form):
    assert add(phone, content, "../../etc/passwd").status_code == 303
    file = IntakeFile.objects.get()
    assert (file.form, file.sent_at) == (form, None)
    assert "passwd" not in file.name
    assert "/" not in file.name
    assert uploads.clinical_files().exists(file.name)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<html><script>alert(1)</script></html>"),
        ("drawing.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
        ("letter.pdf", b"<html>%PDF-1.4 %%EOF</html>"),
        ("letter.pdf", b"%PDF-1.4 and no end"),
        ("photo.jpg", b"GIF89a" + bytes(40)),
        ("photo.jpg", picture()[:200]),
        ("run.exe", b"MZ" + bytes(100)),
        ("empty.pdf", b""),
    ],
)
def test_anything_else_is_refused_whatever_it_is_called(phone, name, content):
    answer_ = add(phone, content, name, content_type="image/jpeg")
    assert answer_.status_code == 422
    assert not IntakeFile.objects.exists()
    assert uploads.clinical_files().listdir("")[1] == []


def test_more_than_ten_megabytes_is_refused(phone):
    answer_ = add(phone, PDF.replace(b"<<>>", bytes(10_000_001), 1))
    assert answer_.status_code == 422
    assert "at most 10 MB" in answer_.text


def test_a_request_larger_than_any_page_takes_is_refused_unread(client):
    answer_ = client.generic(
        "POST", "/visit/x/intake/files/add/", b"x", CONTENT_LENGTH="200000000",
        content_type="multipart/form-data; boundary=x",
    )  # fmt: skip
    assert answer_.status_code == 413


def test_there_is_room_for_five(phone):
    for _ in range(5):
        assert add(phone).status_code == 303
    answer_ = add(phone)
    assert answer_.status_code == 422
    assert "five files" in answer_.text
    assert IntakeFile.objects.count() == len(uploads.clinical_files().listdir("")[1]) == 5


def test_a_file_that_was_not_sent_can_be_taken_away(
    phone, visit, django_capture_on_commit_callbacks
):
    add(phone)
    file = IntakeFile.objects.get()
    address = link_to(visit) + f"intake/files/{file.pk}/remove/"
    assert Client().post(address).status_code == 403
    with django_capture_on_commit_callbacks(execute=True):
        assert phone.client.post(address).status_code == 303
    assert not IntakeFile.objects.exists()
    assert not uploads.clinical_files().exists(file.name)
    assert phone.client.post(address).status_code == 404


def test_once_sent_it_stays(phone, visit):
    add(phone)
    IntakeFile.objects.update(sent_at=NOW)
    file = IntakeFile.objects.get()
    address = link_to(visit) + f"intake/files/{file.pk}/remove/"
    assert phone.client.post(address).status_code == 404
    assert refused("intake_file_sent_is_final", lambda: IntakeFile.objects.update(kind="other"))
    assert refused("intake_file_sent_is_final", file.delete)


def test_another_device_adds_nothing(phone, visit):
    other = Phone()
    other.at = phone.at
    assert add(other).status_code == 403
    assert not IntakeFile.objects.exists()


def test_nothing_is_added_before_the_form_was_begun(client):
    visit = open_visit()
    file = SimpleUploadedFile("letter.pdf", PDF)
    sent = {"kind": "referral", "file": file}
    assert client.post(link_to(visit) + "intake/files/add/", sent).status_code == 303
    assert not IntakeFile.objects.exists()


class TestReading:
    @pytest.fixture
    def file(self, phone, visit):
        add(phone, PDF)
        return IntakeFile.objects.get()

    def sent(self, visit):
        browser = Intake.objects.get().browser
        fill(visit, device=actions.Device(browser))
        send(visit, device=actions.Device(browser))

    def test_it_goes_out_as_an_attachment_and_nothing_else(self, file, visit):
        self.sent(visit)
        answer_ = download(file, visit.practitioner)
        assert answer_.status_code == 200
        assert body(answer_) == PDF
        assert answer_["Content-Disposition"] == 'attachment; filename="referral-2027-01-10.pdf"'
        assert answer_["Content-Type"] == "application/pdf"
        assert answer_["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer_["Content-Security-Policy"]
        assert "no-store" in answer_["Cache-Control"]
        assert AuditEvent.objects.filter(action="intake.file_opened").count() == 1

    def test_not_before_the_form_was_sent(self, file, visit):
        assert download(file, visit.practitioner).status_code == 404

    def test_strangers_get_nothing(self, file, visit):
        self.sent(visit)
        assert download(file, make_practitioner()).status_code == 404
        for role in (roles.COACH, roles.FRONT_DESK, roles.MANAGER, roles.CLINICAL_LEAD):
            browser = Client()
            browser.force_login(make_user(role))
            assert browser.get(f"/chart/files/{file.pk}/").status_code == 404
        assert Client().get(f"/chart/files/{file.pk}/").status_code == 302

    def test_no_address_leads_into_the_store(self, file, visit):
        self.sent(visit)
        browser = Client()
        browser.force_login(visit.practitioner.user)
        for address in (
            f"/media/{file.name}",
            f"/static/{file.name}",
            f"/chart/files/{file.name}/",
        ):
            assert browser.get(address).status_code == 404


def test_the_trail_names_no_file(phone):
    add(phone, name="zaunkoenig.pdf")
    said = "".join(str(event.data) for event in AuditEvent.objects.all())
    assert AuditEvent.objects.filter(action="intake.file_added").exists()
    assert "zaunkoenig" not in said


def test_a_form_without_a_file_says_so(phone, visit):
    address = link_to(visit) + "intake/files/add/"
    assert phone.client.post(address, {"kind": "referral"}).status_code == 422
