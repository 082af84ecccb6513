"""Who did not come and who cancelled late: by practitioner, service, weekday and lead time."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.models.hours import Weekday
from bookings.reports import charts
from bookings.reports.figures import LEADS, Count, attendance
from bookings.reports.reading import Reading
from bookings.reports.tables import Column, Kind, Report, Table, Value, percent

SLUG = "attendance"
LEAD_WORDS = (
    gettext_lazy("less than a day"),
    gettext_lazy("1 to 2 days"),
    gettext_lazy("3 to 6 days"),
    gettext_lazy("1 to 2 weeks"),
    gettext_lazy("2 to 4 weeks"),
    gettext_lazy("4 weeks and more"),
    gettext_lazy("not known"),
)


def rules() -> list[str]:
    return [
        _(
            "Rates are shares of the visits that were to take place: came, did not come, or"
            " cancelled late. Visits cancelled in time are listed and not counted."
        ),
        _("Visits still ahead are left out. A seat in a group is a visit like any other."),
        _("Not settled: the visit is over and nobody wrote down how it went."),
        _(
            "Lead time runs from booking to the visit, as elapsed time; a visit that was moved"
            " keeps the day it was booked. Weekdays are those of the place."
        ),
    ]


def report(reading: Reading) -> Report:
    """Return the report of these days. Three queries."""
    found = attendance(reading.batches, reading.zones, reading.until)
    people = [
        (person.name, found.by_practitioner[who])
        for who, person in reading.practitioners.items()
        if who in found.by_practitioner
    ]
    services = [
        (service.name, found.by_service[which])
        for which, service in reading.services.items()
        if which in found.by_service
    ]
    days = [
        (str(Weekday(day).label), found.by_weekday[day])
        for day in range(7)
        if day in found.by_weekday
    ]
    leads = [
        (str(LEAD_WORDS[lead]), found.by_lead[lead])
        for lead in range(len(LEADS) + 1)
        if lead in found.by_lead
    ]
    everybody = found.everybody
    return Report(
        SLUG,
        _("No-shows and late cancellations"),
        [
            (_("Did not come"), percent(everybody.missed_rate)),
            (_("Cancelled late"), percent(everybody.late_rate)),
            (_("Visits that were to take place"), str(everybody.expected)),
            (_("Not settled"), str(everybody.unsettled)),
        ],
        [
            _table(_("By practitioner"), _("Practitioner"), people, everybody),
            _table(_("By service"), _("Service"), services, everybody),
            _table(_("By weekday"), _("Weekday"), days, everybody),
            _table(_("By lead time"), _("From booking to visit"), leads, everybody),
        ],
        rules(),
    )


def _table(title: str, first: str, counted: Iterable[tuple[str, Count]], everybody: Count) -> Table:
    listed = list(counted)
    bars = [
        (
            name,
            [100 * (count.missed_rate or 0), 100 * (count.late_rate or 0)],
            _("%(missed)s + %(late)s")
            % {"missed": _short(count.missed_rate), "late": _short(count.late_rate)},
        )
        for name, count in listed
        if count.expected
    ]
    legend = [_("did not come"), _("cancelled late")]
    return Table(
        title,
        [
            Column(first, Kind.TEXT),
            Column(_("To take place")),
            Column(_("Came")),
            Column(_("Did not come")),
            Column(_("Cancelled late")),
            Column(_("No-show rate"), Kind.SHARE),
            Column(_("Late-cancel rate"), Kind.SHARE),
            Column(_("Cancelled in time")),
            Column(_("Not settled")),
        ],
        [_line(name, count) for name, count in listed],
        total=_line(_("All"), everybody) if listed else (),
        chart=charts.lying(title, bars, unit=" %", legend=legend, least=10) if bars else None,
    )


def _line(name: str, count: Count) -> tuple[Value, ...]:
    return (
        name, count.expected, count.came, count.missed, count.late, count.missed_rate,
        count.late_rate, count.in_time, count.unsettled,
    )  # fmt: skip


def _short(share: float | None) -> str:
    return percent(share).removesuffix(" %")
