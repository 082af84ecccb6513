"""The clinic as gunicorn serves it, by a clock that may jump."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")

from clinic.wsgi import application  # after the settings are named
from scripts.faults import clock

clock.follow()

__all__ = ["application"]
