"""The library in French: every text has one, and none is shown for a text it does not translate."""

import re
from dataclasses import replace

import pytest

from assessments.figures import PAPER, drawing
from assessments.library import shipped
from assessments.library.sentences import LOAD_RULE, NOT_REVIEWED, PARTLY_NOT_TRANSLATED
from assessments.library.texts import Dose, dose_for
from assessments.library.translating import (
    AS_WRITTEN,
    Foreign,
    Memory,
    Rendering,
    Speaker,
    dose_in,
    is_one,
)
from assessments.library.translations import (
    Pair,
    shipped_pairs,
    shipped_translations,
    texts_of,
    translation_faults,
)

LIBRARY = shipped()
PAIRS = shipped_pairs("fr")


def french(**reviewed):
    entries = shipped_translations("fr").items()
    return Speaker(Memory("fr", {en: Rendering(fr, **reviewed) for en, fr in entries}))


def faults(pairs=PAIRS, library=LIBRARY):
    return [(each.where, each.message) for each in translation_faults(pairs, library)]


def with_exercise(**changes):
    first, *rest = LIBRARY.exercises
    return replace(LIBRARY, exercises=(replace(first, **changes), *rest))


# --- what ships --------------------------------------------------------------------------------


def test_every_text_a_patient_may_read_has_french_and_nothing_is_left_over():
    assert faults() == []
    assert len(PAIRS) == len(texts_of(LIBRARY)) > 750


def test_a_text_that_is_added_without_french_is_a_fault():
    library = with_exercise(precaution="Mind the cat")

    assert faults(library=library) == [
        ("Stop if the knee swells that evening", "the library has no such text"),
        ("EX01", "has no French: Mind the cat"),
    ]


def test_a_text_that_changes_by_one_letter_has_no_french_any_more():
    library = with_exercise(name="Quad sets")

    assert ("EX01", "has no French: Quad sets") in faults(library=library)
    assert french().memory.find("Quad sets") is None


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("", "is empty"),
        ("Au plus 4 sur 10.", "does not hold the same values as the text"),
        ("Au plus {limite} sur 10.", "does not hold the same values as the text"),
        ("Au plus {limit} sur 10 {.", "does not hold the same values as the text"),
        ("x" * 1300 + "{limit}", "is longer than a page can hold"),
    ],
)
def test_a_pair_that_does_not_fit_is_a_fault(wrong, said):
    text = "At most {limit} out of 10."
    pairs = tuple(Pair(en=p.en, fr=wrong) if p.en == text else p for p in PAIRS)

    assert faults(pairs) == [(text, said)]


def test_a_text_translated_twice_is_a_fault():
    assert faults((*PAIRS, PAIRS[0])) == [(PAIRS[0].en, "is translated twice")]


def test_french_is_written_as_in_canada():
    """The apostrophe is ’; what stands before : and » does not break; none before ? ; !"""
    for pair in PAIRS:
        assert re.search(r"'| [:»?;!]", pair.fr) is None, pair.fr


def test_no_number_is_lost_or_made_up():
    """Doses and limits are the same in both languages, a comma for a point."""
    for pair in PAIRS:
        numbers = [sorted(re.findall(r"\d+(?:[.,]\d+)?", text)) for text in (pair.en, pair.fr)]
        english, fr = numbers[0], [each.replace(",", ".") for each in numbers[1]]
        assert english == sorted(fr), pair


# --- saying it ---------------------------------------------------------------------------------


@pytest.mark.parametrize("exercise", LIBRARY.exercises, ids=lambda each: each.id)
@pytest.mark.parametrize("irritability", ["LOW", "HIGH"])
def test_every_dose_is_said_in_french_with_its_numbers(exercise, irritability):
    said, dose = french(), dose_for(exercise, irritability)

    words = said.dose(dose.text())

    assert not said.missing
    assert not isinstance(words, Foreign)
    if not dose.words:
        for number in (dose.sets, dose.reps, dose.hold_s):
            assert number in (None, 1) or str(number) in words
        assert ("tous les jours" in words) == (dose.per_week == 7)
        assert ("de chaque côté" in words) == (dose.per_side or "each way" in dose.unit)


