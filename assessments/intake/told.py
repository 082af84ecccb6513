"""What a patient has told so far: findings, and what is no finding. Pure, and rows of it.

Rows have the shape of ``findings.rows``: one per item, numbers as numbers, codes and words as text.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from assessments.findings import (
    FIELDS,
    REPORTED,
    Findings,
    Row,
    flatten,
    unflatten,
)
from assessments.findings.reported import PSFS_NAME
from assessments.intake.steps import FOLLOWS, asked_fields

NOT_RUNNING = "not_runner"


@dataclass(frozen=True, slots=True)
class Told:
    """``reported`` holds texts by id; the names of activities as part -> name."""

    findings: Findings = field(default_factory=lambda: Findings({}))
    reported: Mapping[str, object] = field(default_factory=dict)

    def value(self, name: str) -> object | None:
        """Return what is held of a question; "not_tested" where it was said to be not tried."""
        if name in REPORTED:
            return self.reported.get(name)
        return self.findings.values.get(name)

    def has(self, name: str) -> bool:
        """Say whether a question was answered; a score of 0 and "not tried" are answers."""
        return self.value(name) is not None

    def with_values(self, values: Mapping[str, object | None]) -> "Told":
        """Return what is told with these values in it; None takes an answer away."""
        findings = {name: value for name, value in values.items() if name in FIELDS}
        reported = {**self.reported, **{n: v for n, v in values.items() if n in REPORTED}}
        return Told(
            Findings({**self.findings.values, **findings}),
            {name: value for name, value in reported.items() if value},
        )

    def settled(self, part: str, beside: Findings) -> "Told":
        """Return it with what follows, without answers to questions this person no longer gets.

        beside  what was told in the other part, for questions that depend on it
        """
        told = _with_what_follows(self)
        while True:
            known = Findings({**beside.values, **told.findings.values})
            asked = {*asked_fields(part, known), *FOLLOWS}
            gone = [name for name in (*told.findings.values, *told.reported) if name not in asked]
            if not gone:
                return told
            told = _with_what_follows(told.with_values(dict.fromkeys(gone)))


def told_by(rows: Iterable[Row]) -> Told:
    """Return what these rows say. Raises ValueError for one no dictionary knows."""
    findings: list[Row] = []
    reported: dict[str, object] = {}
    names: dict[str, str] = {}
    for row in rows:
        name, _dot, part = row.item.partition(".")
        if name == PSFS_NAME:
            names[part] = row.text
        elif name in REPORTED:
            reported[name] = row.text
        else:
            findings.append(row)
    if names:
        reported[PSFS_NAME] = names
    return Told(unflatten(findings), reported)


def rows_of(told: Told) -> Iterator[Row]:
    """Yield what is told as rows."""
    yield from flatten(told.findings)
    for name, value in told.reported.items():
        if isinstance(value, Mapping):
            yield from (Row(f"{name}.{part}", "", text=str(one)) for part, one in value.items())
        else:
            yield Row(name, "", text=str(value))


def together(earlier: Told, later: Told) -> Told:
    """Return both as one; where both speak of the same, the later counts."""
    return Told(
        Findings({**earlier.findings.values, **later.findings.values}),
        {**earlier.reported, **later.reported},
    )


def _with_what_follows(told: Told) -> Told:
    """Fill in what other answers already say.

    V01: the only sore knee is the worse one. V04: who does not run has no running now. Whether
    somebody runs follows from the sports they do or want to do again.
    """
    findings = told.findings
    follows: dict[str, object | None] = {}
    sports = findings.value("sports")
    follows["is_runner"] = "running" in sports if isinstance(sports, tuple) else None
    if follows["is_runner"] is False:
        follows["run_status"] = NOT_RUNNING
    elif findings.value("run_status") == NOT_RUNNING:
        follows["run_status"] = None
    side = findings.value("affected_side")
    if side in ("L", "R"):
        follows["index_side"] = side
    return told.with_values(follows)
