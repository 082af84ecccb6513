"""How final a bundle says things are: corrected, waiting, in error, answered anew, merged."""

from datetime import timedelta

import pytest

from assessments import actions
from bookings.actions.merging import merge
from clinic import roles
from tests.assessments.factories import (
    NOW,
    care,
    entries_of,
    make_chart,
    make_issued,
    make_patient,
    make_practice,
    make_practitioner,
    make_signed,
    make_user,
    make_visit,
)
from tests.assessments.fhir_faults import bundle_of, by_ref, only, resources
from tests.assessments.intakes import correct, sent_visit
from tests.assessments.subjects import charted, told_of
from tests.assessments.test_fhir import local_codes, response

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


@pytest.fixture(autouse=True)
def clinic():
    make_practice()


def by(chart, now=NOW):
    return {"by": chart.author.user, "now": now}


def amended(chart, **changed):
    """The chart, corrected by its author a day later and signed."""
    fresh = actions.amend(chart, "Wrong number", chart.author, **by(chart, LATER))
    entries = entries_of(changed)
    actions.save_values(fresh, fresh.version, entries, **by(chart, LATER))
    fresh.refresh_from_db()
    return actions.sign(fresh, **by(chart, LATER))


def provenance_of(bundle, resource_id, deed=None):
    found = [
        each for each in resources(bundle, "Provenance")
        if each["target"][0]["reference"] == f"urn:uuid:{resource_id}"
        and deed in (None, each["activity"]["coding"][0]["code"])
    ]  # fmt: skip
    assert len(found) == 1
    return found[0]


def of_chart(bundle, chart, name):
    composition = next(
        each for each in resources(bundle, "Composition") if each["id"] == str(chart.pk)
    )
    entries = [by_ref(bundle, each) for part in composition["section"] for each in
               part.get("entry", ())]  # fmt: skip
    return next(each for each in entries if "code" in each and name in local_codes(each))


def test_a_corrected_chart_says_what_is_new_and_what_it_stands_for():
    chart = make_signed(1)
    newer = amended(chart, nprs_now=4)

    bundle = bundle_of(chart.episode.patient)

    documents = {each["id"]: each for each in resources(bundle, "Composition")}
    assert documents[str(newer.pk)]["status"] == "amended"
    replaced = documents[str(newer.pk)]["relatesTo"][0]
    assert replaced["code"] == "replaces"
    assert by_ref(bundle, replaced["targetReference"]) == documents[str(chart.pk)]
    assert documents[str(chart.pk)]["meta"]["tag"][0]["code"] == "superseded"
    assert of_chart(bundle, newer, "nprs_now")["status"] == "amended"
    assert of_chart(bundle, newer, "height_cm")["status"] == "final"
    assert of_chart(bundle, chart, "nprs_now")["status"] == "final"
    assert of_chart(bundle, chart, "nprs_now")["meta"]["tag"][0]["code"] == "superseded"
    told = provenance_of(bundle, newer.pk)
    assert told["activity"]["coding"][0]["code"] == "UPDATE"
    assert told["reason"][0]["text"] == "Wrong number"
    assert told["recorded"] == "2027-01-11T13:00:00-06:00"
    assert [each["role"] for each in told["entity"]] == ["revision", "source"]
    assert told["entity"][1]["what"]["identifier"]["value"] == newer.content_hash


def test_a_correction_is_about_the_visit_of_what_it_corrects():
    physio, patient = make_practitioner(), make_patient()
    visit = make_visit(physio, patient, state="completed")
    care(physio, patient)
    by_physio = {"by": physio.user, "now": NOW}
    chart = actions.start_assessment(visit, physio, **by_physio)
    actions.save_values(chart, 0, entries_of({"nprs_now": 3}), **by_physio)
    chart.refresh_from_db()
    newer = amended(actions.sign(chart, **by_physio), nprs_now=4)

    bundle = bundle_of(patient)

    pain = of_chart(bundle, newer, "nprs_now")
    assert pain["valueQuantity"]["value"] == 4
    assert by_ref(bundle, pain["encounter"]) == only(bundle, "Encounter")
    assert pain["effectiveDateTime"] == only(bundle, "Encounter")["period"]["end"]


