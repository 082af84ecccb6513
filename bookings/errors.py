"""What can go wrong with a booking. The text is shown to people as it stands."""

# ruff: noqa: N818  # TimeTaken says what happened; TimeTakenError says it twice

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from bookings.availability import MESSAGES, Refusal


class BookingError(Exception):
    """A booking rule said no. ``str(error)`` says why and what to do next."""

    text: Any = _("This visit cannot be booked. Please call the front desk.")

    def __str__(self) -> str:
        return str(self.text)


class NotOpenYet(BookingError):
    """The clinic has not finished its first day, or has closed its doors online."""

    text = _("The clinic does not take bookings online yet. Please call.")


class TimeRefused(BookingError):
    """The time is not free; ``refusal`` names the rule, ``clashes`` the visits in its way."""

    def __init__(self, refusal: Refusal, clashes: Sequence[Any] = ()) -> None:
        super().__init__()
        self.refusal = refusal
        self.clashes = tuple(clashes)

    def __str__(self) -> str:
        return gettext(MESSAGES[self.refusal])


class TimeTaken(TimeRefused):
    """Somebody else has the time, or has just taken it."""

    text = _("Somebody has just taken this time. Please choose another one.")

    def __init__(self, refusal: Refusal = Refusal.TAKEN, clashes: Sequence[Any] = ()) -> None:
        super().__init__(refusal, clashes)

    def __str__(self) -> str:
        return str(self.text)


class PatientBusy(BookingError):
    """The patient is elsewhere at that time; ``clashes`` are the visits, for the desk alone."""

    text = _("This patient already has a visit at that time. Please choose another time.")

    def __init__(self, clashes: Sequence[Any] = ()) -> None:
        super().__init__()
        self.clashes = tuple(clashes)


class NotOffered(BookingError):
    text = _("This visit is not offered with that choice. Please choose again.")


class HoldGone(TimeTaken):
    text = _("This time is no longer held for you, and somebody else has taken it.")


class ForNewPatients(BookingError):
    text = _("This visit is for people who are new here. Please choose another kind of visit.")


class ForReturningPatients(BookingError):
    text = _("This visit comes after a first visit. Please book a first visit.")


class TooManyUpcoming(BookingError):
    text = _("There are as many visits ahead as can be booked online. Please call the front desk.")


class ShortNotice(BookingError):
    """For the desk: possible, but sooner than the service likes. Force says why."""

    def __init__(self, minutes: int) -> None:
        super().__init__()
        self.minutes = minutes

    def __str__(self) -> str:
        hours, rest = divmod(self.minutes, 60)
        span = gettext("%(minutes)d minutes") % {"minutes": self.minutes}
        if not rest:
            span = ngettext("%(hours)d hour", "%(hours)d hours", hours) % {"hours": hours}
        return gettext("That is sooner than the notice of this service (%(span)s).") % {
            "span": span
        }


class OverLimit(BookingError):
    """For the desk: as many visits ahead as the clinic allows. ``clashes`` are those visits."""

    text = _("This patient has as many visits ahead already as the clinic allows.")

    def __init__(self, clashes: Sequence[Any]) -> None:
        super().__init__()
        self.clashes = tuple(clashes)


class TooLate(BookingError):
    """Inside the cut-off: the page offers the phone number and a call-back."""

    text = _("It is too late to change this visit online. Please call the front desk.")


class Over(BookingError):
    """The visit was cancelled, has taken place or was missed."""

    text = _("This visit can no longer be changed.")


class RequestOver(Over):
    """Nobody confirmed it in time, or it was declined or withdrawn before."""

    text = _("This request is no longer open: it ran out, or it was answered before.")


class OfferGone(BookingError):
    """Nobody answered in time, or it was answered before."""

    text = _("This offer is no longer open. You are told as soon as another time is free.")


class StillAtWork(BookingError):
    """Somebody to be switched off has work to hand over; ``left`` says what, by kind."""

    text = _("Visits, plans and charts have to be handed over first.")

    def __init__(self, left: Sequence[Any]) -> None:
        super().__init__()
        self.left = tuple(left)


class SeriesRefused(BookingError):
    """Some visits of a series cannot be booked; ``problems`` are pairs of start and error."""

    text = _("Not every visit can be booked. Nothing was booked; look at what is marked.")

    def __init__(self, problems: Sequence[Any]) -> None:
        super().__init__()
        self.problems = tuple(problems)


class NotPossible(BookingError):
    text = _("The state of this visit does not allow that.")


class MoreThanDue(BookingError):
    """Somebody else was quicker at the till, or a slip of the finger."""

    text = _("That is more than is open. Look at what has been paid already.")


class MoreThanPaid(BookingError):
    text = _("That is more than was paid. No more than that can go back.")


class CorrectedAlready(BookingError):
    text = _("That row was corrected already. Nothing was changed.")


class NothingPaid(BookingError):
    text = _("Nothing has been paid yet, so there is nothing to give a receipt for.")


class AlreadyImported(BookingError):
    text = _("This very file was imported before. Roll that import back first, or leave it.")


class RowsWrong(BookingError):
    text = _("Rows have errors. Correct the file, or say that they are to be left out.")


class RowsInUse(BookingError):
    """``rows`` are the numbers, in the file, of rows to which something happened since."""

    text = _("Something has happened to rows of this import since. Nothing was rolled back.")

    def __init__(self, rows: Sequence[int]) -> None:
        super().__init__()
        self.rows = list(rows)


class Changed(BookingError):
    """Somebody else was quicker: the visit is no longer what the screen showed."""

    text = _("Somebody has changed this visit meanwhile. Look at it as it stands now.")


class CallTaken(BookingError):
    """A colleague was quicker; ``call`` says who, and when."""

    def __init__(self, call: Any) -> None:
        super().__init__()
        self.call = call

    def __str__(self) -> str:
        return gettext("%(name)s has taken this call already.") % {"name": self.call.taken_by}


class GuardianNeeded(BookingError):
    """A child nobody answers for yet; a guardian's name, relationship and consent are missing."""

    text = _("A parent or guardian has to agree first. Please give their name.")


class ReasonNeeded(BookingError):
    text = _("Write down why, so that others can understand it later.")


class CodeGone(BookingError):
    text = _("This code is not valid, or not any more. Please ask the front desk for a new one.")


class CannotMerge(BookingError):
    """One of the two records is a duplicate already, or both are the same."""

    text = _("One of these records was merged before. Look at them as they stand now.")


class InTwoPlaces(BookingError):
    """Two records of one person have visits at the same time; ``clashes`` are those visits."""

    text = _("Both records have a visit at the same time. Cancel one of them first.")

    def __init__(self, clashes: Sequence[Any]) -> None:
        super().__init__()
        self.clashes = tuple(clashes)


class TooMany(BookingError):
    """A limit was reached; it opens again after ``wait`` seconds."""

    text = _("That was asked for very often in a short time. Please wait, or call the front desk.")

    def __init__(self, wait: int) -> None:
        super().__init__()
        self.wait = wait


class LookFirst(BookingError):
    """A change takes the time of booked visits, ``touched``, that nobody has looked at yet."""

    text = _("Look at the visits this touches, and say what happens to them.")

    def __init__(self, touched: Sequence[Any]) -> None:
        super().__init__()
        self.touched = tuple(touched)


class HoursChanged(BookingError):
    """Somebody else wrote the same hours meanwhile."""

    text = _(
        "Somebody has changed these hours while you were writing. Nothing of yours is lost:"
        " look at theirs, then save again."
    )
