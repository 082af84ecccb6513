"""Outcome instruments: the worked examples of the specification, their edges, missing answers."""

from decimal import Decimal

import pytest

from assessments.scoring.instruments import (
    AKPS_POINTS,
    FPI_ITEMS,
    LSD_ITEMS,
    akps_total,
    fpi_category,
    fpi_total,
    koos_pf,
    lefs_total,
    lsd_quality,
    lsd_total,
    psfs_mean,
    tsk11_total,
    wells_score,
)

LEFS_OF_CASE_8 = [4, 3, 3, 4, 2, 3, 3, 4, 4, 3, 3, 3, 2, 3, 3, 2, 2, 2, 1, 4]


def akps(letters):
    return dict(zip(AKPS_POINTS, letters, strict=True))


@pytest.mark.parametrize(
    ("letters", "total"),
    [
        ("aaaaaaaaaaaaa", 100),
        ("ccddeedeeeecc", 0),
        ("aaabbcbbbaaaa", 86),
        ("aaacbcccccaaa", 70),
        ("aaacccccccaaa", 69),
        ("bbbcceccccaaa", 57),
        ("bbbbbbbbbbbbb", 3 + 3 + 3 + 8 + 4 + 8 + 7 + 8 + 8 + 8 + 6 + 3 + 3),
        ("ccccccccccccc", 0 + 0 + 2 + 5 + 3 + 6 + 2 + 6 + 6 + 6 + 4 + 0 + 0),
        ("aaadddddddd" + "aa", 15 + 0 + 2 + 3 + 0 + 4 + 3 + 4 + 2 + 10),
    ],
)
def test_akps(letters, total):
    assert akps_total(akps(letters)) == total


@pytest.mark.parametrize("item", AKPS_POINTS)
def test_akps_needs_every_answer(item):
    answers = akps("aaaaaaaaaaaaa")
    del answers[item]
    assert akps_total(answers) is None


def test_akps_points_fall_from_the_best_answer_to_nothing():
    assert sum(points[0] for points in AKPS_POINTS.values()) == 100
    for points in AKPS_POINTS.values():
        assert points[-1] == 0
        assert list(points) == sorted(set(points), reverse=True)


@pytest.mark.parametrize(
    ("items", "score"),
    [
        ([2, 1, 2, 3, 1, 0, 2, 1, 2, 1, 2], "61.4"),
        ([2, 1, None, 3, None, 0, 2, 1, None, None, None], "62.5"),
        ([2, 1, None, 3, None, 0, 2, None, None, None, None], None),
        ([0] * 11, "100.0"),
        ([4] * 11, "0.0"),
        ([None] * 11, None),
        ([3, 3, 2, 3, 2, 3, 4, 3, 2, 3, 3], "29.5"),
        ([1, 0, 0, 0, 0, 0, 0, 0, None, None, None], "96.9"),  # 96.875 rounds up
    ],
)
def test_koos_pf(items, score):
    assert koos_pf(items) == (None if score is None else Decimal(score))
    assert str(koos_pf(items)) == str(score)


@pytest.mark.parametrize(
    ("items", "mean"),
    [
        ([4, 5, 7], "5.3"),
        ([4, 4, 6], "4.7"),
        ([4], "4.0"),
        ([4, None, 7], "5.5"),
        ([1, 2, 2, 2], "1.8"),  # 1.75 rounds up
        ([0, 0, 0, 0, 0], "0.0"),
        ([10] * 5, "10.0"),
    ],
)
def test_psfs(items, mean):
    assert str(psfs_mean(items)) == mean


def test_psfs_without_activities():
    assert psfs_mean([]) is None
    assert psfs_mean([None]) is None


@pytest.mark.parametrize(
    ("items", "total"),
    [
        (LEFS_OF_CASE_8, 58),
        ([4] * 20, 80),
        ([0] * 20, 0),
        ([4] * 19 + [None], None),
        ([4] * 19, None),
    ],
)
def test_lefs(items, total):
    assert lefs_total(items) == total


@pytest.mark.parametrize(
    ("items", "given", "total"),
    [
        ([1] * 11, None, 11),
        ([4] * 11, None, 44),
        ([2] * 11, 40, 22),
        ([2] * 10 + [None], 40, 40),
        ([2] * 10, None, None),
        (None, 31, 31),
        (None, None, None),
    ],
)
def test_tsk11(items, given, total):
    assert tsk11_total(items, given) == total


def test_what_was_not_recorded_has_no_score():
    assert akps_total(None) is None
    assert koos_pf(None) is None
    assert psfs_mean(None) is None
    assert lefs_total(None) is None
    assert tsk11_total(None) is None
    assert fpi_total(None) is None
    assert lsd_total(None) is None
    assert fpi_category(None) is None
    assert lsd_quality(None) is None


@pytest.mark.parametrize(
    ("total", "category"),
    [
        (-12, "HIGHLY_SUPINATED"),
        (-5, "HIGHLY_SUPINATED"),
        (-4, "SUPINATED"),
        (-1, "SUPINATED"),
        (0, "NORMAL"),
        (5, "NORMAL"),
        (6, "PRONATED"),
        (9, "PRONATED"),
        (10, "HIGHLY_PRONATED"),
        (12, "HIGHLY_PRONATED"),
    ],
)
def test_foot_classes(total, category):
    assert fpi_category(total) == category


@pytest.mark.parametrize(
    ("total", "quality"),
    [(0, "GOOD"), (1, "GOOD"), (2, "MODERATE"), (3, "MODERATE"), (4, "POOR"), (6, "POOR")],
)
def test_step_down_quality(total, quality):
    assert lsd_quality(total) == quality


@pytest.mark.parametrize(
    ("score", "items", "most"), [(fpi_total, FPI_ITEMS, 12), (lsd_total, LSD_ITEMS, 6)]
)
def test_sums_need_every_item(score, items, most):
    best = dict.fromkeys(items, 2) if most == 12 else dict.fromkeys(items, 1) | {"knee": 2}
    assert score(best) == most
    for item in items:
        assert score({name: number for name, number in best.items() if name != item}) is None
    assert score(dict.fromkeys(items, 0)) == 0


def test_foot_items_may_cancel_out():
    assert fpi_total(dict(zip(FPI_ITEMS, (2, -2, 1, -1, 0, -2), strict=True))) == -2


@pytest.mark.parametrize(
    ("ticked", "score"),
    [
        (["calf_3cm_larger", "bedridden_3d_or_surgery_12wk"], 2),
        (["calf_3cm_larger", "pitting_oedema", "alternative_as_likely"], 0),
        (["alternative_as_likely"], -2),
        ([], 0),
    ],
)
def test_wells(ticked, score):
    assert wells_score(dict.fromkeys(ticked, True)) == score
    assert wells_score(dict.fromkeys(ticked, True) | {"previous_dvt": False}) == score


def test_nothing_asked_about_a_clot_scores_nought():
    assert wells_score(None) == 0
