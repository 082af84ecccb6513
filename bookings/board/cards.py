"""One visit as the board shows it: words and marks about its course, nothing about health."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings import clock
from bookings.actions.changing import CANCELLABLE, MOVABLE
from bookings.actions.day import seen_as
from bookings.actions.intake_here import is_open
from bookings.board import money
from bookings.board.layout import MIDNIGHT, Box, Span
from bookings.board.packages import Packages
from bookings.board.reading import Place
from bookings.models import Appointment

State = Appointment.State
MINUTE = 60
SHORT = 30  # minutes
LOW = 45
# What happened, its word on a button, and its key.
STEPS = {
    "confirm": (gettext_lazy("Confirmed"), "C"),
    "arrive": (gettext_lazy("Arrived"), "A"),
    "start": (gettext_lazy("In room"), "R"),
    "complete": (gettext_lazy("Done"), "D"),
    "no-show": (gettext_lazy("No-show"), "N"),
    "late-cancel": (gettext_lazy("Late cancel"), "L"),
    "decline": (gettext_lazy("Decline request"), "X"),
}


@dataclass(slots=True)
class Step:
    """A button: something that can happen to a visit now."""

    name: str
    first: bool  # the likely one
    words: str = ""

    @property
    def label(self) -> str:
        return self.words or str(STEPS[self.name][0])

    @property
    def key(self) -> str:
        return STEPS[self.name][1]


@dataclass(slots=True)
class Card:
    """A visit, a time being booked online, or a group session with the visits of its seats."""

    id: UUID
    kind: str  # visit, held, session
    state: str
    said: str  # the state in a word
    span: Span  # minutes of the wall
    starts: str
    ends: str
    who: str
    practitioner: UUID
    service: str
    mode: str
    how: str
    room: UUID | None
    room_name: str
    confirm_by: str  # a request: by when it has to be answered
    seen: str
    new: bool
    confirmed: bool
    intake_done: bool
    intake_here: bool  # whether the form before the visit can be filled in at the clinic now
    plan_sent: bool
    call_needed: bool
    overbooked: bool
    left: tuple[int, int] | None
    owes: str  # what is open, or that it is paid
    payable: bool
    movable: bool
    steps: list[Step]
    day: date
    session: UUID | None = None
    seats: int = 0
    box: Box = field(default_factory=lambda: Box(0, 0))
    members: list["Card"] = field(default_factory=list)
    with_whom: str = ""

    @property
    def gone(self) -> bool:
        return self.state in (State.CANCELLED, State.LATE_CANCELLED)

    @property
    def is_short(self) -> bool:
        """Whether it has room for one line only."""
        return self.box.length < SHORT

    @property
    def is_low(self) -> bool:
        """Whether it has room for two lines: the service then stands beside the name."""
        return self.box.length < LOW

    @property
    def left_words(self) -> str:
        if self.left is None:
            return ""
        return _("%(left)d of %(bought)d visits left") % {
            "left": self.left[0],
            "bought": self.left[1],
        }


def card(visit: Appointment, place: Place, packages: Packages, now: datetime) -> Card:
    """Return a visit as the board shows it."""
    local = visit.starts_at.astimezone(place.tz)
    start = local.hour * MINUTE + local.minute
    length = int((visit.ends_at - visit.starts_at).total_seconds() // MINUTE)
    state = State(visit.state)
    confirmed = state == State.BOOKED and visit.confirmed_at is not None
    is_visit = visit.patient is not None and state != State.HELD
    open_amount = money.open_amount(visit, packages)
    return Card(
        id=visit.pk,
        kind="session" if visit.seats else "visit" if is_visit else "held",
        state="confirmed" if confirmed else state.value,
        said=_("confirmed") if confirmed else str(state.label),
        span=(start, min(start + length, MIDNIGHT)),
        starts=clock.wall(visit.starts_at, place.tz),
        ends=clock.wall(visit.ends_at, place.tz),
        who=_whose(visit),
        practitioner=visit.practitioner_id,
        service=visit.service.name,
        mode=visit.service.mode,
        how=str(visit.service.get_mode_display()),
        room=visit.room_id,
        room_name=visit.room.name if visit.room else "",
        confirm_by=_answer_by(visit, place),
        seen=seen_as(visit),
        new=visit.new_patient and is_visit,
        confirmed=confirmed,
        intake_done=getattr(visit, "intake_done", False),
        intake_here=is_visit and is_open(visit, now) and not getattr(visit, "intake_done", False),
        plan_sent=getattr(visit, "plan_sent", False),
        call_needed=getattr(visit, "call_needed", False),
        overbooked=visit.overbooked,
        left=packages.left(visit.patient_id, visit.service, local.date()),
        owes=money.words(visit, open_amount),
        payable=open_amount is None or open_amount != 0,
        movable=is_visit and state in MOVABLE,
        steps=steps(visit, now, local.date() == now.astimezone(place.tz).date()),
        day=local.date(),
        session=visit.session_id,
        seats=visit.seats or 0,
    )


def _answer_by(visit: Appointment, place: Place) -> str:
    if visit.answer_by is None:
        return ""
    day = formats.date_format(visit.answer_by.astimezone(place.tz), "D j M")
    return f"{day}, {clock.wall(visit.answer_by, place.tz)}"


def _whose(visit: Appointment) -> str:
    if visit.patient is not None and visit.state != State.HELD:
        return str(visit.patient)
    return _("Group") if visit.seats else _("Being booked")


def steps(visit: Appointment, now: datetime, today: bool) -> list[Step]:
    """Return what can happen to a visit now, in the order of its course; the likely one is first.

    On another day than today the likely thing is that somebody calls to confirm.
    """
    if visit.patient is None or visit.state == State.HELD:
        return []
    if visit.is_request:
        return [Step("confirm", True, _("Confirm request")), Step("decline", False)]
    begun = visit.starts_at <= now
    fit: dict[str, list[str]] = {
        State.REQUESTED: ["confirm"],
        State.BOOKED: [
            *([] if visit.confirmed_at else ["confirm"]),
            "arrive",
            "start",
            *(["complete", "no-show"] if begun else []),
        ],
        State.ARRIVED: ["start", "complete"],
        State.IN_PROGRESS: ["complete"],
    }
    names = fit.get(visit.state, [])
    if visit.state in CANCELLABLE:
        names = [*names, "late-cancel"]
    likely = next((name for name in names if name != "confirm" or not today), "")
    if visit.state == State.REQUESTED:
        likely = "confirm"
    return [Step(name, name == likely) for name in names if name in STEPS]
