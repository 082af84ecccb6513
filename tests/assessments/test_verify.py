"""``manage.py verify``: a clinic at work holds every invariant; each one is found when broken."""

from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import connection

from assessments import actions
from assessments.library.version import fingerprint_of
from assessments.models import (
    Addendum,
    Assessment,
    Finding,
    LibraryVersion,
    NoteLine,
    Plan,
    PlanLine,
    Remark,
    Still,
)
from bookings.models import Appointment
from clinic import audit, invariants
from clinic.models import AuditEvent, Message, Patient
from clinic.uploads import clinical_files
from tests.assessments.factories import (
    NOW,
    make_chart,
    make_issued,
    make_patient,
    make_practice,
    make_still,
    make_visit,
)
from tests.assessments.test_notes import signed_note
from tests.unguarded import execute, force, unguarded

pytestmark = pytest.mark.django_db

CANARY = "Canary-7461"


def verify(*parts):
    """Run the command; return its exit code and what it wrote."""
    out = StringIO()
    try:
        call_command("verify", *parts, stdout=out)
    except CommandError as error:
        return error.returncode, out.getvalue() + str(error)
    return 0, out.getvalue()


def broken(name):
    """Run it; return the rows named under the one invariant that is broken, which is ``name``."""
    code, written = verify()
    assert code == 1
    lines = written.splitlines()
    said = [line.split()[1].rstrip(":") for line in lines if line.startswith("BROKEN")]
    assert said == [name], written
    assert CANARY not in written
    return [line.strip() for line in lines if line.startswith("        ")]


@pytest.fixture
def at_work():
    """One of everything: an issued plan, a photograph, a note, an addendum."""
    make_practice()
    patient = make_patient(last_name=CANARY)
    plan = make_issued(patient=patient)
    chart = plan.assessment
    actions.add_addendum(
        chart, "Heard later", CANARY, chart.author, by=chart.author.user, now=NOW, key=uuid4()
    )
    return plan


def test_a_clinic_at_work_holds_every_invariant(at_work):
    assert verify() == (0, verify()[1])
    assert f"All {len(list(invariants.of()))} invariants hold." in verify()[1]


def test_one_part_is_looked_at_alone(at_work):
    code, written = verify("signed")
    assert code == 0
    assert {line.split()[1].partition(".")[0] for line in written.splitlines()[:-1]} == {"signed"}


def test_a_part_that_is_none_is_refused(db):
    with pytest.raises(CommandError, match="There is no part sined"):
        call_command("verify", "sined", stdout=StringIO())


def test_a_changed_finding(at_work):
    row = at_work.assessment.findings.filter(number__gte=1).order_by("pk")[0]
    force(Finding.objects.filter(pk=row.pk), number=row.number - 1)
    code, written = verify("signed")
    assert code == 1
    assert f"assessments.assessment {at_work.assessment_id} (content)" in written
    assert written.count("BROKEN") == 1


def test_words_put_beside_a_signed_chart(at_work):
    with unguarded():
        Remark.objects.create(assessment=at_work.assessment, name="note.safety", text=CANARY)
    assert broken("signed.charts") == [f"assessments.assessment {at_work.assessment_id} (content)"]


def test_a_chart_changed_together_with_its_digest_no_longer_fits_the_trail(at_work):
    from assessments.seal import assessment_digest

    chart = at_work.assessment
    with unguarded():
        Remark.objects.create(assessment=chart, name="note.safety", text=CANARY)
        forged = assessment_digest(chart, chart.findings.all(), {"note.safety": CANARY})
        Assessment.objects.filter(pk=chart.pk).update(content_hash=forged)
    code, written = verify("signed")
    assert code == 1
    assert f"assessments.assessment {chart.pk} (trail)" in written


def test_a_changed_line_of_an_issued_plan(at_work):
    force(PlanLine.objects.filter(pk=at_work.lines.all()[0].pk), change="edited", dose=CANARY)
    assert broken("signed.plans") == [f"assessments.plan {at_work.pk} (content)"]


