"""Doses: as specified, in words, and lower while the knee is irritable."""

import pytest

from assessments.library import shipped
from assessments.library.texts import Dose, dose_for

LIBRARY = shipped()

# Specification E, as a patient reads it; exercises whose dose is in words follow below.
DOSES = """
EX01 3 × 10, hold 5 s, daily
EX02 4 × 20 s, 3 a week
EX03 4 × 30 s, 3 a week
EX04 3 × 10, 3 a week
EX05 3 × 12, 3 a week
EX06 3 × 10, 3 a week
EX07 3 × 10, 3 a week
EX08 3 × 8 a side, 3 a week
EX09 3 × 8 a side, 3 a week
EX10 3 × 8 a side, 3 a week
EX11 3 × 8 a side, 3 a week
EX12 3 × 6 a side, 3 a week
EX13 3 × 6 a side, 3 a week
EX14 4 × 30 s, 3 a week
EX15 3 × 8 a side, 3 a week
EX16 3 × 12, 3 a week
EX17 3 × 15, 3 a week
EX18 3 × 12, 3 a week
EX19 3 × 8 a side, 3 a week
EX20 3 × 10 steps each way, 3 a week
EX21 3 × 12 a side, 3 a week
EX22 3 × 12 a side, 3 a week
EX23 3 × 8 a side, 3 a week
EX24 3 × 8, 3 a week
EX25 3 × 15 s a side, 3 a week
EX26 3 × 8 a side, 3 a week
EX27 3 × 30 s, 3 a week
EX28 3 × 20 s a side, 3 a week
EX29 3 × 8 a side, 3 a week
EX30 3 × 15, 3 a week
EX31 3 × 10 a side, 3 a week
EX32 3 × 12 a side, 3 a week
EX33 3 × 6, 3 a week
EX34 3 × 5, 2 a week
EX35 3 × 6 a side, 3 a week
EX36 3 × 6 a side, 3 a week
EX37 3 × 30 s a side, daily
EX38 3 × 6, 2 a week
EX39 3 × 10, 2 a week
EX40 4 × 15 s a side, 5 a week
EX41 4 × 15 s a side, 5 a week
EX42 4 × 15 s a side, 5 a week
EX43 4 × 15 s a side, 5 a week
EX44 2 × 5 slow straightenings per spot, 3 a week
EX45 4 × 15 s a side, 5 a week
EX46 4 × 15 s a side, 5 a week
EX47 60 s a side, 3 a week
EX48 4 × 15 s a side, 5 a week
EX49 3 × 10 a side, daily
EX50 2 × 8 a side, daily
EX51 60 s a side, 3 a week
"""


def test_every_dose_reads_as_specified():
    assert {e.id: e.dose.text() for e in LIBRARY.exercises if e.home} == dict(
        line.split(" ", 1) for line in DOSES.strip().splitlines()
    )


def test_advice_and_clinic_work_have_their_dose_in_words():
    assert [e.id for e in LIBRARY.exercises if e.dose.words] == [f"EX{n}" for n in range(52, 72)]


def test_while_irritable_three_sets_of_training_become_two():
    changed = {
        e.id: (e.dose.sets, dose_for(e, "HIGH").sets)
        for e in LIBRARY.exercises
        if dose_for(e, "HIGH") != e.dose
    }
    training = {"strength", "trunk", "control", "landing"}

    assert set(changed.values()) == {(3, 2)}
    assert set(changed) == {
        e.id for e in LIBRARY.exercises if e.category in training and e.dose.sets == 3
    }


@pytest.mark.parametrize("irritability", ["LOW", "MODERATE"])
def test_otherwise_the_dose_is_the_whole_one(irritability):
    assert [e.id for e in LIBRARY.exercises if dose_for(e, irritability) != e.dose] == []


@pytest.mark.parametrize(
    ("dose", "expected"),
    [
        (Dose(sets=3, reps=12, per_week=3), "3 × 12, 3 a week"),
        (Dose(sets=3, reps=10, hold_s=5, per_week=7), "3 × 10, hold 5 s, daily"),
        (Dose(sets=4, hold_s=15, per_side=True, per_week=5), "4 × 15 s a side, 5 a week"),
        (Dose(sets=1, hold_s=60, per_side=True, per_week=3), "60 s a side, 3 a week"),
        (
            Dose(sets=3, reps=10, unit="steps each way", per_week=3),
            "3 × 10 steps each way, 3 a week",
        ),
        (Dose(sets=4, hold_s=120, per_week=2, words="In an easy run"), "In an easy run"),
    ],
)
def test_dose_text(dose, expected):
    assert dose.text() == expected


def test_a_dose_can_be_said_in_another_language():
    german = {
        "hold %(seconds)s s": "%(seconds)s s halten",
        "%(amount)s a side": "%(amount)s je Seite",
        "daily": "täglich",
    }

    text = Dose(sets=3, reps=8, hold_s=5, per_side=True, per_week=7).text(german.__getitem__)

    assert text == "3 × 8 je Seite, 5 s halten, täglich"


def test_stretches_hold_a_minute_in_total():
    stretches = [e for e in LIBRARY.exercises if e.category == "stretch"]

    assert {e.id: e.dose.sets * e.dose.hold_s for e in stretches} == dict.fromkeys(
        ("EX40", "EX41", "EX42", "EX43", "EX45", "EX46", "EX48"), 60
    )
