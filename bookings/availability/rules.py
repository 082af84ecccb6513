"""The rules of a service, and the reasons for which a time is refused."""

from dataclasses import dataclass
from enum import Enum

from bookings.availability.localtime import DAY


def gettext_noop(message: str) -> str:
    """Mark a string for translation; it is translated where it is shown."""
    return message


@dataclass(frozen=True, slots=True)
class Rules:
    """What a service asks of a time. Seconds, but for the horizon.

    Raises ValueError for a length or step that is not positive, for anything negative, and for
    visits longer than a day.
    """

    duration: int
    buffer_before: int = 0
    buffer_after: int = 0
    step: int = 900  # starts are this far apart, counted from the start of the window
    notice: int = 0  # elapsed seconds between booking and start, at least
    horizon_days: int = 365  # bookable up to and including today plus this many local days

    def __post_init__(self) -> None:
        if not 0 < self.duration <= DAY:
            raise ValueError(f"A visit lasts between a second and a day: {self.duration}")
        if self.step <= 0:
            raise ValueError(f"The step between starts must be positive: {self.step}")
        if min(self.buffer_before, self.buffer_after, self.notice, self.horizon_days) < 0:
            raise ValueError("Buffers, notice and horizon cannot be negative.")


class Refusal(Enum):
    """Which rule says no. Where several do, the one named first here is given."""

    PAST = "past"
    NOTICE = "notice"
    HORIZON = "horizon"
    OUTSIDE_HOURS = "outside_hours"
    OFF_GRID = "off_grid"
    TAKEN = "taken"
    BUFFER = "buffer"
    NO_ROOM = "no_room"
    FULL = "full"  # a group session; asked before the others
    NO_SESSION = "no_session"  # a group service; asked before everything


# What a patient reads: what happened and what to do. Translated where it is shown.
MESSAGES = {
    Refusal.PAST: gettext_noop("That time has passed. Please choose a later one."),
    Refusal.NOTICE: gettext_noop("That is too soon to book online. Please choose a later time."),
    Refusal.HORIZON: gettext_noop("That day is too far ahead. Please choose an earlier one."),
    Refusal.OUTSIDE_HOURS: gettext_noop(
        "The visit would not fit into the working hours of that day. Please choose another time."
    ),
    Refusal.OFF_GRID: gettext_noop("Visits do not start at that time. Please choose a listed one."),
    Refusal.TAKEN: gettext_noop("That time is taken. Please choose another one."),
    Refusal.BUFFER: gettext_noop(
        "That time is too close to another visit. Please choose another one."
    ),
    Refusal.NO_ROOM: gettext_noop("No room is free at that time. Please choose another one."),
    Refusal.FULL: gettext_noop("Every seat of that session is taken. Please choose another one."),
    Refusal.NO_SESSION: gettext_noop("No group meets at that time. Please choose a listed one."),
}
