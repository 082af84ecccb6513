"""What the log keeps of an address, an error and a query: nothing that opens or tells anything."""

import json
import logging
import runpy
from io import StringIO

import pytest
from django.conf import settings as project
from django.db import IntegrityError, transaction
from django.urls import URLPattern, get_resolver, reverse

from clinic.logs import JsonFormatter
from tests.factories import PracticeFactory, UserFactory

TOKEN = "s3cretT0ken-of-4-visit_xxxxxxxxxxxxxxxx"
WHO = "ashdown@example.com"
OWNER = "0b8e2ad4-6ec8-4a39-9f5f-3c0c6c3f6a10"


def logged(message, *args, error=None):
    """Return the line the log would print, as text and as what it says."""
    information = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("django", logging.ERROR, "", 0, message, args, information)
    line = JsonFormatter().format(record)
    return line, json.loads(line)


def caught(kind, *args):
    try:
        raise kind(*args)
    except kind as error:
        return error


def names_with_a_token(patterns=None):
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if not isinstance(pattern, URLPattern):
            if not pattern.namespace:
                yield from names_with_a_token(pattern.url_patterns)
        elif "token" in pattern.pattern.converters and pattern.name:
            yield pattern


def test_no_address_with_a_token_keeps_it():
    blanks = {"token": TOKEN, "user": OWNER, "pk": OWNER, "step": "pain", "part": "pain"}
    patterns = list(names_with_a_token())
    assert len(patterns) > 15

    for pattern in patterns:
        sent = {name: blanks.get(name, OWNER) for name in pattern.pattern.converters}
        address = reverse(pattern.name, kwargs=sent)
        line, _ = logged("%s", f'"POST {address}?a=1 HTTP/1.1" 500 145')
        assert TOKEN not in line, pattern.name
        assert "a=1" not in line
        assert "…" in line


def test_a_query_is_dropped_and_the_rest_of_the_line_kept():
    _, said = logged('"%s" %s', "GET /admin/?q=Rosalind+Ashdown HTTP/1.1", "200")

    assert said["message"] == '"GET /admin/ HTTP/1.1" 200'


@pytest.mark.django_db
def test_a_refused_row_names_no_value():
    UserFactory(email=WHO)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        UserFactory(email=WHO)

    line, said = logged("Job %s failed", "reminders", error=refused.value)

    assert WHO not in line
    assert "IntegrityError" in said["trace"]
    assert "test_a_refused_row_names_no_value" in said["trace"]


def test_what_was_raised_on_the_way_is_named_without_its_words():
    try:
        try:
            raise KeyError(WHO)
        except KeyError as first:
            raise IntegrityError(f"Key (email)=({WHO}) already exists") from first
    except IntegrityError as error:
        line, said = logged("failed", error=error)

    assert WHO not in line
    assert said["trace"].index("KeyError\n") < said["trace"].rindex("IntegrityError")


def test_words_that_name_code_stay():
    _, said = logged("failed", error=caught(AttributeError, "'Visit' object has no attribute 'x'"))

    assert said["trace"].endswith("AttributeError: 'Visit' object has no attribute 'x'")


@pytest.mark.django_db
def test_a_request_that_fails_logs_no_token_and_no_value(client, monkeypatch):
    PracticeFactory()
    printed = StringIO()
    handler = logging.StreamHandler(printed)
    handler.setFormatter(JsonFormatter())
    monkeypatch.setattr(logging.getLogger("django.request"), "handlers", [handler])

    def fail(*args):
        raise ValueError(WHO)

    monkeypatch.setattr("bookings.links.visit_of", fail)
    client.raise_request_exception = False

    assert client.get(f"/visit/{TOKEN}/?name={WHO}").status_code == 500
    said = json.loads(printed.getvalue())
    assert said["message"] == "Internal Server Error: /visit/…/"
    assert said["trace"].endswith("builtins.ValueError")
    assert TOKEN not in printed.getvalue()
    assert WHO not in printed.getvalue()


def test_every_logger_of_the_server_prints_through_the_same_form():
    for name in ("django", "django.request", "django.server"):
        assert project.LOGGING["loggers"][name]["handlers"] == ["console"]


def test_the_server_writes_no_access_log_and_would_write_no_address_into_one():
    served = runpy.run_path(str(project.BASE_DIR / "deploy" / "gunicorn.conf.py"))
    says_where = ("%(r)s", "%(U)s", "%(q)s", "%(f)s", "%(h)s", "}i", "}e")

    assert served["accesslog"] is None
    assert not any(mark in served["access_log_format"] for mark in says_where)
