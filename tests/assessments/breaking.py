"""A record with a canary in every corner, a physio who does not look after it, and the way in."""

from datetime import timedelta
from uuid import uuid4

import pytest

from assessments import actions
from assessments.screen.entries import Entry
from bookings.models import VisitReason
from clinic.models import AuditEvent
from tests.assessments.factories import (
    NOW,
    make_chart,
    make_issued,
    make_patient,
    make_practice,
    make_practitioner,
    make_signed,
    make_treatment,
    make_visit,
)
from tests.assessments.intakes import sent_file

CANARY = "Zebrafish"
PASSWORD = "a long password"  # of every person in the tests
FIND, OPEN, END = "/chart/emergency/", "/chart/emergency/open/", "/chart/emergency/end/"
WHY = {"reason": "unwell", "words": "Collapsed in the gym", "secret": PASSWORD}


class Record:
    """One patient with a signed chart, a draft, a plan, a note, an intake, a file."""

    def __init__(self) -> None:
        self.author = make_practitioner()
        self.patient = make_patient()
        by = {"by": self.author.user, "now": NOW}
        self.plan = make_issued(1, practitioner=self.author, patient=self.patient)
        self.plan.lines.first()
        self.signed = make_signed(1, practitioner=self.author, patient=self.patient)
        self.draft = make_chart(self.author, self.patient)
        visit = make_visit(self.author, self.patient, NOW - timedelta(days=3), state="completed")
        VisitReason.objects.create(appointment=visit, text=f"{CANARY} stairs", written_at=NOW)
        self.note = actions.start_note(self.patient, self.author, "visit", **by)
        actions.save_note(self.note, 0, [Entry("plan", "", f"{CANARY} rest")], **by)
        self.note = actions.sign_note(self.note, **by)
        self.visit = make_visit(self.author, self.patient, NOW + timedelta(days=1))
        self.file = sent_file(self.visit)
        self.letter = actions.draft_letter(self.signed, "gp", **by)

    def reading(self):
        """Every address that shows this record to somebody in an emergency."""
        return [
            f"/chart/patients/{self.patient.pk}/",
            f"/chart/assessments/{self.signed.pk}/",
            f"/chart/assessments/{self.draft.pk}/",
            f"/chart/notes/{self.note.pk}/",
            f"/chart/visits/{self.visit.pk}/intake/",
            f"/chart/files/{self.file.pk}/",
        ]

    def closed(self):
        """Reading that leads out of the building, or to what is changed: closed as before."""
        one, chart = f"/chart/patients/{self.patient.pk}/", f"/chart/assessments/{self.signed.pk}/"
        return [
            f"{one}timeline/", f"{one}course/", f"{one}book/", f"{one}series/", f"{one}hand-over/",
            f"{chart}plan/", f"{chart}plan/preview/", f"{chart}letter.pdf", f"{chart}sign/",
            f"{chart}wrong/", f"/chart/assessments/{self.draft.pk}/sign/",
            f"/chart/assessments/{self.draft.pk}/panel/",
            f"/chart/assessments/{self.draft.pk}/values/",
            f"/chart/letters/{self.letter.pk}/", f"/chart/letters/{self.letter.pk}/letter.pdf",
            f"/chart/visits/{self.visit.pk}/receipt/", f"/chart/visits/{self.visit.pk}/",
        ]  # fmt: skip

    def names(self):
        """What the rows of the table of permissions put into their addresses."""
        return {
            "patient": self.patient.pk, "signed": self.signed.pk, "draft": self.draft.pk,
            "elsewhere": self.signed.pk, "planned": self.plan.assessment_id,
            "in_force": self.plan.assessment_id,
            "line": self.plan.lines.first().pk, "issued": self.plan.pk,
            "issued_line": self.plan.lines.first().pk, "letter": self.letter.pk,
            "finished": self.letter.pk, "visit": self.visit.pk, "note": self.note.pk,
            "own_note": self.note.pk, "file": self.file.pk,
            "given": make_treatment(self.draft).pk,
            **{name: uuid4() for name in ("call", "away", "still", "photo", "flare", "referral",
                                          "hand_over", "given_on_note", "correction", "kept")},
        }  # fmt: skip


def said_of(patient):
    """What the form that looks for somebody takes."""
    return {
        "first_name": patient.first_name,
        "last_name": patient.last_name,
        "date_of_birth": str(patient.date_of_birth),
    }


def found(browser, patient):
    return browser.post(FIND, said_of(patient))


def broken(browser, patient, **changed):
    """Find somebody and open their record."""
    assert found(browser, patient).status_code == 303
    return browser.post(OPEN, {**WHY, **changed})


@pytest.fixture
def record():
    make_practice()
    return Record()


@pytest.fixture
def physio(client):
    practitioner = make_practitioner()
    client.force_login(practitioner.user)
    client.person = practitioner
    return client


def rows(action, **values):
    return AuditEvent.objects.filter(action=action, **values)
