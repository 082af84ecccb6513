"""Letters: drafted from a signed chart, edited, finished for ever, given on by a person."""

import io
from datetime import timedelta
from zoneinfo import ZoneInfo

import pypdf
import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from assessments import actions
from assessments.errors import LetterIsFinal, LetterNotFinished, NotSigned
from assessments.models import Letter, LetterSending
from clinic import practice, roles
from clinic.models import AuditEvent, GeneralPractitioner, Message, Practice
from tests.assessments.factories import (
    NOW,
    care,
    make_chart,
    make_issued,
    make_patient,
    make_practice,
    make_practitioner,
    make_signed,
)

pytestmark = pytest.mark.django_db
CANARY = "Zaunkoenig"


@pytest.fixture
def doctor():
    return GeneralPractitioner.objects.create(
        name="Dr. Gale Sample", practice="Corner Practice", address="3 Example Road\nExampleville"
    )


@pytest.fixture
def chart(doctor):
    make_practice()
    return make_issued(patient=make_patient(general_practitioner=doctor)).assessment


@pytest.fixture
def physio(client, chart):
    client.force_login(chart.author.user)
    return client


def begin(browser, chart, kind="gp"):
    answer = browser.post(f"/chart/assessments/{chart.pk}/letters/", {"kind": kind})
    assert answer.status_code == 302
    return Letter.objects.get(assessment=chart, kind=kind, fixed_at=None)


def typed(letter, **values):
    form = {"to_name": letter.to_name, "to_address": letter.to_address, "subject": letter.subject}
    form |= {f"text_{n}": each["text"] for n, each in enumerate(letter.sections)}
    return form | {"physician": letter.physician_id or "", "do": "save"} | values


def address(letter, tail=""):
    return f"/chart/letters/{letter.pk}/{tail}"


def finished(browser, chart, kind="gp", **values):
    letter = begin(browser, chart, kind)
    answer = browser.post(address(letter), typed(letter, **{"do": "finish"} | values))
    assert answer.status_code == 302, answer.context["form"].errors
    letter.refresh_from_db()
    return letter


