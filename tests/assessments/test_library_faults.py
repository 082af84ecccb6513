"""Every fault a draft of the library can have is found, by name. Each case breaks one thing."""

from dataclasses import replace
from decimal import Decimal

import pytest

from assessments.library import library_faults, shipped
from assessments.library.phases import Check
from assessments.library.texts import BannedWord, Citation, PainLimit, Phrase

LIBRARY = shipped()


def found(library):
    return [str(fault) for fault in library_faults(library)]


def change(section, key, **changes):
    """Return the library with one entry of a section changed."""
    entries = getattr(LIBRARY, section)
    assert key in {_key(entry) for entry in entries}
    changed = tuple(replace(entry, **changes) if _key(entry) == key else entry for entry in entries)
    return replace(LIBRARY, **{section: changed})


def without(section, key):
    entries = getattr(LIBRARY, section)
    return replace(LIBRARY, **{section: tuple(e for e in entries if _key(e) != key)})


def _key(entry):
    return getattr(entry, "id", None) or entry.key


def exercise(key, **changes):
    return change("exercises", key, **changes)


def dose(key, **changes):
    return exercise(key, dose=replace(LIBRARY.exercise_by_id[key].dose, **changes))


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"sets": 7}, "exercises: EX05: sets is outside 1 to 6"),
        ({"sets": 0}, "exercises: EX05: sets is outside 1 to 6"),
        ({"reps": 31}, "exercises: EX05: reps is outside 1 to 30"),
        ({"hold_s": 301}, "exercises: EX05: hold_s is outside 1 to 300"),
        ({"per_week": 8}, "exercises: EX05: per_week is outside 1 to 7"),
        ({"reps": None}, "exercises: EX05: the dose says neither how much nor how often"),
        ({"per_week": None}, "exercises: EX05: the dose says neither how much nor how often"),
        (
            {"sets_when_high": 3},
            "exercises: EX05: sets_when_high is fewer than sets, without words",
        ),
        (
            {"sets_when_high": 1},
            "exercises: EX05: differs from the threshold strength_sets_irritable",
        ),
        ({"words": "Often"}, "exercises: EX05: sets_when_high is fewer than sets, without words"),
    ],
)
def test_doses(changes, fault):
    assert fault in found(dose("EX05", **changes))


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"name": " "}, "exercises: EX05: name is empty"),
        ({"instruction": ""}, "exercises: EX05: instruction is empty"),
        ({"phases": ()}, "exercises: EX05: phases is empty"),
        ({"harder": ("EX72",)}, "exercises: EX05: no other exercise has the id EX72"),
        ({"easier": ("EX05",)}, "exercises: EX05: no other exercise has the id EX05"),
        ({"refers_to": ("CA99",)}, "exercises: EX05: nothing answers to CA99"),
        ({"articles": ("SF",)}, "exercises: EX05: nothing answers to SF"),
        ({"home": False}, "exercises: EX05: home differs from the list of home exercises"),
        (
            {"pain_limit": PainLimit(rule="own")},
            "exercises: EX05: a pain limit of its own needs words, others none",
        ),
        (
            {"pain_limit": PainLimit(rule="I-LIM", text="a little")},
            "exercises: EX05: a pain limit of its own needs words, others none",
        ),
        (
            {"pain_limit": PainLimit(rule="own", text="a lot", maximum=11)},
            "exercises: EX05: a pain limit runs from 0 to 10",
        ),
        (
            {"sources": (Citation("CPG18", "R"),)},
            "exercises: EX05: no source has the key CPG18",
        ),
        (
            {"sources": (Citation("PMM", "V"),)},
            "exercises: EX05: PMM [V] was not checked that way",
        ),
        (
            {"instruction": "Your kneecap is misaligned."},
            "exercises: EX05: patients do not read the word misalign",
        ),
        (
            {"precaution": "This may damage the joint."},
            "exercises: EX05: patients do not read the word damage",
        ),
    ],
)
def test_exercises(changes, fault):
    assert found(exercise("EX05", **changes)) == [fault]


