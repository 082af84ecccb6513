"""What differs between countries, in one place: numbers to call, helplines, where one is sent.

The emergency number belongs to the place. Words are phrases of the library; one whose id ends in
the country's code wins over the one without. How soon a red flag has to be seen is the gate's
timeframe, which the clinical lead writes for the clinic's country.
"""

from dataclasses import dataclass

from assessments.library import Library, shipped
from assessments.library.texts import Phrase
from clinic.models import Location


@dataclass(frozen=True, slots=True)
class Country:
    """Where a patient is: the code of the country and the emergency number there."""

    code: str
    number: str

    def phrase(self, library: Library, name: str) -> Phrase:
        """Return a phrase as this country has it.

        A library published before there was such a phrase leaves it to the shipped one. Raises
        KeyError for a name that neither knows.
        """
        for each in (library, shipped()):
            for known in (f"{name}.{self.code}", name):
                if known in each.phrase_by_id:
                    return each.phrase_by_id[known]
        raise KeyError(name)

    def helpline(self, library: Library) -> str:
        """Whom one may ask there at any hour; empty where the library names nobody."""
        known = library.phrase_by_id.get(f"helpline.{self.code}")
        return known.text if known else ""


def country_of(place: Location | None) -> Country:
    """Return the country of a place; of none, what a new place is given."""
    where = place or Location()
    return Country(where.country, where.emergency_number)
