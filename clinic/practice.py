"""The practice settings, read once in a while instead of on every request."""

import time
from datetime import date

from clinic.models import Location, Practice

KEEP = 5.0  # seconds a process goes on with what it read
_kept: tuple[float, Practice] | None = None
_kept_places: tuple[float, list[Location]] | None = None


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


def places() -> list[Location]:
    """Return every place, in the clinic's order; as fresh as the settings are."""
    global _kept_places  # noqa: PLW0603
    now = time.monotonic()
    if _kept_places is None or now - _kept_places[0] > KEEP:
        _kept_places = (now, list(Location.objects.order_by("position", "name")))
    return _kept_places[1]


def emergency_number() -> str:
    """Return the number to call where the clinic works: "911", or "911 / 112" across a border."""
    numbers = (place.emergency_number for place in places() if place.is_active)
    return " / ".join(dict.fromkeys(numbers))


def country() -> str:
    """Return the country of the first place where the clinic works; Canada before there is one."""
    return next((place.country for place in places() if place.is_active), "CA")


def has_several_clocks() -> bool:
    """Say whether a time is ambiguous as long as nobody names its zone."""
    zones = {place.time_zone for place in places() if place.is_active}
    return len(zones | {current().time_zone}) > 1


def forget() -> None:
    """Read the settings again at the next request (called after they were saved)."""
    global _kept, _kept_places  # noqa: PLW0603
    _kept = _kept_places = None
