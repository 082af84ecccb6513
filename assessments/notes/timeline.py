"""Notes and calls in a patient's timeline."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from assessments.models import Note, NoteLine
from assessments.timeline.registry import Kind, Reader, register
from clinic.persons import theirs

TITLES = ("about", "complaint")  # the line that says what a note is about, of each kind


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A note, what it is about, and whether its page may be opened: a draft is its author's."""

    note: Note
    about: str
    openable: bool


def notes(reader: Reader, most: int) -> Iterable[tuple[datetime, NoteRow]]:
    """Notes by the day they were signed, drafts by the day they were begun. One query."""
    titles = NoteLine.objects.filter(note=OuterRef("pk"), name__in=TITLES).values("text")[:1]
    found = (
        Note.objects.filter(theirs(reader.patient))
        .annotate(at=Coalesce("signed_at", "started_at"), about=Subquery(titles))
        .filter(at__lte=reader.now)
        .select_related("author")
        .order_by("-at", "-pk")[:most]
    )
    for note in found:
        mine = reader.acts and note.author_id == reader.practitioner.pk
        yield note.at, NoteRow(note, note.about or "", mine or note.signed_at is not None)


register(
    Kind(
        name="note",
        label=_("Notes"),
        read=notes,
        template="assessments/timeline/_note.html",
        clinical=True,
    ),
    40,
)
