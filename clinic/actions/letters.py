"""What the desk does about messages that failed, may not have arrived, or are asked for again."""

from django.db import transaction
from django.utils import timezone

from clinic import audit
from clinic.models import Message, User

State = Message.State
OPEN_TO_DESK = (State.FAILED, State.UNSURE)
# What opens a sign-in is asked for anew by whoever it is for.
ONLY_ONCE = frozenset({"sign_in_code", "sign_in_unknown", "invitation"})


def send_again(message: Message, *, by: User) -> Message | None:
    """Owe a failed or unsure message anew, as a row of its own; None when it is in neither state.

    The worker decides once more whether there is still anything to say. What became of the first
    one stays to be read.
    """
    return _anew(message, OPEN_TO_DESK, by)


def send_once_more(message: Message, *, by: User) -> Message | None:
    """Owe a message that was sent once more; None when that was done already or cannot be."""
    if message.topic in ONLY_ONCE:
        return None
    return _anew(message, (State.SENT,), by)


def mark_as_sent(message: Message, *, by: User) -> bool:
    """Close a failed or unsure message because it was delivered some other way."""
    now = timezone.now()
    with transaction.atomic():
        waiting = Message.objects.filter(pk=message.pk, state__in=OPEN_TO_DESK)
        done = waiting.update(state=State.SENT, sent_at=now, payload={}, error="", lease_until=None)
        if done:
            _record("message_marked_sent", message, by)
    return bool(done)


def _anew(message: Message, states: tuple[str, ...], by: User) -> Message | None:
    with transaction.atomic():
        row = Message.objects.select_for_update().filter(pk=message.pk, state__in=states).first()
        if row is None or Message.objects.filter(again_of=row).exists():
            return None
        fresh = _next(row)
        fresh.save(force_insert=True)
        if row.state in OPEN_TO_DESK:
            row.state, row.lease_until = State.REPLACED, None
        row.payload = {}
        row.save(update_fields=["state", "lease_until", "payload"])
        _record("message_sent_again", row, by)
    return fresh


def _next(row: Message) -> Message:
    """Return the next edition of a message, unsaved: the same words to the same address."""
    return Message(
        key=f"{row.key.partition('~')[0]}~{row.edition + 1}",
        topic=row.topic,
        subject_id=row.subject_id,
        version=row.version,
        patient_id=row.patient_id,
        channel=row.channel,
        to=row.to,
        payload=row.payload,
        urgent=row.urgent,
        again_of=row,
        edition=row.edition + 1,
    )


def _record(action: str, message: Message, by: User) -> None:
    audit.record(action, message, by=audit.actor_of(by), patient_id=message.patient_id)
