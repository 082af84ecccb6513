"""``manage.py restore IN``: puts a backup into an empty clinic, or tries it out beside this one."""

import os
import secrets
import shutil
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from clinic.backups import archive, box, engines
from clinic.backups.engines import BackupError
from clinic.backups.keys import read_key

MIGRATE = ["migrate", "--noinput", "-v0"]


class Command(BaseCommand):
    help = (
        "Put a backup into an empty database and empty folders. With --verify nothing of this"
        " clinic is touched: the backup is restored into a scratch database, brought up to date,"
        " looked at by verify, and thrown away."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="IN", type=Path)
        parser.add_argument("--verify", action="store_true", help="try it out, change nothing")
        parser.add_argument(
            "--key", metavar="FILE", help="a file with the key (else BACKUP_KEY_FILE)"
        )

    def handle(self, *, file: Path, verify: bool, key: str | None, **options: object) -> None:
        if not verify:
            self._check_empty()
        with TemporaryDirectory(prefix="stepdown-") as staging:
            folder = Path(staging)
            manifest = self._unpacked(file, folder, read_key(key))
            self.stdout.write(f"Backup of {manifest.made_at}: whole, every checksum right.")
            try:
                if verify:
                    self._try_out(folder, manifest)
                else:
                    self._put_in_place(folder)
            except BackupError as error:
                raise CommandError(str(error)) from error

    def _unpacked(self, file: Path, into: Path, key: str) -> archive.Manifest:
        try:
            with file.open("rb") as source:
                manifest = archive.unpack(source, into, key)
        except box.KeyTooShortError as error:
            raise CommandError("This backup is encrypted: name its key file with --key.") from error
        except box.WrongKeyError as error:
            raise CommandError("The key is another, or the backup was changed.") from error
        except archive.DamagedError as error:
            raise CommandError("This is no whole backup: it was changed or cut short.") from error
        except OSError as error:
            raise CommandError(f"The backup cannot be read: {error.strerror}.") from error
        if manifest.engine != connection.vendor:
            raise CommandError(
                f"This backup is of {manifest.engine}, and DATABASE_URL names {connection.vendor}."
            )
        return manifest

    def _check_empty(self) -> None:
        if not engines.is_empty():
            raise CommandError("The database is not empty. A backup is restored into an empty one.")
        for root in _roots().values():
            if root.exists() and any(root.iterdir()):
                raise CommandError(f"{root} is not empty. Move what is in it away first.")

    def _put_in_place(self, staging: Path) -> None:
        engines.load(staging / engines.NAMES[connection.vendor])
        for name, root in _roots().items():
            if (staging / name).exists():
                shutil.copytree(staging / name, root, dirs_exist_ok=True)
        self.stdout.write("Restored. Now run: manage.py migrate, then manage.py verify.")
        self.stdout.write("Whoever was erased since is back: manage.py erase_patient --again.")
        self.stdout.write("Look at the message log before the worker starts: it sends what waits.")

    def _try_out(self, staging: Path, manifest: archive.Manifest) -> None:
        """Restore into a scratch database and let a process of its own verify it."""
        with self._scratch(staging) as url:
            environment = os.environ | {
                "DJANGO_SETTINGS_MODULE": "clinic.settings",
                "DATABASE_URL": url,
                "MEDIA_ROOT": str(staging / "media"),
                "FILES_ROOT": str(staging / "files"),
            }
            kept = [f"--checkpoint={manifest.checkpoint}"] if manifest.checkpoint else []
            for arguments in (MIGRATE, ["verify", *kept]):
                done = subprocess.run(  # noqa: S603  # this project's own commands
                    [sys.executable, settings.BASE_DIR / "manage.py", *arguments],
                    env=environment, capture_output=True, text=True, check=False,
                )  # fmt: skip
                self.stdout.write(done.stdout, ending="")
                if done.returncode:
                    said = done.stderr.strip().splitlines()
                    raise CommandError(
                        f"The backup did not pass {arguments[0]}: {said[-1] if said else '?'}"
                    )
        self.stdout.write("The backup was restored beside the clinic and holds.")

    @contextmanager
    def _scratch(self, staging: Path) -> Iterator[str]:
        dumped = staging / engines.NAMES[connection.vendor]
        if connection.vendor == "sqlite":
            scratch = {"NAME": staging / "scratch.sqlite3"}
            engines.load(dumped, scratch)
            yield engines.url_of(scratch)
            return
        name = f"stepdown_verify_{secrets.token_hex(6)}"
        scratch = dict(engines.make_scratch(name))
        try:
            engines.load(dumped, scratch)
            yield engines.url_of(scratch)
        finally:
            engines.drop_scratch(name)


def _roots() -> dict[str, Path]:
    return {"media": Path(settings.MEDIA_ROOT), "files": Path(settings.FILES_ROOT)}