def test_words_added_later_amend_and_are_signed_by_who_wrote_them():
    physio, patient = make_practitioner(), make_patient()
    chart = charted(physio, patient, "Juniper")

    bundle = bundle_of(patient)

    document = only(bundle, "Composition")
    assert document["status"] == "amended"
    last = document["section"][-1]
    assert "Juniper added" in last["text"]["div"]
    assert last["title"] == "Added on 10 January 2027, 13:00"
    assert by_ref(bundle, last["author"][0])["name"][0]["text"] == physio.name
    assert provenance_of(bundle, chart.pk, "APPEND")["reason"][0]["text"] == "Juniper later"


def test_what_waits_for_a_second_signature_is_preliminary():
    supervisor, student = make_practitioner(), make_practitioner(roles.STUDENT)
    student.supervised, student.supervisor = True, supervisor
    student.save()
    chart = make_signed(1, practitioner=student)

    waiting = bundle_of(chart.episode.patient)
    actions.co_sign(chart, supervisor, by=supervisor.user, now=LATER)
    signed = bundle_of(chart.episode.patient)

    assert only(waiting, "Composition")["status"] == "preliminary"
    assert {each["status"] for each in resources(waiting, "Observation")} == {"preliminary"}
    assert only(signed, "Composition")["status"] == "final"
    modes = [(each["mode"], each["party"]["display"])
             for each in only(signed, "Composition")["attester"]]  # fmt: skip
    assert modes == [("legal", student.name), ("professional", supervisor.name)]
    kinds = [each["type"]["coding"][0]["code"] for each in provenance_of(signed, chart.pk)["agent"]]
    assert kinds == ["author", "verifier"]


def test_a_chart_in_error_is_in_error_in_all_it_says():
    plan = make_issued(1)
    chart = plan.assessment
    mistake = actions.Mistake(kind="side", reason="Mixed up the sides")
    actions.enter_in_error(chart, mistake, chart.author, **by(chart))

    bundle = bundle_of(chart.episode.patient)

    for kind in ("Composition", "Observation", "QuestionnaireResponse", "CarePlan", "Procedure"):
        assert {each["status"] for each in resources(bundle, kind)} <= {"entered-in-error"}, kind
    activities = only(bundle, "CarePlan")["activity"]
    assert {each["detail"]["status"] for each in activities} == {"entered-in-error"}
    assert "Mixed up the sides" in provenance_of(bundle, chart.pk, "NULLIFY")["reason"][0]["text"]
    problem = only(bundle, "Condition")
    assert problem["verificationStatus"]["coding"][0]["code"] == "unconfirmed"


def test_what_was_sent_stays_and_what_was_answered_anew_stands_beside_it():
    visit = sent_visit()
    correct(visit, "pain", nprs_worst_7d=9)
    correct(visit, "triggers", triggers__stairs_down=0)

    bundle = bundle_of(visit.patient)

    first = response(bundle, "intake-first", "completed")
    now = response(bundle, "intake-first", "amended")
    assert answer(first, "nprs_worst_7d") == {"valueInteger": 5}
    assert answer(now, "nprs_worst_7d") == {"valueInteger": 9}
    assert answer(now, "triggers.stairs_down") == {"valueInteger": 0}
    assert answer(now, "nprs_now") == {"valueInteger": 0}
    assert answer(now, "goal_on") == {"valueDate": "2027-04-01"}
    skipped = answer(first, "triggers.squatting")["_valueInteger"]["extension"][0]
    assert skipped["valueCode"] == "not-performed"
    told = provenance_of(bundle, now["id"])
    assert by_ref(bundle, told["entity"][0]["what"]) == first
    assert by_ref(bundle, first["source"])["resourceType"] == "Patient"
    asked = {item["linkId"]: item["text"] for item in first["item"]}
    assert asked["rf_dvt_suspected"].endswith("A calf that is swollen and sore to touch")


