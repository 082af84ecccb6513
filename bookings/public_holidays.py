"""Which days are public holidays where, from the ``holidays`` package."""

from datetime import date

import holidays
from django.utils.translation import gettext as _

from bookings.errors import BookingError

FIRST_YEAR, LAST_YEAR = 1990, 2100


class UnknownPlace(BookingError):  # noqa: N818  # the name says what happened
    """No holidays are known for this country, province or year."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


def public_holidays(country: str, subdivision: str, year: int) -> list[tuple[date, str]]:
    """Return the public holidays of a year, with the names people there use, in order.

    country      two letters, such as CA
    subdivision  as the country writes its provinces or states, such as AB; "" for the whole country

    Raises UnknownPlace.
    """
    country, subdivision = country.strip().upper(), subdivision.strip().upper()
    known = holidays.list_supported_countries()
    if country not in known:
        raise UnknownPlace(
            _("No holidays are known for the country %(code)s. Write two letters, such as CA.")
            % {"code": country}
        )
    parts = {part.upper(): part for part in known[country]}
    if subdivision and subdivision not in parts:
        raise UnknownPlace(
            _("%(country)s has no part %(code)s. Known are: %(known)s.")
            % {"country": country, "code": subdivision, "known": ", ".join(sorted(parts))}
        )
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise UnknownPlace(_("No holidays are known for the year %(year)d.") % {"year": year})
    found = holidays.country_holidays(
        country, subdiv=parts.get(subdivision), years=year, language=_language(country)
    )
    return [(day, name) for day, name in sorted(found.items()) if day.year == year]


def _language(country: str) -> str | None:
    """Return the country's own English where there is one: Labour Day, not Labor Day."""
    languages = holidays.country_holidays(country).supported_languages
    return next((name for name in (f"en_{country}", "en_GB", "en_US") if name in languages), None)