@pytest.mark.parametrize(
    ("library", "fault"),
    [
        (without("exercises", "EX14"), "exercises: EX14: is missing"),
        (without("phases", "P5"), "phases: P5: is missing"),
        (without("wording", "notice.draft"), "wording: notice.draft: is missing"),
        (without("sources", "ACSM"), "exercises: EX40: no source has the key ACSM"),
        (without("conflicts", "K08"), "articles: SA-09: nothing answers to K08"),
        (without("conflicts", "K17"), "conflicts: degenerat: no conflict has the id K17"),
        (without("articles", "SD"), "articles: SD-01: nothing answers to SD"),
        (without("exercises", "EX03"), "phases: P1-6: nothing answers to EX03"),
        (without("exercises", "EX64"), "blocks: EDU_CORE: no exercise has the id EX64"),
        (
            without("facts", "akps_change"),
            "phases: P5-2: nothing answers to akps_change",
        ),
        (change("claims", "SA-09", maps_to=()), "articles: SA-09: nothing keeps this claim"),
        (change("claims", "SA-09", maps_to=("FLEX",)), "articles: SA-09: nothing answers to FLEX"),
        (
            change("conflicts", "K06", wording="The kneecap is malaligned."),
            "conflicts: K06: patients do not read the word malalign",
        ),
        (
            replace(LIBRARY, conflicts=LIBRARY.conflicts + LIBRARY.conflicts[:1]),
            "conflicts: K01: is given twice",
        ),
        (
            replace(
                LIBRARY, banned=(*LIBRARY.banned, BannedWord(stem="sore joint", because="K99"))
            ),
            "conflicts: sore joint: no conflict has the id K99",
        ),
    ],
)
def test_parts_that_do_not_fit_each_other(library, fault):
    assert fault in found(library)


def running(part, **changes):
    rules = LIBRARY.running
    return replace(
        LIBRARY, running=replace(rules, **{part: replace(getattr(rules, part), **changes)})
    )


UNLISTED = Citation("NOBODY99", "V")


@pytest.mark.parametrize(
    ("section", "where"),
    [
        ("exercises", "exercises: EX01"),
        ("conflicts", "conflicts: K01"),
        ("wording", "wording: notice.draft"),
        ("thresholds", "thresholds: ottawa_within_days"),
        ("flags", "gate: RF01"),
        ("cautions", "gate: CA01"),
        ("alternatives", "gate: OSGOOD_SCHLATTER_OR_TUBERCLE"),
        ("contributors", "contributors: LOAD_ERROR"),
        ("blocks", "blocks: EDU_CORE"),
        ("optional", "blocks: ICE"),
        ("never", "blocks: DRY_NEEDLING"),
        ("bands", "prognosis: D"),
        ("notes", "prognosis: -"),
    ],
)
def test_a_source_that_nobody_listed(section, where):
    holder = LIBRARY if hasattr(LIBRARY, section) else LIBRARY.rulebook
    first, *rest = getattr(holder, section)
    changed = replace(holder, **{section: (replace(first, sources=(UNLISTED,)), *rest)})
    library = changed if holder is LIBRARY else replace(LIBRARY, rulebook=changed)

    assert found(library) == [f"{where}: no source has the key NOBODY99"]


@pytest.mark.parametrize("part", ["walk_jog", "after_run", "keep_going"])
def test_a_running_rule_with_a_source_that_nobody_listed(part):
    library = running(part, sources=(UNLISTED,))

    assert found(library) == ["running: -: no source has the key NOBODY99"]


@pytest.mark.parametrize(
    ("section", "fault"),
    [
        ("blocks", "blocks: blocks: holds 34 blocks, at least 35 are needed"),
        ("optional", "blocks: optional: holds 3 blocks, at least 4 are needed"),
    ],
)
def test_a_block_less(section, fault):
    fewer = replace(LIBRARY.rulebook, **{section: getattr(LIBRARY.rulebook, section)[:-1]})

    assert fault in found(replace(LIBRARY, rulebook=fewer))


