"""Packs the database and every uploaded file into one tar, and unpacks it without trusting it.

Files are packed first, then the database, then the files that came meanwhile: whatever a row of
the database names is in the backup. The manifest comes last and holds a checksum of everything.
"""

import hashlib
import json
import os
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import IO

from clinic.backups import box, engines

MANIFEST = "manifest.json"
LARGEST_MANIFEST = 200_000_000  # bytes


class DamagedError(Exception):
    """The file is no backup of ours, or not as it was made."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds.

    engine      whose database it is: sqlite or postgresql
    checkpoint  the newest seal of the audit trail (``clinic.seals``); empty before the first
    sha256      a digest for every file in it, by its name
    """

    made_at: str
    engine: str
    checkpoint: str
    sha256: dict[str, str] = field(default_factory=dict)


def pack(
    out: IO[bytes], folders: Mapping[str, Path], staging: Path, about: Manifest, key: str = ""
) -> int:
    """Write a backup to ``out``; return how many uploaded files it holds.

    folders  where uploaded files are, by the name they get in the backup
    staging  an empty folder nobody else may read, for the dump of the database
    key      encrypts the backup; empty leaves it plain
    """
    stream = box.Writer(out, key) if key else out
    with tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT) as tar:
        _add_files(tar, folders, about.sha256)
        dumped = engines.dump(staging)
        count = _add_files(tar, folders, about.sha256)
        _add(tar, dumped.name, dumped, about.sha256)
        text = json.dumps(asdict(about), indent=1, sort_keys=True).encode()
        member = tarfile.TarInfo(MANIFEST)
        member.size = len(text)
        tar.addfile(member, BytesIO(text))
    if key:
        stream.close()
    return count


def unpack(source: IO[bytes], into: Path, key: str = "") -> Manifest:
    """Write what a backup holds into an empty folder, and check all of it.

    Raises DamagedError, or WrongKeyError where it is encrypted and this key does not open it.
    """
    start = source.read(len(box.MAGIC))
    source.seek(0)
    if box.is_boxed(start):
        source = box.Reader(source, key)  # type: ignore[assignment]
    found: dict[str, str] = {}
    try:
        with tarfile.open(fileobj=source, mode="r|") as tar:
            for member in tar:
                if not member.isreg() or not _is_ours(member.name):
                    raise DamagedError
                content = tar.extractfile(member)
                if content is None:
                    raise DamagedError
                if member.name == MANIFEST:
                    return _checked(content.read(LARGEST_MANIFEST), found)
                found[member.name] = _write(content, into / member.name)
    except (tarfile.TarError, EOFError) as error:
        raise DamagedError from error
    raise DamagedError


@contextmanager
def kept_aside(target: Path) -> Iterator[IO[bytes]]:
    """Open a file that gets its name only when it is whole; nobody else may read it."""
    partial = target.with_name(f".{target.name}.partial")
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        partial.rename(target)
    finally:
        partial.unlink(missing_ok=True)


def name_for(now: datetime, *, boxed: bool) -> str:
    """Return a file name that sorts by time: stepdown-20270110-190000.backup"""
    return f"stepdown-{now:%Y%m%d-%H%M%S}.{'backup' if boxed else 'tar'}"


def _add_files(tar: tarfile.TarFile, folders: Mapping[str, Path], known: dict[str, str]) -> int:
    """Add the files that are not in yet; return how many there are by now."""
    for folder, root in sorted(folders.items()):
        for path in sorted(each for each in root.rglob("*") if each.is_file()):
            name = f"{folder}/{path.relative_to(root).as_posix()}"
            if name not in known and not path.is_symlink():
                _add(tar, name, path, known)
    return len(known)


def _add(tar: tarfile.TarFile, name: str, path: Path, known: dict[str, str]) -> None:
    try:
        with path.open("rb") as file:
            member = tar.gettarinfo(arcname=name, fileobj=file)
            member.uid = member.gid = 0
            member.uname = member.gname = ""
            reader = _Digested(file)
            tar.addfile(member, reader)
    except FileNotFoundError:
        return  # taken away meanwhile
    known[name] = reader.digest.hexdigest()


class _Digested:
    """A file that is digested while it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.digest.update(data)
        return data


def _is_ours(name: str) -> bool:
    parts = name.split("/")
    if any(part in {"", ".", ".."} or "\\" in part or "\0" in part for part in parts):
        return False
    return parts[0] in {"media", "files"} if len(parts) > 1 else name in {*_DUMPS, MANIFEST}


_DUMPS = frozenset(engines.NAMES.values())


def _write(content: IO[bytes], path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest = hashlib.sha256()
    with path.open("xb") as file:
        path.chmod(0o600)
        while piece := content.read(1 << 20):
            digest.update(piece)
            file.write(piece)
    return digest.hexdigest()


def _checked(text: bytes, found: Mapping[str, str]) -> Manifest:
    try:
        manifest = Manifest(**json.loads(text))
    except (ValueError, TypeError) as error:
        raise DamagedError from error
    if manifest.sha256 != found or not _DUMPS & set(found):
        raise DamagedError
    return manifest
