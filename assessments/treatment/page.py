"""What a page shows of the treatment given: the rows, the count of visits, where it adds."""

from dataclasses import dataclass

from django.urls import reverse

from assessments.actions.treating import library_number, patient_of
from assessments.library_store import library_of
from assessments.models import Assessment, Note, Plan, Treatment
from assessments.treatment.caps import Counted
from assessments.treatment.counting import BLOCK, counts, instead_of, manual_visits, visit_day
from assessments.treatment.words import pain_words, what_words, where_words
from clinic.persons import theirs


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One treatment in words; ``remove`` is where it is taken off a draft."""

    row: Treatment
    what: str
    where: str
    pain: str
    remove: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Treated:
    """Everything done at a visit.

    counted  visits with manual therapy against the library's number; None where none is asked for
    manual   was there manual therapy that counts at this visit?
    alone    nothing beside it, here or in a plan: the library means it beside exercise
    meant    the library's sentence about it, and ``instead`` what it goes on with
    add      the address that adds
    """

    rows: tuple[Row, ...]
    counted: Counted | None
    manual: bool
    alone: bool
    meant: str
    instead: str
    add: str


def treated(record: Assessment | Note, *, adds: bool = False) -> Treated:
    """Return what was done at the visit of a chart or note. Three queries at most.

    adds  more may be added: then the visits with manual therapy are counted beforehand
    """
    rows = list(record.treatments.order_by("added_at", "pk"))
    library = library_of(library_number(record))
    manual = any(counts(row.kind, row.part) for row in rows)
    beside = any(row.kind in (Treatment.Kind.EXERCISE, Treatment.Kind.GAIT) for row in rows)
    counted = None
    if manual or adds:
        counted = manual_visits(patient_of(record), visit_day(record), library)
    block = library.rulebook.block_by_id.get(BLOCK)
    base = "chart-note-treatment" if isinstance(record, Note) else "chart-treatment"
    return Treated(
        rows=tuple(
            Row(
                row=row,
                what=what_words(row),
                where=where_words(row),
                pain=pain_words(row),
                remove=reverse(f"{base}-remove", args=[record.pk, row.pk]),
            )
            for row in rows
        ),
        counted=counted,
        manual=manual,
        alone=manual and not beside and not _has_plan(record),
        meant=block.why if block else "",
        instead=instead_of(library),
        add=reverse(f"{base}-add", args=[record.pk]),
    )


def _has_plan(record: Assessment | Note) -> bool:
    standing = Plan.objects.filter(issued_at__isnull=False, replaced_at__isnull=True)
    return standing.filter(theirs(patient_of(record), "episode__patient")).exists()
