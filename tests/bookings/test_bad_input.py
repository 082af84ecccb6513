"""Whatever is sent, the answer is an answer: no field of any form can cause a 500."""

import pytest

from bookings.models import Appointment
from clinic.models import Patient
from tests.bookings.conftest import at
from tests.conftest import NOW

HOSTILE = {
    "empty": "",
    "spaces": "   ",
    "huge": "x" * 100_000,
    "NUL": "a\0b",
    "control": "a\x07\x1b[31mb",
    "line break": "a\r\nBcc: x@example.com",
    "markup": "<script>alert(1)</script>",
    "template": "{{ settings.SECRET_KEY }}{0.__class__}%(x)s",
    "quote": "' OR 1=1 --",
    "right to left": "\u202egnp.exe",
    "emoji": "🦵" * 50,
    "lone surrogate": "\udcff",
    "digits": "٣" * 10,
    "number": "-1",
    "overflow": "9" * 400,
    "uuid": "00000000-0000-0000-0000-000000000000",
    "path": "../../etc/passwd",
    "list": "[1, 2]",
}
HOLD = "/book/first-visit/hold/"
NINE = {"practitioner": "anna", "location": "downtown", "starts_at": "2027-01-11T09:00-06:00"}
DETAILS = {
    "first_name": "Test",
    "last_name": "Person",
    "email": "walk@example.com",
    "phone": "+14035550142",
    "date_of_birth": "1990-05-04",
    "reason": "Stairs",
    "guardian_name": "",
    "guardian_consent": "",
    "consent": "on",
    "website": "",
    "patient": "",
}
REFUSED = {400, 404, 409, 422}


def sendable(text):
    """A lone surrogate reaches the server as bytes that are not UTF-8."""
    return text.encode("utf-8", "surrogateescape")


def post(client, address, data):
    body = b"&".join(
        name.encode() + b"=" + b"".join(b"%%%02X" % byte for byte in sendable(str(value)))
        for name, value in data.items()
    )
    return client.post(address, body, content_type="application/x-www-form-urlencoded")


@pytest.fixture
def held(client, clinic):
    return client.post(HOLD, NINE)["Location"]


@pytest.mark.parametrize("name", ["practitioner", "location", "starts_at", "or_any"])
def test_choosing_a_time(client, clinic, name):
    for hostile in HOSTILE.values():
        answer = post(client, HOLD, {**NINE, name: hostile})

        if name == "or_any":
            assert answer.status_code == 303
        else:
            assert answer.status_code in REFUSED, hostile[:40]
    assert Appointment.objects.filter(state="held").count() == (name == "or_any")


@pytest.mark.parametrize(
    "starts_at",
    [
        "9999-12-31T23:59-06:00",
        "0001-01-01T00:00+14:00",
        "2027-01-11T09:00:00.123456-06:00",
        "2027-01-11T09:00-06:00:30",
        "2027-01-11",
        "2027-W02-1T09:00-06:00",
        "1e400",
        "NaN",
    ],
)
def test_odd_instants(client, clinic, starts_at):
    good = {"practitioner": "anna", "location": "downtown"}

    answer = client.post("/book/first-visit/hold/", {**good, "starts_at": starts_at})

    assert answer.status_code in {303, *REFUSED}


@pytest.mark.parametrize("name", [*(name for name in DETAILS if name != "consent"), "release"])
def test_the_details(client, clinic, name):
    for hostile in HOSTILE.values():
        held = client.post(HOLD, NINE)["Location"]

        answer = post(client, held, {**DETAILS, name: hostile})

        assert answer.status_code in {303, 422}, hostile[:40]
        # After some of these the next one has to be confirmed by phone: it is only requested.
        made = Appointment.objects.filter(state__in=["booked", "requested"])
        made.update(state="no_show")
    for patient in Patient.objects.all():
        assert not set("\n\0\u202e") & set(patient.first_name + patient.last_name)
        assert len(patient.first_name) <= 80


def test_fields_nobody_asked_for_set_nothing(client, held):
    extra = {
        "state": "completed",
        "price": "0",
        "practitioner": "other",
        "overbooked": "1",
        "starts_at": "2020-01-01T00:00Z",
        "version": "99",
        "booked_by": "1",
        "new_patient": "",
    }

    answer = post(client, held, {**DETAILS, **extra})

    visit = Appointment.objects.get()
    assert answer.status_code == 303
    assert (visit.state, visit.version, visit.starts_at) == ("booked", 1, at(9))
    assert (visit.overbooked, visit.booked_by, visit.booked_at) == (False, None, NOW)


@pytest.mark.parametrize(
    "address", ["/book/first-visit/", "/book/", "/api/v1/slots/", "/api/v1/services/", "/callback/"]
)
def test_addresses_with_queries(client, clinic, address):
    for hostile in HOSTILE.values():
        text = hostile[:2000].replace("\udcff", "�")
        for name in ("practitioner", "location", "from", "page", "service"):
            answer = client.get(address, {name: text})

            assert answer.status_code in {200, 400, 404, 422}, (name, text[:40])


@pytest.mark.parametrize(
    "template", ["/book/{}/", "/book/details/{}/", "/visit/{}/", "/visit/{}/move/"]
)
def test_addresses_made_of_anything(client, clinic, template):
    for hostile in HOSTILE.values():
        text = hostile[:500].replace("\udcff", "�") or "x"

        assert client.get(template.format(text)).status_code in {302, 400, 404}, text[:40]


def test_markup_is_shown_as_text(client, held):
    answer = client.post(held, {**DETAILS, "first_name": "<b>x</b>", "email": "no"})

    assert "<b>x</b>" not in answer.text
    assert "&lt;b&gt;x&lt;/b&gt;" in answer.text
