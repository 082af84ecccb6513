"""The rulebook fits the code, and a broken one names every fault."""

import ast
import copy
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from assessments.findings import FIELDS
from assessments.library.files import read_file
from assessments.library.rulebook import (
    FILES,
    SHIPPED,
    BrokenRulebookError,
    load_rulebook,
    rulebook_faults,
    shipped_rulebook,
)
from assessments.library.shape import read, to_data
from assessments.rules.conditions import CONDITIONS
from tests.assessments.rules_charts import assessment, drafted_from

RULES = sorted((Path(__file__).parents[2] / "assessments" / "rules").glob("*.py"))
# Numbers read beside the rules, by name: where a referral is opened, where visits are counted.
COUNTING = RULES[0].parents[1] / "treatment" / "counting.py"
FLARES = RULES[0].parents[1] / "easing.py"
BESIDE = {
    "refer_within_days": RULES[0].parents[1] / "actions" / "referrals.py",
    "manual_visits_to": COUNTING,
    "manual_weeks": COUNTING,
    "flare_easier_days": FLARES,
    "flare_window_days": FLARES,
    "flares_to_act_from": FLARES,
}
EXERCISES = {f"EX{number:02}" for number in range(1, 72)}


def data():
    """Return what the shipped rule files hold, free to be broken."""
    return copy.deepcopy({name: read_file(SHIPPED / f"{name}.yaml") for name in FILES})


def entry(files, file, section, entry_id):
    entries = files[file] if section is None else files[file][section]
    return next(each for each in entries if each["id"] == entry_id)


def faults_of(files):
    with pytest.raises(BrokenRulebookError) as raised:
        load_rulebook(files)
    return [str(each) for each in raised.value.faults]


