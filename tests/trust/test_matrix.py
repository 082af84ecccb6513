"""Every address of the site × everybody who might ask: as the table in docs/security.md says.

The table is read from the page, so it stands in one place. An address without a row fails.
"""

import re

import pytest
from django.http import HttpResponse

from clinic import urls
from tests.trust import addresses, table
from tests.trust.walking import LED_ON, NOTHING, READS, SENDS, SIGNED_OUT, Browser, outcome, sent

# The addresses of the site; a page that is not there costs nothing here (test_pages draws it).
urlpatterns = urls.urlpatterns
handler404 = lambda request, exception: HttpResponse(status=404)  # noqa: E731
# Those a row of the table is about; of the rest it makes no difference whose row is asked for.
# One door closes all of /admin/ and one leads to the sign-in: of those outside, these send forms,
# and these alone ask for each of the lists.
SENDING = ("nobody", "patient", "physio", "other physio", "desk", "manager", "lead")
PERSONAL = re.compile(r"/(chart|me)/.*<")


@pytest.fixture
def browsers(clinic):
    people, _ids = clinic
    return {name: Browser(user) for name, user in people.items()} | {
        "nobody": Browser(),
        "link": Browser(with_link=True),
    }


def asked(route: str) -> list[tuple[str, str, int]]:
    """Return (column, person, half of its cell) for everybody who is asked about this route."""
    found = []
    for column, (own, other) in table.COLUMNS.items():
        if column == "Link" and "token>" not in route:
            continue  # a link opens nothing but its own pages, so this is anybody
        if addresses.OF_A_MODEL.fullmatch(route) and own not in SENDING:
            continue
        found.append((column, own, 0))
        if other and PERSONAL.match(route):
            found.append((column, other, 1))
    return found


def got(browser: Browser, person: str, route: str, name: str, ids, wanted: str) -> str:
    """Return what this person gets, in the letters of the table."""
    address = addresses.filled(route, name, ids, token=browser.with_link)
    inside = wanted not in (NOTHING, SIGNED_OUT)
    query = addresses.QUERIES.get(name, "")
    seen = outcome(browser.ask("get", address + query, undo=inside))
    if wanted == "some":  # a page of the admin: a GET tells
        return seen and wanted if seen in (READS, LED_ON) else seen or NOTHING
    if inside and SENDS not in wanted and seen == READS:
        refused = browser.ask("post", address, undo=True).status_code
        return seen if refused in (403, 404, 405) else f"{seen}?{refused}"
    if not inside and seen and person not in SENDING:
        return seen
    if not inside and person not in SENDING and route.startswith("/admin/"):
        return NOTHING
    put = sent(browser.ask("post", address, addresses.FORMS.get(name), undo=inside))
    if {seen, put} <= {SIGNED_OUT, ""} and seen + put:
        return SIGNED_OUT
    return f"{seen}{put}" or NOTHING


@pytest.mark.urls(__name__)
def test_everybody_gets_what_the_table_says(clinic, browsers):
    _people, ids = clinic
    faults = []
    for route, name in addresses.routes():
        row = table.expected(route)
        if row is None:
            continue  # the test below
        for column, person, half in asked(route):
            wanted = row[column][half]
            found = got(browsers[person], person, route, name, ids, wanted)
            if found != wanted:
                faults.append(f"{route}: {person} gets {found}, not {wanted}")

    assert "\n".join(faults) == ""


def test_every_address_has_a_row_and_every_row_an_address():
    there = [route for route, _name in addresses.routes()]

    assert [route for route in there if table.expected(route) is None] == []
    assert set(table.rows("Address")) <= set(there)
    assert set(table.rows("List")) == set(addresses.MODELS)


def test_every_row_has_every_column():
    for row in table.rows("Address").values():
        assert list(row) == list(table.COLUMNS)
    for row in table.rows("List").values():
        assert list(row) == list(table.IN_ADMIN)