def test_a_changed_addendum(at_work):
    force(Addendum.objects.all(), text=f"{CANARY} and more")
    [row] = Addendum.objects.all()
    assert broken("signed.addenda") == [f"assessments.addendum {row.pk} (content)"]


def test_a_changed_word_of_a_signed_note(at_work):
    note = signed_note()
    assert verify("signed")[0] == 0
    force(NoteLine.objects.filter(note=note, name="plan"), text=CANARY)
    assert broken("signed.notes") == [f"assessments.note {note.pk} (content)"]


def test_a_plan_issued_past_the_gate(at_work):
    force(Plan.objects.all(), composed=True, composed_reason="forced")
    code, written = verify("signed")
    assert code == 1
    assert "BROKEN  signed.gate" in written


def test_a_changed_library(at_work):
    [version] = LibraryVersion.objects.all()
    data = version.data
    data["exercises"][0]["name"] += "!"
    force(LibraryVersion.objects.all(), data=data)
    assert "BROKEN  signed.libraries" in verify("signed")[1]


def test_a_library_published_before_it_learned_something_new(db):
    """Its content is taken as it is stored; no reader of today has to understand it."""
    old = {"meta": {"language": "en"}, "exercises": []}
    LibraryVersion.objects.create(
        number=7,
        data=old,
        fingerprint=fingerprint_of(old, "en"),
        state=LibraryVersion.State.PUBLISHED,
        created_at=NOW,
        published_at=NOW,
    )
    assert verify("signed")[0] == 0


def test_what_cannot_even_be_read_is_broken_and_not_a_crash(at_work):
    row = at_work.assessment.findings.order_by("pk")[0]
    force(Finding.objects.filter(pk=row.pk), item="no_such_item")
    code, written = verify("plans")
    assert code == 1
    assert "could not be looked at" in written
    assert CANARY not in written


def test_a_photograph_that_is_missing_or_another(db):
    make_practice()
    still = make_still(make_chart())
    assert verify("signed")[0] == 0
    clinical_files().delete(still.name)
    assert broken("signed.files") == [f"assessments.still {still.pk} (missing)"]
    clinical_files().save(still.name, ContentFile(b"another"))
    assert broken("signed.files") == [f"assessments.still {still.pk} (content)"]
    assert Still.objects.count() == 1


def test_a_result_the_rules_would_not_give(at_work):
    chart = at_work.assessment
    result = chart.result | {"dx_support": "none at all"}
    force(Assessment.objects.filter(pk=chart.pk), result=result)
    assert broken("plans.charts") == [f"assessments.assessment {chart.pk}"]


def test_a_drafted_line_the_rules_would_not_draft(at_work):
    draft = actions.revise_plan(at_work, by=at_work.issued_by, now=NOW)
    assert verify("plans")[0] == 0
    draft.lines.filter(position=1).update(why=CANARY)
    assert broken("plans.drafted") == [f"assessments.plan {draft.pk}"]


def test_a_line_the_clinician_changed_is_theirs(at_work):
    draft = actions.revise_plan(at_work, by=at_work.issued_by, now=NOW)
    by = at_work.issued_by
    actions.remove_line(draft.lines.get(position=1), "Too early", by=by, now=NOW)
    assert verify("plans")[0] == 0


def test_a_plan_that_went_on_to_another_phase(at_work):
    """Through every phase, one of them changed by hand; what was done to a line by force shows."""
    plan, by = at_work, at_work.issued_by
    physio = plan.assessment.author
    for phase in ("P3", "P4", "P5"):
        plan = actions.advance_phase(plan, "ready", physio, by=by, now=NOW)
        assert plan.start_phase == phase
        if phase == "P3":
            first = plan.lines.filter(block="KNEE_STR").exclude(change="removed").first()
            actions.remove_line(first, "No step at home", by=by, now=NOW)
        plan = actions.issue_plan(plan, by=by, now=NOW)
    assert verify()[0] == 0
    draft = actions.revise_plan(plan, by=by, now=NOW)
    draft.lines.filter(exercise="EX70").update(why=CANARY)
    assert broken("plans.drafted") == [f"assessments.plan {draft.pk}"]


