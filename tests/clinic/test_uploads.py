"""Files from outside: found out what they are, drawn anew, or refused."""

import os
import resource
import zlib
from contextlib import contextmanager
from io import BytesIO
from struct import pack

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from clinic import uploads
from clinic.errors import FileNotKept, FileRefused, FileTooLarge
from clinic.uploads import LARGEST, SIDE, cleaned, keep

PDF = b"%PDF-1.7\n%%EOF\n"


def drawn(kind, size=(60, 40), mode="RGB", **more):
    out = BytesIO()
    Image.new(mode, size, 128 if mode == "L" else None).save(out, kind, **more)
    return out.getvalue()


def clean(content, name="x"):
    return cleaned(ContentFile(content, name=name))


def bomb(width, height):
    """A PNG of a few bytes that says it is enormous."""

    def chunk(kind, data):
        return pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))

    head = pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )  # fmt: skip


@pytest.mark.parametrize(("kind", "form"), [("JPEG", "image/jpeg"), ("PNG", "image/png")])
def test_a_picture_is_drawn_anew(kind, form):
    found = clean(drawn(kind), "../../evil.html")
    assert found.form == form
    assert Image.open(BytesIO(found.content)).size == (60, 40)
    assert found.name.count(".") == 1
    assert "evil" not in found.name


def test_what_came_along_with_a_picture_is_dropped():
    exif = Image.Exif()
    exif[0x010E] = "Zaunkoenig lives at 51.05, -114.07"
    hidden = drawn("JPEG", exif=exif, comment=b"<script>") + b"<html>after the end</html>"
    found = clean(hidden)
    for secret in (b"Zaunkoenig", b"<script>", b"<html>"):
        assert secret in hidden
        assert secret not in found.content


def test_a_photograph_is_turned_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    assert Image.open(BytesIO(clean(drawn("JPEG", exif=exif)).content)).size == (40, 60)


def test_a_large_picture_is_made_smaller():
    found = Image.open(BytesIO(clean(drawn("JPEG", (SIDE + 1000, 50))).content))
    assert max(found.size) <= SIDE


def test_a_picture_one_can_see_through_stays_so():
    assert Image.open(BytesIO(clean(drawn("PNG", mode="RGBA")).content)).mode == "RGBA"


def test_a_pdf_is_kept_as_it_is():
    found = clean(PDF, "letter.PDF")
    assert (found.form, found.content) == ("application/pdf", PDF)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html></html>",
        b"<?xml version='1.0'?><svg/>",
        b"GIF89a" + bytes(20),
        b"\xff\xd8\xff" + bytes(50),
        b"\x89PNG\r\n\x1a\n" + bytes(50),
        drawn("PNG")[:60],
        b"%PDF-1.7 without an end",
        b" %PDF-1.7\n%%EOF",
        b"PK\x03\x04" + bytes(30),
    ],
)
def test_anything_else_is_refused(content):
    with pytest.raises(FileRefused):
        clean(content)


def test_other_pictures_are_refused_also_under_a_known_name():
    for kind in ("GIF", "BMP", "TIFF", "WEBP"):
        with pytest.raises(FileRefused):
            clean(drawn(kind), "photo.jpg")


@pytest.mark.parametrize("size", [(6_000, 6_000), (200_000, 400), (60_000, 60_000)])
def test_a_bomb_is_refused_before_it_is_drawn(size):
    with pytest.raises(FileTooLarge):
        clean(bomb(*size))


def test_ten_megabytes_are_the_most():
    assert clean(PDF.replace(b"\n", b"\n" + bytes(LARGEST - len(PDF)), 1)).content
    with pytest.raises(FileTooLarge):
        clean(PDF.replace(b"\n", b"\n" + bytes(LARGEST), 1))


@contextmanager
def no_file_over(size):
    """As on a disk that is full after so many bytes of a file."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def store(settings, tmp_path):
    """The store as a clinic has it: a folder."""
    settings.STORAGES = settings.STORAGES | {
        "clinical": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        }
    }
    return tmp_path


def test_on_a_full_disk_no_part_of_a_file_stays(store, caplog):
    picture = clean(drawn("PNG"))
    with no_file_over(50), pytest.raises(FileNotKept):
        keep(picture)
    assert list(store.rglob("*.*")) == []
    assert "could not be kept" in caplog.text

    keep(picture)
    assert [file.read_bytes() for file in store.rglob("*.*")] == [picture.content]


def test_a_file_is_on_the_disk_before_it_counts_as_kept(store, monkeypatch):
    settled = []
    monkeypatch.setattr(uploads.os, "fsync", lambda number: settled.append(os.fstat(number)))
    picture = clean(drawn("PNG"))
    keep(picture)
    assert [each.st_size for each in settled] == [len(picture.content)]


def test_a_file_takes_nobodys_name(store):
    picture = clean(drawn("PNG"))
    keep(picture)
    with pytest.raises(FileExistsError):
        keep(picture)
    assert len(list(store.rglob("*.*"))) == 1
