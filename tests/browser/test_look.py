"""The clinic's own pages in a real browser: axe, the content policy, reflow at 320 dots.

``tests/browser`` looks at the demo clinic's pages in every way; here are those it does not reach:
errors, second factor, password, invitations, claims that only the desk can open.
"""

import re
import uuid
from datetime import UTC, date, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import Group
from django.test import Client

from tests.factories import (
    LocationFactory,
    PatientFactory,
    PatientGrantFactory,
    PracticeFactory,
    PractitionerFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)
GUEST = ("/nowhere/", "/accounts/inactive/", f"/accounts/invitation/{uuid.UUID(int=1)}/x/")
PUBLIC = ("/team/", "/team/anna/", "/privacy/", "/knee/", "/accounts/login/code/")
PATIENT = ("/me/", "/accounts/logout/")
STAFF = (
    "/accounts/",
    "/accounts/password/change/",
    "/accounts/2fa/",
    "/accounts/2fa/webauthn/",
    "/accounts/reauthenticate/",
    "/admin/",
)
SMALL = """() => [...document.querySelectorAll(
    'button, .btn, .sd-nav a, input:not([type=hidden]), select, textarea')]
  .filter(e => e.offsetParent)
  .filter(e => {
    const box = e.matches('[type=checkbox], [type=radio]') && e.closest('label, .form-check');
    return (box || e).getBoundingClientRect().height < 44;
  })
  .map(e => e.outerHTML.slice(0, 80))"""


@pytest.fixture
def personas(db):
    """The session key of nobody, a patient who may claim another, and a manager."""
    PracticeFactory()
    LocationFactory()
    PractitionerFactory(slug="anna", languages=["en", "fr"], interests="Knees", bio="Likes hills.")
    patient = UserFactory(email="family@example.com")
    granted = PatientFactory(email="")
    PatientGrantFactory(user=patient, patient=granted, granted_at=datetime(2027, 1, 1, tzinfo=UTC))
    PatientFactory(email="family@example.com", first_name="Kim", date_of_birth=date(2015, 3, 1))
    PatientFactory(email="family@example.com", first_name="Lee", date_of_birth=None)
    staff = UserFactory(is_staff=True)
    staff.groups.add(Group.objects.get(name="manager"), Group.objects.get(name="physio"))
    return {"guest": "", "patient": session_of(patient), "staff": session_of(staff)}


def session_of(user):
    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value


class Look:
    """One browser window; collects what the console complains about."""

    def __init__(self, browser, base, *, session, scheme, width):
        self.base, self.complaints = base, []
        self.context = browser.new_context(
            color_scheme=scheme, viewport={"width": width, "height": 900}
        )
        if session:
            cookie = {"name": "sessionid", "value": session, "url": base}
            self.context.add_cookies([cookie])
        self.page = self.context.new_page()
        self.page.on("console", self.hear)

    def hear(self, message):
        if message.type == "error" and not re.search("status of 4(04|10)", message.text):
            self.complaints.append(message.text)

    def faults(self, path):
        """Open a page; return what axe, the policy and the width say against it."""
        self.page.goto(self.base + path)
        found = [
            f"{path}: {violation['id']} {violation['nodes'][0]['html'][:80]}"
            for violation in Axe().run(self.page).response["violations"]
        ]
        if self.page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{path}: wider than the screen")
        found += [f"{path}: {text}" for text in self.complaints]
        self.complaints.clear()
        return found


@pytest.fixture
def look(browser, live_server):
    """Return a function that opens a window; every window is closed at the end."""
    windows = []

    def opened(session, *, scheme="light", width):
        window = Look(browser, live_server.url, session=session, scheme=scheme, width=width)
        windows.append(window)
        return window

    yield opened
    for window in windows:
        window.context.close()


@pytest.mark.parametrize(("scheme", "at"), [("light", 390), ("light", 1280), ("dark", 820)])
def test_no_page_has_a_fault(look, personas, scheme, at):
    found = []
    for who, paths in (("guest", GUEST), ("patient", PATIENT), ("staff", STAFF)):
        window = look(personas[who], scheme=scheme, width=at)
        found += [fault for path in paths for fault in window.faults(path)]

    assert found == []


def test_pages_for_patients_reflow_and_can_be_hit_with_a_thumb(look, personas):
    found = []
    for who, paths in (("guest", GUEST + PUBLIC), ("patient", PATIENT)):
        # 320 dots is 400 % zoom on a desktop screen: WCAG 1.4.10
        window = look(personas[who], width=320)
        for path in paths:
            found += window.faults(path)
            found += [f"{path}: small {html}" for html in window.page.evaluate(SMALL)]

    assert found == []


def test_a_form_with_faults_says_so_to_everybody(look, personas):
    window = look(personas["patient"], width=390)
    page = window.page
    page.goto(window.base + "/me/")
    page.fill("input[type=date]", "1999-01-01")
    page.click("form:has(input[type=date]) button")
    field = page.locator("input[type=date]")
    described = field.get_attribute("aria-describedby") or ""
    message = page.locator(f"#{described.split()[0]}").inner_text() if described else ""

    assert "not the date of birth" in message
    assert field.get_attribute("aria-invalid") == "true"
    assert Axe().run(page).response["violations"] == []
