"""What judges the bundles finds what is wrong: a status, a unit, a reference, a time, an answer."""

import copy

import pytest
from pydantic import ValidationError

from tests.assessments.factories import make_issued, make_practice
from tests.assessments.fhir_faults import bundle_of, faults, resources


@pytest.fixture
def bundle(db):
    make_practice()
    return bundle_of(make_issued(1).episode.patient)


def first(bundle, kind):
    return resources(bundle, kind)[0]


def wrong_status(bundle):
    first(bundle, "Observation")["status"] = "finall"


def wrong_line(bundle):
    first(bundle, "CarePlan")["activity"][0]["detail"]["status"] = "paused"


def wrong_unit(bundle):
    measured = next(each for each in resources(bundle, "Observation") if "valueQuantity" in each)
    measured["valueQuantity"]["code"] = "stone"


def wrong_loinc(bundle):
    first(bundle, "Observation")["code"]["coding"][0] |= {"system": "http://loinc.org", "code": "1"}


def leads_nowhere(bundle):
    first(bundle, "Condition")["subject"]["reference"] = (
        "urn:uuid:00000000-0000-0000-0000-000000000000"
    )


def leads_to_the_wrong_kind(bundle):
    chart = first(bundle, "Composition")["id"]
    first(bundle, "Condition")["subject"]["reference"] = f"urn:uuid:{chart}"


def no_offset(bundle):
    first(bundle, "Observation")["effectiveDateTime"] = "2027-01-10T13:00:00"


def nothing_and_no_reason(bundle):
    for name in [each for each in first(bundle, "Observation") if each.startswith("value")]:
        del first(bundle, "Observation")[name]


def not_asked(bundle):
    first(bundle, "QuestionnaireResponse")["item"][0]["linkId"] = "shoe_size"


def no_clinical_status(bundle):
    del first(bundle, "Condition")["clinicalStatus"]


def twice(bundle):
    bundle["entry"].append(copy.deepcopy(bundle["entry"][0]))


def required_is_missing(bundle):
    del first(bundle, "Provenance")["agent"]


@pytest.mark.parametrize(
    "break_it",
    [
        wrong_status, wrong_line, wrong_unit, wrong_loinc, leads_nowhere, leads_to_the_wrong_kind,
        nothing_and_no_reason, not_asked, no_clinical_status, twice,
    ],
)  # fmt: skip
def test_a_bundle_that_is_wrong_in_one_place_has_a_fault(bundle, break_it):
    break_it(bundle)

    assert faults(bundle)


@pytest.mark.parametrize("break_it", [no_offset, required_is_missing])
def test_what_the_models_know_they_refuse(bundle, break_it):
    break_it(bundle)

    with pytest.raises(ValidationError):
        faults(bundle)
