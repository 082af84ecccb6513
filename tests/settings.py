"""The project's own settings, with what tests need different."""

import os
import sys

# Which engine the suite runs on; the demo's own database is never touched.
os.environ["DATABASE_URL"] = os.environ.get("TEST_DATABASE_URL", "sqlite://:memory:")
os.environ.pop("MAIL_DIR", None)
os.environ["STEPDOWN_MODE"] = "demo"

from clinic.settings import *  # noqa: F403
from clinic.settings import DATABASES, VAR
from tests import fresh

if "sqlite" in DATABASES["default"]["ENGINE"]:
    # A file, so that threads share it as they do in real life; two runs at once do not.
    DATABASES["default"]["NAME"] = str(VAR / "test.sqlite3")
    kept = "--reuse-db" in sys.argv  # one run after the other, on the same file
    file = VAR / "test_run_kept.sqlite3" if kept else fresh.RUN / "suite.sqlite3"
    DATABASES["default"]["TEST"] = {"NAME": str(file)}
    DATABASES["default"]["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=OFF;"  # no power cuts in tests
    )
else:
    DATABASES["default"]["OPTIONS"]["options"] += " -c synchronous_commit=off"  # nor here
DATABASES["default"]["CONN_MAX_AGE"] = 0

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # speed only
# Static files come from where they are written: no test client lists them all before it asks.
WHITENOISE_AUTOREFRESH = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "clinical": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
