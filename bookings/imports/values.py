"""Cells as values. Every reader raises ValueError with a sentence for people."""

from datetime import date, datetime, time

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from clinic.models.users import normal_email

# What people call it, and how it is read. A file is read by one of them, never by guessing.
DATE_FORMATS = {
    "ymd": ("2027-01-31", ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d")),
    "dmy": ("31/01/2027", ("%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d/%m/%y")),
    "mdy": ("01/31/2027", ("%m/%d/%Y", "%m-%d-%Y", "%m.%d.%Y", "%m/%d/%y")),
}
TIME_FORMATS = ("%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M%p", "%I %p", "%H.%M", "%Hh%M")


def day(text: str, form: str) -> date:
    """Return a day written in one of DATE_FORMATS; an XLSX day is always year-month-day."""
    text = text.split(" ")[0] if form == "ymd" or text[:4].isdigit() else text
    for pattern in (*DATE_FORMATS[form][1], "%Y-%m-%d"):
        try:
            found = datetime.strptime(text, pattern).date()  # noqa: DTZ007  # a day has no zone
        except ValueError:
            continue
        if 1900 <= found.year <= 2100:
            return found
    example = DATE_FORMATS[form][0]
    raise ValueError(_("“%(text)s” is no day written like %(example)s.") % {
        "text": text[:30], "example": example,
    })  # fmt: skip


def clock(text: str) -> time:
    """Return a time of day, with or without am and pm; of "2027-01-31 09:30" the time."""
    text = text.strip().upper().replace("A.M.", "AM").replace("P.M.", "PM")
    if len(text) > 10 and text[:4].isdigit():
        text = text[11:]
    for pattern in TIME_FORMATS:
        try:
            return datetime.strptime(text, pattern).time()  # noqa: DTZ007  # on a wall
        except ValueError:
            continue
    raise ValueError(_("“%(text)s” is no time of day.") % {"text": text[:30]})


def phone(text: str, country: str) -> str:
    """Return a number with its country, as it is stored: +14035550100. Empty stays empty."""
    if not text.strip():
        return ""
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise ValueError(_("“%(text)s” is no phone number.") % {"text": text[:30]})
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def email(text: str) -> str:
    """Return an address as it is stored. Empty stays empty."""
    found = normal_email(text)
    if found:
        try:
            validate_email(found)
        except ValidationError:
            raise ValueError(_("“%(text)s” is no e-mail address.") % {"text": text[:60]}) from None
    return found
