"""The shipped library: what it holds, who may read what, and that it survives being stored."""

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from assessments.library import (
    Library,
    fingerprint,
    library_faults,
    load_library,
    shipped,
)
from assessments.library.files import FileError
from assessments.library.loader import SHIPPED
from assessments.library.patient_words import banned_in, patient_texts
from assessments.library.shape import ShapeError
from assessments.library.texts import BannedWord, Citation
from assessments.library.version import FILES

LIBRARY = shipped()


def test_there_is_nothing_wrong_with_it():
    assert [str(fault) for fault in library_faults(LIBRARY)] == []


def test_it_is_version_1_and_nobody_has_reviewed_it():
    assert (LIBRARY.version, LIBRARY.language, LIBRARY.reviewed_by) == (1, "en", "")
    assert not LIBRARY.is_reviewed
    assert LIBRARY.phrase_by_id["notice.unreviewed"].title == "Library not yet clinically reviewed"


def test_what_it_holds():
    ids = [exercise.id for exercise in LIBRARY.exercises]

    assert ids == [f"EX{number:02}" for number in range(1, 72)]
    assert [exercise.id for exercise in LIBRARY.exercises if exercise.home] == ids[:51]
    assert len(LIBRARY.rulebook.blocks) == 35
    assert [block.id for block in LIBRARY.rulebook.optional] == [
        "ICE",
        "MEDS_ADVICE",
        "BRACE",
        "BFR",
    ]
    assert [phase.id for phase in LIBRARY.phases] == ["P1", "P2", "P3", "P4", "P5"]
    assert [conflict.id for conflict in LIBRARY.conflicts] == [f"K{n:02}" for n in range(1, 22)]
    assert len(LIBRARY.sources) == 72
    assert len(LIBRARY.running.test) == 7


def test_easier_is_the_way_back_from_harder():
    """A step up that names an exercise leads to one that is stepped back from."""
    by_id = LIBRARY.exercise_by_id
    dead_ends = {
        (exercise.id, harder)
        for exercise in LIBRARY.exercises
        if exercise.home
        for harder in exercise.harder
        if exercise.id not in by_id[harder].easier
    }

    assert dead_ends == set()


def test_instructions_are_one_to_three_sentences_without_codes():
    for exercise in LIBRARY.exercises:
        shown = f"{exercise.instruction} {exercise.precaution}"
        codes = [word for word in shown.split() if word.strip(".,;()").isupper() and len(word) > 3]

        assert 1 <= exercise.instruction.count(". ") + 1 <= 3, exercise.id
        assert codes == [], exercise.id


def test_a_group_of_phrases_comes_in_order():
    assert [phrase.id for phrase in LIBRARY.phrases("pain")] == [
        "pain.green",
        "pain.amber",
        "pain.red",
        "pain.when",
        "pain.running",
        "pain.step_back",
    ]
    assert LIBRARY.phrases("pai") == ()


def test_a_phrase_is_filled_in():
    now = LIBRARY.phrase_by_id["emergency.now"]

    assert now.filled(number=911).title == "Call 911 now"
    assert now.filled(number=911).items == now.items
    with pytest.raises(KeyError, match="number"):
        now.filled()


def test_evidence_tags_have_words_people_understand():
    tags = {p.id.removeprefix("evidence_tag."): p.title for p in LIBRARY.phrases("evidence_tag")}

    assert tags == {"V": "seen", "S": "second hand", "R": "recalled", "APP": "clinic default"}


# ------------------------------------------------------------------ words patients do not read


def test_patient_texts_cover_every_kind_of_text():
    places = {(text.file, text.where) for text in patient_texts(LIBRARY)}

    assert {file for file, _where in places} == {
        "exercises",
        "phases",
        "running",
        "conflicts",
        "wording",
        "blocks",
        "prognosis",
    }
    assert {where for file, where in places if file == "exercises"} == set(LIBRARY.exercise_by_id)
    assert {"KNEE_STR", "BFR", "DRY_NEEDLING"} <= {w for f, w in places if f == "blocks"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Your kneecap is misaligned.", ("misalign",)),
        ("MALTRACKING explained", ("maltrack",)),
        ("The joint is grinding down", ("grinding down",)),
        ("This calms the inflammation", ("inflam",)),
        ("Sore is not the same as damaged.", ()),
        ("Sore is not the same as damaged, but damage is near.", ("damage",)),
        ("Grinding noises are common.", ()),
        ("The knee crumbles", ("crumbl",)),
        ("Keep your heel in line.", ()),
    ],
)
def test_banned_words(text, found):
    assert banned_in(text, LIBRARY.banned) == found


def test_a_stem_inside_another_word_is_not_it():
    assert banned_in("a scrumbled word", [BannedWord(stem="crumbl", because="K06")]) == ()


# ------------------------------------------------------------------ stored and read back


def test_it_is_the_same_after_being_stored_as_json():
    stored = json.loads(json.dumps(LIBRARY.as_data()))

    again = Library.from_data(stored)

    assert again == LIBRARY
    assert fingerprint(again) == fingerprint(LIBRARY)


