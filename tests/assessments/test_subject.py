"""One person's whole record as a ZIP: all of it, nothing of anybody else, and no draft."""

import io
import json
from decimal import Decimal

import pypdf
import pytest
import typst
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.models import Assessment, EnteredInError, Finding, Snippet
from assessments.subject.coverage import LEFT_OUT, SOURCES
from assessments.subject.paper import paper_of, template_source
from assessments.subject.reading import read_record
from assessments.subject.words import reply_label, reply_words
from bookings.actions.merging import merge
from clinic import audit, practice, roles
from clinic.models import Patient
from tests.assessments.factories import (
    NOW,
    make_chart,
    make_patient,
    make_practice,
    make_user,
)
from tests.assessments.subjects import charted, noted, printed, table, told_of, zip_of

pytestmark = pytest.mark.django_db
OWN, CANARY = "Juniper", "Zinnia"
# Two tables name the patient without a foreign key, so that nothing can take them away.
SEEDS = {"clinic.Patient", "clinic.Message", "clinic.AuditEvent"}
ABOUT_NOBODY = {"auth", "account", "mfa", "admin", "contenttypes", "sessions"}


@pytest.fixture(autouse=True)
def clinic():
    make_practice()


@pytest.fixture
def patient():
    return make_patient(first_name=OWN)


def test_everything_is_told_in_tables_paper_and_files(patient):
    told_of(patient, OWN)

    members = zip_of(patient)

    said = {
        "person": f"{OWN} on the phone", "guardians": f"{OWN} Parent", "consents": OWN,
        "visits": f"{OWN} reason", "chart_addenda": f"{OWN} added", "treatments": f"{OWN} hands",
        "note_lines": f"{OWN} note", "letters": f"{OWN} letter",
    }  # fmt: skip
    paper = printed(patient)
    for name, words in said.items():
        assert words in members[f"tables/{name}.csv"].decode(), name
        assert words in paper, name
    for name in ("findings", "intake_answers", "plan_lines", "messages", "chart_notes"):
        assert table(members, name), name
    files = [content for name, content in members.items() if name.startswith("files/")]
    assert sorted(content[:4] for content in files) == [b"%PDF", b"\xff\xd8\xff\xe0"]
    assert any(f"{OWN} referral".encode() in content for content in files)
    assert {f"tables/{source.name}.csv" for source in SOURCES} < set(members)


def test_nothing_of_anybody_else_is_in_any_file(patient):
    other = make_patient(first_name=CANARY, email="zinnia@example.com")
    physio = told_of(other, CANARY, number=2)
    told_of(patient, OWN)
    Snippet.objects.create(practitioner=physio, word="z", text=f"{CANARY} snippet")
    # The same practitioner treats both, and both are of one family: one address, one sign-in.
    charted(physio, patient, OWN)
    Patient.objects.filter(pk=patient.pk).update(email=other.email)
    patient.refresh_from_db()

    members = zip_of(patient)

    pages = pypdf.PdfReader(io.BytesIO(members["record.pdf"])).pages
    members["record.txt"] = "".join(page.extract_text() for page in pages).encode()
    everything = {name: name.encode() + content for name, content in members.items()}
    assert [name for name, content in everything.items() if CANARY.encode() in content] == []
    assert CANARY not in printed(patient)
    assert any(OWN.encode() in content for content in everything.values())
    ids = {
        str(other.pk),
        *(str(one.pk) for one in Assessment.objects.filter(episode__patient=other)),
    }
    assert [name for name, text in everything.items() if any(i.encode() in text for i in ids)] == []


def test_messages_say_that_they_were_sent_and_nothing_else(patient):
    told_of(patient, OWN)

    rows = zip_of(patient)["tables/messages.csv"].decode()

    assert "something new in the patient's pages" in rows
    assert "address@" not in rows
    assert "body" not in rows


def test_drafts_and_charts_of_somebody_else_are_not_in_it(patient):
    physio = told_of(patient, OWN)
    noted(physio, patient, CANARY, sign=False)
    draft = make_chart(physio, patient)
    draft.remarks.create(name="note.pain", text=f"{CANARY} draft")
    wrong = charted(physio, patient, CANARY)
    EnteredInError.objects.create(
        assessment=wrong, kind="patient", reason=f"{CANARY} chart", marked_at=NOW,
        marked_by=physio.user, name="R",
    )  # fmt: skip

    everything = b"".join(zip_of(patient).values())

    assert CANARY.encode() not in everything
    assert CANARY not in printed(patient)


