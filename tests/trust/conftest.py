"""One clinic for all tests of this folder: it is built once, and every test is undone."""

import logging

import pytest
import time_machine
from django.db import transaction

from tests.conftest import NOW
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
