"""Text messages as files in ``SMS_DIR``: for the demo and for tests."""

import uuid
from pathlib import Path

from django.conf import settings
from django.utils import timezone


def send(to: str, text: str, reference: str) -> None:
    """Write one file per message: the number, the reference, the text."""
    folder = Path(settings.SMS_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{timezone.now():%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:8]}.txt"
    (folder / name).write_text(f"To: {to}\nReference: {reference}\n\n{text}\n", encoding="utf-8")
