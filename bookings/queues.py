"""What waits for the front desk: one queue for each kind of work, with its first few rows.

Each queue registers how it is read; the apps above add theirs. A queue is read in a fixed number
of queries that go no further than MOST rows, however many there are.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from bookings.actions.hours import still_affected
from bookings.models import Appointment, CallbackRequest, ClinicianCall, WaitingOffer
from clinic import access, roles
from clinic.actions.letters import OPEN_TO_DESK
from clinic.models import Message, User

MOST = 50  # rows a queue counts; beyond them it says "50+"
SHOWN = 5

Read = Callable[[User, datetime], Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Queue:
    """A kind of work.

    read    returns at most MOST + 1 rows for somebody, the first to do on top
    may     says whether it is this person's business
    whole   the name of the page with all of it, and its query
    total   what the number is, where it is not the number of rows
    shown   how many rows stand on the first page
    """

    name: str
    title: Any
    empty: Any
    read: Read
    may: Callable[[User], bool]
    template: str
    whole: str = ""
    query: str = ""
    total: Callable[[Sequence[Any]], int] = len
    shown: int = SHOWN


@dataclass(frozen=True, slots=True)
class Sheet:
    """A queue as somebody sees it now."""

    queue: Queue
    rows: Sequence[Any]  # the first few
    number: int
    more: bool  # there are more than the number says

    @property
    def count(self) -> str:
        return f"{self.number}+" if self.more else str(self.number)


_queues: list[tuple[int, Queue]] = []


def register(queue: Queue, order: int) -> None:
    """Add a queue; low ``order`` comes first."""
    _queues.append((order, queue))
    _queues.sort(key=lambda entry: entry[0])


def sheets(user: User, now: datetime) -> list[Sheet]:
    """Return the queues that are somebody's business, in their order."""
    return [_sheet(queue, user, now) for _order, queue in _queues if queue.may(user)]


def _sheet(queue: Queue, user: User, now: datetime) -> Sheet:
    rows = queue.read(user, now)
    counted = rows[:MOST]
    number = queue.total(counted)
    return Sheet(queue, counted[: queue.shown], number, number >= MOST and len(rows) > MOST)


def first_of(rows: QuerySet) -> list[Any]:
    """Return as many rows as a queue counts, and one more that says there are more. One query."""
    return list(rows[: MOST + 1])


def at_desk(user: User) -> bool:
    """Say whether somebody works with the diary."""
    return user.has_perm("bookings.view_appointment")


def _calls(user: User, now: datetime) -> list[ClinicianCall]:
    """Return the calls nobody has taken, then those somebody has before the visit. Two queries.

    A clinical lead sees those they were told of.
    """
    calls = ClinicianCall.objects.with_visits()
    mine = calls if at_desk(user) else calls.filter(told=user)
    taken = mine.filter(taken_at__isnull=False, appointment__starts_at__gt=now)
    return [*first_of(mine.waiting()), *taken.order_by("-taken_at")[:SHOWN]]


def _waiting(rows: Sequence[ClinicianCall]) -> int:
    return sum(call.taken_at is None for call in rows)


def _sees_calls(user: User) -> bool:
    return at_desk(user) or access.has_role(user, roles.CLINICAL_LEAD)


def _callbacks(user: User, now: datetime) -> list[CallbackRequest]:
    rows = CallbackRequest.objects.filter(state=CallbackRequest.State.OPEN)
    return first_of(rows.order_by("created_at", "pk"))


def _to_confirm(user: User, now: datetime) -> list[Appointment]:
    """Return the visits ahead that keep their time as a request only, the earliest first."""
    rows = Appointment.objects.with_people().filter(
        state=Appointment.State.REQUESTED, starts_at__gt=now, patient__isnull=False
    )
    return first_of(rows.exclude(held_until__lte=now).order_by("starts_at", "pk"))


def _offers(user: User, now: datetime) -> list[WaitingOffer]:
    return first_of(WaitingOffer.objects.running().with_times())


def _messages(user: User, now: datetime) -> list[Message]:
    rows = Message.objects.filter(state__in=OPEN_TO_DESK)
    return first_of(rows.order_by("-due_at", "-pk"))


DESK = "admin/bookings/queues"

register(
    Queue(
        name="clinician-calls",
        title=_("Clinician call needed before the visit"),
        empty=_("No call is waiting."),
        read=_calls,
        may=_sees_calls,
        template=f"{DESK}/clinician_calls.html",
        whole="admin:bookings_cliniciancall_changelist",
        total=_waiting,
    ),
    10,
)
register(
    Queue(
        name="call-backs",
        title=_("To call back"),
        empty=_("Nobody waits for a call."),
        read=_callbacks,
        may=at_desk,
        template=f"{DESK}/callbacks.html",
        whole="admin:bookings_callbackrequest_changelist",
        query="?state__exact=open",
    ),
    20,
)
register(
    Queue(
        name="to-confirm",
        title=_("Visits to confirm"),
        empty=_("Every visit stands."),
        read=_to_confirm,
        may=at_desk,
        template=f"{DESK}/to_confirm.html",
        whole="admin:bookings_appointment_changelist",
        query="?state=requested",
    ),
    30,
)
register(
    Queue(
        name="affected",
        title=_("Visits outside working hours"),
        empty=_("No change of hours is left to deal with."),
        read=lambda user, now: still_affected(now, most=MOST + 1),
        may=at_desk,
        template=f"{DESK}/affected.html",
        whole="admin:bookings_affectedvisit_changelist",
    ),
    40,
)
register(
    Queue(
        name="offers",
        title=_("Offers to the waiting list"),
        empty=_("No offer waits for an answer."),
        read=_offers,
        may=at_desk,
        template=f"{DESK}/offers.html",
        whole="admin:bookings_waitingentry_changelist",
        query="?offered=now",
    ),
    50,
)
register(
    Queue(
        name="messages",
        title=_("Messages that may not have arrived"),
        empty=_("Every message has left."),
        read=_messages,
        may=at_desk,
        template=f"{DESK}/messages.html",
        whole="admin:clinic_message_changelist",
        query="?state=open",
    ),
    60,
)
