"""Plain data becomes frozen values strictly, and goes back to the same plain data."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

import pytest

from assessments.library.shape import ShapeError, read, read_list, to_data
from assessments.library.texts import Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    id: str
    size: Decimal
    span: tuple[int, int] | None = None
    line: int | str | tuple[str, ...] = 0
    kind: Literal["new", "old"] = "new"
    fresh: bool = False
    sources: tuple[Citation, ...] = ()


WHOLE = Leaf(
    id="a",
    size=Decimal("1.10"),
    span=(1, 2),
    line=("x", "y"),
    kind="old",
    fresh=True,
    sources=(Citation("CPG19", "R", "A"), Citation("APP", "APP")),
)
DATA = {
    "id": "a",
    "size": "1.10",
    "span": [1, 2],
    "line": ["x", "y"],
    "kind": "old",
    "fresh": True,
    "sources": ["CPG19 [R, A]", "APP [APP]"],
}


def test_there_and_back():
    assert to_data(WHOLE) == DATA
    assert read(Leaf, DATA, "leaf") == WHOLE


def test_what_is_at_its_default_is_left_out():
    """A field added later must not change what an older version says."""
    assert to_data(Leaf(id="a", size=Decimal(2))) == {"id": "a", "size": "2"}


def test_none_is_read_only_where_it_may_be():
    assert read(Leaf, {"id": "a", "size": 1, "span": None}, "leaf").span is None


def test_lists_are_read_one_by_one():
    assert read_list(Leaf, [{"id": "a", "size": 1}, {"id": "b", "size": "2"}], "leaves") == (
        Leaf(id="a", size=Decimal(1)),
        Leaf(id="b", size=Decimal(2)),
    )


@pytest.mark.parametrize("line", [3, "three", ("three",)])
def test_a_union_takes_the_first_kind_that_fits(line):
    assert read(Leaf, {"id": "a", "size": 1, "line": line}, "leaf").line == line


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"size": 1.1}, "leaf.size: expected a number, got 1.1"),
        ({"size": True}, "leaf.size: expected a number, got True"),
        ({"size": "much"}, "leaf.size: expected a number, got 'much'"),
        ({"size": "NaN"}, "leaf.size: expected a number, got 'NaN'"),
        ({"size": "Infinity"}, "leaf.size: expected a number, got 'Infinity'"),
        ({"id": 1}, "leaf.id: expected a text, got 1"),
        ({"id": None}, "leaf.id: expected a text, got None"),
        ({"fresh": 1}, "leaf.fresh: expected true or false, got 1"),
        ({"kind": "odd"}, "leaf.kind: expected one of new, old, got 'odd'"),
        ({"kind": []}, "leaf.kind: expected one of new, old, got []"),
        ({"span": [1]}, "leaf.span: expected 2 entries, got [1]"),
        ({"span": [1, "2"]}, "leaf.span[1]: expected a whole number, got '2'"),
        ({"span": "12"}, "leaf.span: expected a list, got '12'"),
        (
            {"line": None},
            "leaf.line: expected a whole number, got None; or leaf.line: expected a text",
        ),
        ({"sources": "CPG19 [V]"}, "leaf.sources: expected a list, got 'CPG19 [V]'"),
        (
            {"sources": ["CPG19"]},
            "leaf.sources[0]: a source reads KEY [V] or KEY [R, A], not 'CPG19'",
        ),
        ({"sources": [19]}, "leaf.sources[0]: expected a text, got 19"),
        ({"colour": "red"}, "leaf: expected only id, size, span, line, kind, fresh, sources"),
    ],
)
def test_another_kind_is_refused_by_name(change, message):
    with pytest.raises(ShapeError) as error:
        read(Leaf, {"id": "a", "size": 1} | change, "leaf")

    assert str(error.value).startswith(message)


def test_what_is_missing_is_named():
    with pytest.raises(ShapeError, match=r"^leaf: expected also size, got \['id'\]$"):
        read(Leaf, {"id": "a"}, "leaf")


def test_an_entry_of_a_list_is_named_by_its_id_or_number():
    with pytest.raises(ShapeError, match=r"^leaves\[b\]\.size"):
        read_list(Leaf, [{"id": "a", "size": 1}, {"id": "b", "size": "x"}], "leaves")
    with pytest.raises(ShapeError, match=r"^leaves\[0\]: expected named values, got 'a'$"):
        read_list(Leaf, ["a"], "leaves")
