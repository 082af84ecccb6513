"""What a report is made of, before it becomes a page or a file."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from bookings.reports.charts import Chart
from clinic import sheets

Value = str | int | float | date | None


class Kind(Enum):
    """How a column is written: on the page for people, in a file for sums."""

    TEXT = "text"
    COUNT = "count"
    MINUTES = "minutes"
    SHARE = "share"  # of one; a percentage on the page
    DAYS = "days"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Column:
    title: str
    kind: Kind = Kind.COUNT

    @property
    def is_number(self) -> bool:
        return self.kind not in (Kind.TEXT, Kind.DAY)

    @property
    def file_title(self) -> str:
        """The title in a file, where the unit has to be said."""
        units = {Kind.MINUTES: _("minutes"), Kind.SHARE: "%", Kind.DAYS: _("days")}
        unit = units.get(self.kind)
        return f"{self.title} ({unit})" if unit else self.title


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns.

    total  the line below them
    fold   a long table, which the page shows when it is asked to
    """

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]
    total: Sequence[Value] = ()
    chart: Chart | None = None
    fold: bool = False
    links: Sequence[str] = ()  # where the first cell of each row leads to

    def cells(self, row: Sequence[Value]) -> list[tuple[Column, str]]:
        """Return a row as the page shows it."""
        return [(column, shown(value, column.kind)) for column, value in zip_(self.columns, row)]

    @property
    def lines(self) -> list[tuple[str, list[tuple[Column, str]]]]:
        """Every row with its link, or ""."""
        links = self.links or [""] * len(self.rows)
        return [(link, self.cells(row)) for link, row in zip(links, self.rows, strict=True)]

    @property
    def last_line(self) -> list[tuple[Column, str]]:
        return self.cells(self.total) if self.total else []


def zip_(columns: Sequence[Column], row: Sequence[Value]) -> zip:
    return zip(columns, row, strict=True)


@dataclass(frozen=True, slots=True)
class Report:
    """A page of figures. ``rules`` say how it was counted, in sentences."""

    slug: str
    title: str
    headline: Sequence[tuple[str, str]]  # (what, how much)
    tables: Sequence[Table]
    rules: Sequence[str] = field(default_factory=tuple)


def shown(value: Value, kind: Kind) -> str:
    """Return a value as people read it."""
    if value is None:
        return "–"
    if kind is Kind.MINUTES and isinstance(value, int):
        return hours(value)
    if kind is Kind.SHARE and isinstance(value, float):
        return percent(value)
    if kind is Kind.DAYS and isinstance(value, int | float):
        whole = float(value) == int(value)
        return str(number_format(round(value, 1), 0 if whole else 1))
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int):
        return str(number_format(value, 0, force_grouping=False))
    return str(value)


def hours(minutes: int) -> str:
    """Return minutes as hours and minutes: 37:30 h."""
    return f"{minutes // 60}:{minutes % 60:02} h"


def percent(share: float | None) -> str:
    """Return a share of one to one decimal: 8.3 %."""
    return "–" if share is None else f"{number_format(round(share * 100, 1), 1)} %"


def filed(value: Value, kind: Kind) -> sheets.Cell:
    """Return a value as a file holds it: numbers stay numbers."""
    if kind is Kind.SHARE and isinstance(value, float):
        return round(value * 100, 1)
    return value


def as_csv(report: Report) -> bytes:
    """Return every table below each other, each with its title and its header."""
    width = max(len(table.columns) for table in report.tables)
    lines: list[list[sheets.Cell]] = []
    for table in report.tables:
        lines += [[], [table.title], [column.file_title for column in table.columns]]
        lines += [list(line) for line in _filed(table)]
    header = [report.title, *[""] * (width - 1)]
    return sheets.csv_bytes(header, lines)


def as_xlsx(report: Report) -> bytes:
    """Return a sheet for every table."""
    return sheets.xlsx_bytes(
        (table.title, [column.file_title for column in table.columns], _filed(table))
        for table in report.tables
    )


def _filed(table: Table) -> list[list[sheets.Cell]]:
    rows = [*table.rows, *([table.total] if table.total else [])]
    return [
        [filed(value, column.kind) for column, value in zip_(table.columns, row)] for row in rows
    ]
