"""How much of the time that could be booked was booked: by practitioner, place and week."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _

from bookings.reports import charts
from bookings.reports.figures import Use, utilisation
from bookings.reports.reading import Reading
from bookings.reports.tables import Column, Kind, Report, Table, Value, hours, percent

SLUG = "utilisation"


def rules() -> list[str]:
    return [
        _("Available: working hours and changed days, less breaks, closures and time off."),
        _(
            "Booked: the time of visits that stood in the diary, those included to which nobody"
            " came. Cancelled visits are left out, because their time could be booked again."
        ),
        _(
            "Where visits overlap, each minute counts once; so does a group session, however many"
            " come. Visits outside the hours count, so more than 100 % is possible."
        ),
        _("Missed: the part of it in which nobody came."),
        _("Hours are elapsed time, also in the night in which the clocks change."),
    ]


def report(reading: Reading) -> Report:
    """Return the report of these days. Four queries."""
    uses = utilisation(reading.windows, reading.batches, reading.weeks)
    everything = _sum(uses)
    available, booked, missed = everything
    return Report(
        SLUG,
        _("Utilisation"),
        [
            (_("Booked"), percent(_share(available, booked))),
            (_("Hours booked"), hours(booked)),
            (_("Hours available"), hours(available)),
            (_("Hours missed"), hours(missed)),
        ],
        [_by_practitioner(reading, uses), _by_week(uses), _detail(reading, uses)],
        rules(),
    )


def _columns(*titles: Column) -> list[Column]:
    return [
        *titles,
        Column(_("Available"), Kind.MINUTES),
        Column(_("Booked"), Kind.MINUTES),
        Column(_("Missed"), Kind.MINUTES),
        Column(_("Share booked"), Kind.SHARE),
    ]


def _by_practitioner(reading: Reading, uses: list[Use]) -> Table:
    grouped = _grouped(uses, lambda use: (reading.name_of(use.who), reading.place_names[use.where]))
    rows = [(*names, *_line(found)) for names, found in sorted(grouped.items())]
    several = len({place for _name, place in grouped}) > 1
    bars = [
        (
            f"{name}, {place}" if several else name,
            [100 * (_share(available, booked) or 0)],
            percent(_share(available, booked)),
        )
        for name, place, available, booked, *_rest in rows
    ]
    return Table(
        _("By practitioner"),
        _columns(Column(_("Practitioner"), Kind.TEXT), Column(_("Place"), Kind.TEXT)),
        rows,
        total=(_("All"), "", *_line(uses)) if rows else (),
        chart=charts.lying(_("Share booked, by practitioner"), bars, unit=" %", least=100)
        if bars
        else None,
    )


def _by_week(uses: list[Use]) -> Table:
    grouped = _grouped(uses, lambda use: use.monday)
    rows = [(monday, *_line(found)) for monday, found in sorted(grouped.items())]
    bars = [
        (
            formats.date_format(monday, "j M"),
            [100 * (_share(available, booked) or 0)],
            percent(_share(available, booked)),
        )
        for monday, available, booked, *_rest in rows
    ]
    return Table(
        _("By week"),
        _columns(Column(_("Week from"), Kind.DAY)),
        rows,
        total=(_("All"), *_line(uses)) if rows else (),
        chart=charts.standing(_("Share booked, by week"), bars, unit=" %", least=100)
        if len(bars) > 1
        else None,
    )


def _detail(reading: Reading, uses: list[Use]) -> Table:
    rows: list[tuple[Value, ...]] = [
        (
            reading.name_of(use.who), reading.place_names[use.where], use.monday, use.available,
            use.booked, use.missed, _share(use.available, use.booked),
        )
        for use in uses
    ]  # fmt: skip
    return Table(
        _("Week by week"),
        _columns(
            Column(_("Practitioner"), Kind.TEXT),
            Column(_("Place"), Kind.TEXT),
            Column(_("Week from"), Kind.DAY),
        ),
        sorted(rows, key=lambda row: tuple(map(str, row[:3]))),
        fold=True,
    )


def _grouped(uses: Iterable[Use], by: Callable[[Use], Any]) -> dict[Any, list[Use]]:
    found: dict[Hashable, list[Use]] = defaultdict(list)
    for use in uses:
        found[by(use)].append(use)
    return found


def _sum(uses: Iterable[Use]) -> tuple[int, int, int]:
    listed = list(uses)
    return (
        sum(use.available for use in listed),
        sum(use.booked for use in listed),
        sum(use.missed for use in listed),
    )


def _line(uses: Iterable[Use]) -> tuple[Value, ...]:
    available, booked, missed = _sum(uses)
    return available, booked, missed, _share(available, booked)


def _share(available: int, booked: int) -> float | None:
    return booked / available if available else None
