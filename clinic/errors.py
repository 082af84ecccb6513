"""What can go wrong around people and settings. The text is shown to people as it stands."""
# ruff: noqa: N818  # BirthDateDiffers says what happened; an ending would say it twice

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _


class ClinicError(Exception):
    """A rule of the clinic said no. ``str(error)`` says why and what to do next."""

    text = _("This is not possible.")

    def __str__(self) -> str:
        return str(self.text)


class DeskMustConfirm(ClinicError):
    """Only the front desk can open this record to this address."""

    text = _("The front desk has to confirm this with you first. Please call us.")


class BirthDateDiffers(ClinicError):
    """The date of birth is not the one on the record."""

    text = _("This is not the date of birth we have on record.")


class ClaimLocked(ClinicError):
    """Too many wrong dates of birth; ``until`` says when the next try is possible."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until

    def __str__(self) -> str:
        when = formats.date_format(timezone.localtime(self.until), "DATETIME_FORMAT")
        return _("Three dates of birth did not fit. Try again after %(when)s, or call us.") % {
            "when": when
        }


class StepsLeft(ClinicError):
    """The clinic is not ready to open; ``steps`` says what is left."""

    text = _("Some steps are left before patients can book.")

    def __init__(self, steps: Sequence[Any]) -> None:
        super().__init__(steps)
        self.steps = tuple(steps)


class NoticeAgreedTo(ClinicError):
    """A privacy notice was to change under a day on which others agreed to it."""

    text = _("Patients agreed to the notice of this day. Give the changed text a new day.")


class PaperRefused(ClinicError):
    """A consent on paper that cannot be so; ``field`` says what is wrong with it."""

    def __init__(self, field: str, text: Any) -> None:
        super().__init__(field, text)
        self.field = field
        self.text = text


class AlreadyStarted(ClinicError):
    """The clinic has a manager, who invites everybody else."""

    text = _("This clinic has a manager already, who can invite others in the admin.")


class LogoRefused(ClinicError):
    """The uploaded file is no picture we can use as a logo."""

    text = _("Use a PNG or JPEG picture of at most 1 MB and 4,000 by 4,000 dots.")


class FileRefused(ClinicError):
    """An uploaded file is not what it should be, whatever it is called."""

    text = _("Send a JPEG or PNG picture, or a PDF. This file is none of them.")


class FileTooLarge(ClinicError):
    """An uploaded file is larger than we keep."""

    text = _("This file is too large. Send one of at most 10 MB.")


class FileNotKept(ClinicError):
    """There is no space for a file, or the store cannot be written to."""

    text = _("The file could not be kept, and nothing was saved. Try again later.")


class TextChanged(ClinicError):
    """Somebody else saved the same text meanwhile."""

    text = _("Somebody saved this text while you were writing. Look at theirs, then save again.")


class GuardianMissing(ClinicError):
    """A child needs somebody who answers for them and agrees to the care."""

    text = _("A child needs a parent or guardian who agrees. Write down who that is.")
