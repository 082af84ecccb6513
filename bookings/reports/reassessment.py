"""Whose review is due: names and days, never why. For the desk, to call who has no visit booked."""

from datetime import datetime
from uuid import UUID

from django.db.models import Min
from django.urls import reverse
from django.utils.translation import gettext as _

from bookings import clock
from bookings.models import Appointment
from bookings.reports.reading import Reading
from bookings.reports.tables import Column, Kind, Report, Table, Value
from bookings.reviews import Due, reviews_until
from clinic import practice
from clinic.sheets import phone

SLUG = "reassessment"
MOST = 500  # people on one list
State = Appointment.State


def rules() -> list[str]:
    return [
        _(
            "Everybody in care whose practitioner set a day to look again, on or before the last of"
            " these days. The list says that a review is due and nothing about what for."
        ),
        _("Next visit: the first visit still ahead, whatever it was booked for."),
    ]


def report(reading: Reading) -> Report:
    """Return the list up to the last day asked for. Two queries, and what the charts ask."""
    due = reviews_until(reading.last, MOST)
    ahead = _ahead(due, reading.now)
    today = reading.now.astimezone(practice.current().tz).date()
    overdue = sum(one.on < today for one in due)
    uncalled = [one for one in due if one.patient.pk not in ahead]
    return Report(
        SLUG,
        _("Reassessment due"),
        [
            (_("Due"), _("%(n)d or more") % {"n": MOST} if len(due) == MOST else str(len(due))),
            (_("Overdue"), str(overdue)),
            (_("Without a visit ahead"), str(len(uncalled))),
        ],
        [
            _people(_("No visit booked"), uncalled, ahead),
            _people(_("A visit is booked"), [one for one in due if one.patient.pk in ahead], ahead),
        ],
        rules(),
    )


def _ahead(due: list[Due], now: datetime) -> dict[UUID, datetime]:
    """Return when each of them comes next. One query."""
    rows = (
        Appointment.objects.filter(
            patient__in=[one.patient.pk for one in due],
            state__in=[State.REQUESTED, State.BOOKED],
            starts_at__gt=now,
        )
        .order_by()
        .values_list("patient")
        .annotate(next=Min("starts_at"))
    )
    return dict(rows)


def _people(title: str, due: list[Due], ahead: dict[UUID, datetime]) -> Table:
    tz = practice.current().tz
    rows: list[tuple[Value, ...]] = []
    for one in due:
        coming = ahead.get(one.patient.pk)
        when = f"{clock.day_words(coming, tz)}, {clock.wall(coming, tz)}" if coming else ""
        rows.append((str(one.patient), phone(one.patient.phone), one.on, when))
    return Table(
        title,
        [
            Column(_("Patient"), Kind.TEXT),
            Column(_("Phone"), Kind.TEXT),
            Column(_("Due by"), Kind.DAY),
            Column(_("Next visit"), Kind.TEXT),
        ],
        rows,
        links=[reverse("admin:clinic_patient_change", args=[one.patient.pk]) for one in due],
    )
