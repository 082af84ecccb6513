"""The one way past the guards, tried by whoever is in the database."""

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from assessments.models import Assessment, Finding, Plan
from bookings.models import Payment
from clinic import practice, roles
from clinic.door import MARK
from clinic.models import AuditEvent, Erasure, ErasureKey, LegalHold, Patient
from tests.assessments.erased import YEARS, erased, somebody
from tests.assessments.factories import NOW, make_patient, make_practice, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def frozen(settings, tmp_path):
    make_practice()
    practice.forget()
    settings.ERASURES_FILE = str(tmp_path / "erasures.jsonl")
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def people():
    return [make_user(roles.MANAGER), make_user(roles.MANAGER)]


@pytest.fixture
def patient_and_file():
    return somebody()


class TestTheDoor:
    """The one way past the guards, tried by whoever is in the database."""

    def key(self, erasure, model, row, *, blank=False):
        stored = model._meta.pk.get_db_prep_value(row.pk, connection)
        return ErasureKey.objects.create(
            erasure=erasure, table=model._meta.db_table, row=str(stored), blank=blank
        )

    def confirmed(self, patient, people, scope="record", at=NOW + YEARS):
        return Erasure.objects.create(
            patient=patient, scope=scope, basis="asked", asked_at=at, asked_by=people[0],
            confirmed_at=at, confirmed_by=people[1],
        )  # fmt: skip

    def refused(self, *args, **kwargs):
        with pytest.raises(IntegrityError), transaction.atomic():
            self.key(*args, **kwargs)

    @pytest.fixture
    def gone(self, patient_and_file, people):
        erased(patient_and_file, people)
        return patient_and_file

    def test_no_key_without_two_people(self, gone, people):
        chart = Assessment.objects.first()
        alone = Erasure.objects.create(
            patient=gone, scope="record", basis="asked", asked_at=NOW + YEARS, asked_by=people[0]
        )
        self.refused(alone, Assessment, chart)
        with pytest.raises(IntegrityError), transaction.atomic():
            Erasure.objects.filter(pk=alone.pk).update(
                confirmed_at=NOW + YEARS, confirmed_by=people[0]
            )

    def test_no_key_to_a_record_before_its_day(self, gone, people):
        self.refused(self.confirmed(gone, people, at=NOW), Assessment, Assessment.objects.first())

    def test_no_key_to_the_record_of_a_person_who_stands(self, people):
        patient = somebody()
        chart = Assessment.objects.first()
        self.refused(self.confirmed(patient, people), Assessment, chart)
        person = self.confirmed(make_patient(), people, scope="person")
        self.refused(person, Assessment, chart)

    def test_no_key_past_a_hold(self, gone, people):
        LegalHold.objects.create(patient=gone, reason="x", placed_at=NOW, placed_by=people[0])
        self.refused(self.confirmed(gone, people), Assessment, Assessment.objects.first())

    def test_no_key_to_the_trail_or_for_rewriting_a_chart(self, gone, people):
        made = self.confirmed(gone, people)
        self.refused(made, AuditEvent, AuditEvent.objects.first())
        self.refused(made, AuditEvent, AuditEvent.objects.first(), blank=True)
        self.refused(made, Plan, Plan.objects.first(), blank=True)

    def test_a_key_lets_one_row_go_and_no_other_and_changes_nothing(self, gone, people):
        chart = Assessment.objects.filter(signed_at__isnull=False).first()
        finding, other = chart.findings.all()[:2]
        with transaction.atomic():
            key = self.key(self.confirmed(gone, people), Finding, finding)
            for harm in (
                lambda: Finding.objects.filter(pk=finding.pk).update(text="Something else"),
                lambda: Finding.objects.filter(pk=finding.pk).update(text=""),
                lambda: Finding.objects.filter(pk=other.pk)._raw_delete("default"),
                lambda: ErasureKey.objects.filter(pk=key.pk).update(row=str(other.pk)),
            ):
                with pytest.raises(IntegrityError), transaction.atomic():
                    harm()
            Finding.objects.filter(pk=finding.pk)._raw_delete("default")
            key.delete()
        with pytest.raises(IntegrityError), transaction.atomic():
            Finding.objects.filter(pk=other.pk)._raw_delete("default")

    def test_a_blank_key_takes_words_and_no_amount(self, gone, people):
        paid = Payment.objects.get()
        with transaction.atomic():
            key = self.key(self.confirmed(gone, people), Payment, paid, blank=True)
            for harm in ({"amount": 1}, {"reason": "Other words"}, {"method": "cash"}, {"at": NOW}):
                changed = {"at": NOW + YEARS} if "at" in harm else harm
                with pytest.raises(IntegrityError), transaction.atomic():
                    Payment.objects.filter(pk=paid.pk).update(**changed)
            with pytest.raises(IntegrityError), transaction.atomic():
                Payment.objects.filter(pk=paid.pk)._raw_delete("default")
            Payment.objects.filter(pk=paid.pk).update(reason=MARK, reference="")
            key.delete()


@pytest.mark.django_db(transaction=True)
def test_a_key_cannot_be_kept(people):
    """Whoever leaves it in the door does not get past the end of the transaction."""
    patient = make_patient()
    erased(patient, people)
    made = Erasure.objects.filter(patient=patient, scope="record").get()
    assert made.done_at
    second = Patient.objects.create(first_name="B", last_name="C")
    waits = Erasure.objects.create(
        patient=second, scope="person", basis="asked", asked_at=NOW, asked_by=people[0],
        confirmed_at=NOW, confirmed_by=people[1],
    )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        ErasureKey.objects.create(erasure=waits, table="bookings_payment", row="1", blank=True)
    assert not ErasureKey.objects.exists()
