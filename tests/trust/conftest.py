"""One clinic for all tests of this folder: it is built once, and every test is undone."""

import logging

import pytest
import time_machine
from django.db import transaction

from tests.conftest import NOW
from tests.trust import addresses, attack, table
from tests.trust.walking import NOTHING, READS
from tests.trust.world import make_clinic


@pytest.fixture(scope="package")
def db(django_db_setup, django_db_blocker):
    """One transaction around the folder, rolled back at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="package")
def built(db):
    with time_machine.travel(NOW, tick=False):
        return make_clinic()


@pytest.fixture
def clinic(built, settings):
    """(people, ids), as ``make_clinic`` says; what a test does with them is gone after it."""
    settings.IDLE_MINUTES = 0
    logging.disable()  # a thousand lines of what was refused
    with transaction.atomic():
        yield built
        transaction.set_rollback(True)
    logging.disable(logging.NOTSET)


@pytest.fixture
def pages(clinic):
    """Every address with the browser of somebody who may read it."""
    people, ids = clinic
    browsers = attack.browsers(people)
    found = [
        (browsers[person], addresses.filled(route, name, ids), addresses.QUERIES.get(name, ""))
        for route, name in addresses.routes()
        if (person := reader(route))
    ]
    assert len(found) > 300
    return found


def reader(route: str) -> str | None:
    """Return somebody who may read this address."""
    if found := addresses.OF_A_MODEL.fullmatch(route):
        wanted = table.rows("List")[found[1]]
        return next((who.lower() for who in wanted if wanted[who] not in ("", NOTHING)), None)
    row = table.expected(route) or {}
    may = [who for who, cell in row.items() if READS in cell[0] or cell[0] == "some"]
    return table.COLUMNS[may[0]][0] if may else None
