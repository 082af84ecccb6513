"""A bundle of a long record: few queries, little memory, and words in the reader's language."""

import json
import tracemalloc
from dataclasses import replace
from decimal import Decimal
from uuid import uuid5

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from assessments.fhir.bundle import bundle_json
from assessments.models import Assessment, Finding
from assessments.subject.reading import read_record
from clinic import practice
from tests.assessments.factories import NOW, make_patient, make_practice, make_signed
from tests.assessments.fhir_faults import faults, only
from tests.assessments.subjects import charted, noted, told_of
from tests.assessments.test_fhir import observed

pytestmark = pytest.mark.django_db
OWN = "Zoë-Łucja"
CHARTS = 25


@pytest.fixture
def patient():
    make_practice()
    return make_patient(first_name=OWN)


def test_as_many_queries_for_many_rows_as_for_few(patient):
    def counted():
        record = read_record(patient, NOW)
        practice.forget()  # else it is read or not, by how long the test took
        with CaptureQueriesContext(connection) as made:
            content = bundle_json(record)
        return len(made), content.count(b'"fullUrl"')

    physio = told_of(patient, OWN)
    counted()  # what a process keeps is read once
    few, resources_before = counted()
    for _each in range(3):
        noted(physio, patient, OWN)
        charted(physio, patient, OWN)
    told_of(patient, OWN, number=2)
    many, resources_after = counted()

    assert resources_after > 2 * resources_before
    assert many == few == 3  # the clinic, who reviewed the libraries, the emergency number


def test_a_long_course_is_made_bit_by_bit(patient):
    """Of a person with very many findings only the text is in memory, never all resources."""
    made = bundle_json(read_record(patient, NOW))
    chart = make_signed(1, patient=patient)
    record = read_record(patient, NOW)
    rows = {name: list(each) for name, each in record.rows.items()}
    for number in range(CHARTS):
        copy = Assessment.objects.select_related("author").get(pk=chart.pk)
        copy.pk = uuid5(chart.pk, str(number))
        rows["charts"].append(copy)
        for row in record.rows["findings"]:
            fresh = Finding(item=row.item, side=row.side, number=row.number, text=row.text)
            fresh.assessment_id = copy.pk
            rows["findings"].append(fresh)
    long = replace(record, rows=rows)

    tracemalloc.start()
    content = bundle_json(long)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert content.count(b'"resourceType":"Observation"') > CHARTS * 50
    assert len(content) > CHARTS * len(made)
    assert peak < 4 * len(content)


def test_a_language_and_its_words(patient):
    told_of(patient, OWN)
    record = read_record(patient, NOW)
    with translation.override("fr"):
        bundle = json.loads(bundle_json(record))

    assert faults(bundle) == []
    assert bundle["language"] == "fr"
    assert only(bundle, "CarePlan")["language"] == "fr"


def test_an_item_no_dictionary_knows_any_more_is_told_as_it_is_kept(patient):
    chart = make_signed(1, patient=patient)
    record = read_record(patient, NOW)
    old = Finding(assessment=chart, item="was_asked_once", number=Decimal(3))
    rows = {**record.rows, "findings": [*record.rows["findings"], old]}

    bundle = json.loads(bundle_json(replace(record, rows=rows)))

    assert faults(bundle) == []
    assert observed(bundle, "was_asked_once")["valueString"] == "3"
