"""The key of a backup: the words in a file that lies elsewhere than the backups."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError

from clinic.backups import box


def read_key(named: str | None) -> str:
    """Return the key in the file that is named, or that BACKUP_KEY_FILE names; empty for none.

    Raises CommandError where it cannot be read or is too short to protect anything.
    """
    path = named or settings.BACKUP_KEY_FILE
    if not path:
        return ""
    try:
        key = Path(path).read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"The key file {path} cannot be read.") from error
    if len(key) < box.LEAST:
        raise CommandError(
            f"The key in {path} is too short. Make one with: openssl rand -base64 32"
        )
    return key
