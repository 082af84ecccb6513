"""A person erased: nothing that names them is left, and at the end nothing of their record."""

import json
from contextlib import suppress
from datetime import date, timedelta
from io import StringIO

import pytest
import time_machine
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, models, transaction

from assessments.models import Assessment, EnteredInError, Finding, Still
from bookings.models import Appointment
from clinic import emergency, practice, roles, uploads
from clinic.access import caseload
from clinic.door import NEVER
from clinic.erasing import doing, ledger, rules
from clinic.erasing.reading import ids_of, look
from clinic.models import (
    AuditEvent,
    Erasure,
    KeptIdentity,
    LegalHold,
    Message,
    Patient,
    Tombstone,
    User,
)
from tests.assessments.erased import WORD, YEARS, ended, erased, somebody
from tests.assessments.factories import (
    NOW,
    make_patient,
    make_practice,
    make_user,
    make_visit,
)
from tests.assessments.subjects import charted, told_of
from tests.unguarded import unguarded

pytestmark = pytest.mark.django_db
TEXTS = (models.CharField, models.TextField, models.JSONField)


@pytest.fixture(autouse=True)
def frozen(settings, tmp_path):
    make_practice()
    practice.forget()
    settings.ERASURES_FILE = str(tmp_path / "erasures.jsonl")
    store = uploads.clinical_files()
    for name in store.listdir("")[1]:
        store.delete(name)  # of the test before
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def people():
    return [make_user(roles.MANAGER), make_user(roles.MANAGER)]


