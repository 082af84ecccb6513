"""Somebody asked to be called; the desk calls and writes down how it went."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import UUID

from bookings import calling, limits
from bookings.actions import locks
from bookings.actions.booking import user_behind
from bookings.models import Appointment, CallbackAttempt, CallbackRequest, Closure, WorkingHours
from clinic import audit, practice
from clinic.audit import Actor
from clinic.models import Location

State = CallbackRequest.State
WORKDAYS = range(5)  # where nobody has entered hours yet
PAUSE = timedelta(hours=1)  # after a try that reached nobody


def request_callback(
    *,
    name: str,
    phone: str,
    when: str,
    message: str,
    by: Actor,
    now: datetime,
    address: str = "",
    form_key: UUID | None = None,
) -> CallbackRequest:
    """Save a request to be called. The form has checked the consent.

    The same form sent again (``form_key``) answers with the first request.

    Raises TooMany when the network address asked too often in an hour.
    """
    with locks.writing():
        locks.queue_form(form_key)
        if form_key and (again := CallbackRequest.objects.filter(form_key=form_key).first()):
            return again
        limits.take("callback", address, limits.CALLBACKS_PER_ADDRESS, now=now)
        callback = CallbackRequest(
            form_key=form_key,
            name=name,
            phone=phone,
            when=when,
            message=message,
            consented_at=now,
            created_at=now,
            due_at=_call_by(now, when),
        )
        callback.save(force_insert=True)
        audit.record("callback.request", callback, by=by, at=now)
    return callback


def try_callback(
    callback: CallbackRequest,
    *,
    by: Actor,
    now: datetime,
    result: str = CallbackAttempt.Result.NO_ANSWER,
) -> CallbackRequest:
    """Write down a try to call that closed nothing; the next one is due in the next window.

    One that is closed stays as it is.
    """
    with locks.writing():
        found = CallbackRequest.objects.select_for_update(of=("self",)).get(pk=callback.pk)
        if found.state == State.OPEN:
            found.due_at = _call_by(now + PAUSE, found.when)
            _count(found, result, by, now)
            found.save(update_fields=["attempts", "due_at"])
            audit.record("callback.try", found, by=by, data={"result": str(result)}, at=now)
    return found


def close_callback(
    callback: CallbackRequest,
    *,
    result: str,
    by: Actor,
    now: datetime,
    outcome: str = "",
    appointment: Appointment | None = None,
) -> CallbackRequest:
    """Write down what came of a call-back. Closing twice keeps the first outcome.

    appointment  the visit it became
    """
    with locks.writing():
        found = CallbackRequest.objects.select_for_update(of=("self",)).get(pk=callback.pk)
        if found.state == State.OPEN:
            found.state, found.closed_at = State.DONE, now
            found.result, found.outcome = result, outcome[:200]
            found.appointment = appointment
            if result != CallbackRequest.Result.UNREACHED:
                _count(found, CallbackAttempt.Result.SPOKE, by, now)
            found.save(
                update_fields=[
                    "state", "closed_at", "result", "outcome", "appointment", "attempts",
                ]
            )  # fmt: skip
            audit.record("callback.close", found, by=by, data={"result": str(result)}, at=now)
    return found


def _count(callback: CallbackRequest, result: str, by: Actor, now: datetime) -> None:
    callback.attempts += 1
    CallbackAttempt.objects.create(callback=callback, at=now, by=user_behind(by), result=result)


def _call_by(asked: datetime, when: str) -> datetime:
    return calling.call_by(asked, when, practice.current().tz, _open_days(asked))


def _open_days(asked: datetime) -> Callable[[date], bool]:
    """Return what says whether anybody works at any open place on a day. Three queries."""
    first = asked.astimezone(practice.current().tz).date()
    last = first + timedelta(days=calling.FARTHEST)
    places = set(Location.objects.open().values_list("pk", flat=True))
    hours = WorkingHours.objects.filter(location__in=places, practitioner__is_active=True)
    weekdays = set(hours.values_list("weekday", "location").distinct())
    closed = list(
        Closure.objects.filter(
            first_day__lte=last, last_day__gte=first, starts__isnull=True, ends__isnull=True
        ).values_list("location", "first_day", "last_day")
    )

    def is_open(day: date) -> bool:
        if not weekdays:
            return day.weekday() in WORKDAYS
        shut = {place for place, begins, ends in closed if begins <= day <= ends}
        return any(weekday == day.weekday() and place not in shut for weekday, place in weekdays)

    return is_open
