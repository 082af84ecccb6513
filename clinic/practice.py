"""The practice settings, read once in a while instead of on every request."""

import time
from datetime import date

from clinic.models import Location, Practice

KEEP = 5.0  # seconds a process goes on with what it read
_kept: tuple[float, Practice] | None = None
_kept_numbers: tuple[float, str] | None = None


def current() -> Practice:
    """Return the practice settings; an unsaved default before the clinic is set up.

    A change in the admin is seen at once in its own process and within KEEP seconds elsewhere.
    """
    global _kept  # noqa: PLW0603  # one value per process, replaced whole
    now = time.monotonic()
    if _kept is None or now - _kept[0] > KEEP:
        row = Practice.objects.filter(pk=Practice.SINGLETON).first()
        _kept = (now, row or Practice(name="Stepdown", privacy_dated=date(2026, 1, 1)))
    return _kept[1]


def emergency_number() -> str:
    """Return the number to call where the clinic works: "911", or "911 / 112" across a border."""
    global _kept_numbers  # noqa: PLW0603
    now = time.monotonic()
    if _kept_numbers is None or now - _kept_numbers[0] > KEEP:
        numbers = Location.objects.open().values_list("emergency_number", flat=True)
        _kept_numbers = (now, " / ".join(dict.fromkeys(numbers)))
    return _kept_numbers[1]


def forget() -> None:
    """Read the settings again at the next request (called after they were saved)."""
    global _kept, _kept_numbers  # noqa: PLW0603
    _kept = _kept_numbers = None
