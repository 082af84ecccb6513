"""The note a chart writes by itself, and two texts compared: words in, words out, no database."""

import pytest

from assessments.notes.compare import Piece, compare
from assessments.notes.soap import Facts, Section, draw


def drawn(**facts):
    return draw(Facts(**facts), str)


def section(code, *lines, **more):
    return Section(code=code, label=code.title(), lines=lines, **more)


class TestDrawing:
    def test_an_empty_chart_says_nothing(self):
        assert drawn() == {"subjective": "", "objective": "", "assessment": "", "plan": ""}

    def test_what_was_said_and_what_was_found_are_apart(self):
        told = section("history", ("Pain now", "3/10"), ("Settles in", "20 min"))
        found = section("mobility", ("Ankle", "left 8 cm, right 11 cm"))

        note = drawn(sections=(told, found), scores=(("AKPS", "77"),))

        assert note["subjective"] == "History: Pain now: 3/10; Settles in: 20 min."
        assert note["objective"] == "Mobility: Ankle: left 8 cm, right 11 cm.\nScores: AKPS: 77."

    @pytest.mark.parametrize(
        ("lines", "said"),
        [
            ((("Pain now", "0/10"),), "History: Pain now: 0/10."),
            ((), ""),
            ((("Pain now", ""),), ""),
        ],
    )
    def test_a_pain_of_nought_is_said_and_one_nobody_asked_for_is_not(self, lines, said):
        assert drawn(sections=(section("history", *lines),))["subjective"] == said

    def test_not_tested_is_said_and_free_notes_follow(self):
        strength = section("strength", not_tested=("Hip abduction",), note="Too sore today")
        load = section("load", note="New job")

        note = drawn(sections=(strength, load))

        assert note["objective"] == "Strength: not tested: Hip abduction. Too sore today"
        assert note["subjective"] == "Load: New job"

    def test_red_flags_are_never_said_to_be_absent(self):
        safety = section("red_flags", ("Locked knee", "no"), note="Asked twice")

        note = drawn(sections=(safety,), answered=("Night pain",), open=("Fever",))

        assert "Locked knee" not in " ".join(note.values())
        assert note["subjective"] == (
            "Safety questions answered yes: Night pain.\n"
            "Safety questions without an answer: Fever.\nRed_Flags: Asked twice"
        )
        assert "4 safety questions have no answer." in drawn(open=tuple("abcd"))["subjective"]

    def test_the_view_and_what_follows(self):
        note = drawn(
            gate="Refer first",
            flags=("within 2-6 weeks: Unstable kneecap.",),
            cautions=("Over 45",),
            view=(("Irritability", "high"),),
            contributors=("Stiff ankle",),
            not_measured=("trunk",),
            treatments=("manual therapy, left ankle, 10 min; pain 4/10 before, 0/10 after",),
            no_plan="No exercise plan while a red flag stands",
        )

        assert note["assessment"] == (
            "Refer first.\nwithin 2-6 weeks: Unstable kneecap.\nCautions: Over 45.\n"
            "Irritability: high.\nContributing: Stiff ankle.\nNot measured: trunk."
        )
        assert note["plan"] == (
            "Treatment given: manual therapy, left ankle, 10 min; pain 4/10 before, 0/10 after.\n"
            "No exercise plan while a red flag stands."
        )

    def test_the_plan_that_follows(self):
        lines = (("Start phase", "1"), ("review in", "7 days"))

        note = drawn(plan=lines, exercises=("Squat", "Step"))

        assert note["plan"] == "Start phase: 1; review in: 7 days.\nExercises: Squat; Step."


class TestComparing:
    @pytest.mark.parametrize(
        ("before", "after", "pieces"),
        [
            ("", "", []),
            ("a b", "a b", [("same", "a b")]),
            ("", "new", [("new", "new")]),
            ("old", "", [("gone", "old")]),
            ("pain 0/10 now", "pain 2/10 now", [
                ("same", "pain "), ("gone", "0/10 "), ("new", "2/10 "), ("same", "now"),
            ]),
            ("fit.", "fit. Mine.", [("same", "fit. "), ("new", "Mine.")]),
        ],
    )  # fmt: skip
    def test_word_by_word(self, before, after, pieces):
        assert compare(before, after) == tuple(Piece(*each) for each in pieces)

    def test_the_pieces_make_both_texts(self):
        before, after = "one two\nthree four", "one 2\nthree and four  five"

        pieces = compare(before, after)

        was = "".join(each.text for each in pieces if each.kind != "new")
        assert was.split() == before.split()
        assert "".join(each.text for each in pieces if each.kind != "gone") == after
