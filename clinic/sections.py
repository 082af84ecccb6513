"""What other apps show on a signed-in patient's start page. Nothing here knows them."""

from collections.abc import Callable, Sequence

from clinic.access import Request
from clinic.models import Patient

Section = Callable[[Request, Sequence[Patient]], str]
_sections: list[tuple[int, Section]] = []


def on_my_page(order: int) -> Callable[[Section], Section]:
    """Register a function that returns HTML (made safe by a template) or "" for ``/me/``.

    It is called with the request and the patients granted to it; low ``order`` comes first.
    """

    def register(section: Section) -> Section:
        _sections.append((order, section))
        _sections.sort(key=lambda entry: entry[0])
        return section

    return register


def of_my_page(request: Request, patients: Sequence[Patient]) -> list[str]:
    """Return the sections that have something to say."""
    written = [section(request, patients) for _, section in _sections]
    return [html for html in written if html]
