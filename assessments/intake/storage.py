"""Between the rows of an intake and what the pure side calls told. Only reads and bulk writes."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from assessments.findings import Row
from assessments.intake.told import Told, rows_of, together, told_by
from assessments.models import Intake, IntakeAnswer, IntakeCorrection
from assessments.models.intake import Reply

Key = tuple[str, str]  # item and side


def intakes_of(visit_id: UUID) -> dict[str, Intake]:
    """Return the parts of a visit that were begun, by name, with all their rows. Three queries."""
    found = Intake.objects.filter(appointment=visit_id)
    found = found.prefetch_related("answers", "corrections")
    return {intake.part: intake for intake in found}


def told_in(intake: Intake | None) -> Told:
    """Return what was answered, as it was sent."""
    return told_by(_rows(intake.answers.all())) if intake else Told()


def told_now(intake: Intake | None) -> Told:
    """Return the same with every correction in it, the newest last."""
    if intake is None:
        return Told()
    added = sorted(intake.corrections.all(), key=lambda row: (row.added_at, row.pk))
    return together(told_in(intake), told_by(_rows(added)))


def told_altogether(intakes: Iterable[Intake]) -> Told:
    """Return what all parts say now, as one."""
    told = Told()
    for intake in sorted(intakes, key=lambda each: each.part):
        told = together(told, told_now(intake))
    return told


def write_answers(intake: Intake, wanted: Told, now: datetime) -> bool:
    """Make the answers say what ``wanted`` says; touch only rows that differ, say if any did."""
    held = {(row.item, row.side): row for row in intake.answers.all()}
    after = {(row.item, row.side): row for row in rows_of(wanted)}
    gone = [row.pk for key, row in held.items() if key not in after]
    changed = [key for key in after if key in held and _differs(held[key], after[key])]
    fresh = [key for key in after if key not in held]
    if gone:
        IntakeAnswer.objects.filter(pk__in=gone).delete()
    for key in changed:
        _fill(held[key], after[key], now).save()
    IntakeAnswer.objects.bulk_create(
        _fill(IntakeAnswer(intake=intake), after[key], now) for key in fresh
    )
    return bool(gone or changed or fresh)


def add_corrections(intake: Intake, told: Told, now: datetime) -> None:
    """Put new values beside what was sent."""
    IntakeCorrection.objects.bulk_create(
        IntakeCorrection(
            intake=intake,
            item=row.item,
            side=row.side,
            state=row.state,
            number=row.number,
            text=row.text,
            added_at=now,
        )
        for row in rows_of(told)
    )


def _rows(replies: Iterable[Reply] | Sequence[Reply]) -> Iterable[Row]:
    for row in replies:
        yield Row(row.item, row.side, row.state, row.number, row.text)  # type: ignore[arg-type]


def _fill(row: IntakeAnswer, wanted: Row, now: datetime) -> IntakeAnswer:
    row.item, row.side, row.state = wanted.item, wanted.side, wanted.state
    row.number, row.text, row.answered_at = wanted.number, wanted.text, now
    return row


def _differs(row: Reply, wanted: Row) -> bool:
    return (row.state, row.number, row.text) != (wanted.state, wanted.number, wanted.text)
