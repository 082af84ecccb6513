"""What no rule proposes: added only with the note the specification demands, at every door."""

import re

import pytest
from django.db import IntegrityError, connection, transaction

from assessments import actions, pdf
from assessments.errors import (
    AlreadyInPlan,
    DoseRefused,
    NoVariant,
    PatientNotTold,
    PlanIsFinal,
    ReasonMissing,
    UnknownExercise,
)
from assessments.library import shipped
from assessments.models import PlanLine
from assessments.models.plan import UNPROPOSED
from assessments.seal import plan_digest
from assessments.sheet import sheet_of
from assessments.unproposed import unproposed_in
from tests.assessments.factories import NOW, grant, make_draft, make_practice
from tests.assessments.test_compose import ESSENTIAL, compose, not_indicated
from tests.assessments.test_guards_final import sql

pytestmark = pytest.mark.django_db
NOTE = "line_unproposed_with_its_note"
K05 = "A ready-made insert may ease pain for a few weeks; nobody has shown custom is better."
K03 = "Guidelines advise against dry needling for this condition; the plan does not rely on it."
TOLD = "The guideline advises against it, and the patient was told so."
FORM = {"item": "CUSTOM_ORTHOSES", "dose": "In both shoes", "reason": "has a pair", "told": "yes"}


@pytest.fixture
def plan():
    make_practice()
    return make_draft(1)


@pytest.fixture
def by(plan):
    return {"by": plan.assessment.author.user, "now": NOW}


@pytest.fixture
def add(plan, by):
    def add(item="CUSTOM_ORTHOSES", dose="In both shoes", reason="has a pair", **values):
        return actions.add_unproposed(plan, item, dose, reason, **({"told": True} | by | values))

    return add


@pytest.fixture
def physio(client, plan):
    def ask(tail="", form=None):
        client.force_login(plan.assessment.author.user)
        address = f"/chart/assessments/{plan.assessment_id}/plan/{tail}"
        return client.get(address) if form is None else client.post(address, form)

    return ask


def words(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_three_may_be_added_and_each_has_its_note():
    """What is advised against without a note of its own, and what is no treatment, may not."""
    assert {each.id: each.note for each in unproposed_in(shipped())} == {
        "DRY_NEEDLING": TOLD,
        "CUSTOM_ORTHOSES": K05,
        "ACUPUNCTURE": "It may be tried, but was not clearly better than a sham treatment.",
    }
    never = {item.id for item in shipped().rulebook.never if item.status != "CANNOT_BE_SAVED"}
    assert never == set(UNPROPOSED)


def test_the_note_is_stored_on_the_line_and_sealed(plan, by, add):
    line = add("DRY_NEEDLING")

    assert (line.kept_note, line.instruction, line.home) == (TOLD, K03, False)
    assert (line.change, line.change_reason) == ("added", "has a pair")
    assert line.explanation["grade"] == "A"
    issued = actions.issue_plan(plan, **by)
    lines = list(issued.lines.all())
    assert issued.content_hash == plan_digest(issued, lines)
    next(each for each in lines if each.kept_note).kept_note = "another"
    assert issued.content_hash != plan_digest(issued, lines)


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"told": False}, PatientNotTold),
        ({"reason": "  "}, ReasonMissing),
        ({"dose": " "}, DoseRefused),
        ({"item": "BIOPHYSICAL"}, UnknownExercise),
        ({"item": "EMG_BIOFEEDBACK"}, UnknownExercise),
        ({"item": "REST_ALONE"}, UnknownExercise),
        ({"item": "MANUAL_ALONE"}, UnknownExercise),
        ({"item": "EX05"}, UnknownExercise),
        ({"item": ""}, UnknownExercise),
    ],
)
def test_refused_by_the_action(plan, add, wrong, error):
    with pytest.raises(error):
        add(**wrong)
    assert not plan.lines.filter(exercise__in=UNPROPOSED).exists()


def test_once_and_never_in_an_issued_plan(plan, by, add):
    add()
    with pytest.raises(AlreadyInPlan):
        add()
    actions.issue_plan(plan, **by)
    with pytest.raises(PlanIsFinal):
        add("ACUPUNCTURE")