@pytest.mark.parametrize(
    ("english", "in_french"),
    [
        ("3 × 8 a side, 3 a week", "3 × 8 de chaque côté, 3 fois par semaine"),
        ("4 × 15 s a side, 5 a week", "4 × 15 s de chaque côté, 5 fois par semaine"),
        ("3 × 10, hold 5 s, daily", "3 × 10, tenir 5 s, tous les jours"),
        ("2 × 10 steps each way, 1 a week", "2 × 10 pas de chaque côté, 1 fois par semaine"),
        ("60 s a side", "60 s de chaque côté"),
        ("12", "12"),
    ],
)
def test_a_dose_is_put_together_anew(english, in_french):
    assert french().dose(english).replace("\xa0", " ") == in_french


@pytest.mark.parametrize("text", ["3 × 8 on a trampoline, 3 a week", "as often as you like"])
def test_a_dose_nobody_translated_stays_whole(text):
    said = french()

    assert (said.dose(text), said.missing) == (text, True)


def test_a_dose_is_only_read_where_it_reads_the_same_again():
    assert dose_in("3 × 8 a side, 3 a week") == Dose(sets=3, reps=8, per_side=True, per_week=3)
    assert dose_in("4 × 15 s, 5 a week") == Dose(sets=4, hold_s=15, per_week=5)
    assert dose_in("3 × 8, twice") is None


@pytest.mark.parametrize(
    ("sessions", "mornings", "said"),
    [
        (2, 2, "Après 2 séances au-dessus de la limite, ou 2 matins pires de suite"),
        (1, 1, "Après 1 séance au-dessus de la limite, ou 1 matin pire"),
    ],
)
def test_words_follow_their_numbers(sessions, mornings, said):
    text = LIBRARY.phrase_by_id["pain.step_back"]
    stored = text.filled(sessions=sessions, mornings=mornings).text

    assert french().say(stored).startswith(said)


def test_a_number_below_two_is_singular_in_french():
    assert [is_one(n, "fr") for n in ("0", "1", "1,5", "2", "1 000")] == [True] * 3 + [False] * 2
    assert [is_one(n, "en") for n in ("0", "1", "2")] == [False, True, False]


def test_a_sentence_with_values_keeps_them_and_writes_them_as_french_does():
    stored = LOAD_RULE % {"run": "10", "days": 30, "week": "12.5", "gap": 4}

    said = french().say(stored).replace("\xa0", " ")

    for part in ("plus de 10 %", "30 derniers jours", "plus de 12,5 %", "il y a 4 semaines"):
        assert part in said
    assert re.search(r"%%|[{}]", said) is None


def test_a_value_that_is_no_number_and_no_known_text_makes_no_match():
    assert french().memory.find("At most a lot out of 10.") is None


def test_a_text_nobody_translated_is_marked_as_english_for_screen_readers():
    said = french()

    shown = said.say("Mind the <cat>")

    assert shown == "Mind the <cat>"
    assert shown.__html__() == '<span lang="en">Mind the &lt;cat&gt;</span>'
    assert said.notes() == (french().say(PARTLY_NOT_TRANSLATED),)


def test_what_is_not_reviewed_is_said_once_and_ends_with_the_review():
    said = french()
    said.say("Quad set")
    said.say("Wall sit, quite unknown")
    assert said.notes() == (
        "Traduction non révisée cliniquement.",
        "Certaines phrases ne sont pas encore traduites et sont ici en anglais.",
    )

    reviewed = french(reviewed=True)
    reviewed.say("Quad set")
    assert reviewed.notes() == ()


def test_in_the_librarys_own_language_nothing_changes():
    assert AS_WRITTEN.say("Quad set") == "Quad set"
    assert AS_WRITTEN.dose("3 × 8") == "3 × 8"
    assert AS_WRITTEN.notes() == ()
    assert french().say(NOT_REVIEWED) != NOT_REVIEWED
    assert french().say("–") == "–"


def test_a_phrase_is_filled_after_it_is_translated():
    now = LIBRARY.phrase_by_id["emergency.now"]

    assert french().told(now, number="911").title == "Appelez le 911 maintenant"
    assert AS_WRITTEN.told(now, number="911") == now.filled(number="911")
    with pytest.raises(KeyError):
        french().told(now, day="Monday")


def test_a_drawing_is_named_in_french_on_paper():
    figure = LIBRARY.figure_by_exercise["EX01"]

    paper = drawing(figure, title=french().say("Quad set"), words="…", look=PAPER)

    assert '<title id="fig-ex01-t">Contraction du quadriceps</title>' in paper