def paper(answer):
    assert answer["Content-Type"] == "application/pdf"
    pages = pypdf.PdfReader(io.BytesIO(answer.content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_it_is_drafted_for_the_gp_of_the_directory(physio, chart):
    letter = begin(physio, chart)

    assert letter.to_name == "Dr. Gale Sample"
    assert letter.to_address == "Corner Practice\n3 Example Road\nExampleville"
    page = physio.get(address(letter)).text
    assert "Dr. Gale Sample" in page
    assert "Home exercises:" in page


def test_begun_twice_it_is_one_letter(physio, chart):
    assert begin(physio, chart) == begin(physio, chart)


def test_what_was_edited_is_printed_under_the_letterhead(physio, chart):
    letter = begin(physio, chart)
    answer = physio.post(address(letter), typed(letter, text_0=f"- {CANARY}\n\nOne more."))
    assert answer.status_code == 302

    said = paper(physio.get(address(letter, "letter.pdf")))
    for part in (CANARY, "One more.", "Draft, not to be sent", "Quince Lane Physio",
                 "clinic@example.com", "Dr. Gale Sample", chart.author.name):  # fmt: skip
        assert part in said
    assert f"- {CANARY}" not in said  # an item of a list


def test_another_gp_is_put_in_when_chosen(physio, chart):
    other = GeneralPractitioner.objects.create(name="Dr. Robin Other", practice="Elsewhere")
    letter = begin(physio, chart)
    physio.post(address(letter), typed(letter, physician=other.pk))

    letter.refresh_from_db()
    assert (letter.to_name, letter.to_address) == ("Dr. Robin Other", "Elsewhere")


def test_without_an_addressee_it_is_kept_but_not_finished(physio, chart):
    letter = begin(physio, chart)
    form = typed(letter, do="finish", to_name="", physician="", text_0=CANARY)

    answer = physio.post(address(letter), form)

    assert answer.status_code == 422
    assert "Say to whom the letter goes." in answer.text
    assert CANARY in answer.text  # everything typed is still there
    letter.refresh_from_db()
    assert letter.fixed_at is None


def test_finished_it_prints_the_same_for_ever(physio, chart, doctor):
    letter = finished(physio, chart)
    before = physio.get(address(letter, "letter.pdf")).content
    assert "Draft" not in paper(physio.get(address(letter, "letter.pdf")))

    Practice.objects.update(name="Another Name", colour="#7a1f5c")
    practice.forget()
    doctor.name = "Dr. Somebody Else"
    doctor.save()
    chart.episode.patient.last_name = "Married"
    chart.episode.patient.save()

    assert physio.get(address(letter, "letter.pdf")).content == before
    assert physio.get(f"/chart/assessments/{chart.pk}/letter.pdf").content == before


def test_finished_it_changes_by_no_door(physio, chart):
    letter = finished(physio, chart)
    facts = letter.facts

    assert physio.post(address(letter), typed(letter, subject=CANARY)).status_code == 302
    with pytest.raises(LetterIsFinal):
        actions.discard_letter(letter, by=chart.author.user, now=NOW)
    for attack in (
        lambda: Letter.objects.update(subject=CANARY),
        lambda: Letter.objects.update(fixed_at=None, fixed_by=None, facts=None, content_hash=""),
        lambda: Letter.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            attack()
    letter.refresh_from_db()
    assert letter.facts == facts


def test_only_a_finished_letter_is_given_on(physio, chart):
    letter = begin(physio, chart)
    with pytest.raises(LetterNotFinished):
        actions.log_sending(letter, "faxed", "Dr.", NOW, by=chart.author.user, now=NOW)
    sent = {"how": "faxed", "to": "Dr.", "sent_at": "2027-01-10T11:00"}
    assert physio.post(address(letter, "send/"), sent).status_code == 404
    with pytest.raises(IntegrityError), transaction.atomic():
        LetterSending.objects.create(
            letter=letter, how="faxed", to="Dr.", sent_at=NOW, sent_by=chart.author.user,
            written_at=NOW,
        )  # fmt: skip


def test_who_gave_it_on_how_and_when_is_written_down(physio, chart):
    letter = finished(physio, chart)
    wall = (NOW - timedelta(minutes=30)).astimezone(ZoneInfo("America/Edmonton"))
    sent = {"how": "posted", "to": "Dr. Gale Sample", "sent_at": f"{wall:%Y-%m-%dT%H:%M}"}

    assert physio.post(address(letter, "send/"), sent).status_code == 302

    row = LetterSending.objects.get()
    assert (row.how, row.sent_by) == ("posted", chart.author.user)
    assert row.sent_at == NOW - timedelta(minutes=30)  # as the clock on the wall said
    page = physio.get(address(letter)).text
    assert "posted" in page
    assert str(chart.author.user) in page
    with pytest.raises(IntegrityError), transaction.atomic():
        LetterSending.objects.update(how="faxed")
    assert Message.objects.filter(topic__contains="letter").count() == 0  # the app sends nothing


@pytest.mark.parametrize(
    "wrong",
    [{"how": ""}, {"how": "pigeon"}, {"to": ""}, {"sent_at": ""}, {"sent_at": "2027-01-11T11:30"},
     {"sent_at": "2026-01-01T11:30"}, {"sent_at": "9999-12-31T23:59"}],
)  # fmt: skip
def test_a_log_entry_that_cannot_be_is_refused_beside_the_field(physio, chart, wrong):
    letter = finished(physio, chart)
    sent = {"how": "posted", "to": "Dr. Who Typed", "sent_at": "2027-01-10T11:30"} | wrong

    answer = physio.post(address(letter, "send/"), sent)

    assert answer.status_code == 422
    assert list(answer.context["sending"].errors) == list(wrong)
    assert LetterSending.objects.count() == 0


def test_the_contract_address_drafts_without_writing(physio, chart):
    said = paper(physio.get(f"/chart/assessments/{chart.pk}/letter.pdf"))

    assert "Physiotherapy assessment" in said
    assert "Draft, not to be sent" in said
    assert Letter.objects.count() == 0


def test_a_chart_that_is_not_signed_has_no_letter(physio, chart):
    draft = make_chart(chart.author, chart.episode.patient)

    assert physio.get(f"/chart/assessments/{draft.pk}/letter.pdf").status_code == 404
    with pytest.raises(NotSigned):
        actions.draft_letter(draft, "gp", by=chart.author.user, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Letter.objects.create(
            assessment=draft, kind="gp", subject="x", drafted_at=NOW, drafted_by=chart.author.user
        )


def test_a_student_drafts_and_does_not_finish(chart):
    student = make_practitioner(roles.STUDENT)
    care(student, chart.episode.patient)
    browser = Client()
    browser.force_login(student.user)
    letter = begin(browser, chart)

    answer = browser.post(address(letter), typed(letter, do="finish", subject=CANARY))

    assert answer.status_code == 422
    letter.refresh_from_db()
    assert letter.fixed_at is None


def test_a_discharge_letter_names_the_reason(physio, chart):
    patient = chart.episode.patient
    answer = physio.post(
        f"/chart/patients/{patient.pk}/discharge/",
        {"ending": "goals_met", "reason": "Runs again."},
        follow=True,
    )
    assert "Write the discharge letter" in answer.text

    letter = finished(physio, chart, "discharge")

    assert "Care ended: goals met." in paper(physio.get(address(letter, "letter.pdf")))


@pytest.mark.parametrize("text", ["#[evil] $x$ @me <b>", "\u202eback", "漢字 🦵", "a\x07b"])
def test_whatever_is_typed_prints_as_it_is(physio, chart, text):
    letter = finished(physio, chart, text_0=text)

    answer = physio.get(address(letter, "letter.pdf"))
    assert answer.status_code == 200
    if text.isascii() and text.isprintable():
        assert text in paper(answer)


def test_the_trail_names_the_deed_and_nothing_of_the_letter(physio, chart):
    finished(physio, chart, subject=CANARY, text_0=CANARY)

    deeds = AuditEvent.objects.filter(action__startswith="letter.")
    assert set(deeds.values_list("action", flat=True)) >= {
        "letter.drafted", "letter.edited", "letter.finished",
    }  # fmt: skip
    assert not any(CANARY in f"{row.reason}{row.data}" for row in deeds)


def test_a_draft_can_be_thrown_away(physio, chart):
    letter = begin(physio, chart)
    physio.post(address(letter), {"do": "discard"})

    assert Letter.objects.count() == 0


@pytest.mark.parametrize("letters", [1, 4])
def test_a_patients_page_costs_the_same_for_many_letters(
    physio, chart, letters, django_assert_max_num_queries
):
    for _each in range(letters):
        letter = finished(physio, chart)
        actions.log_sending(letter, "faxed", "Dr.", NOW, by=chart.author.user, now=NOW)
    page = f"/chart/patients/{chart.episode.patient.pk}/"
    assert "faxed" in physio.get(page).text  # the look is written down once in five minutes
    with django_assert_max_num_queries(37):
        assert physio.get(page).text.count("faxed") == letters


def test_it_stands_on_the_timeline_with_how_it_went(physio, chart):
    letter = finished(physio, chart)
    actions.log_sending(letter, "faxed", "Dr. Gale", NOW, by=chart.author.user, now=NOW)

    page = physio.get(f"/chart/patients/{chart.episode.patient.pk}/?kind=letter")

    assert [entry.row for entry in page.context["page"].entries] == [letter]
    assert "faxed, Dr. Gale" in page.text


def test_every_guard_stands():
    names = ("letter_finished_is_final", "letter_sending_is_append_only",
             "referral_is_as_opened", "hand_over_is_as_sent")  # fmt: skip
    query = (
        "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s"
        if connection.vendor == "sqlite"
        else "SELECT count(*) FROM pg_trigger WHERE tgname LIKE %s"
    )
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(query, [f"{name}%"])
            assert cursor.fetchone()[0] >= 3, name


def test_a_letter_of_an_incomplete_chart_names_no_plan(client):
    make_practice()
    signed = make_signed(6)
    client.force_login(signed.author.user)

    said = paper(client.get(f"/chart/assessments/{signed.pk}/letter.pdf"))

    assert "Possible joint infection" in said
    assert "now" in said
