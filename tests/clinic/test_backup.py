"""A backup is proved by restoring it: made at work, tried out beside the clinic, put in place."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from clinic import audit
from clinic.actions.sealing import seal_trail
from clinic.backups import engines
from clinic.models import Patient

CANARY = "Canary-7461"
KEY = "correct horse battery staple"


@pytest.fixture
def places(settings, tmp_path):
    """Folders of this test's own, with one file in each, and a key."""
    for name in ("media", "files", "backups"):
        (tmp_path / name).mkdir()
    settings.MEDIA_ROOT, settings.FILES_ROOT = str(tmp_path / "media"), str(tmp_path / "files")
    (tmp_path / "media/logo.png").write_text(CANARY)
    (tmp_path / "files/deep").mkdir()
    (tmp_path / "files/deep/a.jpg").write_text(CANARY)
    (tmp_path / "key").write_text(KEY + "\n")
    return tmp_path


@pytest.fixture
def recorded():
    """A patient with a name to look for, on a trail that is sealed."""
    patient = Patient.objects.create(first_name="Ada", last_name=CANARY)
    audit.record("patient_added", patient, by=audit.SYSTEM, patient_id=patient.pk)
    seal_trail(timezone.now())


def run(*arguments):
    out = StringIO()
    try:
        call_command(*map(str, arguments), stdout=out)
    finally:
        sys.stdout.write(out.getvalue())  # shown when it fails
    return out.getvalue()


def elsewhere(url, places, *arguments):
    """Run a command in a process of its own, as a clinic on another machine would."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "clinic.settings",
        "DATABASE_URL": url,
        "MEDIA_ROOT": str(places / "new/media"),
        "FILES_ROOT": str(places / "new/files"),
    }
    done = subprocess.run(
        [sys.executable, "manage.py", *map(str, arguments)],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def only_file(folder):
    [file] = folder.iterdir()
    return file


@pytest.mark.django_db(transaction=True)
def test_the_drill(places, recorded):
    """Back up, look for a canary, try it out, restore it into an empty clinic."""
    said = run("backup", places / "backups", "--key", places / "key")
    file = only_file(places / "backups")
    assert "the database and 2 files, encrypted" in said
    assert file.stat().st_mode & 0o777 == 0o600
    for word in (CANARY, "patient_added", "CREATE TABLE", "manifest"):
        assert word.encode() not in file.read_bytes()

    said = run("restore", file, "--verify", "--key", places / "key")
    assert "ok      audit.checkpoint: seal 1 is there as it was kept" in said
    assert "invariants hold" in said
    assert Patient.objects.count() == 1

    url, ask = new_database(places)
    try:
        code, said = elsewhere(url, places, "restore", file, "--key", places / "key")
        assert (code, "Restored." in said) == (0, True), said
        assert ask("SELECT last_name FROM clinic_patient") == [(CANARY,)]
        assert (places / "new/media/logo.png").read_text() == CANARY
        assert (places / "new/files/deep/a.jpg").read_text() == CANARY

        code, said = elsewhere(url, places, "restore", file, "--key", places / "key")
        assert (code, "The database is not empty" in said) == (1, True), said
    finally:
        if connection.vendor == "postgresql":
            engines.drop_scratch("stepdown_restored")


def new_database(places):
    """Return the address of an empty database, and a function that asks it."""
    if connection.vendor == "sqlite":
        path = places / "new.sqlite3"

        def ask(statement):
            with closing(sqlite3.connect(path)) as new:
                return new.execute(statement).fetchall()

        return f"sqlite:///{path}", ask

    engines.drop_scratch("stepdown_restored")
    settings = engines.make_scratch("stepdown_restored")

    def ask(statement):
        import psycopg2

        names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
        given = {name: settings[key] for name, key in names.items() if settings.get(key)}
        with closing(psycopg2.connect(dbname=settings["NAME"], **given)) as new:
            cursor = new.cursor()
            cursor.execute(statement)
            return cursor.fetchall()

    return engines.url_of(settings), ask


@pytest.mark.django_db(transaction=True)
def test_a_backup_that_does_not_hold_is_told(places, recorded):
    """A trail without its end: whole as a file, and broken as a record."""
    from clinic.models import AuditEvent
    from tests.unguarded import unguarded

    with unguarded():
        AuditEvent.objects.all().delete()
    run("backup", places / "backups/one", "--plain")
    with pytest.raises(CommandError, match="did not pass verify"):
        run("restore", places / "backups/one", "--verify")


class TestRefusals:
    @pytest.fixture
    def file(self, places, monkeypatch):
        """A backup with a database of no tables; what is refused comes before it is looked at."""
        monkeypatch.setattr(engines, "dump", _written)
        monkeypatch.setattr("clinic.seals.newest", lambda: None)
        run("backup", places / "backups/one", "--key", places / "key")
        return places / "backups/one"

    def test_a_backup_is_never_overwritten(self, file, places):
        before = file.read_bytes()
        with pytest.raises(CommandError, match="is there already"):
            run("backup", file, "--plain")
        assert file.read_bytes() == before

    def test_another_key(self, file, places):
        (places / "key").write_text("another key of enough length")
        with pytest.raises(CommandError, match="The key is another"):
            run("restore", file, "--verify", "--key", places / "key")

    def test_no_key(self, file):
        with pytest.raises(CommandError, match="name its key file"):
            run("restore", file, "--verify")

    def test_a_backup_cut_short(self, file, places):
        file.write_bytes(file.read_bytes()[:-100])
        with pytest.raises(CommandError, match="The key is another, or the backup was changed"):
            run("restore", file, "--verify", "--key", places / "key")

    def test_no_backup(self, places):
        with pytest.raises(CommandError, match="cannot be read"):
            run("restore", places / "none", "--verify")
        (places / "text").write_text("not a backup")
        with pytest.raises(CommandError, match="This is no whole backup"):
            run("restore", places / "text", "--verify")

    def test_folders_that_hold_something(self, file, places, monkeypatch):
        monkeypatch.setattr(engines, "is_empty", lambda: True)
        with pytest.raises(CommandError, match="media is not empty"):
            run("restore", file, "--key", places / "key")

    def test_a_backup_of_the_other_engine(self, file, places, monkeypatch):
        monkeypatch.setattr(connection, "vendor", "another")
        with pytest.raises(CommandError, match="and DATABASE_URL names another"):
            run("restore", file, "--verify", "--key", places / "key")

    @pytest.mark.parametrize("text", ["", "short"])
    def test_a_key_that_protects_nothing(self, places, text):
        (places / "key").write_text(text)
        with pytest.raises(CommandError, match="too short"):
            run("backup", places / "backups", "--key", places / "key")

    def test_production_encrypts_unless_told_otherwise(self, places, settings):
        settings.DEMO = False
        with pytest.raises(CommandError, match="openssl rand"):
            run("backup", places / "backups")
        assert list((places / "backups").iterdir()) == []

    def test_a_backup_that_fails_leaves_nothing(self, places, monkeypatch):
        def fail(into):
            raise engines.BackupError("The disk is full.")

        monkeypatch.setattr(engines, "dump", fail)
        monkeypatch.setattr("clinic.seals.newest", lambda: None)
        with pytest.raises(CommandError, match="The disk is full"):
            run("backup", places / "backups", "--plain")
        assert list((places / "backups").iterdir()) == []


def _written(into):
    path = into / engines.NAMES[connection.vendor]
    path.write_bytes(b"")
    return path


@pytest.mark.postgresql_only
def test_a_tool_that_is_not_there_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(engines.BackupError, match="pg_dump is not installed"):
        engines.dump(tmp_path)
