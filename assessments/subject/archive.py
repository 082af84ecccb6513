"""The record as one ZIP, put together while it is sent: no file of it is ever kept.

``MAKERS`` is where another form of the same record joins: a function from a record to members.
"""

import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from io import RawIOBase

from django.core.files.storage import Storage
from django.utils import formats
from django.utils.translation import gettext as _

from assessments.fhir.bundle import bundle_json
from assessments.subject.coverage import LEFT_OUT, NOT_HERE, SOURCES
from assessments.subject.paper import record_pdf
from assessments.subject.reading import Record
from clinic import practice, uploads
from clinic.sheets import csv_bytes

PIECE = 1 << 16  # bytes of an uploaded file in memory at once


@dataclass(frozen=True, slots=True)
class Member:
    """One file of the ZIP: its bytes, or an uploaded file that is read when its turn comes."""

    name: str
    content: bytes | str  # str: a name in the store of clinical files


Maker = Callable[[Record], Iterable[Member]]


def members_of(record: Record) -> list[Member]:
    """Return every file of the ZIP. All that comes from the database is read by now."""
    return [member for make in MAKERS for member in make(record)]


def stream(members: Iterable[Member]) -> Iterator[bytes]:
    """Yield the ZIP piece by piece."""
    out = _Pipe()
    store = uploads.clinical_files()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in members:
            with archive.open(member.name, "w") as inside:
                for piece in _pieces(member, store):
                    inside.write(piece)
                    yield out.taken()
            yield out.taken()
    yield out.taken()


def _pieces(member: Member, store: Storage) -> Iterator[bytes]:
    if isinstance(member.content, bytes):
        yield member.content
        return
    with store.open(member.content) as file:
        while piece := file.read(PIECE):
            yield piece


class _Pipe(RawIOBase):
    """What was written since it was last taken; it cannot go back, so the ZIP never has to."""

    def __init__(self) -> None:
        self._held: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:
        self._held.append(bytes(data))
        return len(self._held[-1])

    def taken(self) -> bytes:
        held, self._held = self._held, []
        return b"".join(held)


def readme(record: Record) -> Iterator[Member]:
    """What is in the ZIP, what is not, and how to read it."""
    when = formats.date_format(record.made_at.astimezone(record.zone), "j F Y, H:i")
    lines = [
        _("Record of %(patient)s, from %(clinic)s")
        % {"patient": record.patient, "clinic": practice.current().name},
        _("Made on %(when)s. All times are by the clock of %(zone)s.")
        % {"when": when, "zone": record.zone.key},
        "",
        _("What is in it"),
        _("- record.pdf: the record to read or print"),
        _("- tables/: the same as tables, for a spreadsheet or another program"),
        _("- files/: what was uploaded, as it is kept"),
        _("- record.fhir.json: visits, findings, forms and plans, for another health program"),
        _("- contents.csv: what each table is about and how many rows it has"),
        "",
        _(
            "An empty cell means that nothing was written there. 0 means 0: a pain of 0 is no "
            "pain, an empty pain was not said. A text that a spreadsheet would take for a "
            "formula has an apostrophe in front."
        ),
        "",
        _("What is not in it"),
        *(f"- {each}" for each in NOT_HERE),
        *(f"- {name}: {why}" for name, why in LEFT_OUT.items()),
        "",
        _("Something is wrong, or missing? Tell us; nobody can change what was signed, and we"),
        _("can put the right words beside it."),
        "",
    ]
    yield Member("README.txt", "\r\n".join(lines).encode())


def contents(record: Record) -> Iterator[Member]:
    """The table of contents: file, title, rows, and from which tables of the database."""
    rows = [
        (
            f"tables/{source.name}.csv", source.title, len(record.rows[source.name]),
            ", ".join(model._meta.label for model in source.models),
        )
        for source in SOURCES
    ]  # fmt: skip
    rows += [
        (f"files/{name}", _("uploaded file"), 1, one._meta.label) for name, one in record.files()
    ]
    yield Member("contents.csv", csv_bytes([_("file"), _("what"), _("rows"), _("from")], rows))


def paper(record: Record) -> Iterator[Member]:
    yield Member("record.pdf", record_pdf(record))


def tables(record: Record) -> Iterator[Member]:
    for source in SOURCES:
        yield Member(f"tables/{source.name}.csv", csv_bytes(source.header(), record.lines(source)))


def files(record: Record) -> Iterator[Member]:
    for name, one in record.files():
        yield Member(f"files/{name}", one.name)


def fhir(record: Record) -> Iterator[Member]:
    yield Member("record.fhir.json", bundle_json(record))


MAKERS: tuple[Maker, ...] = (readme, contents, paper, tables, files, fhir)
