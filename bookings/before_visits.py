"""What other apps ask of a patient before a visit: a form to fill in. Nothing here knows who asks.

An app registers a function that says whether a visit has such a form and how far it is; the page
of the visit and the letters about it lead there. They learn that it is filled in, never with what.
"""

from collections.abc import Callable
from dataclasses import dataclass

from bookings.models import Appointment


@dataclass(frozen=True, slots=True)
class FormBefore:
    """A form behind the link of a visit.

    page   the name of its page, which takes the token of the link
    path   the same as a path after the address of the visit, for letters
    begun  somebody has answered something
    done   nothing more is asked for
    """

    page: str
    path: str
    begun: bool
    done: bool


Source = Callable[[Appointment], FormBefore | None]
_sources: list[Source] = []


def asks_before_visits(source: Source) -> Source:
    """Register a function that may ask for a form before a visit."""
    _sources.append(source)
    return source


def form_before(visit: Appointment) -> FormBefore | None:
    """Return the form of the first app that asks for one; None where nobody does.

    Only a service that asks for it, and of whoever is new here.
    """
    if not visit.service.asks_intake or not visit.new_patient:
        return None
    found = (source(visit) for source in _sources)
    return next((form for form in found if form), None)
