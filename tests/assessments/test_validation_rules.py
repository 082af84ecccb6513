"""Cross-field rules V01 to V12."""

import pytest

from assessments.findings import FIELDS, Findings, RefusedError, check_across, parse, parse_value
from tests.assessments.case_files import case_input


def lines(raw):
    parsed = parse(raw)
    return [str(f) for f in parsed.faults], [str(w) for w in parsed.warnings]


def clean(raw):
    return lines(raw) == ([], [])


@pytest.mark.parametrize(
    ("affected", "index", "faults"),
    [
        ("L", "L", []),
        ("R", "R", []),
        ("BOTH", "L", []),
        ("BOTH", "R", []),
        ("L", "R", ["index_side: must be the painful side, L"]),
        ("R", "L", ["index_side: must be the painful side, R"]),
        (None, "L", []),
        ("L", None, []),
    ],
)
def test_v01_the_index_side_is_painful(affected, index, faults):
    assert lines({"affected_side": affected, "index_side": index}) == (faults, [])


@pytest.mark.parametrize(
    ("now", "average", "worst", "faults"),
    [
        (3, 3, 3, []),
        (4, 3, 3, ["nprs_worst_7d: must be at least nprs_now (4)"]),
        (3, 4, 3, ["nprs_worst_7d: must be at least nprs_avg_7d (4)"]),
        (None, 4, 3, ["nprs_worst_7d: must be at least nprs_avg_7d (4)"]),
        (4, None, 3, ["nprs_worst_7d: must be at least nprs_now (4)"]),
        (4, 4, None, []),
        (None, None, 3, []),
        (0, 0, 0, []),
    ],
)
def test_v02_worst_pain_is_the_worst(now, average, worst, faults):
    raw = {"nprs_now": now, "nprs_avg_7d": average, "nprs_worst_7d": worst}
    assert lines(raw) == (faults, [])


@pytest.mark.parametrize("onset", ["direct_blow", "twist_landing"])
def test_v03_an_injury_without_its_day_is_no_fault(onset):
    assert clean({"onset_type": onset})
    assert clean({"onset_type": onset, "injury_days_ago": "not_tested"})


@pytest.mark.parametrize(
    ("runs", "status", "faults"),
    [
        (True, "running_full", []),
        (True, "stopped", []),
        (False, "not_runner", []),
        (True, "not_runner", ["run_status: cannot be not_runner for somebody who runs"]),
        (False, "stopped", ["run_status: must be not_runner for somebody who does not run"]),
        (None, "not_runner", []),
        (False, None, []),
        (True, None, []),
    ],
)
def test_v04_only_those_who_do_not_run_are_not_runners(runs, status, faults):
    assert lines({"is_runner": runs, "run_status": status}) == (faults, [])


@pytest.mark.parametrize(
    ("longest", "week", "warnings"),
    [
        (20, 20, []),
        (
            20.1,
            20,
            ["longest_run_km: 20.1 km is more than the highest week (20.0 km): are you sure?"],
        ),
        (19.9, 20, []),
        (None, 20, []),
        (20, None, []),
    ],
)
def test_v05_a_run_longer_than_the_week_is_asked_about(longest, week, warnings):
    assert lines({"longest_run_km": longest, "peak_week_km": week}) == ([], warnings)


def test_v05_distances_are_not_negative():
    assert lines({"longest_run_km": -0.1, "peak_week_km": -1})[0] == [
        "peak_week_km: must be between 0 and 400, not -1",
        "longest_run_km: must be between 0 and 250, not -0.1",
    ]


def test_v06_a_force_without_its_lever_is_no_fault():
    assert clean({"hip_abd_force_n": {"L": 150, "R": 148}})


@pytest.mark.parametrize("trial", ["tape_trial", "orthosis_trial"])
def test_v07_a_trial_needs_both_numbers(trial):
    assert clean({trial: {"pre": 5, "post": 0}})
    assert clean({trial: None})
    for raw, parts in [
        ({"pre": 5}, ["post"]),
        ({"post": 5, "pre": None}, ["pre"]),
        ({}, ["pre", "post"]),
    ]:
        assert lines({trial: raw})[0] == [
            f"{trial}.{part}: is missing: all parts are needed" for part in parts
        ]