def test_no_pain_and_nothing_said_stay_apart(patient):
    told_of(patient, OWN)

    members = zip_of(patient)

    assert [row["pain, 0 to 10"] for row in table(members, "exercise_logs")] == ["0", "", "7"]
    given = table(members, "treatments")[0]
    assert (given["pain before"], given["pain after"]) == ("4", "0")
    tables = [
        block for section in paper_of(read_record(patient, NOW))["sections"]
        for block in section["blocks"] if block["kind"] == "table"
    ]  # fmt: skip
    logged = next(block for block in tables if "Effort, 0 to 10" in block["header"])
    assert [row[3] for row in logged["rows"]] == ["0", "–", "7"]


def test_no_cell_is_a_formula(patient):
    told_of(patient, "=HYPERLINK(1)")

    members = zip_of(patient)

    reasons = [row["why you came, in your words"] for row in table(members, "visits")]
    assert reasons == ["'=HYPERLINK(1) reason"]
    cells = [
        value for name in members if name.endswith(".csv") and name != "contents.csv"
        for row in table(members, name.removeprefix("tables/").removesuffix(".csv"))
        for value in row.values()
    ]  # fmt: skip
    assert not [value for value in cells if value.startswith("=")]


def test_two_records_of_one_person_are_one(patient):
    double = make_patient(first_name=f"{OWN}-double")
    told_of(double, "Before")
    told_of(patient, OWN)
    merge(double, patient, by=make_user(roles.FRONT_DESK), now=NOW)
    double.refresh_from_db()

    for asked_for in (patient, double):
        members = zip_of(asked_for)
        assert len(table(members, "person")) == 2
        assert len(table(members, "charts")) == 2
        assert b"Before note" in members["tables/note_lines.csv"]
        assert f"{OWN} note".encode() in members["tables/note_lines.csv"]


def test_who_opened_it_is_in_it_for_all_years(patient):
    physio = told_of(patient, OWN)
    by = audit.actor_of(physio.user)
    for year in (2025, 2026):
        audit.record(
            "chart.opened", patient, by=by, patient_id=patient.pk, at=NOW.replace(year=year)
        )

    days = [row["day"] for row in table(zip_of(patient), "opened_by")]

    assert {"2025-01-10", "2026-01-10"} <= set(days)


def test_as_many_queries_for_many_rows_as_for_few(patient):
    def counted():
        practice.forget()  # else it is read or not, by how long the test took
        with CaptureQueriesContext(connection) as made:
            record = read_record(patient, NOW)
            paper_of(record)
            for source in SOURCES:
                record.lines(source)
            record.files()
        return len(made), sum(map(len, record.rows.values()))

    physio = told_of(patient, OWN)
    counted()  # what a process keeps is read once
    few, rows = counted()
    for _each in range(3):
        noted(physio, patient, OWN)
        charted(physio, patient, OWN)
    told_of(patient, OWN, number=2)
    many, more = counted()

    assert more > 2 * rows
    assert many == few


def test_every_table_about_patients_is_told_of_or_left_out_for_a_reason():
    about = set(SEEDS)
    models = [each for each in apps.get_models() if each._meta.app_label not in ABOUT_NOBODY]
    grown = True
    while grown:
        grown = False
        for model in models:
            leads = {field.related_model for field in model._meta.fields if field.related_model}
            named = {one._meta.label for one in leads}
            if model._meta.label not in about and not model._meta.proxy and named & about:
                about.add(model._meta.label)
                grown = True
    told = {model._meta.label for source in SOURCES for model in source.models}

    assert about - told - set(LEFT_OUT) == set()
    assert told & set(LEFT_OUT) == set()
    assert set(LEFT_OUT) <= about


def test_the_paper_holds_what_was_handed_to_it(patient):
    told_of(patient, '#[evil] "quoted" \\ $x$')
    paper = paper_of(read_record(patient, NOW))

    set_words = typst.query(template_source(), "<said>", sys_inputs={"data": json.dumps(paper)})
    assert len(json.loads(set_words)) > 100
    pdf = zip_of(patient)["record.pdf"]
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    assert "#[evil]" in text


def test_a_value_no_dictionary_knows_any_more_is_told_as_it_is_kept():
    for number, text, said in ((Decimal(0), "", "0"), (None, "limps", "limps")):
        row = Finding(item="was_asked_once", side="", number=number, text=text)
        assert (reply_label(row), reply_words(row)) == ("was_asked_once", said)
