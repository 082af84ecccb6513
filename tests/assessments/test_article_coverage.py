"""Every claim of the five clinic articles is answered by something that exists, and docs say so."""

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from assessments.library import shipped
from assessments.library.documents import BEGIN, END, PAGES, between_marks, coverage_table, main
from assessments.library.names import names

LIBRARY = shipped()
DOCS = Path(__file__).parents[2] / "docs"


def test_all_claims_are_there():
    assert Counter(claim.article for claim in LIBRARY.claims) == {
        "SA": 31,
        "SB": 24,
        "SC": 38,
        "SD": 26,
        "SE": 17,
    }


def test_every_claim_is_answered_by_something_that_exists():
    known = names(LIBRARY)

    assert [
        (claim.id, target)
        for claim in LIBRARY.claims
        for target in claim.maps_to
        if target not in known
    ] == []


def _renamed(entries, old):
    assert old in {entry.id for entry in entries}
    return tuple(replace(e, id=f"{old}_NEW") if e.id == old else e for e in entries)


@pytest.mark.parametrize(
    ("section", "name", "target"),
    [
        ("exercises", "EX20", "EX20"),
        ("conflicts", "K13", "K13"),
        ("phases", "P5", "P5"),
        ("contributors", "TIGHT_ITB", "TIGHT_ITB"),
        ("blocks", "FLEX_ITB", "FLEX_ITB"),
        ("optional", "ICE", "ICE"),
        ("never", "DRY_NEEDLING", "DRY_NEEDLING"),
        ("cautions", "CA04", "CA04"),
        ("bands", "C", "BAND_C"),
    ],
)
def test_a_renamed_target_is_missed(section, name, target):
    rulebook = LIBRARY.rulebook
    if hasattr(rulebook, section):
        changed = {section: _renamed(getattr(rulebook, section), name)}
        library = replace(LIBRARY, rulebook=replace(rulebook, **changed))
    else:
        library = replace(LIBRARY, **{section: _renamed(getattr(LIBRARY, section), name)})

    with pytest.raises(KeyError, match=target):
        coverage_table(library)


def test_every_kind_of_target_is_used():
    known = names(LIBRARY)

    assert {known[target].kind for claim in LIBRARY.claims for target in claim.maps_to} == {
        "block",
        "caution",
        "conflict",
        "contributor",
        "exercise",
        "finding",
        "gate",
        "metric",
        "never generated",
        "not assessed",
        "phase",
        "programme",
        "prognosis band",
        "result",
        "rule",
        "test",
    }


def test_every_conflict_answers_a_claim():
    answered = {target for claim in LIBRARY.claims for target in claim.maps_to}

    assert {conflict.id for conflict in LIBRARY.conflicts} - answered == set()


@pytest.mark.parametrize("name", sorted(PAGES))
def test_the_page_says_what_the_library_says(name):
    """After a change: python -m assessments.library.documents"""
    page = (DOCS / name).read_text(encoding="utf-8")

    assert between_marks(page, PAGES[name](LIBRARY)) == page


def test_the_pages_are_written_again_around_what_people_wrote(tmp_path):
    for name in PAGES:
        (tmp_path / name).write_text(f"Before.\n{BEGIN}\nold\n{END}\nAfter.\n")

    main(tmp_path)

    for name, write in PAGES.items():
        expected = f"Before.\n{BEGIN}\n\n{write(LIBRARY)}\n\n{END}\nAfter.\n"
        assert (tmp_path / name).read_text() == expected


def test_the_table_has_a_row_for_every_claim():
    rows = coverage_table(LIBRARY).splitlines()[2:]

    assert [row.split(" | ")[0].removeprefix("| ") for row in rows] == [
        claim.id for claim in LIBRARY.claims
    ]
    assert all(row.count(" | ") == 3 for row in rows)


def test_every_source_has_a_heading_with_its_tags():
    page = (DOCS / "clinical-sources.md").read_text(encoding="utf-8")
    entries = re.findall(r"^## (\w+)\n\n.+\n\n- Tags: (.+)$", page, flags=re.MULTILINE)
    tags = {key: tuple(re.findall(r"\[(\w+)\]", line)) for key, line in entries}

    assert tags == {source.key: source.tags for source in LIBRARY.sources}