@pytest.mark.parametrize(
    ("answer", "asks_again"), [("a", False), ("c", False), ("d", True), ("e", True)]
)
def test_v08_a_dislocation_on_the_form_asks_the_question_again(answer, asks_again):
    expected = "the AKPS form names a kneecap dislocation: answer this question again"
    for flag in ("no", "yes", None):
        raw = {"akps": {"patella_moves": answer}, "rf_patella_instability": flag}
        assert lines(raw) == ([], [f"rf_patella_instability: {expected}"] * asks_again)


NORMS = (
    "age_years: strength and heel raises are compared with adults: no adolescent norms were found"
)


@pytest.mark.parametrize("age", [12, 17, 18, None])
@pytest.mark.parametrize(
    ("extra", "adult_norms"),
    [
        ({}, False),
        ({"hip_abd_mmt": {"L": 4}}, False),
        ({"hip_abd_mode": "isometric_make"}, False),
        ({"hip_abd_mode": "eccentric_break"}, True),
        ({"heel_raise_reps": {"R": 20}}, True),
        ({"heel_raise_reps": "not_tested"}, False),
        ({"hip_abd_force_n": {"L": 100}}, True),
        ({"knee_flex_force_n": {"R": 100}}, True),
    ],
)
def test_v09_adult_norms_for_the_young(age, extra, adult_norms):
    young = age in (12, 17)
    assert lines({"age_years": age} | extra) == ([], [NORMS] * (young and adult_norms))


@pytest.mark.parametrize("part", ["reason", "cleared_by", "date"])
@pytest.mark.parametrize("blank", ["", "  \n", None, ...])
def test_v10_an_override_is_complete(part, blank):
    override = {"reason": "MRI clear", "cleared_by": "letter", "date": "2026-01-12"}
    assert clean({"gate_override": override})
    override[part] = blank
    if blank is ...:
        del override[part]
    assert lines({"gate_override": override})[0] == [
        f"gate_override.{part}: is missing: all parts are needed"
    ]


@pytest.mark.parametrize("field_id", ["fpi", "lsd"])
def test_v11_a_side_is_whole_or_empty(field_id):
    parts = FIELDS[field_id].part_ids
    whole = dict.fromkeys(parts, 0)
    assert clean({field_id: {"L": whole, "R": whole}})
    assert clean({field_id: {"L": whole, "R": {}}})
    assert clean({field_id: {"L": whole, "R": dict.fromkeys(parts)}})
    assert clean({field_id: {"L": whole}})
    for part in parts:
        broken = {name: number for name, number in whole.items() if name != part}
        for raw in (broken, broken | {part: None}):
            assert lines({field_id: {"L": whole, "R": raw}})[0] == [
                f"{field_id}.{part}.R: is missing: all parts are needed"
            ]


def test_v11_a_wrong_item_is_told_once():
    raw = {"lsd": {"L": {"arm": 2}}}
    assert lines(raw)[0] == [
        "lsd.arm.L: must be between 0 and 1, not 2",
        *(
            f"lsd.{part}.L: is missing: all parts are needed"
            for part in ("trunk", "pelvis", "knee", "steady")
        ),
    ]


@pytest.mark.parametrize(
    ("field_id", "raw"),
    [
        ("age_years", 101),
        ("sleep_hours", 7.55),
        ("nprs_now", 3.5),
        ("psfs", [4, 11]),
        ("hip_ir_deg", {"L": 30, "R": 81}),
        ("pain_location", ["behind_patella", "elbow"]),
    ],
)
def test_v12_a_refused_value_is_not_stored_in_any_form(field_id, raw):
    with pytest.raises(RefusedError):
        parse_value(FIELDS[field_id], raw)
    assert parse(case_input(1) | {field_id: raw}).findings is None


def test_stored_values_are_checked_across_without_reading_them_again():
    values = Findings(
        {
            "affected_side": "L",
            "index_side": "R",
            "is_runner": False,
            "run_status": "stopped",
            "fpi": {"L": {"arch": 1}, "R": "not_tested"},
            "tape_trial": {"pre": 4},
            "lsd": "not_tested",
            "gate_override": "not_tested",
            "age_years": 15,
            "heel_raise_reps": {"L": 20},
        }
    ).values
    faults, warnings = check_across(values)
    assert [(fault.item, fault.side) for fault in faults] == [
        ("index_side", ""),
        ("run_status", ""),
        *((f"fpi.{part}", "L") for part in FIELDS["fpi"].part_ids if part != "arch"),
        ("tape_trial.post", ""),
    ]
    assert [str(warning) for warning in warnings] == [NORMS]
    assert check_across({}) == ((), ())
