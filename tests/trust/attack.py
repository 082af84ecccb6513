"""What the attacks share: which addresses take something, and what of the database changed."""

import hashlib
from collections.abc import Collection, Iterator
from typing import NamedTuple

from django.apps import apps
from django.db import connection

from tests.trust import addresses, table
from tests.trust.walking import SENDS, Browser

# Who was here, and who looked.
TRAIL = ("clinic.auditevent", "clinic.auditmark", "sessions.session")


class Target(NamedTuple):
    """An address that takes something, and who may send it: a person of the world, or "link"."""

    address: str
    name: str
    person: str


def targets(ids: dict[str, str]) -> Iterator[Target]:
    """Yield every address that takes a form or a body, once, with somebody who may send it."""
    for route, name in addresses.routes():
        if person := _sender(route):
            yield Target(addresses.filled(route, name, ids), name, person)


def _sender(route: str) -> str | None:
    """Return who may send something to this address; the least of those, outsiders last."""
    if found := addresses.OF_A_MODEL.fullmatch(route):
        wanted = table.rows("List")[found[1]]
        page = next((key for key, end in table.PAGES.items() if end == (found[3] or found[2])), "L")
        return next((who.lower() for who in wanted if page in wanted[who]), None)
    row = table.expected(route)
    may = [name for name in table.COLUMNS if name != "Left" and row and SENDS in row[name][0]]
    may.sort(key=lambda name: name in ("Nobody", "Link"))  # signed in, cookies count for something
    return table.COLUMNS[may[0]][0] if may else None


def browsers(people, *, strict: bool = False) -> dict[str, Browser]:
    """Everybody's browser, by name."""
    found = {name: Browser(user, strict=strict) for name, user in people.items()}
    return found | {
        "nobody": Browser(strict=strict),
        "link": Browser(with_link=True, strict=strict),
    }


def state(*, beside: Collection[str] = ()) -> dict[str, str]:
    """Return a digest of all rows of every table, by the model's name."""
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            if model._meta.label_lower not in beside and model._meta.managed:
                table_name = connection.ops.quote_name(model._meta.db_table)
                cursor.execute(f"SELECT * FROM {table_name}")
                rows = sorted(repr([_plain(cell) for cell in row]) for row in cursor.fetchall())
                found[model._meta.label] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found


def _plain(cell: object) -> object:
    """Bytes come from PostgreSQL as a view, which is written as an address in memory."""
    return bytes(cell) if isinstance(cell, memoryview) else cell


def changed(before: dict[str, str]) -> list[str]:
    """Return the models whose rows are not what they were."""
    return [name for name, digest in state().items() if before.get(name, digest) != digest]
