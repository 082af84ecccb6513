"""What a correction begins with, besides findings and words: the treatments of the visit."""

from collections.abc import Iterable

from assessments.models import Assessment, Note, Treatment


def copy_treatments(rows: Iterable[Treatment], to: Assessment | Note) -> None:
    """Put the same treatments on a correction: what was done, when, and who wrote it down."""
    copies = []
    for row in rows:
        row.pk, row._state.adding = Treatment._meta.pk.get_default(), True
        row.assessment = to if isinstance(to, Assessment) else None
        row.note = to if isinstance(to, Note) else None
        copies.append(row)
    Treatment.objects.bulk_create(copies)
