"""The worker: does what is due, survives what fails, stops when asked."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from threading import Event

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import OperationalError

from clinic import jobs, outbox
from clinic.management.commands.worker import Command
from clinic.models import Message
from tests import fresh
from tests.conftest import NOW
from tests.factories import PracticeFactory

ONE_SECOND = timedelta(seconds=1)


@pytest.fixture
def register(monkeypatch):
    """Jobs registered in a test are forgotten afterwards, and nobody else's run."""
    monkeypatch.setattr(jobs, "_jobs", {})
    return jobs.periodic


@pytest.mark.django_db
def test_once_sends_what_is_due_and_nothing_twice(mailoutbox):
    PracticeFactory()
    outbox.queue("sign_in_unknown", to="a@example.com", key="now")
    outbox.queue("sign_in_unknown", to="b@example.com", key="later", due_at=NOW + ONE_SECOND)

    call_command("worker", once=True)
    call_command("worker", once=True)

    assert [mail.to for mail in mailoutbox] == [["a@example.com"]]
    assert Message.objects.get(key="later").state == Message.State.PENDING


@pytest.mark.django_db
def test_a_failing_job_leaves_the_others_their_turn(register, caplog):
    done = []

    @register()
    def fails(now):
        raise OperationalError("gone")

    @register()
    def works(now):
        done.append(now)

    assert jobs.run_due(NOW) == 1
    assert done == [NOW]
    assert "fails failed" in caplog.text
    with pytest.raises(CommandError, match="1 of 2 jobs failed"):
        call_command("worker", once=True)


@pytest.mark.parametrize(
    ("every", "later", "runs"),
    [
        pytest.param(ONE_SECOND, timedelta(seconds=1), 2, id="due again"),
        pytest.param(timedelta(hours=1), timedelta(minutes=59), 1, id="not yet"),
        pytest.param(timedelta(hours=1), timedelta(hours=1), 2, id="to the second"),
        pytest.param(timedelta(hours=1), -timedelta(hours=2), 2, id="the clock was set back"),
    ],
)
def test_a_job_runs_as_often_as_it_says(register, every, later, runs):
    done = []
    register(every)(done.append)

    jobs.run_due(NOW)
    jobs.run_due(NOW + later)

    assert len(done) == runs


@pytest.mark.django_db(transaction=True)
def test_the_loop_ends_after_the_round_it_is_in(register):
    stop, rounds = Event(), []

    @register()
    def stops(now):
        rounds.append(now)
        stop.set()

    command = Command()
    command.loop(stop)

    assert rounds == [NOW]


def test_the_clinics_own_jobs_are_registered():
    own = {name.rpartition(".")[2] for name in jobs.names() if name.startswith("clinic.")}
    assert own == {
        "send_messages", "end_childhood_grants", "clear_sessions", "seal_trail",
        "clear_erased_files", "erase_what_is_over",
    }  # fmt: skip


@pytest.fixture
def own_database(tmp_path):
    """A database that other processes see, on the engine of this run."""
    server = os.environ.get("TEST_DATABASE_URL", "")
    with fresh.copied(fresh.migrated(server), server, tmp_path / "clinic") as place:
        yield place.url


@pytest.mark.race
def test_sigterm_ends_a_real_worker_cleanly(own_database, tmp_path):
    environment = {
        **os.environ,
        "DATABASE_URL": own_database,
        "MAIL_DIR": str(tmp_path / "mail"),
        "DJANGO_SETTINGS_MODULE": "clinic.settings",
    }
    manage = [sys.executable, str(settings.BASE_DIR / "manage.py")]
    worker = subprocess.Popen([*manage, "worker"], env=environment, stderr=subprocess.PIPE)
    beat = "from clinic import readiness; print(readiness.worker_is_fresh())"
    for _ in range(60):
        asked = subprocess.run(
            [*manage, "shell", "-v0", "-c", beat],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if "True" in asked.stdout:
            break
        time.sleep(0.5)

    worker.send_signal(signal.SIGTERM)

    assert "True" in asked.stdout
    assert worker.wait(timeout=15) == 0
    worker.stderr.close()


@pytest.mark.django_db
def test_alive_says_whether_a_worker_gave_word_lately():
    with pytest.raises(CommandError):
        call_command("worker", "--alive")

    call_command("worker", "--once")

    call_command("worker", "--alive")
