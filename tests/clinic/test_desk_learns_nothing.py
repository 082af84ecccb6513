"""A front-desk account tries every address below /admin/ it can guess, and learns nothing clinical.

Lists with every filter, posted searches, look-ups while typing, histories, downloads, addresses
with the numbers of clinical rows, forms that are refused, and pages that say no.
"""

import io
import re
import zipfile
from datetime import timedelta
from itertools import product
from uuid import uuid4

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from assessments.models import Assessment, Finding, Plan, PlanLine
from bookings.actions import ask_for_clinician_call
from bookings.models import AffectedVisit, Appointment
from bookings.reports import register
from clinic import audit, roles
from clinic.audit import GUEST
from clinic.models import Message
from tests.clinic import test_admin_canary as canary
from tests.conftest import NOW

pytestmark = pytest.mark.django_db
patient = canary.patient  # somebody whose whole record names the canary
CLINICAL = re.compile(rf"{canary.CANARY}|\bAKPS\b|\bKOOS|\bNPRS\b|\bVISA-P\b|[Rr]ed flag")
CLINICAL_ROWS = (Assessment, Plan)
COUNTED_ROWS = (Message, Finding)


@pytest.fixture
def desk(patient):
    """The front desk, with something in every queue."""
    PlanLine.objects.filter(plan__issued_at=None).update(name=canary.CANARY)
    visit = Appointment.objects.latest("starts_at")
    ask_for_clinician_call(visit, GUEST, NOW)
    AffectedVisit.objects.create(appointment=visit, version=visit.version, found_at=NOW)
    Message.objects.create(
        key="k", topic="plan_ready", to="pat@example.com", state="unsure",
        patient_id=patient.pk, payload={"token": canary.CANARY},
    )  # fmt: skip
    audit.record(
        "chart.signed", Assessment.objects.first(), by=GUEST, patient_id=patient.pk,
        reason=canary.CANARY, data={"fields": [canary.CANARY]},
    )  # fmt: skip
    return canary.signed_in(roles.FRONT_DESK)


def patterns(resolver, before=""):
    """Every address of the site as (route, converters)."""
    for each in resolver.url_patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLPattern):
            yield route, each.pattern.converters
        else:
            yield from patterns(each, route)


def blanks(few):
    """What fills a blank of each kind: numbers of clinical rows, and names a page may know."""
    numbers = [str(row.pk) for model in CLINICAL_ROWS for row in model.objects.all()[:1]]
    numbers = [str(Appointment.objects.latest("starts_at").pk), *numbers, str(uuid4())]
    numbers = numbers[:2] if few else numbers
    counted = [str(row.pk) for model in COUNTED_ROWS for row in model.objects.all()[:1]]
    slugs = [entry.slug for entry in register.ENTRIES] + ["plan_ready", "exercises"]
    return {
        "UUIDConverter": numbers, "PathConverter": numbers,
        "StringConverter": [*numbers, "csv", "xlsx", "email"], "SlugConverter": slugs,
        "IntConverter": counted,
    }  # fmt: skip


def addresses(*, few=False):
    """Addresses below /admin/: plain ones, and others with the numbers of clinical rows."""
    fills = blanks(few)
    for route, wanted in patterns(get_resolver()):
        path = "/" + re.sub(r"\^|\$|\\Z|\(\?P.*", "", route)
        if not path.startswith("/admin/") or "logout" in path:
            continue
        kinds = {name: kind.__class__.__name__ for name, kind in wanted.items()}
        values = [fills.get(kind, ["2027-01-11"]) for kind in kinds.values()]
        for chosen in product(*values):
            filled = path
            for value in chosen:
                filled = re.sub(r"<[^>]+>", value, filled, count=1)
            yield filled


def words(answer):
    """What an answer says, a workbook's sheets included."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            body = b"".join(book.read(name) for name in book.namelist())
    said = body.decode(errors="replace")
    # A search box and its links repeat what was typed; nothing else may say it.
    return re.sub(rf'(value="|\bq=|q%3D){canary.CANARY}', "", said)


def learned(answer):
    found = CLINICAL.search(words(answer))
    return found and found.group()


def test_what_is_looked_for_is_there_to_be_found(desk):
    """The physio's own page does say it: otherwise the tests below would find nothing anyway."""
    plan = Plan.objects.get(issued_at=None)
    physio = Client()
    physio.force_login(plan.assessment.author.user)

    assert learned(physio.get(f"/chart/assessments/{plan.assessment_id}/plan/")) == canary.CANARY


def test_no_address_tells(desk):
    asked = set(addresses())
    assert len(asked) > 100

    told = {}
    for path in sorted(asked):
        answer = desk.get(path)
        assert answer.status_code < 500, path
        if found := learned(answer):
            told[path] = found

    assert told == {}


def test_no_form_that_is_refused_tells(desk):
    told = {}
    for path in sorted(set(addresses(few=True))):
        if "jsi18n" in path or "/login/" in path:
            continue
        answer = desk.post(path, {"reason": "x", "do": "?", "q": canary.CANARY})
        assert answer.status_code < 500, path
        if found := learned(answer):
            told[path] = found

    assert told == {}


@pytest.mark.parametrize("typed", [canary.CANARY, "Pat Sample"])
def test_no_search_tells(desk, typed):
    rows = {}
    for model, model_admin in admin.site._registry.items():
        url = reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_changelist")
        answer = desk.post(url, {"look_for": typed}, follow=True)
        assert answer.status_code < 500
        looked = model_admin.search_fields and answer.context and "cl" in answer.context
        if typed == canary.CANARY and looked:
            rows[url] = answer.context["cl"].result_count
        assert not CLINICAL.search(words(answer).replace(typed, "")), url

    assert set(rows.values()) <= {0}


def test_no_download_tells(desk):
    days = (NOW - timedelta(days=400), NOW + timedelta(days=400))
    span = dict(zip(("from", "to"), (f"{day:%Y-%m-%d}" for day in days), strict=True))
    paths = [path for path in addresses() if re.search(r"csv|xlsx|pdf", path)]
    assert paths
    for path in sorted(set(paths)):
        for answer in (desk.get(path, span), desk.post(path, span)):
            assert answer.status_code < 500, path
            assert not learned(answer), path


def test_no_blank_of_an_address_was_left_open(desk):
    asked = set(addresses())

    assert not [path for path in asked if re.search(r"[<>]", path)]
    for page in (
        "/admin/reports/waiting-list.csv",
        "/admin/bookings/series/add/",
        "/admin/queues/",
    ):
        assert page in asked
    assert any(re.fullmatch(r"/admin/queues/messages/\d+/", path) for path in asked)


@pytest.mark.parametrize(
    "query", ["?day=never", "?patient=x", "?e=1", "?o=99", "?p=99999", "?all="]
)
def test_no_page_about_a_fault_tells(desk, query):
    for model in admin.site._registry:
        url = reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_changelist")
        answer = desk.get(f"{url}{query}&q={canary.CANARY}", follow=True)
        assert answer.status_code < 500, url
        assert not learned(answer), url


def test_every_filter_of_every_list_tells_nothing(desk):
    for model in admin.site._registry:
        url = reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_changelist")
        first = desk.get(url)
        if first.status_code != 200 or "cl" not in (first.context or {}):
            continue
        links = re.findall(r'href="(\?[^"]+)"', first.content.decode())
        for query in sorted(set(links))[:60]:
            answer = desk.get(url + query.replace("&amp;", "&"))
            assert not learned(answer), url + query