def told(word):
    """Every table and row of the database that says a word, and every file of the store."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                if word.lower() in " ".join(map(_words, row)).lower():
                    found.add(table)
    store = uploads.clinical_files()
    for name in store.listdir("")[1]:
        if word.encode() in store.open(name).read():
            found.add("files")
    return found


def _words(value):
    return bytes(value).decode("utf-8", "replace") if isinstance(value, memoryview | bytes) else (
        str(value)
    )  # fmt: skip


def verify():
    out = StringIO()
    with suppress(CommandError):
        call_command("verify", stdout=out)
    return out.getvalue()


def rows_of_record():
    return {each.model._meta.db_table for each in rules.of(rules.RECORD)}


def test_what_names_a_person_goes_at_once_and_the_record_stays_under_lock(
    patient_and_file, people, django_capture_on_commit_callbacks
):
    patient = patient_and_file
    address, phone = patient.email, str(patient.phone)
    visits = Appointment.objects.filter(patient=patient).count()
    assert {"clinic_patient", "clinic_message", "files"} <= told(WORD)

    with django_capture_on_commit_callbacks(execute=True):
        done = erased(patient, people)

    assert str(patient) == f"Erased {str(patient.pk)[:8]}"
    left = told(WORD)
    assert left <= rows_of_record()
    assert {"clinic_keptidentity", "bookings_visitreason"} <= left
    assert told(address) == told(phone) == set()
    assert uploads.clinical_files().listdir("")[1] == []
    assert Appointment.objects.filter(patient=patient).count() == visits
    assert done.keep_until == date(2037, 1, 11)  # ten years after the visit of the next day
    assert "BROKEN" not in verify()


def test_at_the_end_of_its_time_nothing_of_the_record_is_left(
    patient_and_file, people, django_capture_on_commit_callbacks
):
    patient = patient_and_file
    visits = Appointment.objects.filter(patient=patient).count()
    signed = Assessment.objects.get(signed_at__isnull=False)
    with django_capture_on_commit_callbacks(execute=True):
        erased(patient, people)
        ended(patient, people, NOW + YEARS)

    assert told(WORD) == set()
    stone = Tombstone.objects.get(kind="assessments.assessment")
    assert (stone.row, stone.digest) == (str(signed.pk), signed.content_hash)
    assert stone.signed_at == signed.signed_at
    for rule in rules.of(rules.RECORD):
        mine = rule.model._default_manager.filter(rules.whose(rule, ids_of(patient)))
        assert rule.fields or not mine.exists(), rule.label
    assert Appointment.objects.filter(patient=patient).count() == visits
    assert "BROKEN" not in verify()


@pytest.fixture
def patient_and_file():
    return somebody()


def test_every_text_of_every_table_about_patients_goes(patient_and_file, people):
    """Fill all there is, whatever table a later version adds, and look for what is left."""
    patient = patient_and_file
    ids = ids_of(patient)
    filled = fill(ids)
    if connection.vendor == "postgresql":  # lowering the guards had every reference looked at
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    assert {"assessments_finding", "assessments_planline", "clinic_consent"} <= filled

    erased(patient, people)
    assert told("Marker") <= rows_of_record()

    ended(patient, people, NOW + YEARS)
    assert told("Marker") == set()


def fill(ids):
    """Put a marker into every free text of every row of a person, past all guards."""
    done = set()
    with unguarded():
        for label in rules.paths():
            model = apps.get_model(label)
            if model._meta.db_table in NEVER:
                continue
            whose = rules.whose(rules.Rule(label, rules.RECORD), ids)
            keys = list(model._default_manager.filter(whose).values_list("pk", flat=True))
            for each in model._meta.local_concrete_fields:
                if free(each) and keys and each.name not in CODES.get(label, ()):
                    value = {"x": "Marker"} if isinstance(each, models.JSONField) else "Marker"
                    try:
                        with transaction.atomic():
                            model._default_manager.filter(pk__in=keys).update(**{each.name: value})
                    except IntegrityError:
                        continue  # one of a kind, or of a few: no free text
                    done.add(model._meta.db_table)
        about = Message.objects.filter(patient_id__in=ids)
        about.update(payload={"x": "Marker"}, error="Marker", to="Marker")
    return done


def free(field):
    kinds = isinstance(field, TEXTS) and not field.choices and not field.primary_key
    short = field.max_length is not None and field.max_length < len("Marker")  # a code
    return (
        kinds
        and not short
        and not field.unique
        and field.name not in ("sha256", "content_hash", "name_file")
    )


# Columns of rows that stay, which hold codes and digests and nobody's words.
CODES = {
    "clinic.Message": {"key", "topic", "subject_id"},
    "bookings.Appointment": {"currency"},
    "bookings.Payment": {"currency"},
    "bookings.Package": {"currency"},
    "clinic.Erasure": {"counts"},
    "clinic.Tombstone": {"kind", "row", "digest", "file"},
    "clinic.ErasureKey": {"table", "row"},
    "bookings.WaitingEntry": {"weekdays", "parts"},
}


def test_no_row_that_stays_has_a_text_that_stays():
    stay = {each.label for each in rules._rules if each.fields or each.when == rules.NEVER}
    emptied = {"clinic.Patient": {f.name for f in Patient._meta.fields}}
    for each in rules._rules:
        emptied.setdefault(each.label, set()).update(each.fields)
    for label in stay:
        texts = {
            field.name for field in apps.get_model(label)._meta.local_concrete_fields
            if isinstance(field, TEXTS) and not field.choices and not field.primary_key
        }  # fmt: skip
        assert texts - emptied.get(label, set()) - CODES.get(label, set()) == set(), label


def test_whoever_was_never_seen_leaves_no_record(people):
    patient = make_patient(first_name=WORD, email="never@example.com")

    erased(patient, people)

    assert told(WORD) == set()
    assert {each.scope for each in Erasure.objects.filter(patient=patient)} == {"person", "record"}
    assert not KeptIdentity.objects.exists()


def test_nobody_finds_opens_or_books_for_who_was_erased(patient_and_file, people):
    patient = patient_and_file
    physio = patient.care_relations.first().practitioner
    born, user = patient.date_of_birth, patient.grants.get().user

    erased(patient, people)

    assert not caseload(physio).exists()
    assert emergency.find(WORD, f"{WORD}son", born) == []
    assert not Patient.objects.current().filter(pk=patient.pk).exists()
    user.refresh_from_db()
    assert (user.is_active, user.has_usable_password()) == (False, False)
    assert user.email.endswith("@erased.invalid")


def test_a_sign_in_that_reads_another_childs_pages_stays(patient_and_file, people):
    patient, sibling = patient_and_file, make_patient()
    user = patient.grants.get().user
    sibling.grants.create(user=user, granted_at=NOW)

    erased(patient, people)

    assert User.objects.get(pk=user.pk).email == user.email
    assert [each.patient for each in user.grants.all()] == [sibling]


def test_what_is_anothers_stays_as_it_is(
    patient_and_file, people, django_capture_on_commit_callbacks
):
    other = make_patient(first_name="Bystander")
    physio = told_of(other, "Bystander", number=2)
    wrong = charted(physio, other, "Bystander")
    mine = Assessment.objects.filter(episode__patient=patient_and_file).first()
    EnteredInError.objects.create(
        assessment=wrong, kind="patient", reason="Mixed up", copy=mine, marked_at=NOW,
        marked_by=physio.user, name="R",
    )  # fmt: skip
    counts = {
        rule.label: rule.model._default_manager.filter(rules.whose(rule, [other.pk])).count()
        for rule in rules.of(rules.RECORD)
    }

    with django_capture_on_commit_callbacks(execute=True):
        erased(patient_and_file, people)
        ended(patient_and_file, people, NOW + YEARS)

    after = {
        rule.label: rule.model._default_manager.filter(rules.whose(rule, [other.pk])).count()
        for rule in rules.of(rules.RECORD)
    }
    assert after == counts
    assert EnteredInError.objects.get().copy is None
    assert "BROKEN" not in verify()


def test_two_people_decide_and_the_trail_says_so(patient_and_file, people):
    proposed = doing.propose(patient_and_file, "asked", by=people[0], now=NOW)
    assert doing.propose(patient_and_file, "court", by=people[1], now=NOW) == proposed
    with pytest.raises(doing.OwnProposal):
        doing.confirm(proposed, by=people[0], now=NOW)
    doing.confirm(proposed, by=people[1], now=NOW)
    with pytest.raises(doing.ErasedAlready):
        doing.confirm(proposed, by=people[1], now=NOW)

    row = AuditEvent.objects.get(action="patient_person_erased")
    assert (row.actor_id, row.patient_id) == (people[1].pk, patient_and_file.pk)
    assert row.data["tombstones"] == doing.tombstones_digest(proposed)
    assert WORD not in json.dumps(row.data)


def test_what_stands_against_it(patient_and_file, people):
    patient = patient_and_file
    physio = patient.care_relations.first().practitioner
    hold = LegalHold.objects.create(
        patient=patient, reason="A claim", placed_at=NOW, placed_by=people[0]
    )
    ahead = make_visit(physio, patient, NOW + timedelta(days=9))
    Appointment.objects.filter(state="completed").update(price=50, currency="CAD")

    assert len(look(patient, NOW).obstacles) == 3
    with pytest.raises(doing.StandsAgainst):
        doing.propose(patient, "asked", by=people[0], now=NOW)

    LegalHold.objects.filter(pk=hold.pk).update(lifted_at=NOW, lifted_by=people[0])
    Appointment.objects.filter(pk=ahead.pk).update(state="cancelled", cancelled_at=NOW)
    Appointment.objects.filter(state="completed").update(price=None)
    assert look(patient, NOW).obstacles == []


def test_a_record_does_not_go_before_its_day(patient_and_file, people):
    done = erased(patient_and_file, people)
    day_before = NOW.replace(year=done.keep_until.year) - timedelta(days=1)

    with pytest.raises(doing.StandsAgainst):
        ended(patient_and_file, people, day_before)

    assert Finding.objects.exists()


def test_the_file_of_erasures_says_who_and_when_and_no_name(
    patient_and_file, people, settings, django_capture_on_commit_callbacks
):
    from pathlib import Path

    with django_capture_on_commit_callbacks(execute=True):
        erased(patient_and_file, people)

    path = Path(settings.ERASURES_FILE)
    (entry,) = ledger.read(path)
    assert (entry.patient, entry.scope) == (str(patient_and_file.pk), "person")
    assert WORD not in path.read_text()
    assert path.stat().st_mode & 0o077 == 0


def test_the_photograph_has_a_tombstone_and_verify_knows_it(
    patient_and_file, people, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        erased(patient_and_file, people)

    still = Still.objects.get()
    assert Tombstone.objects.get(row=str(still.pk)).digest == still.sha256
    assert "BROKEN" not in verify()
