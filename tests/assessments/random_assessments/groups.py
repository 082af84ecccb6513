"""Findings drawn one group at a time; ``draw.harm`` says how often one crosses its line."""

from tests.assessments.random_assessments.draw import Draw, leave_out
from tests.assessments.random_assessments.lines import (
    ACTIVITIES,
    AGES,
    AKPS,
    AKPS_ITEMS,
    CLOSE_TO_90,
    FURTHER,
    HEEL_RAISES,
    SIDED,
    SITES,
    WELLS,
)

RUN_STATUS = ["running_full", "running_modified", "running_full", "running_modified", "stopped"]
ANSWERS = "abcde"
WORST = dict(zip(AKPS_ITEMS, AKPS[-1], strict=True))


def sides(draw: Draw, field: str) -> dict:
    """Both sides of a finding; which is the index side is not known here."""
    first = draw.near(*SIDED[field])
    second = draw.near(*SIDED[field])
    if field in FURTHER:
        second = max(round(first + draw.near(*FURTHER[field]), 1), 0)
    pair = [first, second]
    if draw.chance(0.3):
        pair.reverse()
    return dict(zip("LR", pair, strict=True))


def person(draw: Draw) -> dict:
    """Age, sex, sides, onset and where it hurts."""
    index_side = "L" if draw.chance(0.6) else "R"
    places = [["behind_patella"], ["around_patella", "inferior_pole"], ["behind_patella"]]
    rare = [["posterior"], ["thigh_or_groin", "around_patella"], ["tibial_tubercle"]]
    return {
        "age_years": draw.one(AGES),
        "sex_at_birth": draw.one(["F", "F", "M", "M", "X"]),
        "body_mass_kg": draw.one([50, 60, 64.5, 70, 80, 100]),
        "index_side": index_side,
        "affected_side": "BOTH" if draw.chance(0.3) else index_side,
        "onset_type": draw.one(["gradual", "gradual", "sudden_no_trauma", "post_surgical"]),
        "pain_location": draw.one(rare if draw.chance(0.15) else places),
    }


def pain(draw: Draw) -> dict:
    """Scores that satisfy V02, and pain per activity."""
    worst = draw.near([0, 2, 3, 3, 4], [4, 5, 6, 7, 9])
    now = draw.near([0, 1, 2], [4, 5, 7, 8, 9])
    triggers = {a: draw.near([0, 1, 2, 2], [3, 4, 5, 6, 8]) for a in ACTIVITIES}
    if draw.chance(0.1):
        triggers = dict.fromkeys(ACTIVITIES, 0) | {draw.one(ACTIVITIES): 1}
    for activity in ACTIVITIES:
        if draw.chance(0.3):
            leave_out(draw, triggers, activity)
    return {
        "nprs_now": min(now, worst),
        "nprs_worst_7d": worst,
        "nprs_avg_7d": draw.rng.randint(0, worst),
        "triggers": triggers,
    }


def running(draw: Draw) -> dict:
    """Whether somebody runs, and distances around +30 and +10 per cent."""
    runs = draw.chance(0.7)
    usual = draw.one([0, 10, 20, 25, 60, 200, 300])
    prior = draw.one([0, 8, 10, 12, 100, 200])
    rise, spike = draw.near([0, 10, 29.9, 30], [31, 44]), draw.near([0, 9.9, 10], [11, 33])
    nudge = draw.one([-0.1, 0, 0, 0.1])
    return {
        "is_runner": runs,
        "run_status": draw.one(RUN_STATUS) if runs else "not_runner",
        "usual_week_km": usual,
        "peak_week_km": min(max(round(usual * (1 + rise / 100) + nudge, 1), 0), 400),
        "longest_run_prior30d_km": prior,
        "longest_run_km": min(max(round(prior * (1 + spike / 100) + nudge, 1), 0), 250),
    }


def strength(draw: Draw, chart: dict) -> dict:
    """Forces around 90 per cent and around the floors, with manual grades beside them."""
    found = {"hip_abd_mode": draw.one(["isometric_make", "isometric_make", "eccentric_break"])}
    for muscle in ("hip_abd", "hip_er", "hip_ext", "knee_ext", "knee_flex"):
        lever = draw.one([0.25, 0.3, 0.4, 0.42])
        index, other = forces(draw)
        if draw.chance(0.5):
            floor = floors(chart).get(muscle, 1.5)
            index = round(floor * chart["body_mass_kg"] / lever) + draw.one([-2, -1, 0, 0, 1, 2])
            other = round(index / draw.near([0.9, 0.95, 1.1], [0.89, 0.8]))
        found[f"{muscle}_lever_m"] = lever
        found[f"{muscle}_force_n"] = by_side(chart, index, min(other, 1500))
        found[f"{muscle}_mmt"] = by_side(chart, draw.near([5], [3, 4]), draw.near([5], [4]))
        if draw.chance(0.35):
            leave_out(draw, found, f"{muscle}_force_n")
    return found


