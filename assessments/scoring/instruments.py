"""Scores of the outcome instruments, from coded answers.

KOOS-PF, LEFS and TSK-11 are licensed: their wording is not here and clinics take the forms from
their owners (KOOS-PF: koos.nu). Tags: [V] seen on a public page, [S] in a summary, [R] from the
paper, to be confirmed, [APP] our own default. Keys are headings of docs/clinical-sources.md.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from assessments.scoring.rounding import ratio

# Points of the answers a, b, c … of each question.
AKPS_POINTS: Mapping[str, tuple[int, ...]] = {
    "limp": (5, 3, 0),
    "support": (5, 3, 0),
    "walking": (5, 3, 2, 0),
    "stairs": (10, 8, 5, 0),
    "squatting": (5, 4, 3, 2, 0),
    "running": (10, 8, 6, 3, 0),
    "jumping": (10, 7, 2, 0),
    "sitting": (10, 8, 6, 4, 0),
    "pain": (10, 8, 6, 3, 0),
    "swelling": (10, 8, 6, 4, 0),
    "patella_moves": (10, 6, 4, 2, 0),
    "thigh_atrophy": (5, 3, 0),
    "flexion_loss": (5, 3, 0),
}
KOOS_PF_LEAST, KOOS_PF_WORST = 6, 4  # answers needed, points of the worst answer
LEFS_ITEMS = 20
TSK11_ITEMS = 11
WELLS_MINUS_TWO = "alternative_as_likely"
FPI_ITEMS = ("talar_head", "malleolar_curves", "calcaneus", "talonavicular", "arch", "forefoot")
LSD_ITEMS = ("arm", "trunk", "pelvis", "knee", "steady")

Answers = Sequence[int | None]


def akps_total(answers: Mapping[str, str] | None) -> int | None:
    """Score the AKPS (Kujala): 0 to 100, higher is better.

    Sum of the points of 13 lettered answers. Every answer is needed, otherwise None.
    Meaningful change: 10 (CROS04 [V]); also quoted: MIC 11 and SDC 13 (HOT21 [V]), MDC 13
    (WAT05 [R]).

    Source: points KUJ93 via PMC10362729 [V]. Two cells differ between public copies; here
    limping all the time is 0 and squatting with part of the weight is 2.
    """
    if answers is None or any(item not in answers for item in AKPS_POINTS):
        return None
    return sum(points["abcde".index(answers[item])] for item, points in AKPS_POINTS.items())


def koos_pf(items: Answers | None) -> Decimal | None:
    """Score the KOOS-PF: 0 (extreme problems) to 100 (none), one decimal, higher is better.

    100 minus 25 times the mean of the answers, each 0 (none) to 4 (extreme). At least 6 of the
    11 items must be answered (the 50 % rule), otherwise None.
    Meaningful change: 16.4 (MIC 16.4, MDC 16 for one person, 2.3 for a group; KOOSPF18 [V]).

    Source: KOOSPF18 [V], KOOSDOC [V].
    """
    given = _given(items)
    if len(given) < KOOS_PF_LEAST:
        return None
    worst = KOOS_PF_WORST * len(given)
    return ratio(100 * (worst - sum(given)), worst, 1)


def psfs_mean(items: Answers | None) -> Decimal | None:
    """Score the PSFS: 0 (unable) to 10 (as before), one decimal, higher is better.

    Mean of the one to five activities that were scored; None without any.
    Meaningful change: 2.3 (medium; 1.3 small, 2.7 large; ABB14 [V]).

    Source: ABB14 [V].
    """
    given = _given(items)
    return ratio(sum(given), len(given), 1) if given else None


def lefs_total(items: Answers | None) -> int | None:
    """Score the LEFS: 0 to 80, higher is better.

    Sum of 20 answers, each 0 to 4. All 20 are needed (app rule [APP]), otherwise None.
    Meaningful change: 9 (MDC 9, MCID 9; LEFSDOC [V]); also 9 to 16 (ABB14 [V]) and MDC 8 in
    kneecap pain (WAT05 [R]).

    Source: LEFSDOC [V].
    """
    given = _given(items)
    return sum(given) if len(given) == LEFS_ITEMS else None


def tsk11_total(items: Answers | None, total: int | None = None) -> int | None:
    """Score the TSK-11: 11 to 44, lower is better.

    Sum of 11 answers, each 1 to 4, none reversed. With all 11 their sum counts and ``total`` is
    ignored; otherwise the total somebody added up by hand, if there is one.
    Change is shown, not judged (4 points recalled [R]). Bands: up to 22 minimal, 23-28 low,
    29-35 moderate, 36 and more high (TSKDOC [V]).

    Source: TSKDOC [V].
    """
    given = _given(items)
    return sum(given) if len(given) == TSK11_ITEMS else total


def fpi_total(items: Mapping[str, int] | None) -> int | None:
    """Score the Foot Posture Index of one foot: -12 to +12, 0 to 5 is normal.

    Sum of six items, each -2 to +2. All six are needed, otherwise None. Not an outcome.

    Source: FPIDOC [V].
    """
    return _sum_of(FPI_ITEMS, items)


def fpi_category(total: int | None) -> str | None:
    """Name the foot class of an FPI total.

    -12..-5 HIGHLY_SUPINATED, -4..-1 SUPINATED, 0..5 NORMAL, 6..9 PRONATED,
    10..12 HIGHLY_PRONATED.

    Source: FPIDOC [V].
    """
    if total is None:
        return None
    if total <= -5:
        return "HIGHLY_SUPINATED"
    if total <= -1:
        return "SUPINATED"
    if total <= 5:
        return "NORMAL"
    return "PRONATED" if total <= 9 else "HIGHLY_PRONATED"


def lsd_total(items: Mapping[str, int] | None) -> int | None:
    """Score the lateral step-down of one leg: 0 to 6, lower is better.

    Sum of five items: arm, trunk, pelvis and steadiness 0 or 1, knee 0 to 2; from a 20 cm
    step, 5 repetitions. All five are needed, otherwise None.

    Source: LSDDOC [V].
    """
    return _sum_of(LSD_ITEMS, items)


def lsd_quality(total: int | None) -> str | None:
    """Name the quality of a step-down total: 0-1 GOOD, 2-3 MODERATE, 4-6 POOR.

    A change of band counts as a change.

    Source: LSDDOC [V].
    """
    if total is None:
        return None
    if total <= 1:
        return "GOOD"
    return "MODERATE" if total <= 3 else "POOR"


def wells_score(items: Mapping[str, bool] | None) -> int:
    """Score the two-level Wells items: -2 to 9; 2 or more makes a leg clot likely.

    One point for each item that is true, minus two when another diagnosis is at least as
    likely. An item that was not answered counts 0, and so does the whole list: "unlikely" is
    no all-clear where somebody suspects a clot. Not an outcome.

    Source: WELLS [V].
    """
    ticked = [item for item, present in (items or {}).items() if present]
    return sum(-2 if item == WELLS_MINUS_TWO else 1 for item in ticked)


def _given(items: Answers | None) -> list[int]:
    return [item for item in items or () if item is not None]


def _sum_of(names: Sequence[str], items: Mapping[str, int] | None) -> int | None:
    if items is None or any(name not in items for name in names):
        return None
    return sum(items[name] for name in names)
