"""Files of assessments are read without being trusted."""

import time
import tracemalloc
from decimal import Decimal

import pytest
import yaml

from assessments.library import yaml_events
from assessments.library.reading import LARGEST, read_submission
from assessments.library.yaml_events import UnreadableError


def raw(text):
    submission = read_submission(text.encode())
    assert not submission.listed
    return submission.items[0].raw


def troubles(text):
    items = read_submission(text.encode()).items
    return [str(trouble) for item in items for trouble in item.troubles]


def refusal(content):
    with pytest.raises(UnreadableError) as raised:
        read_submission(content if isinstance(content, bytes) else content.encode())
    line = str(raised.value)
    assert "\n" not in line
    return line


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("5", 5),
        ("-5", -5),
        ("+5", 5),
        ("0", 0),
        ("5.0", Decimal("5.0")),
        ("-.5", Decimal("-0.5")),
        ("5.", Decimal("5")),
        ("1.5e2", Decimal("150")),
        ("15e1", Decimal("150")),
        ("0.1", Decimal("0.1")),
        ("true", True),
        ("True", True),
        ("FALSE", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("yes", "yes"),
        ("no", "no"),
        ("Yes", "Yes"),
        ("on", "on"),
        ("off", "off"),
        ("y", "y"),
        ("none", "none"),
        ("1+", "1+"),
        ("'5'", "5"),
        ('"true"', "true"),
        ("'~'", "~"),
        ("2027-01-05", "2027-01-05"),
        ("010", "010"),
        ("0x10", "0x10"),
        ("1_000", "1_000"),
        ("1:30", "1:30"),
        ("[]", []),
        ("{}", {}),
        ("[1, two]", [1, "two"]),
        ("{L: 1, R: 2.5}", {"L": 1, "R": Decimal("2.5")}),
        ("|\n  two\n  lines", "two\nlines"),
    ],
)
def test_yaml_values(written, read):
    found = raw(f"key: {written}")["key"]

    assert (found, type(found)) == (read, type(read))


def test_without_the_c_parser_yaml_reads_the_same(monkeypatch):
    text = "a: [1, {b: yes, c: 2.50}]\nd: 'x'\ne:\n- f: ~\n"
    quick = raw(text)
    monkeypatch.delattr(yaml, "CSafeLoader")

    assert (
        raw(text)
        == quick
        == {
            "a": [1, {"b": "yes", "c": Decimal("2.50")}],
            "d": "x",
            "e": [{"f": None}],
        }
    )


def test_json_numbers_never_pass_through_binary_floats():
    found = raw('{"a": 0.1, "b": 1E2, "c": 5, "d": true, "e": null, "f": "yes"}')

    assert found == {
        "a": Decimal("0.1"),
        "b": Decimal("100"),
        "c": 5,
        "d": True,
        "e": None,
        "f": "yes",
    }
    assert type(found["a"]) is Decimal


def test_one_mapping_and_a_list_are_told_apart():
    assert read_submission(b"{}").listed is False
    assert read_submission(b"[{}]").listed is True
    assert read_submission(b"[]").items == ()
    assert [item.raw for item in read_submission(b"- {a: 1}\n- b: 2\n").items] == [
        {"a": 1},
        {"b": 2},
    ]


def test_a_byte_order_mark_is_no_letter():
    assert raw("\ufeff{}") == {}


