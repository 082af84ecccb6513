"""Logs as one JSON object a line: when, how bad, what, which request. Never whose.

The token in an address opens a visit to whoever has it, and a database error quotes the values
it refused. Neither reaches a log: addresses lose tokens and query, and only errors whose words
name code keep them.
"""

import json
import logging
import re
import traceback
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import UTC, datetime

request_id: ContextVar[str] = ContextVar("request_id", default="")

# The part of an address behind these opens something without a sign-in.
TOKEN = re.compile(
    r"(/(?:visit|book/details|waitlist|calendar|messages|unsubscribe|intake|check-in"
    r"|accounts/invitation/[^/\s?\"']+)/)[^/\s?\"']+"
)
QUERY = re.compile(r"(/[^\s?\"']*)\?[^\s\"']*")

# Python words these from names in the code and from types, never from what somebody typed.
NAMES_CODE = (AttributeError, ImportError, NameError, TypeError, ConnectionError, TimeoutError)


class RequestIdFilter(logging.Filter):
    """Puts the current request's id on every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        return True


def without_secrets(text: str) -> str:
    """Return the text with the tokens and the query of every address in it taken out."""
    return TOKEN.sub(r"\1…", QUERY.sub(r"\1", text))


def named(error: BaseException) -> str:
    """Return what an error is, with its words only where they name code."""
    name = f"{type(error).__module__}.{type(error).__qualname__}"
    diagnosis = getattr(error, "diag", None)  # PostgreSQL's own account of what it refused
    if constraint := getattr(diagnosis, "constraint_name", None):
        return f"{name} ({constraint})"
    return f"{name}: {without_secrets(str(error))}" if type(error) in NAMES_CODE else name


def lines_of(error: BaseException | None) -> Iterator[str]:
    """Yield the traceback as Python prints it, what came first on top, without values."""
    chain: list[BaseException] = []
    while error is not None and error not in chain:
        chain.append(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    for each in reversed(chain):
        yield "Traceback (most recent call last):\n"
        yield from traceback.format_tb(each.__traceback__)
        yield named(each) + "\n"


class JsonFormatter(logging.Formatter):
    """One line of JSON. A traceback names code, not values: locals are never printed."""

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": without_secrets(record.getMessage()),
        }
        if identifier := getattr(record, "request_id", ""):
            entry["request"] = identifier
        if record.exc_info:
            entry["trace"] = "".join(lines_of(record.exc_info[1])).rstrip()
        return json.dumps(entry, ensure_ascii=False)


CONSOLE = {"class": "logging.StreamHandler", "formatter": "json", "filters": ["request_id"]}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "clinic.logs.RequestIdFilter"}},
    "formatters": {"json": {"()": "clinic.logs.JsonFormatter"}},
    "handlers": {"console": CONSOLE},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
        # A wrong address or a lost race is an answer, not an incident.
        "django.request": {"handlers": ["console"], "level": "ERROR", "propagate": False},
        # The server of `make run` prints each address: in the same form, without its token.
        "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},
    },
}