def calls_of(name):
    """Return the first argument of every call of ``name`` in the rules, as source."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in RULES]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [call.args[0] for call in calls if ast.unparse(call.func) == name]


def test_the_rules_read_every_number_of_the_library_and_no_other():
    constants, formatted = set(), set()
    for argument in calls_of("limit"):
        for node in (
            [argument.body, argument.orelse] if isinstance(argument, ast.IfExp) else [argument]
        ):
            if isinstance(node, ast.JoinedStr):
                formatted.add(node.values[0].value)
            else:
                constants.add(node.value)
    shipped = {each.id for each in shipped_rulebook().thresholds}
    families = {each for each in shipped if each.startswith(tuple(formatted))}

    assert formatted == {"pain_limit_", "bend_limit_"}
    assert constants | families | set(BESIDE) == shipped
    assert all(f'limit("{name}")' in path.read_text("utf-8") for name, path in BESIDE.items())


def test_no_clinical_number_is_written_in_a_rule():
    for path in RULES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        numbers = {
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and type(node.value) in (int, float)
        }
        assert numbers <= {0, 1}, path.name


def test_every_coded_condition_is_used_by_a_block():
    rulebook = shipped_rulebook()

    assert {block.rule for block in rulebook.block_by_id.values() if block.rule} == set(CONDITIONS)


def test_the_shipped_rulebook_knows_its_exercises_findings_and_sources():
    sources = {each["key"] for each in read_file(SHIPPED / "sources.yaml")}

    assert rulebook_faults(shipped_rulebook(), EXERCISES, FIELDS, sources) == ()


def test_data_kept_elsewhere_builds_the_same_rulebook():
    rulebook = shipped_rulebook()

    assert load_rulebook(data()) == rulebook
    assert read(type(rulebook), to_data(rulebook), "stored") == rulebook


def test_a_folder_without_files_names_each():
    with pytest.raises(BrokenRulebookError) as raised:
        load_rulebook(Path(__file__).parent / "no such folder")

    assert [each.file for each in raised.value.faults] == list(FILES)


@pytest.mark.parametrize("file", FILES)
def test_a_file_that_is_missing_empty_or_no_list_is_named(file):
    for content in (None, {}, "text", 5):
        files = data() | {file: content}
        assert {line.split(":")[0] for line in faults_of(files)} == {file}


STRANGER = {"exercise": "EX01", "contributor": "OVERSTRIDE"}
LUCKY = {"exercise": "EX53", "contributor": "LUCK"}
BROKEN = [
    ("thresholds", None, "sleep_below", {"value": 20}, "20 is outside 5 to 9"),
    ("thresholds", None, "sleep_below", {"value": 4}, "4 is outside 5 to 9"),
    ("thresholds", None, "sleep_below", {"id": "sleep_under"}, "sleep_below: is missing"),
    ("thresholds", None, "sleep_below", {"id": "sleep_under"}, "sleep_under: no rule has this"),
    ("thresholds", None, "sleep_below", {"value": "seven"}, "expected a number"),
    ("thresholds", None, "sleep_below", {"colour": "red"}, "expected only"),
    ("thresholds", None, "sleep_below", {"unit": " "}, "unit is empty"),
    ("thresholds", None, "sleep_below", {"sources": []}, "names no source"),
    ("thresholds", None, "sleep_below", {"sources": ["a rumour"]}, "a source reads KEY"),
    ("gate", "flags", "RF06", {"override": True}, "only a REFER flag may be overridden"),
    ("gate", "flags", "RF06", {"level": "SOON"}, "expected one of EMERGENCY"),
    ("gate", "flags", "RF06", {"id": "RF99"}, "RF06: is missing; a rule reads it"),
    ("gate", "flags", "RF06", {"wording": ""}, "wording is empty"),
    ("gate", "flags", "RF06", {"id": "RF07"}, "RF07: is given twice"),
    ("gate", "cautions", "CA18", {"id": "CA99"}, "CA18: is missing; a rule reads it"),
    ("gate", "alternatives", "BURSA", {"sites": ["elbow"]}, "elbow is not a tender place"),
    ("gate", "alternatives", "BURSA", {"id": "FAT_PAD"}, "FAT_PAD: is given twice"),
    ("contributors", None, "FEAR_HIGH", {"id": "FEAR"}, "FEAR: no rule has this name"),
    ("contributors", None, "FEAR_HIGH", {"subcategory": "MIND"}, "expected one of MUSCLE"),
    ("contributors", None, "FEAR_HIGH", {"read_by": ["HUGS"]}, "no block has the name HUGS"),
    ("contributors", None, "FEAR_HIGH", {"articles": ["SZ"]}, "expected one of SA"),
    ("blocks", "blocks", "TAPE", {"rule": "astrology"}, "no rule has the name astrology"),
    ("blocks", "blocks", "TAPE", {"contributors": ["HIP_WEAK"]}, "needs exactly one of always"),
    ("blocks", "blocks", "TAPE", {"rule": ""}, "needs exactly one of always"),
    ("blocks", "blocks", "TAPE", {"reasons": []}, "needs exactly these reasons: PAIN_BELOW"),
    ("blocks", "blocks", "TAPE", {"id": "GLUE"}, "TAPE: is missing; a rule reads it"),
    ("blocks", "blocks", "TAPE", {"strength": "huge"}, "expected one of strong"),
    ("blocks", "blocks", "MANUAL", {"contributors": ["STIFF_NECK"]}, "no contributor has the name"),
    ("blocks", "blocks", "GAIT_CUES", {"only_with": [STRANGER]}, "EX01 is not in the block"),
    ("blocks", "blocks", "GAIT_CUES", {"only_with": [LUCKY]}, "no contributor has the name LUCK"),
    ("blocks", "blocks", "KNEE_STR", {"always": False, "rule": "tape"}, "KNEE_STR is not in every"),
    ("blocks", "blocks", "CORE", {"id": "COORD"}, "COORD: is given twice"),
    ("blocks", "blocks", "CORE", {"id": "DRY_NEEDLING"}, "DRY_NEEDLING: is given twice"),
    ("blocks", "optional", "ICE", {"guideline_note": ""}, "an optional block needs a rule"),
    ("blocks", "optional", "ICE", {"rule": "", "always": True}, "an optional block needs a rule"),
    ("blocks", "never", "ACUPUNCTURE", {"status": "MAYBE"}, "expected one of GUIDELINE_AGAINST"),
    ("prognosis", "bands", "B", {"weeks": [12, 6]}, "weeks run from fewer to more"),
    ("prognosis", "bands", "B", {"weeks": [0, 6]}, "weeks run from fewer to more"),
    ("prognosis", "bands", "B", {"weeks": [6]}, "expected 2 entries"),
    ("prognosis", "bands", "B", {"id": "E"}, "B: is missing; a rule reads it"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "section", "entry_id", "change", "said"), BROKEN)
def test_a_broken_entry_is_named_with_its_file(file, section, entry_id, change, said):
    files = data()
    entry(files, file, section, entry_id).update(change)
    faults = faults_of(files)

    assert [line for line in faults if said in line and line.startswith(f"{file}: ")] != []


@pytest.mark.parametrize(
    ("section", "value", "said"),
    [
        ("essential", [], "a plan needs at least one block that stays"),
        ("essential", ["TAPE"], "TAPE is not in every plan"),
        ("home_exercises", ["EX1-EX5"], "EX1-EX5 is no exercise"),
        ("removed_with", [{"caution": "CA77", "exercises": []}], "no caution has the name CA77"),
        ("essential", "KNEE_STR", "must be a list of entries"),
        ("extras", [], "no section has this name"),
    ],
)
def test_the_lists_of_the_block_file_are_checked(section, value, said):
    files = data()
    files["blocks"][section] = value

    assert [line for line in faults_of(files) if said in line] != []


def test_two_broken_entries_are_both_named():
    files = data()
    entry(files, "gate", "flags", "RF01")["level"] = "LATER"
    entry(files, "blocks", "blocks", "TAPE")["strength"] = "huge"

    assert len(faults_of(files)) == 2


def test_names_the_rest_of_the_library_does_not_know():
    found = rulebook_faults(shipped_rulebook(), EXERCISES - {"EX58", "EX51"}, set(), {"APP"})
    lines = [str(each) for each in found]

    assert "blocks: TAPE: no exercise has the id EX58" in lines
    assert "blocks: removed_with: no exercise has the id EX51" in lines
    assert "blocks: home_exercises: no exercise has the id EX51" in lines
    assert "blocks: TAPE: no finding has the id skin_tape_problem" in lines
    assert "gate: RF06: no source has the key OKR" in lines


def test_a_fault_can_be_said_in_another_language():
    fault = rulebook_faults(shipped_rulebook(), EXERCISES - {"EX58"}, FIELDS)[0]

    assert fault.said(lambda text: text.replace("no exercise", "aucun exercice")) == (
        "aucun exercice has the id EX58"
    )


@pytest.mark.parametrize(
    ("code", "leads_to"),
    [
        ("QUAD_WEAK", ("MUSCLE", "BFR")),
        ("DYN_VALGUS", ("COORD", "COORD")),
        ("RUN_VALGUS", ("COORD", "COORD", "GAIT_CUES")),
        ("ANKLE_STIFF", ("MOBILITY", "MOB_ANKLE", "FLEX_CALF", "MANUAL")),
        ("HIP_STIFF", ("MOB_HIP", "MANUAL")),
        ("FOOT_PRONATED", ("MOBILITY", "FOOT_ORTH")),
        ("FOOT_HYPERMOBILE", ("MOBILITY",)),
        ("TIGHT_HIPFLEXOR", ("FLEX_HIPFLEX",)),
        ("LOAD_ERROR", ("LOAD_PROG",)),
        ("NO_WARMUP", ("WARMUP",)),
    ],
)
def test_what_a_contributor_leads_to(code, leads_to):
    assert shipped_rulebook().leads_to(code) == leads_to


def test_kinds_of_blocks():
    rulebook = shipped_rulebook()

    assert [rulebook.kind(each) for each in ("KNEE_STR", "TAPE", "ICE")] == [
        "always",
        "included",
        "optional",
    ]
    assert {each.id for each in rulebook.never if each.listed} == {"DRY_NEEDLING", "BIOPHYSICAL"}


def with_values(**values):
    rulebook = shipped_rulebook()
    changed = {name: Decimal(value) for name, value in values.items()}
    return replace(
        rulebook,
        thresholds=tuple(
            replace(each, value=changed.get(each.id, each.value)) for each in rulebook.thresholds
        ),
    )


def test_a_number_the_lead_changes_moves_the_line():
    raw = assessment(sleep_hours=7)

    assert drafted_from(raw).classification.classified.found == ()
    moved = drafted_from(raw, with_values(sleep_below="8"))
    assert moved.classification.classified.found == ("RECOVERY_POOR",)


def test_a_link_the_lead_adds_brings_the_block():
    rulebook = shipped_rulebook()
    core = replace(rulebook.block_by_id["CORE"], contributors=("CORE_WEAK", "RECOVERY_POOR"))
    edited = replace(rulebook, blocks=tuple(core if b.id == "CORE" else b for b in rulebook.blocks))

    assert "CORE" in drafted_from(assessment(sleep_hours=5), edited).plan.blocks_included


def test_a_block_may_follow_a_subcategory_without_findings_of_its_own():
    rulebook = shipped_rulebook()
    fear = replace(
        rulebook.block_by_id["FEAR"], contributors=(), subcategories=("OVERLOAD", "UNCLASSIFIED")
    )
    edited = replace(rulebook, blocks=tuple(fear if b.id == "FEAR" else b for b in rulebook.blocks))

    assert "FEAR" in drafted_from(assessment(), edited).plan.blocks_included
    assert "FEAR" in drafted_from(assessment(abrupt_change=True), edited).plan.blocks_included
    assert (
        "FEAR" not in drafted_from(assessment(ober={"R": "positive"}), edited).plan.blocks_included
    )