def criterion(*checks):
    """Return the library with the first criterion of the first phase replaced."""
    phase = LIBRARY.phases[0]
    first = replace(phase.leave[0], all_of=checks)
    return change("phases", "P1", leave=(first, *phase.leave[1:]))


@pytest.mark.parametrize(
    ("checks", "fault"),
    [
        ((), "phases: P1-1: checks nothing"),
        (
            [Check(field="nprs_soon", operator="<=", line=2)],
            "phases: P1-1: nothing answers to nprs_soon",
        ),
        (
            [Check(field="nprs_now", operator="<=", line="two")],
            "phases: P1-1: nprs_now cannot be compared with that line",
        ),
        (
            [Check(field="effusion", operator="in", line=("0", "some"))],
            "phases: P1-1: nothing answers to some",
        ),
        (
            [Check(field="exercises_at_full_dose", operator="holds", line=("EX99",))],
            "phases: P1-1: nothing answers to EX99",
        ),
    ],
)
def test_criteria(checks, fault):
    assert found(criterion(*checks)) == [fault]


@pytest.mark.parametrize(
    ("library", "fault"),
    [
        (
            running("walk_jog", stages=LIBRARY.running.walk_jog.stages[1:]),
            "running: walk_jog: stages are numbered from 1 without a gap",
        ),
        (
            running("walk_jog", stages=(replace(LIBRARY.running.walk_jog.stages[0], repeats=0),)),
            "running: stage 1: a stage repeats a jog at least once",
        ),
        (
            running("after_run", pain_limit=3),
            "running: after_run.pain_limit: differs from the threshold pain_limit_running",
        ),
        (
            running("keep_going", shoe_km=900),
            "running: keep_going.shoe_km: differs from the threshold shoe_distance_from",
        ),
        (
            running("load", week_factor=Decimal("1.00")),
            "running: load: a factor of the load rule is above 1",
        ),
        (
            running("load", run_source=Citation("FRA25", "R")),
            "running: load: FRA25 [R] was not checked that way",
        ),
    ],
)
def test_running(library, fault):
    assert found(library) == [fault]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Up to {limit} and {more}.", "wording: pain.amber: braces and values differ"),
        ("Up to a limit.", "wording: pain.amber: braces and values differ"),
        ("Up to {limit.", "wording: pain.amber: has a brace that is not closed"),
        ("Inflamed up to {limit}.", "wording: pain.amber: patients do not read the word inflam"),
    ],
)
def test_wording(text, fault):
    assert found(change("wording", "pain.amber", text=text)) == [fault]


def test_what_is_said_with_every_band_is_said_in_one_way():
    assert found(change("wording", "expectation.early", text="Most feel it in a week.")) == [
        "wording: expectation.early: differs from the notes of prognosis"
    ]


def test_an_empty_text_is_found():
    assert "wording: pain.green: text is empty" in found(change("wording", "pain.green", text=" "))


def test_what_only_clinicians_read_may_hold_any_word():
    note = Phrase(id="notice.cause", audience="clinician", text="Maltracking is not the cause.")

    assert found(replace(LIBRARY, wording=(*LIBRARY.wording, note))) == []


def test_a_why_sentence_of_a_block_is_patient_text():
    first, *rest = LIBRARY.rulebook.blocks
    changed = replace(LIBRARY.rulebook, blocks=(replace(first, why="It is crumbling."), *rest))

    assert found(replace(LIBRARY, rulebook=changed)) == [
        "blocks: EDU_CORE: patients do not read the word crumbl"
    ]


def test_a_phase_rule_with_a_source_that_nobody_listed():
    back = replace(LIBRARY, step_back=replace(LIBRARY.step_back, sources=(UNLISTED,)))
    first = replace(LIBRARY.phases[0].leave[0], source=UNLISTED)
    leave = change("phases", "P1", leave=(first, *LIBRARY.phases[0].leave[1:]))

    assert found(back) == ["phases: -: no source has the key NOBODY99"]
    assert found(leave) == ["phases: P1-1: no source has the key NOBODY99"]
