"""Whatever is sent to whichever address: an answer that says no, and no half of a deed."""

import itertools
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import quote

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db import connection

from tests.trust import addresses, attack

FORM, JSON, MULTIPART = (
    "application/x-www-form-urlencoded",
    "application/json",
    "multipart/form-data; boundary=b",
)
READ = re.compile(r'(?:POST|FILES)(?:\.get|\.getlist)?[(\[]"(\w+)"')
WRITES = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"')
# Written while a request is refused, and meant to be: who tried, how often, and from which browser.
KEPT_OF_A_REFUSAL = {"clinic_auditevent", "clinic_cache", "django_session"}


@cache
def names() -> list[str]:
    """Return every name that any page of the site reads from a form."""
    found = set()
    for folder in ("assessments", "bookings", "clinic"):
        for file in (Path(settings.BASE_DIR) / folder).rglob("*.py"):
            found |= set(READ.findall(file.read_text()))
    for form in _below(forms.BaseForm):
        found |= set(getattr(form, "base_fields", ()))
    for model in admin.site._registry:
        found |= {field.name for field in model._meta.concrete_fields}
    return sorted(found - {"csrfmiddlewaretoken"})


def _below(kind: type) -> Iterator[type]:
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)


@cache
def hostile() -> dict[str, bytes]:
    """Return every name of a form with a value nobody means, three kinds in turn."""
    kinds = (b"a%00b", b"%FF%FE", b"\xff\xfe")
    return {name: kinds[number % len(kinds)] for number, name in enumerate(names())}


def filled(values: dict[str, bytes], but: dict[str, str]) -> bytes:
    """Return a form of these values, but for those that choose what is done."""
    chosen = {name: quote(value).encode() for name, value in but.items()}
    return b"&".join(name.encode() + b"=" + value for name, value in (values | chosen).items())


BODIES = {
    "empty": (FORM, b""),
    "deep": (JSON, b"[" * 200 + b"]" * 200),
    "list": (JSON, b'[1, "a", null, {}, []]'),
    "object": (JSON, b'{"base_version": [], "values": {"a": 1}}'),
    "NUL in JSON": (JSON, b'[{"client_id": "a\\u0000", "line": "\\ud800"}]'),
    "no form": ("text/plain", b"text=1"),
    "form as JSON": (JSON, b"text=1"),
    "cut off": (MULTIPART, b'--b\r\nContent-Disposition: form-data; name="a"\r\n'),
    "no boundary": ("multipart/form-data", b"a=1"),
    "3 MB": (FORM, b"text=" + b"x" * 3_000_000),
    "3 MB of JSON": (JSON, b'"' + b"x" * 3_000_000 + b'"'),
    "2,000 times": (FORM, b"text=1&" * 2000),
}
# The rest reads forms alone.
READ_BODIES = {"chart-save", "chart-note-save", "chart-soap-save", "me-plan-log"}


class Written:
    """Notes which tables were written to."""

    def __init__(self) -> None:
        self.tables: set[str] = set()

    def __call__(self, execute, sql, params, many, context):
        if found := WRITES.match(sql):
            self.tables.add(found[1])
        return execute(sql, params, many, context)


def fault(browser, target: attack.Target, content_type: str, body: bytes) -> str:
    """Return what is wrong with the answer, or nothing. All is undone again."""
    with connection.execute_wrapper(written := Written()):
        answer = browser.ask("post", target.address, body, content_type=content_type)
    code, rest = answer.status_code, written.tables - KEPT_OF_A_REFUSAL
    if code >= 500 or (code >= 400 and rest):
        return f"{target.address}: {code} as {target.person}, and wrote {sorted(rest)}"
    return ""


def test_no_value_of_any_field_is_too_much(clinic):
    people, ids = clinic
    browsers = attack.browsers(people)
    faults = []
    for target in attack.targets(ids):
        body = filled(hostile(), addresses.FORMS.get(target.name, {}))
        faults.append(fault(browsers[target.person], target, FORM, body))

    assert "\n".join(filter(None, faults)) == ""


def test_no_body_is_too_much(clinic):
    people, ids = clinic
    browsers = attack.browsers(people)
    faults, reading = [], set()
    kinds = itertools.cycle(BODIES)
    for target in attack.targets(ids):
        # One kind each, in turn: all of them everywhere would take minutes. Whoever reads the
        # body itself gets every kind.
        if target.name in READ_BODIES:
            reading.add(target.name)
        for kind in BODIES if target.name in READ_BODIES else [next(kinds)]:
            found = fault(browsers[target.person], target, *BODIES[kind])
            faults.append(found and f"{kind} to {found}")

    assert "\n".join(filter(None, faults)) == ""
    assert reading == READ_BODIES
