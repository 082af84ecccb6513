"""The command ``draft_plan``, as somebody at a terminal meets it; no test here has a database."""

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from assessments.rules.checks import OPPOSITE
from assessments.screen.words import OPERATORS
from tests.assessments.case_files import all_cases, case_input
from tests.assessments.rules_charts import assessment, on_index

ROOT = Path(__file__).parents[2]
EXPECTED = {case["case"]: case["expected"] for case in all_cases()}


@pytest.fixture
def written(tmp_path):
    """Return a function that writes a file and gives its name."""

    def write(content, name="assessment.yaml"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    return write


def run(*arguments):
    out = io.StringIO()
    call_command("draft_plan", *arguments, stdout=out)
    return json.loads(out.getvalue())


def refused(*arguments):
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("draft_plan", *arguments, stdout=out, stderr=err)
    assert (ended.value.code, out.getvalue()) == (2, "")
    return err.getvalue().splitlines()


def test_one_mapping_gives_one_result(written):
    assert run(written(json.dumps(case_input(1)))) == EXPECTED[1]


def test_a_list_gives_a_list_in_its_order(written):
    cases = [case_input(number) for number in (5, 2, 7)]

    assert run(written(json.dumps(cases))) == [EXPECTED[number] for number in (5, 2, 7)]
    assert run(written(json.dumps(cases[:1]))) == [EXPECTED[5]]
    assert run(written("[]")) == []


@pytest.mark.parametrize("path", sorted((Path(__file__).parent / "cases").glob("*.yaml")))
def test_yaml_as_people_write_it(path, written):
    """The inputs of the worked cases, as they stand in their files."""
    text = path.read_text(encoding="utf-8")
    inputs = text[text.index("input:\n") + len("input:\n") : text.index("expected:\n")]

    assert run(written(inputs)) == EXPECTED[int(path.name[5:7])]


def test_unquoted_yes_and_no_are_answers(written):
    lines = "\n".join(
        f"{name}: {value}" if value in ("yes", "no") else f"{name}: {json.dumps(value)}"
        for name, value in assessment(rf_locked="yes").items()
    )
    found = run(written(lines))

    assert (found["gate"]["red_flags"], found["gate"]["unanswered"]) == (["RF09"], [])


def test_true_is_no_answer_to_a_red_flag(written):
    found = run(written(json.dumps(assessment(rf_locked=True))))

    assert (found["plan_status"], found["gate"]["unanswered"]) == ("INCOMPLETE", ["rf_locked"])


def test_standard_input(monkeypatch):
    content = io.TextIOWrapper(io.BytesIO(json.dumps(case_input(3)).encode()))
    monkeypatch.setattr(sys, "stdin", content)

    assert run("-") == EXPECTED[3]


def test_explain_adds_the_reasons_and_nothing_else(written):
    name = written(json.dumps([case_input(4), case_input(6)]))
    plain, explained = run(name), run(name, "--explain")

    assert [list(each)[-1] for each in explained] == ["explanations"] * 2
    reasons = [each.pop("explanations") for each in explained]
    assert explained == plain
    assert reasons[1] == []
    plan = plain[0]["plan"]
    assert [each["target"] for each in reasons[0]] == [
        *plan["blocks_included"],
        *plan["blocks_optional"],
        *plan["blocks_excluded"],
    ]


def test_explain_says_each_record_in_plain_words(written):
    (explained,) = run(written(json.dumps([case_input(1)])), "--explain")
    words = {each["target"]: each["words"] for each in explained["explanations"]}

    assert "Worst pain, last 7 days: 5/10 ≥ 4/10" in words["TAPE"]
    assert "Tape allergy or fragile skin: unknown" in words["TAPE"]
    assert "Not asked: Tape allergy or fragile skin." in words["TAPE"]
    assert "guideline grade B (recalled, unchecked)" in words["TAPE"]
    assert words["LOAD_MGMT"].startswith("Load management: relative, not total, rest: included")
    assert "APP (clinic default)" in words["LOAD_MGMT"]
    assert not [text for text in words.values() if re.search(r"\w_\w|\bnull\b|: +[;.]", text)]


def test_every_operator_has_words():
    assert set(OPERATORS) == set(OPPOSITE)


def test_numbers_are_numbers(written):
    found = run(written(json.dumps(case_input(1))))

    assert found["metrics"]["bmi"] == 21.3
    assert type(found["plan"]["pain_limit_exercise"]) is int
    assert type(found["plan"]["run_km_target_this_week"]) is float


def test_every_fault_of_a_single_assessment_is_one_line(written):
    raw = assessment(hip_abd_force_n=on_index("many"), age_years=300, colour="red")
    lines = refused(written(json.dumps(raw)))

    assert [line.split(":")[0] for line in lines] == ["age_years", "hip_abd_force_n.R", "colour"]


def test_faults_of_a_list_name_their_item(written):
    good, bad = assessment(), assessment(hip_abd_force_n={"L": 1501})
    lines = refused(written(json.dumps([good, bad, 5, bad])))

    assert [line.split(": ")[:2] for line in lines] == [
        ["item 2", "hip_abd_force_n.L"],
        ["item 3", "must be an object with named findings, not 5"],
        ["item 4", "hip_abd_force_n.L"],
    ]


@pytest.mark.parametrize("number", ["1", '{"a": 1}'])
def test_a_key_given_twice_is_a_fault_of_its_item(number, written):
    text = f'[{{}}, {{"age_years": {number}, "age_years": 30}}]'

    assert refused(written(text)) == ["item 2: age_years: is given twice"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "the file is empty"),
        (b"\xff\xff", "the file is not UTF-8 text"),
        ("a: &x [*x]", "line 1: anchors are not read"),
        ("!!python/object:os.system {}", "line 1: tags are not read"),
        ("[" * 100_000, "nested more than 10 deep"),
        (b" " * (17 * 1024**2), "the file is larger than 16 MB"),
        ("7", "an assessment, or a list of them, is expected"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_one_line(content, said, written):
    assert refused(written(content)) == [said]


def test_a_file_that_is_not_there(tmp_path):
    assert refused(str(tmp_path / "none.yaml"))[0].endswith("No such file or directory")
    assert refused(str(tmp_path))[0].endswith("Is a directory")
    assert len(refused("a\0b")) == 1


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"age_years": NaN}', "age_years"),
        ('{"triggers": {"running": 1e999999}}', "triggers.running"),
    ],
)
def test_odd_numbers_end_in_a_fault_and_never_in_a_traceback(text, place, written):
    assert refused(written(text)) == [f"{place}: is not a number that can be charted"]


