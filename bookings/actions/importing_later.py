"""Long files of visits: the worker looks at them, applies them and takes them back.

It does so some rows at a time, in the order of the file, so that no diary is locked for long and
letters go out meanwhile. A row that turned out to be impossible since the look is left out and
named; a worker that is stopped goes on where it was.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bookings.actions import importing, locks
from bookings.actions.booking import user_behind
from bookings.errors import Changed, RowsInUse, RowsWrong
from bookings.imports import seen, visits, within
from bookings.imports.files import Unreadable
from bookings.models import Appointment, DataImport
from clinic import audit
from clinic.audit import Actor

State, Wanted = DataImport.State, DataImport.Wanted
IN_REQUEST = 200  # rows; each visit is 13 ms of a processor, and a request has thirty seconds
AT_A_TIME = 50  # a second or so, then letters have their turn


def is_long(draft: DataImport) -> bool:
    """Say whether a file is too long to be looked at while somebody waits."""
    return draft.kind == DataImport.Kind.VISITS and draft.counts.get("rows", 0) > IN_REQUEST


def ask(
    draft: DataImport, wanted: DataImport.Wanted, *, by: Actor, how: dict[str, Any] | None = None
) -> DataImport:
    """Leave something to do with a file to the worker.

    Raises Changed where it is worked on or was dealt with meanwhile, AlreadyImported, or RowsWrong
    where rows have errors and are not to be left out.
    """
    with transaction.atomic():
        draft = DataImport.objects.select_for_update().get(pk=draft.pk)
        expected = State.APPLIED if wanted == Wanted.ROLL_BACK else State.DRAFT
        if draft.wanted or draft.state != expected:
            raise Changed
        if wanted == Wanted.APPLY:
            _may_be_applied(draft, how or {})
        draft.wanted, draft.wanted_by, draft.how = wanted, user_behind(by), how or {}
        draft.reached, draft.found = 0, {}
        draft.save(update_fields=["wanted", "wanted_by", "how", "reached", "found"])
    return draft


def _may_be_applied(draft: DataImport, how: dict[str, Any]) -> None:
    importing.once(draft)
    if "counts" not in draft.found:
        raise Changed
    if draft.found["counts"]["wrong"] and not how.get("leave_out"):
        raise RowsWrong


def work_on_imports(*, now: datetime) -> int:
    """Deal with the next rows of the file that waits longest. Return how many files wait."""
    waiting = DataImport.objects.filter(wanted__in=[Wanted.LOOK, Wanted.APPLY, Wanted.ROLL_BACK])
    draft = waiting.select_related("wanted_by").order_by("made_at").first()
    if draft is None:
        return 0
    deed = {Wanted.LOOK: _look, Wanted.APPLY: _apply, Wanted.ROLL_BACK: _take_back}
    try:
        deed[Wanted(draft.wanted)](draft, audit.actor_of(draft.wanted_by), now)
    except (Unreadable, RowsInUse) as error:
        fault = str(error)
        if isinstance(error, RowsInUse):
            rows = ", ".join(map(str, error.rows[:20]))
            fault = _("%(error)s Rows: %(rows)s.") % {"error": error, "rows": rows}
        DataImport.objects.filter(pk=draft.pk).update(wanted="", found={"fault": fault})
    return waiting.count()


def _look(draft: DataImport, by: Actor, now: datetime) -> None:
    """Write the next rows and take them back; what earlier ones would have taken is known."""
    rows = importing.read_visits(draft, now)
    part = rows[draft.reached : draft.reached + AT_A_TIME]
    wrong = seen.wrong_numbers(draft.found)
    before = [row for row in rows[: draft.reached] if row.number not in wrong]
    taken = within.Taken(_stretches(before))
    for row in part:
        for stretch in _stretches([row]):
            if (number := taken.over(stretch)) is not None:
                row.errors.append(_("It lies over the visit of row %(n)d.") % {"n": number})
    with transaction.atomic():
        importing.write_visits(draft, part, by, now, tell=False)
        transaction.set_rollback(True)
    reached = draft.reached + len(part)
    here = DataImport.objects.filter(pk=draft.pk, wanted=Wanted.LOOK, reached=draft.reached)
    here.update(  # another worker may have been quicker
        reached=reached,
        found=seen.added(draft.found, _seen(part)),
        wanted="" if reached >= len(rows) else Wanted.LOOK,
    )


def _apply(draft: DataImport, by: Actor, now: datetime) -> None:
    """Write the next rows for good; the file is applied when the last of them is."""
    with transaction.atomic():
        free = DataImport.objects.select_for_update(skip_locked=True, of=("self",))
        mine = free.filter(pk=draft.pk, wanted=Wanted.APPLY).first()
        if mine is None:
            return  # another worker has it
        rows = importing.read_visits(mine, now)
        part = rows[mine.reached : mine.reached + AT_A_TIME]
        locks.queue_all([row.visit for row in part if row.visit])
        importing.write_visits(mine, part, by, now, tell=bool(mine.how.get("tell")))
        mine.reached += len(part)
        mine.found = seen.added(mine.found, _seen(part))
        if mine.reached < len(rows):
            mine.save(update_fields=["reached", "found"])
            return
        wrong = mine.found["counts"]["wrong"]
        mine.found = {**mine.found, "good": []}
        counts = {"rows": len(rows), "made": len(rows) - wrong, "left_out": wrong}
        importing.finish(mine, counts, by=by, now=now)


def _take_back(done: DataImport, by: Actor, now: datetime) -> None:
    importing.roll_back(done, by=by, now=now)


def _seen(rows: Sequence[visits.Row]) -> list[seen.Seen]:
    return [seen.Seen(row.number, row.name, row.what, row.errors, row.warnings) for row in rows]


def _stretches(rows: Sequence[visits.Row]) -> list[within.Stretch]:
    """Return what rows take of diaries; one that did not take place takes nothing."""
    takes_time = (Appointment.State.BOOKED, Appointment.State.COMPLETED)
    return [
        within.Stretch(
            row.number, row.visit.starts_at, row.visit.ends_at,
            (("with", row.visit.practitioner_id), ("of", row.visit.patient_id)),
        )
        for row in rows
        if row.visit is not None and row.visit.state in takes_time
    ]  # fmt: skip
