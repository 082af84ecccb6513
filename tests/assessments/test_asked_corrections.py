"""Asking for a correction, the answer, and a statement beside what stays as it is."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client

from clinic import outbox, practice, roles
from clinic.actions import corrections
from clinic.models import AuditEvent, CorrectionRequest, CorrectionWords, Message, Practice
from tests.assessments.factories import (
    NOW,
    care,
    grant,
    make_patient,
    make_practice,
    make_practitioner,
    make_user,
)
from tests.assessments.subjects import table, zip_of

pytestmark = pytest.mark.django_db
LIST = "/admin/clinic/correctionrequest/"
CANARY = "Zinnia"


@pytest.fixture(autouse=True)
def frozen():
    make_practice()
    practice.forget()
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def browser(user):
    client = Client()
    client.force_login(user)
    return client


def staff(role):
    user = make_user(role)
    user.is_staff = True
    user.save()
    return browser(user)


@pytest.fixture
def patient():
    return make_patient()


@pytest.fixture
def mine(patient):
    return browser(grant(patient))


@pytest.fixture
def physio(patient):
    made = make_practitioner()
    care(made, patient)
    return made


def said(part="record", **changed):
    wrong, right = f"{CANARY}: the right knee", "It is the left one"
    return {"part": part, "wrong": wrong, "right": right, "form_key": uuid4()} | changed


def page(patient):
    return f"/me/{patient.pk}/corrections/"


def ask(mine, patient, part="record"):
    form = said(part)
    assert mine.post(page(patient), form).status_code == 302
    return CorrectionRequest.objects.get(form_key=form["form_key"])


def answer_at(patient, asked):
    return f"/chart/patients/{patient.pk}/corrections/{asked.pk}/"


def test_a_form_sent_twice_is_one_request_with_its_day(patient, mine):
    Practice.objects.update(correction_days=14)
    practice.forget()
    form = said()

    for _tap in range(2):
        assert mine.post(page(patient), form).status_code == 302

    asked = CorrectionRequest.objects.get()
    assert asked.due_on.isoformat() == "2027-01-24"
    assert "24 January 2027" in mine.get(page(patient)).content.decode()
    assert AuditEvent.objects.filter(action="correction.asked").count() == 1
    assert Message.objects.filter(topic="correction_asked").count() == 1


@pytest.mark.parametrize("missing", ["part", "wrong", "right"])
def test_what_is_missing_is_said_and_nothing_is_kept(patient, mine, missing):
    answer = mine.post(page(patient), said(**{missing: " "}))

    assert answer.status_code == 422
    assert not CorrectionRequest.objects.exists()


def test_no_mail_and_no_trail_says_what_or_whose(patient, mine, physio):
    asked = ask(mine, patient)
    outbox.send_due()
    corrections.answer(asked, "refused", f"{CANARY} again", by=physio.user, now=NOW)
    outbox.send_due()

    assert [each.to for each in mail.outbox] == [
        ["clinic@example.com"],
        [patient.grants.get().user.email],
    ]
    letters = "".join(f"{each.subject} {each.body}" for each in mail.outbox)
    trail = "".join(f"{each.reason} {each.data}" for each in AuditEvent.objects.all())
    for word in (CANARY, "knee", "orrect", patient.first_name):
        assert word not in letters
    assert CANARY not in trail


def test_the_desk_answers_what_is_its_own(patient, mine):
    asked, desk = ask(mine, patient, "contact"), staff(roles.FRONT_DESK)
    form = f"{LIST}{asked.pk}/change/"

    assert CANARY in desk.get(form).content.decode()
    assert desk.post(form, {"outcome": "refused", "words": ""}).status_code == 422
    assert desk.post(form, {"outcome": "corrected", "words": "Done."}).status_code == 302

    asked.refresh_from_db()
    assert (asked.outcome, asked.answered_at) == ("corrected", NOW)
    assert "Done." in mine.get(page(patient)).content.decode()


def test_the_desk_never_reads_or_answers_what_is_about_the_record(patient, mine):
    asked = ask(mine, patient)
    for role in (roles.FRONT_DESK, roles.MANAGER):
        desk = staff(role)
        form = f"{LIST}{asked.pk}/change/"
        for address in (form, LIST, "/admin/"):
            shown = desk.get(address).content.decode()
            assert CANARY not in shown
            assert str(patient) in shown
        assert desk.post(form, {"outcome": "corrected"}).status_code in (403, 404)
    assert CorrectionRequest.objects.get().answered_at is None


def test_a_physio_in_care_refuses_with_a_reason_and_the_patient_may_disagree(patient, mine, physio):
    asked = ask(mine, patient)
    desk = browser(physio.user)

    assert str(patient) in desk.get("/chart/").content.decode()
    assert CANARY in desk.get(answer_at(patient, asked)).content.decode()
    assert desk.post(answer_at(patient, asked), {"outcome": "refused"}).status_code == 422
    reason = {"outcome": "refused", "words": "The images say right."}
    assert desk.post(answer_at(patient, asked), reason).status_code == 302
    assert "The images say right." in mine.get(page(patient)).content.decode()
    for _tap in range(2):
        mine.post(f"{page(patient)}{asked.pk}/disagree/", {"words": "I was there."})

    assert "I was there." in desk.get(f"/chart/patients/{patient.pk}/").content.decode()
    assert AuditEvent.objects.filter(action="correction.disagreed").count() == 1
    row = table(zip_of(patient), "corrections")[0]
    assert (row["answer"], row["you disagree"]) == ("not corrected", "I was there.")


def test_there_is_nothing_to_disagree_with_before_a_refusal(patient, mine, physio):
    asked = ask(mine, patient)
    mine.post(f"{page(patient)}{asked.pk}/disagree/", {"words": "No."})
    corrections.answer(asked, "corrected", "", by=physio.user, now=NOW)
    mine.post(f"{page(patient)}{asked.pk}/disagree/", {"words": "No."})

    assert not CorrectionWords.objects.filter(kind="disagrees").exists()


def test_nobody_else_sees_answers_or_disagrees(patient, mine, physio):
    asked = ask(mine, patient)
    other, stranger = browser(grant(make_patient())), browser(make_practitioner().user)
    student = make_practitioner(roles.STUDENT)
    care(student, patient)

    assert other.get(page(patient)).status_code == 404
    assert other.post(page(patient), said()).status_code == 404
    assert other.post(f"{page(patient)}{asked.pk}/disagree/", {"words": "x"}).status_code == 404
    for person in (stranger, browser(student.user)):
        assert person.get(answer_at(patient, asked)).status_code == 404
        assert person.post(answer_at(patient, asked), {"outcome": "corrected"}).status_code == 404
    # The desk's own do not open on the pages of charts.
    contact = ask(mine, patient, "contact")
    assert browser(physio.user).get(answer_at(patient, contact)).status_code == 404


def test_it_is_answered_once_by_another_and_never_changed(patient, mine, physio):
    asked = ask(mine, patient)
    with pytest.raises(corrections.OwnCorrection):
        corrections.answer(asked, "corrected", "", by=patient.grants.get().user, now=NOW)
    corrections.answer(asked, "corrected", "Amended.", by=physio.user, now=NOW)
    with pytest.raises(corrections.AnsweredAlready):
        corrections.answer(asked, "refused", "No", by=physio.user, now=NOW)
    day = timedelta(days=1)
    for changed in ({"due_on": NOW.date() - day}, {"outcome": "refused"}, {"asked_at": NOW - day}):
        with pytest.raises(IntegrityError), transaction.atomic():
            CorrectionRequest.objects.update(**changed)
    for rows in (CorrectionWords.objects, CorrectionRequest.objects):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.all()._raw_delete(rows.db)
    with pytest.raises(IntegrityError), transaction.atomic():
        CorrectionWords.objects.update(text="Something else")


def test_what_is_late_stands_on_the_desks_first_page(patient, mine, frozen):
    ask(mine, patient, "visit")
    frozen.move_to(NOW + timedelta(days=32))

    shown = staff(roles.FRONT_DESK).get(LIST).content.decode()
    assert "overdue by 2 days" in shown
    assert "overdue" in staff(roles.FRONT_DESK).get("/admin/").content.decode()


def test_nobody_keeps_more_waiting_than_can_be_answered(patient, mine):
    for _number in range(corrections.MOST_WAITING):
        ask(mine, patient)

    assert mine.post(page(patient), said()).status_code == 422
    assert CorrectionRequest.objects.count() == corrections.MOST_WAITING
