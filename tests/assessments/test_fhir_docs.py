"""docs/fhir.md names every field of every resource the code makes, and no other."""

import re
from datetime import timedelta

import pytest

from assessments import actions
from assessments.fhir.table import PAGE, written
from bookings.actions.merging import merge
from bookings.models import Appointment, VisitReason
from clinic import roles
from clinic.models import GeneralPractitioner, Practitioner
from tests.assessments.case_files import case_input
from tests.assessments.factories import (
    ASKED,
    NOW,
    entries_of,
    make_patient,
    make_practice,
    make_practitioner,
    make_treatment,
    make_user,
    make_visit,
)
from tests.assessments.fhir_faults import bundle_of
from tests.assessments.intakes import correct, sent_visit
from tests.assessments.subjects import told_of
from tests.assessments.test_fhir_final import amended

ROW = re.compile(r"^\| `([A-Z]\w+\.\w+)` \|", re.MULTILINE)


@pytest.fixture
def bundles(db):
    """Of people about whom everything is kept that can become a field."""
    make_practice()
    doctor = GeneralPractitioner.objects.create(
        name="Dr Example", practice="Elm House", phone="+14035550123"
    )
    patient = make_patient(
        general_practitioner=doctor, address="1 Example Street", phone="+14035550124"
    )
    physio = told_of(patient, "Juniper")
    Practitioner.objects.filter(pk=physio.pk).update(
        registration_number="123", registration_body="A college", languages=["en"]
    )
    by = {"by": physio.user, "now": NOW}
    asked = patient.appointments.get()
    correct(asked, "pain", nprs_worst_7d=9)
    Appointment.objects.filter(pk=asked.pk).update(booked_at=NOW)
    make_visit(
        physio, patient, NOW + timedelta(days=9), state="cancelled", cancelled_at=NOW,
        cancel_reason="other time",
    )  # fmt: skip
    _seen(physio, patient)
    episode = patient.episodes.get()
    episode.goal, episode.goal_on, episode.side = "Hike", NOW.date(), "L"
    episode.lead = make_practitioner()
    episode.save()
    actions.discharge(episode, "goals_met", reason="Runs as before", **by)
    merge(make_patient(), patient, by=make_user(roles.FRONT_DESK), now=NOW)
    return bundle_of(patient), bundle_of(sent_visit().patient)


def _seen(physio, patient):
    """A visit with a chart, a treatment and a plan, all corrected afterwards."""
    by = {"by": physio.user, "now": NOW}
    seen = make_visit(physio, patient, NOW - timedelta(days=2), state="completed")
    VisitReason.objects.create(appointment=seen, text="My knee", written_at=NOW)
    seen.location.phone, seen.location.region = "+14035550125", "AB"
    seen.location.save()
    chart = actions.start_assessment(seen, physio, **by)
    found = case_input(1) | ASKED | {"goals": "Hike", "wblt_cm": {"L": "not_tested"}}
    actions.save_values(chart, chart.version, entries_of(found), **by)
    chart.refresh_from_db()
    make_treatment(chart)
    chart = actions.sign(chart, **by)
    actions.issue_plan(actions.draft_plan(chart, **by), **by)
    amended(chart, nprs_now=4)


def test_the_page_names_every_field_that_is_made_and_no_other(bundles):
    made = {
        f"{resource['resourceType']}.{field}"
        for bundle in bundles
        for resource in (entry["resource"] for entry in bundle["entry"])
        for field in resource
        if field not in ("resourceType", "id")
    }

    assert set(ROW.findall(PAGE.read_text(encoding="utf-8"))) == made


def test_the_table_of_codes_is_that_of_the_dictionary():
    page = PAGE.read_text(encoding="utf-8")

    assert written(page) == page
    assert "| `nprs_now` |  | Observation | valueQuantity | `{score}` | 72514-3" in page