def test_letters_no_terminal_can_print_are_escaped(written):
    assert len(refused(written('{"\\ud800": 1, "goals": "\\ud800"}'))) >= 1


@pytest.mark.django_db
class TestPublishedVersions:
    def test_version_one_is_the_shipped_library(self, written):
        name = written(json.dumps(case_input(4)))

        assert run(name, "--library", "1", "--explain") == run(name, "--explain")

    @pytest.mark.parametrize("number", ["0", "99", "-3"])
    def test_a_version_nobody_published(self, number, written):
        name = written("{}")

        assert refused(name, f"--library={number}") == [
            f"no library version {number} is published here"
        ]


def test_the_real_command_needs_no_database(tmp_path, written):
    """A process of its own, in demo mode, on a database file that never comes to exist."""
    database = tmp_path / "none.sqlite3"
    environment = os.environ | {
        "STEPDOWN_MODE": "demo",
        "DATABASE_URL": f"sqlite:///{database}",
        "DJANGO_SETTINGS_MODULE": "clinic.settings",
    }
    command = [sys.executable, "manage.py", "draft_plan"]
    good = subprocess.run(
        [*command, written(json.dumps(case_input(9)))],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        check=False,
    )
    bad = subprocess.run(
        [*command, "-"], cwd=ROOT, env=environment, capture_output=True, input=b"a: *b", check=False
    )

    assert (good.returncode, good.stderr, json.loads(good.stdout)) == (0, b"", EXPECTED[9])
    assert (bad.returncode, bad.stderr, bad.stdout) == (2, b"line 1: aliases are not read\n", b"")
    assert not database.exists()
