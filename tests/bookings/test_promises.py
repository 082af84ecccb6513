"""The second table of docs/article-coverage.md: every address is opened, and keeps its promise."""

import html
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from bookings import actions, links
from bookings.models import Appointment
from clinic.choices import choices_path, stop_link
from clinic.models import Consent
from tests.bookings.conftest import at, works
from tests.bookings.walking import Guest
from tests.conftest import NOW
from tests.factories import (
    AppointmentFactory,
    PatientFactory,
    PatientGrantFactory,
    PractitionerFactory,
    ServiceFactory,
    UserFactory,
)

PAGE = Path(__file__).resolve().parents[2] / "docs/article-coverage.md"
READERS = {"everybody", "whoever holds a time", "whoever has the link", "the patient"}
NOT_YET = {
    "The plan handed over to exercise physiology, strength or orthotics",
    "The exercises shown on video",
}
# What the articles promise, as the issue lists it, each by a word of the row that keeps it.
ASKED = (
    "self-check", "ten questions", "When to come", "Find a physiotherapist", "Book online",
    "by phone", "by video", "called back", "Consent", "Unsubscribe", "never sold", "disclaimer",
    "receipt", "exercise physiolog", "strength", "inserts", "on video",
)  # fmt: skip


def promises() -> list[tuple[str, str, str, str]]:
    table = PAGE.read_text().partition("<!-- promises: begin -->")[2]
    lines = table.partition("<!-- promises: end -->")[0].strip().splitlines()[2:]
    return [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines]


KEPT = [row for row in promises() if row[1] != "not yet"]


def test_every_promise_of_the_articles_has_a_row():
    said = " ".join(row[0] for row in promises()).lower()

    assert [word for word in ASKED if word.lower() not in said] == []


def test_what_is_not_there_yet_says_so_and_names_no_address():
    rows = [row for row in promises() if row[1] == "not yet"]

    assert {row[0] for row in rows} == NOT_YET
    assert {row[1:] for row in rows} == {("not yet", "", "")}
    assert len(KEPT) > 25
    assert {row[2] for row in KEPT} <= READERS
    assert all(row[3] for row in KEPT)


@pytest.fixture
def named(clinic, desk) -> dict[str, str]:
    """What the words between angle brackets stand for, in a clinic that has all of it."""
    clinic.physio.languages = ["en", "fr"]
    clinic.physio.registration_body, clinic.physio.registration_number = "Demo College", "D-17"
    clinic.physio.save()
    clinic.service.name = "First visit"
    clinic.service.save()
    clinic.place.what_to_wear = "Shorts."
    clinic.place.save()
    for slug, mode in (("call", "phone"), ("video", "video")):
        works(clinic.physio, clinic.place, ServiceFactory(slug=slug, mode=mode), days=())
    for discipline, name in (
        ("strength", "Strength session"),
        ("orthotics", "Insert check"),
        ("exercise_physiology", "Exercise physiology session"),
    ):
        person = PractitionerFactory(slug=discipline, discipline=discipline)
        works(person, clinic.place, ServiceFactory(slug=f"{discipline}-visit", name=name))
    visit = AppointmentFactory(
        patient=PatientFactory(), practitioner=clinic.physio, location=clinic.place,
        service=clinic.service, starts_at=at(9, day=20),
    )  # fmt: skip
    done = clinic.book(at(9))
    actions.complete(done, by=desk, now=done.ends_at + timedelta(minutes=1))
    Consent.objects.create(
        patient=done.patient, kind=Consent.Kind.NEWS, text_dated=NOW.date(), given_at=NOW
    )
    stop = stop_link(done.patient_id, Consent.Kind.NEWS).rpartition("/unsubscribe/")[2]
    return {
        "person": "anna",
        "service": "first-visit",
        "call": "call",
        "video": "video",
        "visit": links.mint(visit, "page", NOW),
        "done": str(done.pk),
        "choices": choices_path(done.patient_id).removeprefix("/messages/").rstrip("/"),
        "stop": stop.rstrip("/"),
    }


def reader_of(role: str, named: dict[str, str]) -> Client:
    """The browser of whoever the third column names."""
    guest = Guest()
    if role == "whoever holds a time":
        named["held"] = guest.hold("13:00")["Location"].rstrip("/").rpartition("/")[2]
    if role == "the patient":
        user = UserFactory()
        patient = Appointment.objects.get(pk=named["done"]).patient
        PatientGrantFactory(user=user, patient=patient, granted_at=NOW)
        guest.client.force_login(user)
    return guest.client


@pytest.mark.parametrize(("promise", "address", "role", "words"), KEPT, ids=lambda text: text[:40])
def test_the_address_keeps_the_promise(named, promise, address, role, words):
    client = reader_of(role, named)
    path = re.sub(r"<(\w+)>", lambda found: named[found[1]], address.strip("`"))

    answer = client.get(path)

    assert answer.status_code == 200, promise
    text = answer.content.decode()
    shown = text[text.index("<main") : text.index("</main")] if "<main" in text else text
    plain = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", shown)).split())
    assert words in plain, promise


def test_every_address_is_one_of_ours_and_not_the_same_page_for_everything(named):
    paths = {row[1].strip("`").partition("?")[0] for row in KEPT}

    assert len(paths) > 12
    assert reverse("service-list") in paths
