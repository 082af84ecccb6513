"""Changing what messages say: a new version each time, and its audit row."""

from datetime import datetime

from django.db import IntegrityError, transaction

from clinic import audit
from clinic.errors import TextChanged
from clinic.models import MessageText, User


def save_text(
    topic: str,
    channel: str,
    *,
    subject: str,
    body: str,
    base: int,
    by: User,
    now: datetime,
    language: str = "en",
) -> MessageText:
    """Save the clinic's own wording in one language as a new version.

    base  the version that was on the screen; raises TextChanged when it is not the last any more
    """
    which = {"topic": topic, "channel": channel, "language": language}
    return _add(which, base, by, now, "text_saved", subject=subject, body=body)


def reset_text(
    topic: str, channel: str, *, base: int, by: User, now: datetime, language: str = "en"
) -> MessageText:
    """Go back to the text that ships; what the clinic wrote stays in the history."""
    which = {"topic": topic, "channel": channel, "language": language}
    return _add(which, base, by, now, "text_reset", is_reset=True)


def _add(
    which: dict[str, str], base: int, by: User, now: datetime, action: str, **values: object
) -> MessageText:
    try:
        with transaction.atomic():
            last = MessageText.objects.of(**which).first()
            if (last.version if last else 0) != base:
                raise TextChanged
            row = MessageText(**which, version=base + 1, saved_at=now, saved_by=by, **values)
            row.save(force_insert=True)
            data = {**which, "version": row.version}
            audit.record(action, row, by=audit.actor_of(by), data=data, at=now)
    except IntegrityError as error:  # two at once: the version is there already
        raise TextChanged from error
    return row