def floors(chart: dict) -> dict:
    """M-HIPN and the floor for two sore knees in Nm/kg, to draw forces around them."""
    male, old = chart["sex_at_birth"] == "M", chart["age_years"] >= 60
    hip = 1.246 - 0.005 * chart["age_years"] + (0.215 if male else 0)
    knee = {(True, True): 1.74, (True, False): 2.92, (False, True): 1.4, (False, False): 2.08}
    return {"hip_abd": hip, "knee_ext": knee[male, old]}


def forces(draw: Draw) -> tuple[int, int]:
    """A pair of forces: on the 90 per cent line, just beside it, or with a zero."""
    tens = draw.rng.randint(10, 80) * 10
    clear = [(tens * 9 // 10, tens), (tens, tens), (tens, tens * 9 // 10), draw.one(CLOSE_TO_90)]
    return draw.near(clear, [(tens * 9 // 10 - 1, tens), (tens, 0), (0, tens), (0, 0)])


def heel_raises(draw: Draw, chart: dict) -> dict:
    """Repetitions around 80 per cent of the norms and 90 per cent of the other side."""
    age, sex = chart["age_years"], chart["sex_at_birth"]
    norm = next(men if sex == "M" else women for first, men, women in HEEL_RAISES if age >= first)
    line = norm * 8 // 10
    index = draw.near([norm, line, line + 1, norm + 9], [line - 1, line])
    other = draw.near([index, index * 10 // 9], [index * 10 // 9 + 1, 0])
    return {"heel_raise_reps": by_side(chart, index, other)}


def by_side(chart: dict, index: object, other: object) -> dict:
    """Put two values on the index side and the other one."""
    return {"L": index, "R": other} if chart["index_side"] == "L" else {"L": other, "R": index}


def structures(draw: Draw) -> dict:
    """Findings with parts: the step-down, the foot, tender places, trials, Wells."""

    def feet() -> dict:
        score = draw.near([0, 5, -1, -4], [6, 9, 10, 12, -5, -12])
        parts = [score // 6 + (1 if place < score % 6 else 0) for place in range(6)]
        names = ["talar_head", "malleolar_curves", "calcaneus", "talonavicular", "arch", "forefoot"]
        return dict(zip(names, parts, strict=True))

    def step_down() -> dict:
        bits = draw.near(
            [(0, 0, 0, 0), (0, 0, 0, 1), (0, 1, 1, 1)], [(1, 1, 1, 1), (0, 0, 0, 2), (1, 1, 1, 2)]
        )
        return dict(zip(("arm", "trunk", "pelvis", "knee"), bits, strict=True)) | {
            "steady": draw.near([0], [1])
        }

    def tender() -> list:
        return draw.near([[], ["patellar_facets"]], [draw.rng.sample(SITES, 3), ["prepatellar"]])

    def trial() -> dict:
        pre = draw.one([0, 1, 5, 6])
        return {"pre": pre, "post": draw.one([max(pre - 1, 0), pre // 2, (pre + 1) // 2, pre])}

    ticked = draw.rng.sample(WELLS, draw.one([0, 0, 1, 3]))
    silent = draw.one([False, None])
    return {
        "fpi": {"L": feet(), "R": {} if draw.chance(0.1) else feet()},
        "lsd": {"L": step_down(), "R": step_down()},
        "tenderness_sites": {"L": tender(), "R": tender()},
        "tape_trial": trial() if draw.chance(0.5) else None,
        "orthosis_trial": trial() if draw.chance(0.5) else None,
        "wells": {
            item: item in ticked or silent for item in WELLS if draw.chance(0.8) or item in ticked
        }
        | {"alternative_as_likely": len(ticked) > 1},
    }


def instruments(draw: Draw) -> dict:
    """AKPS, KOOS-PF, PSFS, LEFS and TSK-11, complete and incomplete."""
    rng = draw.rng
    akps = dict(zip(AKPS_ITEMS, draw.near(AKPS[:5], AKPS[4:]), strict=True))
    koos = [rng.randint(0, 4) for _ in range(11)]
    lefs = [rng.randint(0, 4) for _ in range(20)]
    fear = draw.near([11, 22, 28], [29, 35, 36, 44])
    tsk = [fear // 11 + (1 if place < fear % 11 else 0) for place in range(11)]
    for item in rng.sample(AKPS_ITEMS, draw.one([0, 0, 1, 3])):
        akps[item] = draw.one(ANSWERS[: ANSWERS.index(WORST[item]) + 1])
    if draw.chance(0.2):
        leave_out(draw, akps, draw.one(AKPS_ITEMS), ["absent", None])
    for unanswered in rng.sample(range(11), draw.one([0, 1, 5, 5, 6])):
        koos[unanswered] = None
    if draw.chance(0.3):
        lefs[rng.randrange(20)] = None
    if draw.chance(0.4):
        tsk[rng.randrange(11)] = None
    if draw.chance(0.1):
        koos, lefs, tsk = koos[: draw.one([5, 6, 8])], lefs[:19], tsk[:10]
    psfs = [rng.randint(0, 10) for _ in range(rng.randint(1, 5))]
    if draw.chance(0.2):
        psfs[0] = None
    return {
        "akps": akps,
        "koos_pf_items": koos,
        "psfs": psfs,
        "lefs_items": lefs,
        "tsk11_items": tsk,
        "tsk11_total": draw.near([11, 22, 28], [29, 35, 36, 44]),
    }
