"""A file from outside: found out what it really is, made harmless, or refused.

What it is called and what it says it is count for nothing. Pictures are drawn anew, so that
nothing hidden in them is kept: no place where they were taken, no page inside a picture. A PDF is
kept as it is, and is only ever handed out as an attachment.
"""

import hashlib
import logging
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO

from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, Storage, storages
from PIL import Image, ImageOps, UnidentifiedImageError

from clinic.errors import FileNotKept, FileRefused, FileTooLarge

logger = logging.getLogger(__name__)

LARGEST = 10_000_000  # bytes
SIDE = 4_000  # dots; larger pictures are made smaller
# Dots of a picture before it is drawn: beyond them it is a bomb, or no photograph of a letter.
MOST_DOTS: Mapping[str, int] = {"JPEG": 60_000_000, "PNG": 25_000_000}
KINDS: Mapping[str, str] = {"JPEG": "image/jpeg", "PNG": "image/png"}
SUFFIXES: Mapping[str, str] = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf"}
PDF = "application/pdf"
PDF_END = 2_048  # bytes at the end within which a PDF says that it ends


@dataclass(frozen=True, slots=True)
class Clean:
    """A file that may be kept: what it is, its bytes, and a name nobody can guess."""

    form: str
    content: bytes
    name: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def clinical_files() -> Storage:
    """Return the store of files about patients; no address leads into it."""
    return storages["clinical"]


def digest_of(file: IO[bytes] | File) -> str:
    """Return the SHA-256 of an open file, read piece by piece, as 64 hexadecimal digits."""
    digest = hashlib.sha256()
    while piece := file.read(1 << 20):
        digest.update(piece)
    return digest.hexdigest()


def cleaned(file: File) -> Clean:
    """Return a JPEG or PNG drawn anew, or a PDF; raise FileRefused or FileTooLarge otherwise."""
    if file.size > LARGEST:
        raise FileTooLarge
    file.seek(0)
    start = file.read(1_024)
    if start.startswith(b"%PDF-"):
        form, content = PDF, _pdf(start + file.read())
    elif start.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
        form, content = _redrawn(file)
    else:
        raise FileRefused
    return Clean(form, content, f"{secrets.token_hex(16)}.{SUFFIXES[form]}")


def keep(clean: Clean) -> None:
    """Put a clean file into the store, under its own name and no other; whole, or not at all.

    Raises FileNotKept when there is no space for it, or the store cannot be written to.
    """
    store = clinical_files()
    if store.exists(clean.name):
        raise FileExistsError(clean.name)
    try:
        kept = store.save(clean.name, ContentFile(clean.content))
        _settled(store, kept)
    except OSError as error:
        logger.exception("A file could not be kept")
        store.delete(clean.name)  # what there is of it
        raise FileNotKept from error
    if kept != clean.name:
        store.delete(kept)
        raise FileExistsError(clean.name)


def _settled(store: Storage, name: str) -> None:
    """Have the file on the disk before the row that names it is: a power cut takes neither."""
    if isinstance(store, FileSystemStorage):
        with Path(store.path(name)).open("rb") as file:
            os.fsync(file.fileno())


def _pdf(content: bytes) -> bytes:
    if b"%%EOF" not in content[-PDF_END:]:
        raise FileRefused
    return content


def _redrawn(file: File) -> tuple[str, bytes]:
    """Draw a picture anew, upright and no larger than it needs to be; drop all that came along."""
    file.seek(0)
    try:
        with Image.open(file, formats=tuple(KINDS)) as picture:
            kind = str(picture.format)
            if picture.width * picture.height > MOST_DOTS[kind]:
                raise FileTooLarge
            picture.draft("RGB", (SIDE, SIDE))  # a JPEG is read at a smaller size at once
            turned = ImageOps.exif_transpose(picture)
            turned.thumbnail((SIDE, SIDE))
            kept = turned.convert("RGB" if kind == "JPEG" or not _sees_through(turned) else "RGBA")
    except Image.DecompressionBombError as error:
        raise FileTooLarge from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise FileRefused from error
    out = BytesIO()
    kept.info.clear()
    more = {"quality": 88} if kind == "JPEG" else {}
    kept.save(out, format=kind, optimize=True, **more)
    return KINDS[kind], out.getvalue()


def _sees_through(picture: Image.Image) -> bool:
    return "A" in picture.getbands() or "transparency" in picture.info
