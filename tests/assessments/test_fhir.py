"""The record as a FHIR bundle: valid, complete, of one person, and as final as what it tells of."""

import json

import pytest

from assessments import actions
from assessments.demo import correspondence, physicians, places, stories
from assessments.models import Assessment, EnteredInError
from bookings.models import Appointment
from clinic import practice
from clinic.models import Patient
from tests.assessments.case_files import all_cases
from tests.assessments.factories import (
    NOW,
    make_chart,
    make_patient,
    make_practice,
    make_practitioner,
    make_signed,
    make_visit,
)
from tests.assessments.fhir_faults import bundle_of, by_ref, faults, only, resources
from tests.assessments.subjects import charted, noted, told_of, zip_of
from tests.worlds import world_of

pytestmark = pytest.mark.django_db
OWN, CANARY = "Zoë-Łucja", "Zinnia"
CASES = [case["case"] for case in all_cases()]


@pytest.fixture(autouse=True)
def clinic():
    make_practice()


@pytest.fixture
def patient():
    return make_patient(first_name=OWN, last_name="D’Angélique-Müller")


def _demo():
    places.make_places(NOW.date())
    practice.forget()
    physicians.fill_directory()
    stories.tell(NOW.date(), NOW)
    correspondence.write(NOW.date(), NOW)
    return [patient.pk for patient in Patient.objects.order_by("email")]


demo = world_of(_demo)


@pytest.mark.parametrize("number", CASES)
def test_every_worked_case_makes_a_valid_bundle(number):
    chart = make_signed(number)

    bundle = bundle_of(chart.episode.patient)

    found = {name for each in resources(bundle, "Observation") for name in local_codes(each)}
    assert {"body_mass_kg", "nprs_worst_7d"} <= found
    assert only(bundle, "Composition")["status"] == "final"
    assert {row.item.split(".")[0] for row in chart.findings.all()} <= set(everything_told(bundle))


def local_codes(observation):
    codes = observation["code"]["coding"]
    return [each["code"] for each in codes if each["system"].startswith("urn:x-stepdown")]


def everything_told(bundle):
    """The first word of everything that is an observation or the answer to a question."""
    for each in resources(bundle, "Observation"):
        yield from (code.split(".")[0] for code in local_codes(each))
    for each in resources(bundle, "QuestionnaireResponse"):
        yield from (item["linkId"].split(".")[0] for item in each["item"])


def test_every_patient_of_the_demo_makes_a_valid_bundle(demo):
    kinds = set()
    for pk in demo:
        bundle = bundle_of(Patient.objects.get(pk=pk))
        kinds |= {entry["resource"]["resourceType"] for entry in bundle["entry"]}

    assert {"CarePlan", "Encounter", "QuestionnaireResponse", "Appointment"} <= kinds


def test_it_is_in_the_zip_and_says_which_fhir_it_is(patient):
    told_of(patient, OWN)

    members = zip_of(patient)
    bundle = json.loads(members["record.fhir.json"])

    assert faults(bundle) == []
    assert "record.fhir.json" in members["README.txt"].decode()
    assert bundle["type"] == "collection"
    assert bundle["meta"]["tag"][0]["code"] == "4.0.1"
    assert bundle["timestamp"] == "2027-01-10T13:00:00-06:00"
    name = only(bundle, "Patient")["name"][0]
    assert (name["given"], name["family"]) == ([OWN], "D’Angélique-Müller")


def test_nothing_of_anybody_else_and_nothing_of_the_desk_is_in_it(patient):
    other = make_patient(first_name=CANARY)
    told_of(other, CANARY, number=2)
    physio = told_of(patient, OWN)
    charted(physio, patient, OWN)
    noted(physio, patient, CANARY, sign=False)
    draft = make_chart(physio, patient)
    draft.remarks.create(name="note.pain", text=f"{CANARY} draft")
    wrong = charted(physio, patient, CANARY)
    EnteredInError.objects.create(
        assessment=wrong, kind="patient", reason="Mixed up", marked_at=NOW,
        marked_by=physio.user, name="R",
    )  # fmt: skip
    Patient.objects.filter(pk=patient.pk).update(desk_note=CANARY, needs=CANARY)
    Appointment.objects.filter(patient=patient).update(desk_note=CANARY)

    told = json.dumps(bundle_of(patient), ensure_ascii=False)

    assert CANARY not in told
    assert str(other.pk) not in told
    assert str(wrong.pk) not in told
    assert str(draft.pk) not in told
    assert f"{OWN} added" in told


def test_words_of_people_are_no_markup(patient):
    told_of(patient, "<script>alert(1)</script> & \x0b\x1b\uffff")

    bundle = bundle_of(patient)

    told = json.dumps(bundle)
    divs = [
        part["text"]["div"] for each in resources(bundle, "Composition")
        for part in each["section"] if "text" in part
    ]  # fmt: skip
    assert "\\u001b" not in told
    assert "\\u000b" not in told
    assert any("&lt;script&gt;" in div and "&amp;" in div for div in divs)
    assert not [div for div in divs if "<script" in div]


