"""A library version: begun as a draft, changed within limits, checked, published, then frozen."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from assessments import library_actions as library
from assessments.library import Library, shipped
from assessments.library_desk.contents import all_parts, part_named
from assessments.library_desk.differences import differences
from assessments.library_desk.drafting import drafting_cases, drafting_faults
from assessments.library_desk.parts import changed, faults_in, seal_of, values_in
from assessments.library_store import library_of, newest_version
from assessments.models import LibraryVersion
from clinic import roles
from tests.assessments.case_files import all_cases
from tests.assessments.factories import NOW, make_practice, make_user
from tests.assessments.library_drafts import change, events, kept

SHIPPED = json.loads(json.dumps(shipped().as_data()))
PARTS = all_parts(SHIPPED)


@pytest.fixture(autouse=True)
def _no_kept_versions():
    """A version read in one test is another one in the next."""
    library_of.cache_clear()
    yield
    library_of.cache_clear()


@pytest.fixture
def lead(db):
    make_practice()
    return make_user(roles.CLINICAL_LEAD)


@pytest.fixture
def first(lead):
    return LibraryVersion.objects.get(number=1)


@pytest.fixture
def draft(first, lead):
    return library.begin_draft(first, by=lead, now=NOW, note="Softer start")


# --- beginning ---------------------------------------------------------------------------------


def test_a_draft_says_what_the_newest_version_says(draft, first):
    assert (draft.number, draft.state, draft.note) == (2, "draft", "Softer start")
    assert draft.data == first.data | {"meta": {"version": 2, "language": "en"}}
    assert library.check_draft(draft) == []
    assert newest_version().number == 1


def test_one_draft_at_a_time(draft, first, lead):
    with pytest.raises(library.DraftOpen, match="Version 2 is open"):
        library.begin_draft(first, by=lead, now=NOW)

    assert LibraryVersion.objects.count() == 2


def test_a_draft_begins_from_a_published_version_only(draft, lead):
    unsaved = LibraryVersion(number=7, data=draft.data)
    library.discard_draft(draft, by=lead, now=NOW)

    with pytest.raises(library.NotPublished):
        library.begin_draft(unsaved, by=lead, now=NOW)


def test_a_draft_thrown_away_leaves_its_trace_only(draft, lead):
    library.discard_draft(draft, by=lead, now=NOW)

    assert list(LibraryVersion.objects.values_list("number", flat=True)) == [1]
    assert [event.data for event in events("library.discarded")] == [{"version": 2}]
    with pytest.raises(library.NotADraft):
        change(draft, "exercise/EX05", lead, sets=2)


# --- changing ----------------------------------------------------------------------------------


def test_a_change_is_kept_and_its_path_alone_is_recorded(draft, lead):
    change(draft, "exercise/EX05", lead, sets=2, instruction="Sit tall and straighten the knee.")

    exercise = Library.from_data(kept(draft)).exercise_by_id["EX05"]
    assert exercise.dose.sets == 2
    assert exercise.instruction == "Sit tall and straighten the knee."
    [event] = events("library.changed")
    assert event.data == {
        "version": 2, "paths": ["exercise/EX05/instruction", "exercise/EX05/sets"]
    }  # fmt: skip
    assert event.actor_id == lead.pk


def test_saving_what_is_there_changes_and_records_nothing(draft, lead):
    part = part_named(draft.data, "exercise/EX05")
    before = draft.data

    library.change_draft(draft, part.key, values_in(draft.data, part), by=lead, now=NOW)

    assert kept(draft) == before
    assert events("library.changed") == []


@pytest.mark.parametrize(
    ("key", "values", "name", "sentence"),
    [
        ("thresholds/limits", {"pain_limit_running": 5}, None, "largest value allowed is 4"),
        ("thresholds/limits", {"pain_limit_high": 0}, None, "smallest value allowed is 1"),
        ("thresholds/limits", {"run_distance_share": Decimal("NaN")}, None, "smallest value"),
        ("thresholds/limits", {"review_days": Decimal("7.5")}, None, "Write a number"),
        ("thresholds/limits", {"review_days": None}, None, "needed"),
        ("exercise/EX05", {"sets": 7}, None, "largest value allowed is 6"),
        ("exercise/EX05", {"per_week": 0}, None, "smallest value allowed is 1"),
        ("exercise/EX05", {"name": ""}, None, "needed"),
        ("exercise/EX05", {"name": "x" * 121}, None, "At most 120 characters; there are 121"),
        ("exercise/EX05", {"harder": ("EX99",)}, None, "EX99 is not one of the choices"),
        ("exercise/EX05", {"sources": ("Smith 2019",)}, None, "is not written as KEY"),
        ("block/FOOTWEAR", {"contributors": ("NOBODY",)}, None, "NOBODY is not one of"),
        ("block/FOOTWEAR", {"contributors": ()}, None, "needed"),
        ("block/FOOTWEAR", {"p1": ("EX67", "EX67")}, None, "chosen twice"),
        ("block/FOOTWEAR", {"strength": "certain"}, None, "certain is not one of"),
        ("source/CPG19", {"tags": ("Z",)}, None, "Z is not one of"),
    ],
)  # fmt: skip
def test_a_value_outside_its_limits_is_refused_beside_its_name(
    draft, lead, key, values, name, sentence
):
    before = draft.data

    with pytest.raises(library.ValuesRefused) as refused:
        change(draft, key, lead, **values)

    assert list(refused.value.errors) == list(values)
    assert sentence in refused.value.errors[next(iter(values))]
    assert kept(draft) == before


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("exercise/EX05", "instruction"),
        ("block/KNEE_STR", "why"),
        ("phrase/notice.plan", "text"),
        ("conflict/K06", "wording"),
        ("band/A", "text"),
        ("phase/P1", "aim"),
        ("never/DRY_NEEDLING", "why"),
    ],
)
def test_a_banned_word_in_a_patients_text_is_named(draft, lead, key, name):
    with pytest.raises(library.ValuesRefused) as refused:
        change(draft, key, lead, **{name: "The kneecap is maltracking and worn out."})

    assert "“maltrack”" in refused.value.errors[name]


def test_what_only_clinicians_read_may_hold_the_word(draft, lead):
    change(draft, "phrase/notice.draft", lead, text="Maltracking is no reason we print.")
    change(draft, "exercise/EX05", lead, clinician_note="Not for maltracking.")

    assert library.check_draft(LibraryVersion.objects.get(pk=2)) == []


@pytest.mark.parametrize("key", ["exercise/EX99", "thresholds/none", "meta/version", "nonsense"])
def test_an_unknown_part_is_refused(draft, lead, key):
    with pytest.raises(library.UnknownPart):
        change(draft, key, lead, sets=2)


def test_a_value_that_is_code_cannot_be_set(draft, lead):
    for key, values in (
        ("block/KNEE_STR", {"rule": "always"}),
        ("block/KNEE_STR", {"contributors": ("HIP_WEAK",)}),  # in every plan, by no contributor
        ("exercise/EX05", {"id": "EX06"}),
    ):
        with pytest.raises(library.UnknownPart):
            change(draft, key, lead, **values)


def test_a_number_that_stands_twice_is_changed_once(draft, lead):
    change(draft, "thresholds/limits", lead, pain_limit_running=3, strength_sets_irritable=1)
    change(draft, "thresholds/phase", lead, reduce_settle_above=45)
    change(draft, "thresholds/contributors", lead, shoe_distance_from=700)
    change(draft, "phrase/expectation.early", lead, text="Some people notice less pain early.")

    made = Library.from_data(kept(draft))
    assert made.running.after_run.pain_limit == 3
    assert made.running.after_run.settle_minutes == 45
    assert made.running.keep_going.shoe_km == 700
    assert {e.dose.sets_when_high for e in made.exercises} == {None, 1}
    assert made.rulebook.notes[1].text == "Some people notice less pain early."
    assert library.check_draft(LibraryVersion.objects.get(pk=2)) == []


def test_every_part_of_the_shipped_library_may_stay_as_it_is():
    assert len({part.key for part in PARTS}) == len(PARTS)
    for part in PARTS:
        values = values_in(SHIPPED, part)
        assert faults_in(SHIPPED, part, values) == {}, part.key
        assert changed(SHIPPED, part, values) == (SHIPPED, []), part.key


def test_every_exercise_block_threshold_and_phrase_is_a_part():
    of = {kind: {part.ref for part in PARTS if part.kind == kind} for kind in
          ("exercise", "block", "contributor", "phrase", "source", "never")}  # fmt: skip
    made = shipped()
    rules = made.rulebook

    assert of["exercise"] == set(made.exercise_by_id)
    assert of["block"] == set(rules.block_by_id)
    assert of["contributor"] == set(rules.contributor_by_id)
    assert of["phrase"] == set(made.phrase_by_id)
    assert of["source"] == set(made.source_by_key)
    assert of["never"] == set(rules.never_by_id)
    numbers = {slot.name for part in PARTS if part.kind == "thresholds" for slot in part.slots}
    assert numbers == set(rules.threshold_by_id)


def test_two_leads_on_one_part_do_not_overwrite_each_other(draft, lead):
    other = make_user(roles.CLINICAL_LEAD)
    read = seal_of(draft.data, part_named(draft.data, "exercise/EX05"))
    elsewhere = seal_of(draft.data, part_named(draft.data, "exercise/EX06"))
    change(draft, "exercise/EX05", other, sets=4)

    with pytest.raises(library.StaleDraft) as stale:
        library.change_draft(draft, "exercise/EX05", {"sets": 2}, by=lead, now=NOW, base=read)
    library.change_draft(draft, "exercise/EX06", {"sets": 2}, by=lead, now=NOW, base=elsewhere)

    assert stale.value.theirs["sets"] == 4
    made = Library.from_data(kept(draft)).exercise_by_id
    assert (made["EX05"].dose.sets, made["EX06"].dose.sets) == (4, 2)


# --- the ten drafting cases and the differences ------------------------------------------------


def test_the_packaged_cases_are_the_ten_worked_ones():
    from assessments.findings import parse

    worked = {case["case"]: case for case in all_cases()}

    assert [case.number for case in drafting_cases()] == list(worked)
    for case in drafting_cases():
        expected = worked[case.number]
        assert case.findings == parse(expected["input"]).findings
        assert case.plan is (expected["expected"]["plan"] is not None)
    assert sum(case.plan for case in drafting_cases()) == 8


def test_a_case_that_comes_out_otherwise_is_named():
    ten = drafting_cases()
    other = [replace(ten[0], plan=False), replace(ten[5], plan=True)]

    assert drafting_faults(shipped()) == []
    found = drafting_faults(shipped(), other)
    assert [(each.where, dict(each.values)["status"]) for each in found] == [
        ("case 1", "DRAFT"), ("case 6", "BLOCKED")
    ]  # fmt: skip
    assert "must stay blocked" in found[0].message
    assert "gives no plan any more" in found[1].message


def test_differences_say_what_changed_in_words(draft, first, lead):
    change(draft, "thresholds/limits", lead, pain_limit_running=3)
    draft = change(draft, "block/FOOTWEAR", lead, contributors=("SHOE_ISSUE",))

    found = [
        (str(each.part.heading) if each.part else "", str(each.label), each.before, each.after)
        for each in differences(first.data, draft.data)
    ]

    assert found == [
        ("Limits of the plan", "Pain limit running", "2", "3"),
        (
            "FOOTWEAR Footwear",
            "Brought by",
            "Worn or ill-fitting shoes, High, supinated foot",
            "Worn or ill-fitting shoes",
        ),
        ("", "running", "–", "follows another change"),
    ]
    assert differences(first.data, first.data) == []
