"""What every version of the library must still be able to do: draft for ten invented assessments.

Eight of them give a plan and two stay blocked by a red flag, whatever doses and thresholds the
clinical lead chooses (specification H; the inputs are in ``library/drafting_cases``).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

from assessments.findings import Findings, parse
from assessments.library import Library, LibraryFault
from assessments.library.files import read_file
from assessments.library.rulebook_faults import fault
from assessments.library.texts import gettext_noop as _
from assessments.rules.draft import draft
from assessments.rules.gate import BLOCKED

FOLDER = Path(__file__).parents[1] / "library" / "drafting_cases"
PART = "drafting cases"


@dataclass(frozen=True, slots=True)
class DraftingCase:
    """An assessment that must give a plan, or (``plan`` false) must stay blocked."""

    number: int
    title: str
    plan: bool
    findings: Findings


@cache
def drafting_cases() -> tuple[DraftingCase, ...]:
    """Return the ten cases in their order, read once per process.

    Raises ValueError when a file does not hold an assessment the data dictionary accepts.
    """
    return tuple(_case(path) for path in sorted(FOLDER.glob("case_*.yaml")))


def _case(path: Path) -> DraftingCase:
    held = cast(dict[str, object], read_file(path))
    parsed = parse(held["input"])
    if parsed.findings is None or parsed.faults:
        raise ValueError(f"{path.name}: {'; '.join(map(str, parsed.faults))}")
    return DraftingCase(
        int(str(held["case"])), str(held["title"]), held["plan"] is True, parsed.findings
    )


def drafting_faults(
    library: Library, cases: Iterable[DraftingCase] | None = None
) -> list[LibraryFault]:
    """Name every case (the ten, unless others are given) that does not come out as it must."""
    found = []
    for case in drafting_cases() if cases is None else cases:
        judged = draft(case.findings, library.rulebook)
        where = f"case {case.number}"
        if case.plan and (judged.plan is None or not judged.plan.exercises):
            found.append(
                fault(
                    PART,
                    where,
                    _("gives no plan any more ({title}); the result is {status}"),
                    title=case.title,
                    status=judged.plan_status,
                )
            )
        if not case.plan and judged.plan_status != BLOCKED:
            found.append(
                fault(
                    PART,
                    where,
                    _("must stay blocked by its red flag ({title}); the result is {status}"),
                    title=case.title,
                    status=judged.plan_status,
                )
            )
    return found
