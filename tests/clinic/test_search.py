"""Finding a patient by what a caller says. The same on both engines: the same statements."""

from datetime import date
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinic import practice, search
from clinic.batch import insert_all
from clinic.models import Patient
from tests.factories import PatientFactory, PracticeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clinic():
    PracticeFactory()
    practice.current()  # read once by every process


@pytest.fixture
def jose():
    """Among others who share a little of him."""
    for first, last in [
        ("Josephine", "Garner"), ("Marco", "Garcés"), ("Ada", "Example"), ("John", "Smith"),
        ("Jan", "Smithson"), ("Ann", "Lee"), ("Li", "Ng"),
    ]:  # fmt: skip
        PatientFactory(first_name=first, last_name=last, date_of_birth=date(1971, 1, 1))
    return PatientFactory(
        first_name="José", last_name="García-Łaski", date_of_birth=date(1990, 5, 4),
        phone="+14035550123", email="jose@example.com",
    )  # fmt: skip


def names(typed):
    return [str(each.patient) for each in search.find(typed).found]


@pytest.mark.parametrize(
    "typed",
    [
        "José García-Łaski", "jose garcia", "GARCIA JOSE", "garcía", "laski", "arcia las",
        "garcai jose", "garsia", "gracia-laski", "jsoe garcia", "lasky jose",
        "403-555-0123", "+1 (403) 555-0123", "5550123", "1 403 555 0123",
        "1990-05-04", "4 May 1990", "04.05.1990", "05/04/90", "garcia 1990", "jose 0123",
        "jose@example.com", "jose@",
    ],
)  # fmt: skip
def test_a_patient_is_found_by(jose, typed):
    assert names(typed)[0] == "José García-Łaski"


@pytest.mark.parametrize("typed", ["garcia 1991", "smith jose", "example.com", "zzz", "%", "_"])
def test_all_that_was_typed_must_fit(jose, typed):
    assert names(typed) == []


def test_whole_words_stand_before_beginnings_and_those_before_typing_errors(jose):
    PatientFactory(first_name="Joan", last_name="Smyth")
    PatientFactory(first_name="Jo", last_name="Hammersmith")

    answer = search.find("smith")

    assert [(str(each.patient), each.near) for each in answer.found] == [
        ("John Smith", False),
        ("Jan Smithson", False),
        ("Jo Hammersmith", False),
        ("Joan Smyth", True),
    ]
    assert not answer.more


def test_very_short_names_are_found_to_the_letter(jose):
    assert names("ng li") == ["Li Ng"]
    assert names("nh") == []


@pytest.mark.parametrize("typed", ["Sample", "Smaple", "1990-05-04", "555"])
def test_two_statements_however_many_patients_there_are(typed):
    for number in range(25):
        PatientFactory(last_name="Sample", phone=f"+1403555{number:04d}")
    with CaptureQueriesContext(connection) as asked:
        answer = search.find(typed)
    assert len(asked) <= 2
    assert (len(answer.found), answer.more) == (20, True)


def test_nothing_typed_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert search.find("  a ").found == search.find("").found == ()


@pytest.mark.parametrize("way", ["save", "bulk_create", "insert_all", "changed", "bulk_update"])
def test_whoever_writes_a_patient_they_are_found(way):
    made = Patient(first_name="Zoë", last_name="Öberg")
    if way == "bulk_create":
        Patient.objects.bulk_create([made])
    elif way == "insert_all":
        insert_all([made])
    else:
        made.save()
    if way == "changed":
        made.last_name = "Newell"
        made.save()
        assert names("oberg") == []
    assert names("zoe newell" if way == "changed" else "zoe oberg") == [str(made)]


def test_a_record_merged_into_another_is_not_offered_twice(jose):
    PatientFactory(first_name="José", last_name="García-Łaski", merged_into=jose)
    assert names("garcia") == ["José García-Łaski"]


# Who may be the same person ----------------------------------------------------------------------


@pytest.fixture
def ada():
    return PatientFactory(
        first_name="Ada", last_name="Example", date_of_birth=date(1990, 5, 4),
        phone="+14035550123", email="family@example.com",
    )  # fmt: skip


def looks_like(**values):
    known = {"first_name": "Ada", "last_name": "Example", "email": "", "phone": ""}
    return search.alike(Patient(**(known | values)))


@pytest.mark.parametrize(
    "typed",
    [
        {"date_of_birth": date(1990, 5, 4)},
        {"last_name": "Exmaple", "date_of_birth": date(1990, 5, 4)},
        {"first_name": "Ádà", "date_of_birth": None},
        {"date_of_birth": date(1990, 4, 5)},  # day and month changed places
        {"date_of_birth": date(1991, 5, 4)},
        {"first_name": "Someone", "last_name": "Else", "phone": "+14035550123"},
        {"last_name": "Newname", "email": "Family@Example.com"},
    ],
)
def test_who_may_be_the_same_person(ada, typed):
    assert looks_like(**typed) == [ada]


@pytest.mark.parametrize(
    "typed",
    [
        {"date_of_birth": date(1962, 11, 30)},
        {"first_name": "Tom", "last_name": "Other", "date_of_birth": date(1990, 5, 4)},
        {"first_name": "Tom", "email": "family@example.com", "date_of_birth": date(2015, 1, 1)},
    ],
)
def test_who_is_somebody_else(ada, typed):
    assert looks_like(**typed) == []


def test_who_was_known_before_is_found_after_the_migration(jose):
    Patient.objects.update(found_by="", found_near="")
    assert names("garcia") == []

    import_module("clinic.migrations.0007_find_patients").fill(apps, None)

    assert names("garcia") == names("garcai") == [str(jose)]


@pytest.mark.postgresql_only
def test_an_index_answers_on_postgresql(jose):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN SELECT id FROM clinic_patient WHERE found_by LIKE '%garcia%'")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "patient_by_part" in plan
