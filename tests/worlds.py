"""A world that a module's tests share: it is built once, and what a test does in it is undone."""

from contextlib import contextmanager

import pytest
import time_machine
from django.db import transaction

from tests.conftest import NOW


@contextmanager
def _kept(blocker, make):
    """Make it in a transaction that ends with the module; each test has a savepoint in it."""
    with blocker.unblock(), transaction.atomic():
        with time_machine.travel(NOW, tick=False):
            made = make()
        yield made
        transaction.set_rollback(True)


def world_of(make):
    """Return a fixture of what ``make`` returns. Tests may change rows, never the objects."""

    @pytest.fixture(scope="module")
    def world(django_db_setup, django_db_blocker):
        with _kept(django_db_blocker, make) as made:
            yield made

    return world