TWO = ["a: is given twice", "b.c: is given twice"]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ('{"a": 1, "a": 2}', ["a: is given twice"]),
        ("a: 1\na: 2\n", ["a: is given twice"]),
        ('{"t": {"x": 1, "x": 1}}', ["t.x: is given twice"]),
        ("t: {x: 1, x: 1}", ["t.x: is given twice"]),
        ("t:\n- 1\n- {x: 1, x: {}}\n", ["t.2.x: is given twice"]),
        ('[{}, {"a": 1, "a": 2}, {"b": {"c": 1, "c": 2}}]', TWO),
        ('{"a": NaN}', ["a: is not a number that can be charted"]),
        ('{"a": {"L": Infinity}}', ["a.L: is not a number that can be charted"]),
        ('{"a": -Infinity}', ["a: is not a number that can be charted"]),
        ("a: .nan", ["a: is not a number that can be charted"]),
        ("a: -.Inf", ["a: is not a number that can be charted"]),
        ('{"a": 1e999999999}', ["a: is not a number that can be charted"]),
        ('{"a": 1e-999999999}', ["a: is not a number that can be charted"]),
        ("a: 1.0e999999999", ["a: is not a number that can be charted"]),
        (f'{{"a": {"9" * 5000}}}', ["a: is not a number that can be charted"]),
        (f"a: {'9' * 5000}", ["a: is not a number that can be charted"]),
        (f"a: 0.{'1' * 5000}", ["a: is not a number that can be charted"]),
    ],
)  # fmt: skip
def test_what_could_mean_two_things_is_named_with_its_place(text, places):
    assert troubles(text) == places


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b" \n\t ", "the file is empty"),
        (b"\xff\xfe\x00", "the file is not UTF-8 text"),
        (b"{\"a\": \"\xe9\"}", "the file is not UTF-8 text"),
        ("5", "an assessment, or a list of them, is expected"),
        ("just text", "an assessment, or a list of them, is expected"),
        ("null", "an assessment, or a list of them, is expected"),
        ("# nothing", "an assessment, or a list of them, is expected"),
        ("a: *b", "line 1: aliases are not read"),
        ("a: &b 1", "line 1: anchors are not read"),
        ("a: &b [1]\nc: 1", "line 1: anchors are not read"),
        ("x: 1\n<<: {a: 1}", "line 2: merge keys are not read"),
        ("a: !!python/object/apply:os.system ['true']", "line 1: tags are not read"),
        ("a: !!str 5", "line 1: tags are not read"),
        ("a: ! 5", "line 1: tags are not read"),
        ("!!map {a: 1}", "line 1: tags are not read"),
        ("? [a]\n: 1", "line 1: a key must be a word"),
        ("? {a: 1}\n: 1", "line 1: a key must be a word"),
        ("a: 1\n---\nb: 2", "line 2: a second document begins"),
        ("[" * 100_000, "nested more than 10 deep"),
        ("{\"a\":" * 100_000, "nested more than 10 deep"),
        ("- " * 50_000 + "a", "nested more than 10 deep"),
        ("[" * 11 + "]" * 11, "nested more than 10 deep"),
        ("[" * 500 + "]" * 500, "nested more than 10 deep"),
        ("a: [1, 2", "neither JSON nor YAML: line 2"),
        ("a: b: c", "neither JSON nor YAML: line 1"),
        ("[" + "{}," * 10_000 + "{}]", "more than 10000 assessments"),
        ("[" + "{}," * 500_000 + "{}]", "more than 500000 objects"),
        ("\t- a", "neither JSON nor YAML: line 1"),
        ("a: \x00", "neither JSON nor YAML"),
        ("{\"a\": 1,,}", "neither JSON nor YAML: line 1"),
    ],
)  # fmt: skip
def test_a_file_nothing_can_be_made_of_is_refused_in_one_line(content, said):
    assert said in refusal(content)


def test_yaml_counts_objects_too(monkeypatch):
    monkeypatch.setattr(yaml_events, "MOST_OBJECTS", 3)

    assert raw("a: []\nb: {c: 1}") == {"a": [], "b": {"c": 1}}
    assert refusal("a: []\nb: {c: []}") == "more than 3 objects"


def test_ten_levels_are_read():
    assert raw("{a: " + "[" * 8 + "]" * 8 + "}") == {"a": [[[[[[[[]]]]]]]]}


def test_a_large_file_is_refused_before_it_is_read():
    assert "larger than 16 MB" in refusal(b" " * (LARGEST + 1))


def test_a_billion_laughs_are_refused_at_the_first():
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60)]
    tracemalloc.start()
    started = time.perf_counter()

    assert "anchors are not read" in refusal("\n".join(lines))

    assert time.perf_counter() - started < 1
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


def test_depth_is_noticed_without_reading_on():
    started = time.perf_counter()

    refusal("[" * 3_000_000)

    assert time.perf_counter() - started < 5


def test_the_tree_of_marks_holds_no_surprises():
    """Marks stand only where something is wrong; a sound file carries none."""
    assert troubles('[{"a": 1, "b": {"L": 2.5, "R": null}, "c": [1, null]}]') == []
    assert isinstance(raw('{"a": 1, "a": 2}')["a"], yaml_events.Doubled)