def test_the_other_door_does_not_open(plan, by, physio):
    """Added as if it were an exercise of the library it is unknown."""
    with pytest.raises(UnknownExercise):
        actions.add_line(plan, "CUSTOM_ORTHOSES", "why", **by)
    response = physio("add/", {"exercise": "DRY_NEEDLING", "reason": "why"})
    assert response.status_code == 422


def test_refused_by_the_database(plan, add):
    line = add()
    other = plan.lines.exclude(pk=line.pk).first()
    table, key = PlanLine._meta.db_table, other.pk.hex
    key = key if connection.vendor == "sqlite" else other.pk

    def bare(item):
        copy = PlanLine.objects.get(pk=line.pk)
        copy.pk, copy.position, copy.exercise, copy.kept_note = None, 99, item, ""
        copy.id = PlanLine._meta.get_field("id").get_default()
        copy._state.adding = True
        return copy

    attacks = [
        *(bare(item).save for item in UNPROPOSED),
        lambda: PlanLine.objects.bulk_create([bare("DRY_NEEDLING")]),
        lambda: PlanLine.objects.filter(pk=line.pk).update(kept_note=""),
        lambda: PlanLine.objects.filter(pk=line.pk).update(home=True),
        lambda: PlanLine.objects.filter(pk=line.pk).update(change="drafted"),
        lambda: PlanLine.objects.filter(pk=other.pk).update(kept_note="a note"),
        sql(f"UPDATE {table} SET exercise = 'ACUPUNCTURE' WHERE id = %s", key),
    ]
    for attack in attacks:
        with pytest.raises(IntegrityError, match=NOTE), transaction.atomic():
            attack()


def test_the_form_shows_the_note_and_asks_for_it(plan, physio):
    text = words(physio().text)
    for said in (K03, TOLD, K05, "I told the patient what stands above."):
        assert said in text
    assert 'name="told" value="yes" required' in physio().text

    refused = physio("unproposed/", {key: FORM[key] for key in FORM if key != "told"})
    assert refused.status_code == 422
    assert "Tell the patient what the note says" in refused.text
    assert not plan.lines.filter(exercise="CUSTOM_ORTHOSES").exists()

    assert physio("unproposed/", FORM).status_code == 302
    page = words(physio().text)
    assert f"Kept with the line: {K05}" in page
    assert "Add Custom orthoses" not in page
    assert physio("unproposed/", FORM).status_code == 422


def test_page_paper_and_export_say_the_same(client, plan, by, add):
    add("DRY_NEEDLING", dose="Once, at the clinic")
    actions.issue_plan(plan, **by)
    patient = plan.episode.patient
    client.force_login(grant(patient))

    page = words(client.get(f"/me/{patient.pk}/plan/").text)
    paper = pdf.paper_of(sheet_of(plan), patient, make_practice())
    [line] = [each for each in paper["others"] if each["name"] == "Dry needling"]

    for said in (K03, TOLD, "Once, at the clinic", "your clinician’s choice"):
        assert said in page
    assert (line["instruction"], line["kept"], line["dose"]) == (K03, TOLD, "Once, at the clinic")
    assert line["mark"] == "Your clinician’s choice."
    assert client.get(f"/me/{patient.pk}/plan/plan.pdf").status_code == 200


def test_its_words_may_change_and_it_has_no_variant(plan, by, add):
    line = add()

    actions.edit_line(line, actions.NewDose(words="In the running shoes"), **by)
    line.refresh_from_db()
    assert line.dose == "In the running shoes"
    with pytest.raises(NoVariant):
        actions.swap_line(line, "EX05", "why", **by)
    with pytest.raises(NoVariant):
        actions.approve_easier(line, "EX03", 7, **by)
    actions.remove_line(line, "changed my mind", **by)
    assert actions.restore_line(line, **by).kept_note == K05


def test_it_stays_through_versions_and_phases_and_in_a_plan_by_hand(plan, by, add):
    add()
    issued = actions.issue_plan(plan, **by)
    fresh = actions.advance_phase(issued, "ready", plan.assessment.author, **by)
    assert fresh.lines.get(exercise="CUSTOM_ORTHOSES").kept_note == K05

    signed = not_indicated()
    own = {"by": signed.author.user, "now": NOW}
    composed = compose(signed, *ESSENTIAL)
    line = actions.add_unproposed(composed, "ACUPUNCTURE", "once", "asked", told=True, **own)
    assert line.explanation["composed"] is True
    assert actions.issue_plan(composed, **own).issued_at == NOW
