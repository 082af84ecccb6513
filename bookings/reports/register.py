"""Every report by its address, and who may see it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from bookings.reports import (
    attendance,
    booked_by,
    first_free,
    reassessment,
    utilisation,
    waiting_list,
)
from bookings.reports.reading import Reading
from bookings.reports.tables import Report


@dataclass(frozen=True, slots=True)
class Entry:
    """``for_desk``: what helps to run the day; the rest is about people's work, for managers."""

    slug: str
    title: Any
    about: Any
    make: Callable[[Reading], Report]
    for_desk: bool = False
    glance: bool = True  # its figures stand on the first page


ENTRIES = (
    Entry(
        utilisation.SLUG,
        _("Utilisation"),
        _("How much of the working hours was booked, by practitioner, place and week."),
        utilisation.report,
    ),
    Entry(
        attendance.SLUG,
        _("No-shows and late cancellations"),
        _("By practitioner, service, weekday and lead time."),
        attendance.report,
    ),
    Entry(
        first_free.SLUG,
        _("Time to first available"),
        _("The next free time of every service, and how long new patients waited."),
        first_free.report,
        for_desk=True,
        glance=False,
    ),
    Entry(
        waiting_list.SLUG,
        _("Waiting list"),
        _("Who waits, what was offered, and how much of what became free was filled."),
        waiting_list.report,
        for_desk=True,
    ),
    Entry(
        booked_by.SLUG,
        _("How visits were booked"),
        _("Online, at the desk or by practitioners; new here or returning."),
        booked_by.report,
    ),
    Entry(
        reassessment.SLUG,
        _("Reassessment due"),
        _("Whose review is due, and who of them has no visit booked."),
        reassessment.report,
        for_desk=True,
    ),
)


def entries(*, manages: bool) -> list[Entry]:
    """Return the reports somebody may see."""
    return [entry for entry in ENTRIES if manages or entry.for_desk]