def test_its_data_has_the_shape_of_its_files():
    assert sorted(LIBRARY.as_data()) == sorted(path.stem for path in SHIPPED.glob("*.yaml"))
    assert sorted(FILES) == sorted(LIBRARY.as_data())


def test_the_order_of_keys_does_not_change_the_fingerprint():
    """PostgreSQL orders the keys of stored JSON its own way."""

    def turned(value):
        if isinstance(value, dict):
            return {key: turned(value[key]) for key in reversed(value)}
        return [turned(item) for item in value] if isinstance(value, list) else value

    assert fingerprint(Library.from_data(turned(LIBRARY.as_data()))) == fingerprint(LIBRARY)


def test_any_change_of_content_changes_the_fingerprint():
    first, *rest = LIBRARY.exercises
    another = replace(first, dose=replace(first.dose, reps=11))

    assert fingerprint(replace(LIBRARY, exercises=(another, *rest))) != fingerprint(LIBRARY)


def test_who_reviewed_it_and_its_number_do_not_change_the_fingerprint():
    """A review is a fact about a version; the same content under two numbers is the same."""
    reviewed = replace(LIBRARY, reviewed_by="Robin Example", version=2)

    assert fingerprint(reviewed) == fingerprint(LIBRARY)
    assert Library.from_data(reviewed.as_data()).reviewed_by == "Robin Example"


def test_anybody_can_work_the_fingerprint_out():
    data = json.loads(json.dumps(LIBRARY.as_data()))
    data["meta"] = {"language": "en"}
    canonical = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    assert fingerprint(LIBRARY) == sha256(canonical.encode()).hexdigest()


def test_it_is_read_once():
    assert shipped() is LIBRARY


# ------------------------------------------------------------------ reading goes wrong


def _copy(folder: Path, **changed: str) -> Path:
    for path in SHIPPED.glob("*.yaml"):
        folder.joinpath(path.name).write_text(changed.get(path.stem, path.read_text()))
    return folder


def test_a_copy_of_the_files_gives_the_same_library(tmp_path):
    assert load_library(_copy(tmp_path)) == LIBRARY


def test_a_missing_file_is_named(tmp_path):
    _copy(tmp_path).joinpath("wording.yaml").unlink()

    with pytest.raises(FileError, match=r"^wording\.yaml: No such file"):
        load_library(tmp_path)


@pytest.mark.parametrize(
    ("meta", "message"),
    [
        ("version: 1\nversion: 2\nlanguage: en\n", "meta.yaml: line 2: 'version' is given twice"),
        ("version: [\n", "meta.yaml: while parsing"),
        ("version: !!python/object/apply:os.getcwd []\n", "meta.yaml: could not determine"),
    ],
)
def test_a_file_that_is_not_plain_yaml_is_refused(tmp_path, meta, message):
    with pytest.raises(FileError) as error:
        load_library(_copy(tmp_path, meta=meta))

    assert str(error.value).startswith(message)


@pytest.mark.parametrize(
    ("meta", "message"),
    [
        ("version: one\nlanguage: en\n", "meta.version: expected a whole number, got 'one'"),
        ("version: true\nlanguage: en\n", "meta.version: expected a whole number, got True"),
        ("version: 1.0\nlanguage: en\n", "meta.version: expected a whole number"),
        ("language: en\n", "meta: expected also version"),
        ("version: 1\nlanguage: no\n", "meta.language: expected a text, got False"),
        ("version: 1\nlanguage: en\nname: x\n", "meta: expected only version, language"),
        ("- 1\n", "meta: expected named values, got [1]"),
    ],
)
def test_a_file_of_another_shape_is_refused(tmp_path, meta, message):
    with pytest.raises(ShapeError) as error:
        load_library(_copy(tmp_path, meta=meta))

    assert str(error.value).startswith(message)


def test_an_entry_is_named_by_its_id(tmp_path):
    exercises = SHIPPED.joinpath("exercises.yaml").read_text()
    broken = exercises.replace("category: trunk", "category: belly", 1)

    with pytest.raises(ShapeError, match=r"^exercises\[EX25\]\.category: expected one of strength"):
        load_library(_copy(tmp_path, exercises=broken))


def test_a_day_stays_a_text(tmp_path):
    dated = "version: 1\nlanguage: en\nreviewed_by: 2026-01-31\n"

    assert load_library(_copy(tmp_path, meta=dated)).reviewed_by == "2026-01-31"


def test_stored_data_without_a_part_is_refused():
    data = LIBRARY.as_data()
    del data["running"]

    with pytest.raises(ShapeError, match="running missing"):
        Library.from_data(data)


@pytest.mark.parametrize("text", ["CPG19", "cpg19 [V]", "CPG19 [X]", "CPG19 [R, G]", "CPG19 [R],"])
def test_a_source_is_written_in_one_way(text):
    with pytest.raises(ValueError, match="KEY"):
        Citation.from_text(text)


@pytest.mark.parametrize("text", ["CPG19 [R, A]", "APP [APP]", "ESC18 [V]"])
def test_a_source_reads_back_as_written(text):
    assert str(Citation.from_text(text)) == text