def test_a_drafted_line_that_is_gone(at_work):
    draft = actions.revise_plan(at_work, by=at_work.issued_by, now=NOW)
    draft.lines.filter(position=2).delete()
    assert broken("plans.drafted") == [f"assessments.plan {draft.pk}"]


def test_a_chart_that_nobody_recorded(at_work):
    chart = make_chart(at_work.assessment.author, at_work.episode.patient)
    with unguarded():
        AuditEvent.objects.filter(object_id=str(chart.pk), action="chart.started").update(
            action="chart.viewed"
        )
    code, written = verify("audit")
    assert code == 1
    assert f"assessments.assessment {chart.pk} (begun)" in written


def test_a_changed_row_of_the_trail(at_work):
    row = AuditEvent.objects.filter(action="plan.issued").get()
    force(AuditEvent.objects.filter(pk=row.pk), reason=CANARY)
    assert broken("audit.chain") == [
        f"clinic.auditevent {row.pk} (row {row.position} of {row.chain})"
    ]


def test_a_plan_nobody_was_told_of(at_work):
    Message.objects.all().delete()
    assert broken("messages.of_plans") == [f"assessments.plan {at_work.pk}"]


def test_an_address_written_down_later_owes_nothing(at_work):
    Message.objects.all().delete()
    audit.record(
        "patient_changed",
        at_work.episode.patient,
        by=audit.SYSTEM,
        patient_id=at_work.episode.patient_id,
        data={"fields": ["email"]},
        at=NOW + timedelta(days=1),
    )
    assert verify("messages")[0] == 0


def test_a_message_about_no_visit(at_work):
    row = Message.objects.create(key="x", topic="moved", to="a@example.com", subject_id="gone")
    assert broken("messages.of_visits") == [f"clinic.message {row.pk}"]


def test_a_change_that_is_told_twice(at_work):
    visit = make_visit(at_work.assessment.author, at_work.episode.patient)
    about = {"topic": "moved", "to": "a@example.com", "subject_id": str(visit.pk)}
    first = Message.objects.create(key="one", version=visit.version, **about)
    Message.objects.create(key="another", version=visit.version, **about)
    assert broken("messages.once") == [f"clinic.message {first.pk} (and another)"]


def test_a_booking_nobody_was_told_of(at_work):
    visit = make_visit(at_work.assessment.author, at_work.episode.patient)
    audit.record("visit.book", visit, by=audit.GUEST, patient_id=visit.patient_id, at=NOW)
    assert broken("messages.of_bookings") == [f"bookings.appointment {visit.pk}"]


def test_visits_that_overlap(at_work):
    physio = at_work.assessment.author
    make_visit(physio, make_patient())
    second = make_visit(physio, make_patient(), NOW + timedelta(hours=2))
    if connection.vendor == "postgresql":
        execute("SET CONSTRAINTS ALL IMMEDIATE")
        execute("ALTER TABLE bookings_appointment DROP CONSTRAINT appointment_practitioner_free")
    force(
        Appointment.objects.filter(pk=second.pk),
        starts_at=NOW + timedelta(minutes=30),
        ends_at=NOW + timedelta(minutes=90),
    )
    code, written = verify("visits")
    assert code == 1
    assert f"bookings.appointment {second.pk}" in written
    assert written.count("BROKEN") == 1


def test_nothing_personal_is_written(at_work):
    patient = at_work.episode.patient
    force(Finding.objects.filter(assessment=at_work.assessment), text=CANARY)
    force(PlanLine.objects.all(), instruction=CANARY)
    force(AuditEvent.objects.all(), reason=CANARY)
    Message.objects.all().delete()
    _, written = verify()
    assert written.count("BROKEN") > 3
    for word in (CANARY, patient.first_name, patient.email, str(at_work.issued_by.email)):
        assert word not in written
    assert Patient.objects.count() == 1