def answer(response, link):
    item = next(each for each in response["item"] if each["linkId"] == link)
    assert len(item["answer"]) == 1
    return item["answer"][0]


@pytest.mark.parametrize(
    ("reason", "clinical", "sure", "goal", "plan"),
    [
        (None, "active", "provisional", "active", "active"),
        ("goals_met", "resolved", "provisional", "completed", "active"),
        ("moved", "inactive", "provisional", "cancelled", "active"),
        ("error", None, "entered-in-error", "entered-in-error", "entered-in-error"),
    ],
)
def test_problem_goal_and_plan_follow_the_episode(reason, clinical, sure, goal, plan):
    issued = make_issued(1)
    episode = issued.episode
    episode.goal, episode.goal_on, episode.side = "Run a parkrun", NOW.date(), "R"
    episode.save()
    if reason:
        actions.discharge(episode, reason, reason="Runs as before", **by(issued.assessment))

    bundle = bundle_of(episode.patient)

    problem, wanted = only(bundle, "Condition"), only(bundle, "Goal")
    status = problem.get("clinicalStatus", {"coding": [{"code": None}]})
    assert status["coding"][0]["code"] == clinical
    assert problem["verificationStatus"]["coding"][0]["code"] == sure
    assert problem["bodySite"][0]["text"] == "Knee, right"
    assert wanted["lifecycleStatus"] == goal
    assert wanted["target"] == [{"dueDate": "2027-01-10"}]
    assert only(bundle, "CarePlan")["status"] == plan


def test_a_picture_that_does_not_fit_is_no_kneecap_pain():
    hot = bundle_of(make_signed(6).episode.patient)
    other = make_chart(raw={"pain_location": ["posterior"], "nprs_now": 2})
    actions.sign(other, **by(other))

    sure = only(hot, "Condition")
    unknown = only(bundle_of(other.episode.patient), "Condition")

    assert sure["verificationStatus"]["coding"][0]["code"] == "differential"
    assert unknown["code"]["coding"][0]["code"] == "knee"
    assert unknown["verificationStatus"]["coding"][0]["code"] == "unconfirmed"


def test_two_records_of_one_person_are_linked():
    double, stands = make_patient(first_name="Zoe"), make_patient(first_name="Zoë")
    told_of(double, "Before")
    told_of(stands, "After")
    merge(double, stands, by=make_user(roles.FRONT_DESK), now=NOW)
    double.refresh_from_db()

    bundle = bundle_of(double)

    people = {each["id"]: each for each in resources(bundle, "Patient")}
    assert people[str(stands.pk)]["active"] is True
    assert people[str(double.pk)]["link"][0]["type"] == "replaced-by"
    subjects = {
        each["subject"]["reference"] for each in resources(bundle, "Observation")
    }  # fmt: skip
    assert subjects == {f"urn:uuid:{stands.pk}"}


def test_ids_stay_the_same_from_one_bundle_to_the_next():
    chart = make_signed(1)
    patient = chart.episode.patient

    first, second = bundle_of(patient, NOW), bundle_of(patient, LATER)

    assert first["entry"] == second["entry"]
    assert first["id"] != second["id"]


def test_a_treatment_is_a_procedure():
    physio, patient = make_practitioner(), make_patient()
    charted(physio, patient, "Juniper")

    done = only(bundle_of(patient), "Procedure")

    assert done["status"] == "completed"
    assert done["performedDateTime"] == "2027-01-10"
    assert done["bodySite"][0]["text"] == "kneecap, left"
    said = [each["text"] for each in done["note"]]
    assert said == ["Juniper hands", "10 minutes", "Pain before: 4 of 10", "Pain after: 0 of 10"]