@pytest.mark.parametrize(
    ("state", "status", "took_place"),
    [
        ("requested", "pending", None), ("booked", "booked", None),
        ("arrived", "arrived", "arrived"),
        ("in_progress", "arrived", "in-progress"), ("completed", "fulfilled", "finished"),
        ("cancelled", "cancelled", None), ("late_cancelled", "cancelled", None),
        ("no_show", "noshow", None),
    ],
)  # fmt: skip
def test_a_visit_is_an_appointment_and_once_it_took_place_an_encounter(
    patient, state, status, took_place
):
    gone = "cancelled" in state
    make_visit(
        make_practitioner(), patient, state=state, cancelled_at=NOW if gone else None,
        cancel_reason="other time" if gone else "",
    )  # fmt: skip

    bundle = bundle_of(patient)

    visit = only(bundle, "Appointment")
    assert visit["status"] == status
    assert visit["start"] == "2027-01-10T13:00:00-06:00"  # by the clock of Edmonton
    assert ("cancelationReason" in visit) is gone
    met = resources(bundle, "Encounter")
    assert [each["status"] for each in met] == ([took_place] if took_place else [])
    assert [each["class"]["code"] for each in met] == (["AMB"] if took_place else [])


@pytest.mark.parametrize("mode", ["phone", "video"])
def test_a_visit_from_afar_is_virtual(patient, mode):
    visit = make_visit(make_practitioner(), patient, state="completed")
    visit.service.mode = mode
    visit.service.save()

    assert only(bundle_of(patient), "Encounter")["class"]["code"] == "VR"


def test_a_signed_chart_says_that_the_visit_took_place(patient):
    physio = make_practitioner()
    visit = make_visit(physio, patient)
    chart = make_chart(physio, patient, {"nprs_now": 3})
    Assessment.objects.filter(pk=chart.pk).update(appointment=visit)
    chart.refresh_from_db()
    actions.sign(chart, by=physio.user, now=NOW)

    bundle = bundle_of(patient)

    met = only(bundle, "Encounter")
    assert met["status"] == "finished"
    pain = observed(bundle, "nprs_now")
    assert by_ref(bundle, pain["encounter"]) == met
    assert pain["effectiveDateTime"] == met["period"]["end"]


def observed(bundle, name, side=""):
    """The observation of a finding, by our own code and the side in its words."""
    found = [each for each in resources(bundle, "Observation") if name in local_codes(each)]
    if side:
        found = [each for each in found if side in each["code"]["text"]]
    assert len(found) == 1
    return found[0]


def test_findings_have_codes_units_sides_and_reasons(patient):
    physio = make_practitioner()
    raw = {
        "affected_side": "L", "index_side": "L", "body_mass_kg": 61.5, "nprs_now": 0,
        "ober": {"L": "positive", "R": "negative"}, "hip_abd_force_n": {"L": 90, "R": 120},
        "wblt_cm": {"L": "not_tested"}, "sports": [], "warmth": {"L": False},
        "fpi": {"L": dict.fromkeys(
            ("talar_head", "malleolar_curves", "calcaneus", "talonavicular", "arch", "forefoot"), 1
        )},
    }  # fmt: skip
    chart = make_chart(physio, patient, raw)
    actions.sign(chart, by=physio.user, now=NOW)

    bundle = bundle_of(patient)

    mass = observed(bundle, "body_mass_kg")
    assert mass["code"]["coding"][0]["code"] == "29463-7"
    assert (mass["valueQuantity"]["value"], mass["valueQuantity"]["code"]) == (61.5, "kg")
    assert mass["category"][0]["coding"][0]["code"] == "vital-signs"
    assert observed(bundle, "nprs_now")["valueQuantity"]["value"] == 0
    assert observed(bundle, "ober", "left")["interpretation"][0]["coding"][0]["code"] == "POS"
    assert observed(bundle, "ober", "right")["interpretation"][0]["coding"][0]["code"] == "NEG"
    absent = observed(bundle, "wblt_cm")
    assert absent["dataAbsentReason"]["coding"][0]["code"] == "not-performed"
    assert absent["bodySite"]["coding"][0]["code"] == "ankle-L"
    assert observed(bundle, "sports")["valueCodeableConcept"]["text"] == "none of them"
    assert observed(bundle, "warmth")["valueBoolean"] is False
    assert len(observed(bundle, "fpi")["component"]) == 6
    compared = observed(bundle, "lsi_pct.hip_abd")
    assert (compared["valueQuantity"]["value"], compared["valueQuantity"]["code"]) == (75, "%")
    sides = {by_ref(bundle, each)["code"]["text"] for each in compared["derivedFrom"]}
    assert sides == {"Hip abduction peak force (left)", "Hip abduction peak force (right)"}
    total = observed(bundle, "fpi_total")
    assert (total["valueQuantity"]["value"], total["interpretation"][0]["text"]) == (6, "pronated")


def test_forms_are_answers_and_their_scores_lead_to_them():
    chart = make_signed(8)
    bundle = bundle_of(chart.episode.patient)

    score = observed(bundle, "akps_total")
    akps = by_ref(bundle, score["derivedFrom"][0])
    assert akps["questionnaire"] == "urn:x-stepdown:questionnaire:akps"
    assert len(akps["item"][0]["item"]) == 13
    flags = response(bundle, "red_flags")
    assert {item["linkId"]: item["answer"] for item in flags["item"]}["rf_hot_joint"] == [
        {"valueBoolean": False}
    ]


def response(bundle, form, status=None):
    found = [
        each for each in resources(bundle, "QuestionnaireResponse")
        if each["questionnaire"].endswith(f":{form}") and status in (None, each["status"])
    ]  # fmt: skip
    assert len(found) == 1
    return found[0]
