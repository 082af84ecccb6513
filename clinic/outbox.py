"""Messages are rows written with the event that causes them, and sent by the worker.

A row is claimed in one short transaction, sent outside any, and marked in another. Whoever dies
in between leaves a row whose lease runs out: it becomes ``unsure`` and is shown to the desk,
because nobody can know whether that mail arrived. What a message says is decided when it is
claimed: a renderer registered for its topic looks at the state then, and may say "nothing".
Urgent ones (sign-in codes) overtake whatever else waits.
"""

import logging
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from time import monotonic
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from clinic.delivery import Attachment, Letter, MaybeSent, NotSent, Refused, deliver
from clinic.models import Message, MessageStep

__all__ = ["Attachment", "Letter", "queue", "renderer", "send_due", "send_one", "sweep"]

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=3)  # longer than every step of a mail together may take
RETRY = timedelta(seconds=30)  # doubled after every failed try,
LONGEST_RETRY = timedelta(minutes=10)  # but no longer than this
TRIES = 6  # for what a server puts off
TRIES_UNHEARD = 150  # while no server can be reached: about a day
ROUND = 20.0  # seconds after which other jobs of the worker have their turn
State = Message.State


Renderer = Callable[[Message], Letter | None]
_renderers: dict[str, Renderer] = {}


def renderer(topic: str) -> Callable[[Renderer], Renderer]:
    """Register the function that writes the messages of ``topic``.

    It is called inside the claiming transaction, may mint link tokens there, and returns None
    when the state of things leaves nothing to say (the message is then skipped).
    """

    def register(function: Renderer) -> Renderer:
        _renderers[topic] = function
        return function

    return register


def queue(
    topic: str,
    *,
    to: str,
    key: str,
    subject_id: object = "",
    version: int = 0,
    patient_id: UUID | None = None,
    payload: Mapping[str, Any] | None = None,
    due_at: datetime | None = None,
    channel: str = Message.Channel.EMAIL,
    urgent: bool = False,
) -> bool:
    """Owe somebody a message; return False when this very message is already owed.

    urgent  it overtakes everything that is not: somebody is waiting for it right now

    Writes in the caller's transaction. Without an address nothing is owed.
    """
    if not to:
        return False
    _, created = Message.objects.get_or_create(
        key=key,
        defaults={
            "topic": topic,
            "to": to,
            "subject_id": str(subject_id),
            "version": version,
            "patient_id": patient_id,
            "payload": dict(payload or {}),
            "due_at": due_at or timezone.now(),
            "channel": channel,
            "urgent": urgent,
        },
    )
    return created


def send_due(limit: int = 200) -> int:
    """Send what is due, one row at a time; return how many rows were dealt with.

    A round ends early when its time is up, so that the worker's other jobs go on, and when a
    server cannot be reached: the other messages would only wait for it one after the other.
    """
    now = timezone.now()
    waiting = Message.objects.due(now).exists()
    if not waiting and not Message.objects.filter(state=State.SENDING).exists():
        return 0  # the usual case, asked every second: it takes no write lock
    sweep()
    done, began = 0, monotonic()
    silent: set[str] = set()  # channels whose server cannot be reached
    while done < limit and monotonic() - began < ROUND and send_one(silent):
        done += 1
    return done


def send_one(silent: set[str] | None = None) -> bool:
    """Deal with the most urgent, oldest due message; return False when nothing is due.

    silent  channels to leave alone; one whose server cannot be reached is added
    """
    claimed = _claim(silent or ())
    if claimed is None:
        return False
    message, letter = claimed
    if letter is None:
        return True
    try:
        deliver(message, letter)
    except NotSent as error:
        if silent is not None and not error.answered:
            silent.add(message.channel)
        _mark_failed(message, error)
    except MaybeSent as error:
        _mark(message, State.UNSURE, str(error))
    except Refused as error:
        _mark(message, State.FAILED, str(error))
    except Exception as error:  # a letter no server would ever see must not stop the others
        logger.warning("Message %s could not be sent: %s", message.pk, type(error).__name__)
        _mark(message, State.FAILED, f"It could not be sent: {type(error).__name__}.")
    else:
        _mark_sent(message)
    return True


def sweep() -> int:
    """Turn rows whose sender died into ``unsure``; return how many."""
    now, error = timezone.now(), "The sender stopped while sending."
    late = Message.objects.filter(state=State.SENDING, lease_until__lt=now)
    found = 0
    for pk in late.values_list("pk", flat=True):
        found += _go(late.filter(pk=pk), now, state=State.UNSURE, error=error)
    return found


@transaction.atomic
def _claim(silent: Collection[str]) -> tuple[Message, Letter | None] | None:
    """Take the next due row and write its letter; a row with nothing to say is skipped."""
    now = timezone.now()
    due = Message.objects.due(now).exclude(channel__in=silent)
    message = due.select_for_update(skip_locked=True).first()
    if message is None:
        return None
    letter = None
    try:
        with transaction.atomic():
            letter = _renderers[message.topic](message)
    except Exception:
        # One broken letter must not stop the others: the desk sees it as failed.
        logger.exception("Could not write message %s", message.pk)
        message.state, message.error = State.FAILED, "The letter could not be written."
    else:
        message.state = State.SENDING if letter else State.SKIPPED
    if letter:
        message.lease_until = now + LEASE
        message.attempts += 1
        message.wording = letter.wording
    elif message.state == State.SKIPPED:
        message.payload = {}  # it will never leave, so what it carried need not stay
    message.save(update_fields=["state", "lease_until", "attempts", "error", "payload", "wording"])
    failed = message.error if message.state == State.FAILED else ""
    MessageStep.objects.create(message=message, at=now, state=message.state, note=failed)
    return message, letter


@transaction.atomic
def _go(rows: QuerySet[Message], now: datetime, *, state: str, error: str, **more: object) -> int:
    """Let one message go to its next state, if it is still among ``rows``; write the step down."""
    pk = rows.values_list("pk", flat=True).first()
    if pk is None or not rows.update(state=state, lease_until=None, error=error, **more):
        return 0
    MessageStep.objects.create(message_id=pk, at=now, state=state, note=error)
    return 1


def _mark_sent(message: Message) -> None:
    # A code or a token has no business staying in the table once it has left.
    now = timezone.now()
    _go(
        Message.objects.filter(pk=message.pk),
        now, state=State.SENT, error="", sent_at=now, payload={},
    )  # fmt: skip


def _mark_failed(message: Message, error: NotSent) -> None:
    now = timezone.now()
    logger.warning("Message %s was not sent: %s", message.pk, error)
    if message.attempts >= (TRIES if error.answered else TRIES_UNHEARD):
        _mark(message, State.FAILED, str(error))
        return
    wait = min(RETRY * 2 ** min(message.attempts, 10), LONGEST_RETRY)
    mine = Message.objects.filter(pk=message.pk, state=State.SENDING)
    _go(mine, now, state=State.PENDING, error=str(error)[:300], due_at=now + wait)


def _mark(message: Message, state: str, error: str) -> None:
    """Leave a message to the desk; one the desk or the sweep has dealt with stays as it is."""
    mine = Message.objects.filter(pk=message.pk, state=State.SENDING)
    _go(mine, timezone.now(), state=state, error=error[:300])
