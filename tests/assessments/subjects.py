"""A person with a row of nearly everything, each saying the same word, and their ZIP read back."""

import csv
import io
import json
import zipfile
from datetime import timedelta
from uuid import uuid4

from django.core.files.base import ContentFile

from assessments import actions
from assessments.models import Intake
from assessments.screen.entries import Entry
from assessments.subject.archive import members_of, stream
from assessments.subject.paper import paper_of
from assessments.subject.reading import read_record
from bookings.models import Appointment, VisitReason
from clinic.audit import GUEST
from clinic.models import Consent, Guardian, Message, Patient
from tests.assessments.factories import ASKED as EVERYTHING_ASKED
from tests.assessments.factories import (
    NOW,
    case_input,
    grant,
    log_entry,
    make_chart,
    make_practitioner,
    make_still,
    make_treatment,
    make_visit,
)
from tests.assessments.intakes import MINE, fill, send

HOUR = timedelta(hours=1)


def told_of(patient, word, number=1):
    """Fill a record; ``word`` stands in every free text of it. Return who treated them."""
    physio = make_practitioner()
    by = {"by": physio.user, "now": NOW}
    Patient.objects.filter(pk=patient.pk).update(desk_note=f"{word} on the phone")
    Guardian.objects.create(patient=patient, name=f"{word} Parent", relationship="aunt")
    if not patient.consents.exists():
        Consent.objects.create(
            patient=patient, kind="reminders", text_dated=NOW.date(), given_at=NOW, given_by=word
        )
    Message.objects.create(
        key=f"k{uuid4()}", topic="plan_ready", to=f"{word}-address@example.com", state="sent",
        patient_id=patient.pk, sent_at=NOW, payload={"text": f"{word} body"},
    )  # fmt: skip
    ahead = NOW + HOUR * (30 + 3 * Appointment.objects.count())
    asked(make_visit(physio, patient, ahead, desk_note=f"{word} desk"), word)
    chart = charted(physio, patient, word, number)
    plan = actions.issue_plan(actions.draft_plan(chart, **by), **by)
    for pain in (0, None, 7):
        actions.log_sessions(
            patient, [log_entry(plan.lines.first(), pain=pain)], by=grant_of(patient), now=NOW
        )
    noted(physio, patient, word)
    letter = actions.draft_letter(chart, "gp", **by)
    edited = actions.Edited(
        physician=None, to_name=f"Dr {word}", to_address="", subject="A letter",
        sections=[("Words", f"{word} letter")],
    )  # fmt: skip
    actions.edit_letter(letter, edited, **by)
    actions.finish_letter(letter, physio, **by)
    return physio


def grant_of(patient):
    held = patient.grants.first()
    return held.user if held else grant(patient)


def asked(visit, word):
    """The form before a visit, sent, with a file that says the word."""
    VisitReason.objects.create(appointment=visit, text=f"{word} reason", written_at=NOW)
    fill(visit)
    paper = ContentFile(f"%PDF-1.4 {word} referral %%EOF".encode(), name="letter.pdf")
    actions.add_file(visit, "referral", paper, device=MINE, by=GUEST, now=NOW)
    send(visit)
    assert Intake.objects.get(appointment=visit).sent_at


def charted(physio, patient, word, number=1):
    """A signed chart with a photograph, a treatment and an addendum."""
    raw = case_input(number) | EVERYTHING_ASKED
    chart = make_chart(physio, patient, raw)
    make_still(chart)
    make_treatment(chart, before=4, after=0, words=f"{word} hands")
    chart = actions.sign(chart, by=physio.user, now=NOW)
    actions.add_addendum(
        chart, f"{word} later", f"{word} added", physio, key=uuid4(), by=physio.user, now=NOW
    )
    return chart


def noted(physio, patient, word, *, sign=True):
    by = {"by": physio.user, "now": NOW}
    note = actions.start_note(patient, physio, "visit", **by)
    actions.save_note(note, 0, [Entry("plan", "", f"{word} note")], **by)
    return actions.sign_note(note, **by) if sign else note


def zip_of(patient):
    """The members of a patient's ZIP by name, as bytes."""
    packed = b"".join(stream(members_of(read_record(patient, NOW))))
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def table(members, name):
    """The rows of a table, each by the names of its columns."""
    text = members[f"tables/{name}.csv"].decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def printed(patient):
    """Everything the PDF of a patient prints, as one text."""
    return json.dumps(paper_of(read_record(patient, NOW)), ensure_ascii=False)
