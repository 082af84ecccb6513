"""``manage.py backup OUT``: the database and every uploaded file in one file, while at work."""

from argparse import ArgumentParser
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from clinic import seals
from clinic.backups import archive
from clinic.backups.engines import BackupError
from clinic.backups.keys import read_key


class Command(BaseCommand):
    help = (
        "Write the database and all uploaded files into one file, encrypted with a key. OUT is a"
        " folder, which gets a file named after the time, or a file that is not there yet."
    )
    requires_system_checks: list[str] = []  # a clinic in trouble needs its backup most

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("out", type=Path)
        parser.add_argument(
            "--key", metavar="FILE", help="a file with the key (else BACKUP_KEY_FILE)"
        )
        parser.add_argument("--plain", action="store_true", help="do not encrypt it")

    def handle(self, *, out: Path, key: str | None, plain: bool, **options: object) -> None:
        words = "" if plain else read_key(key)
        if not words and not plain and not settings.DEMO:
            raise CommandError(
                "A backup holds the whole record. Name a key file with --key or BACKUP_KEY_FILE,"
                " made with: openssl rand -base64 32. Or say --plain, and encrypt it yourself."
            )
        now = timezone.now()
        target = out / archive.name_for(now, boxed=bool(words)) if out.is_dir() else out
        if target.exists():
            raise CommandError(f"{target} is there already, and a backup is never overwritten.")
        about = archive.Manifest(
            made_at=now.isoformat(timespec="seconds"),
            engine=connection.vendor,
            checkpoint=seals.checkpoint(seals.newest()),
        )
        folders = {"media": Path(settings.MEDIA_ROOT), "files": Path(settings.FILES_ROOT)}
        try:
            with (
                TemporaryDirectory(prefix="stepdown-") as staging,
                archive.kept_aside(target) as to,
            ):
                count = archive.pack(to, folders, Path(staging), about, words)
        except BackupError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"The backup could not be written: {error.strerror}.") from error
        kind = "encrypted" if words else "NOT encrypted"
        self.stdout.write(f"{target}: the database and {count} files, {kind}.")
        if about.checkpoint:
            self.stdout.write(f"Newest seal of the audit trail: {about.checkpoint}")
