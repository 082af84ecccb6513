"""By what way visits were booked: online, at the desk, by a practitioner."""

from collections import defaultdict
from collections.abc import Mapping

from django.utils.translation import gettext as _

from bookings.models import Appointment
from bookings.reports import charts
from bookings.reports.figures import Booked, sources
from bookings.reports.reading import Reading
from bookings.reports.tables import Column, Kind, Report, Table, Value, percent

SLUG = "sources"
Source = Appointment.Source


def rules() -> list[str]:
    return [
        _("Visits of these days, however they ended; cancelled ones were booked as well."),
        _("New here: the person had not been here before when the visit was booked."),
    ]


def report(reading: Reading) -> Report:
    """Return the report of these days. Three queries."""
    by_practitioner = sources(reading.batches, "who")
    by_service = sources(reading.batches, "service")
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for found in by_practitioner.values():
        for source, booked in found.items():
            sums[source][0] += booked.new
            sums[source][1] += booked.returning
    people = [
        (person.name, by_practitioner[who])
        for who, person in reading.practitioners.items()
        if who in by_practitioner
    ]
    services = [
        (service.name, by_service[which])
        for which, service in reading.services.items()
        if which in by_service
    ]
    totals = {source: Booked(*sums[source]) for source in sums}
    everything = sum(booked.all for booked in totals.values())
    online = totals.get(Source.WEB, Booked(0, 0)).all
    return Report(
        SLUG,
        _("How visits were booked"),
        [
            (_("Visits booked"), str(everything)),
            (_("Online"), percent(online / everything if everything else None)),
            (_("Of people new here"), str(sum(booked.new for booked in totals.values()))),
        ],
        [
            _by_source(totals, everything),
            _crossed(_("By practitioner"), _("Practitioner"), people),
            _crossed(_("By service"), _("Service"), services),
        ],
        rules(),
    )


def _by_source(totals: dict[str, Booked], everything: int) -> Table:
    rows: list[tuple[Value, ...]] = []
    for source in Source:
        booked = totals.get(source.value, Booked(0, 0))
        share = booked.all / everything if everything else None
        rows.append((str(source.label), booked.all, booked.new, booked.returning, share))
    new = sum(booked.new for booked in totals.values())
    legend = [_("new here"), _("returning")]
    bars = [
        (
            str(source.label),
            [float(booked.new), float(booked.returning)],
            str(booked.all),
        )
        for source in Source
        if (booked := totals.get(source.value, Booked(0, 0)))
    ]
    return Table(
        _("By way of booking"),
        [
            Column(_("Booked by way of"), Kind.TEXT),
            Column(_("Visits")),
            Column(_("New here")),
            Column(_("Returning")),
            Column(_("Share"), Kind.SHARE),
        ],
        rows,
        total=(_("All"), everything, new, everything - new, 1.0) if everything else (),
        chart=charts.lying(_("Visits by way of booking"), bars, legend=legend)
        if everything
        else None,
    )


def _crossed(title: str, first: str, found: list[tuple[str, Mapping[str, Booked]]]) -> Table:
    rows: list[tuple[Value, ...]] = [
        (name, *(_all(by_source, source) for source in Source), _sum(by_source))
        for name, by_source in found
    ]
    return Table(
        title,
        [
            Column(first, Kind.TEXT),
            *(Column(str(source.label).capitalize()) for source in Source),
            Column(_("All")),
        ],
        rows,
    )


def _all(by_source: Mapping[str, Booked], source: str) -> int:
    return by_source[source].all if source in by_source else 0


def _sum(by_source: Mapping[str, Booked]) -> int:
    return sum(booked.all for booked in by_source.values())
