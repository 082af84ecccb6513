"""What gettext reads, made from the translators' files. Imports no Django: the settings ask for it.

A ``.po`` file is text that people write and Git can merge; gettext wants the same as a ``.mo``. It
is made once per state of the texts and kept under a name made of them, so that it is never older
than they are and two versions of the code never share one.
"""

import hashlib
import os
import secrets
import shutil
from pathlib import Path

import polib


def compiled(source: Path, into: Path) -> Path:
    """Return the folder with the catalogues of these texts, which is made where it is missing.

    Raises OSError where it is missing and nothing can be written.
    """
    texts = sorted(source.glob("*/LC_MESSAGES/*.po"))
    mark = hashlib.sha256()
    for text in texts:
        mark.update(f"{text.relative_to(source)}\0".encode() + text.read_bytes())
    place = into / mark.hexdigest()[:16]
    if place.is_dir():
        return place
    into.mkdir(parents=True, exist_ok=True)
    fresh = into / f".{secrets.token_hex(8)}"
    for text in texts:
        save(text, (fresh / text.relative_to(source)).with_suffix(".mo"))
    try:
        os.replace(fresh, place)
    except OSError:  # somebody else was quicker
        shutil.rmtree(fresh, ignore_errors=True)
        if not place.is_dir():
            raise
    return place


def save(text: Path, to: Path) -> None:
    """Write the catalogue of one file of texts. What is marked as unsure is left out."""
    to.parent.mkdir(parents=True, exist_ok=True)
    polib.pofile(str(text)).save_as_mofile(str(to))
