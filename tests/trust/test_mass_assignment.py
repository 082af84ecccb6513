"""A form that is sent with more than it offers writes what it would have written without.

Every form of every page is sent as it stands there, twice, and then with a value for each column of
each model beside its own fields. Statements are compared value by value; what differs between the
two plain ones (ids, tokens) is left out.
"""

import re
from collections import Counter
from urllib.parse import urljoin

import pytest
from django.apps import apps
from django.db import connection, models

from clinic.models import Patient
from tests.bookings.page import Form, Page
from tests.trust.walking import READS, outcome

WRITES = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"')
# Who was here: a request is written down whatever it holds, and counted.
BESIDE = {"clinic_auditevent", "clinic_auditmark", "clinic_cache", "django_session"}
# What somebody types into a field whose name holds this.
FILLING = {
    "email": "more@example.com", "phone": "+14035550177", "date": "2027-02-01", "_on": "2027-02-01",
    "day": "2027-02-01", "time": "10:00", "starts": "10:00", "minutes": "1", "price": "1",
}  # fmt: skip
# What a page's script sends to the address of its form as well.
FROM_SCRIPT = [("/plan/log/", {"kind", "at", "plan", "stage", "km", "settled", "knee"})]
Statement = tuple[str, tuple]


class Written:
    """Notes what was written, and with which values."""

    def __init__(self) -> None:
        self.statements: list[Statement] = []

    def __call__(self, execute, sql, params, many, context):
        if (found := WRITES.match(sql)) and found[1] not in BESIDE:
            self.statements.append((sql, tuple(params or ())))
        return execute(sql, params, many, context)


def planted(another: str) -> dict[str, str]:
    """Return a value nobody was asked for, for each column of each model."""
    found = {}
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            value = _planted(field, another)
            found[field.name] = found[field.attname] = value
    return found


def _planted(field, another: str) -> str:
    if field.choices:
        return str(list(field.choices)[-1][0])
    if isinstance(field, models.BooleanField):
        return "on"
    if field.is_relation or isinstance(field, models.UUIDField):
        return another
    if isinstance(field, models.DateField):
        return "2031-03-04T05:06:07Z" if isinstance(field, models.DateTimeField) else "2031-03-04"
    if isinstance(field, models.IntegerField | models.DecimalField):
        return "7"
    return "planted"


def sent(browser, address: str, data: dict[str, str]) -> list[Statement]:
    with connection.execute_wrapper(written := Written()):
        answer = browser.ask("post", address, data)
    assert answer.status_code < 500, address
    return written.statements


def differs(plain: list[Statement], again: list[Statement], more: list[Statement]) -> str:
    """Return the first statement that more fields have changed."""
    if Counter(sql for sql, _ in plain) != Counter(sql for sql, _ in again):
        return ""  # the page itself does not do the same twice
    if [sql for sql, _ in plain] != [sql for sql, _ in more]:
        return f"{len(plain)} statements became {len(more)}"
    for (sql, one), (_, other), (_, now) in zip(plain, again, more, strict=True):
        for a, b, c in zip(one, other, now, strict=True):
            if str(a) == str(b) != str(c):
                return f"{sql[:90]}: {a!r} became {c!r}"
    return ""


def offered(page: Page, address: str):
    """Yield the address and the fields of each form, and of each of its buttons."""
    for form in page.forms:
        if form.method.lower() == "post":
            to = urljoin(address, form.action).partition("?")[0]
            if to.startswith("/accounts/log") or "://" in to:
                continue
            for button in form.buttons or [("", "")]:
                yield to, filled(form) | ({button[0]: button[1]} if button[0] else {})


def filled(form: Form) -> dict[str, str]:
    """Return what an untouched form sends, its empty fields filled with something."""
    values = {}
    for name, value in form.fields.items():
        if name == "csrfmiddlewaretoken":
            continue
        options = [each for each in form.choices.get(name, []) if each]
        values[name] = value or (options[0] if options else _typed(name))
    for name, options in form.choices.items():
        if name not in values and options:
            values[name] = options[0]
    return values


def _typed(name: str) -> str:
    return next((value for part, value in FILLING.items() if part in name), "A few words")


@pytest.fixture
def forms(pages):
    """Every form as (browser, address, fields), each once."""
    found, seen = [], set()
    for browser, address, query in pages:
        answer = browser.ask("get", address + query)
        if outcome(answer) != READS or answer.streaming or b"<form" not in answer.content:
            continue
        for to, fields in offered(Page(answer), address):
            key = (to, tuple(sorted(fields)))
            if key not in seen:
                seen.add(key)
                found.append((browser, to, fields))
    return found


def test_no_form_takes_more_than_it_offers(forms, clinic):
    another = Patient.objects.exclude(pk=clinic[1]["patient"]).first()
    more = planted(str(another.pk))
    known: dict[str, set[str]] = {}
    for _browser, to, fields in forms:
        known.setdefault(to, set()).update(fields)
    took, wrote = [], 0
    for browser, to, fields in forms:
        plain, again = (sent(browser, to, fields) for _ in range(2))
        asked = known[to] | next((names for end, names in FROM_SCRIPT if to.endswith(end)), set())
        beside = {name: value for name, value in more.items() if name not in asked}
        found = differs(plain, again, sent(browser, to, beside | fields))
        wrote += bool(plain)
        if found:
            took.append(f"{to} {sorted(fields)}: {found}")

    assert "\n".join(took) == ""
    assert wrote > 80, f"of {len(forms)} forms only {wrote} were filled in well enough"
