"""Alive and ready: what a machine that watches is told."""

from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

from clinic import readiness
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def beating():
    readiness.beat(NOW)


def test_alive_needs_no_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/healthz/")

    assert (response.status_code, response.json()) == (200, {"alive": True})


def test_ready_when_all_is_well(client, beating):
    response = client.get("/readyz/")

    assert response.status_code == 200
    assert response.json() == {
        "ready": True,
        "database": True,
        "migrations": True,
        "missing_guards": [],
        "worker": True,
    }


def test_a_dropped_guard_is_missed(client, beating):
    lost = "audit_is_append_only_update"
    with connection.cursor() as cursor:
        on = ' ON "clinic_auditevent"' if connection.vendor == "postgresql" else ""
        cursor.execute(f'DROP TRIGGER "{lost}"{on}')

    response = client.get("/readyz/")

    assert response.status_code == 503
    assert response.json()["missing_guards"] == [lost]
    with pytest.raises(Exception, match=lost):
        call_command("check", databases=["default"])


def test_every_kind_of_guard_is_expected():
    expected = set(readiness.expected_guards())

    assert "audit_is_append_only_update" in expected
    assert any("free" in name or "overlap" in name for name in expected)
    assert len(expected) > 20
    assert readiness.missing_guards() == []


def test_a_worker_that_fell_silent_is_missed(client, beating):
    with time_machine.travel(NOW + timedelta(seconds=61), tick=False):
        response = client.get("/readyz/")

    assert response.status_code == 503
    assert response.json()["worker"] is False


def test_no_worker_yet_is_not_ready(client):
    assert client.get("/readyz/").status_code == 503


def test_a_migration_that_waits_is_not_ready(client, beating, monkeypatch):
    monkeypatch.setattr(readiness, "migrations_are_applied", lambda: False)

    response = client.get("/readyz/")

    assert (response.status_code, response.json()["migrations"]) == (503, False)


def test_a_database_that_is_away_is_said_so(client):
    def away(execute, sql, params, many, context):
        raise OperationalError("no route to host")

    with connection.execute_wrapper(away):
        response = client.get("/readyz/")
        alive = client.get("/healthz/")

    assert response.status_code == 503
    assert response.json() == {"ready": False, "database": False}
    assert alive.status_code == 200


def test_worker_once_leaves_word(client):
    call_command("worker", once=True)

    assert client.get("/readyz/").status_code == 200


def test_unknown_options_of_the_worker_are_refused():
    with pytest.raises(CommandError):
        call_command("worker", "--twice")
