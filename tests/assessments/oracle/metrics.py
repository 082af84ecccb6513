"""Sections A14 and B: the derived numbers and the outcome instruments."""

from decimal import Decimal

from tests.assessments.oracle.chart import MISSING, Chart, Missing, Values, rounded

MUSCLES = ("hip_abd", "hip_er", "hip_ext", "knee_ext", "knee_flex")

# B1, in item order; the two cells that differ between public copies are 0 and 2.
AKPS_POINTS = {
    "limp": {"a": 5, "b": 3, "c": 0},
    "support": {"a": 5, "b": 3, "c": 0},
    "walking": {"a": 5, "b": 3, "c": 2, "d": 0},
    "stairs": {"a": 10, "b": 8, "c": 5, "d": 0},
    "squatting": {"a": 5, "b": 4, "c": 3, "d": 2, "e": 0},
    "running": {"a": 10, "b": 8, "c": 6, "d": 3, "e": 0},
    "jumping": {"a": 10, "b": 7, "c": 2, "d": 0},
    "sitting": {"a": 10, "b": 8, "c": 6, "d": 4, "e": 0},
    "pain": {"a": 10, "b": 8, "c": 6, "d": 3, "e": 0},
    "swelling": {"a": 10, "b": 8, "c": 6, "d": 4, "e": 0},
    "patella_moves": {"a": 10, "b": 6, "c": 4, "d": 2, "e": 0},
    "thigh_atrophy": {"a": 5, "b": 3, "c": 0},
    "flexion_loss": {"a": 5, "b": 3, "c": 0},
}


def metrics(chart: Chart) -> Values:
    """Return the metrics of D9; a key without a value is absent, wells_score never is."""
    person = chart.person
    fpi = total(chart.index["fpi"])
    lsd = total(chart.index["lsd"])
    every = {
        "akps_total": akps(person["akps"]),
        "koos_pf": koos_pf(person["koos_pf_items"]),
        "psfs_mean": psfs(person["psfs"]),
        "lefs_total": complete_sum(person["lefs_items"], 20),
        "tsk11_total": tsk11(person),
        "bmi": bmi(person),
        "wells_score": wells(person["wells"]),
        "fpi_total": fpi,
        "fpi_category": fpi_category(fpi),
        "lsd_total": lsd,
        "lsd_quality": lsd_quality(lsd),
        "load_change_pct": change(person["usual_week_km"], person["peak_week_km"]),
        "session_spike_pct": change(person["longest_run_prior30d_km"], person["longest_run_km"]),
        "lsi_pct": lsi(chart) or MISSING,
        "torque_nm_per_kg_index": torque(chart) or MISSING,
        "heel_raise_pct_norm": heel_raise_pct_norm(chart),
        "hip_abd_norm_minus_1sd": hip_abd_norm_minus_1sd(person),
    }
    return Values({key: v for key, v in every.items() if not isinstance(v, Missing)})


def akps(answers: Values | Missing) -> Decimal | Missing:
    """B1: the sum of points; all 13 answers or nothing."""
    if isinstance(answers, Missing) or any(item not in answers for item in AKPS_POINTS):
        return MISSING
    return Decimal(sum(points[answers[item]] for item, points in AKPS_POINTS.items()))


def koos_pf(items: list | Missing) -> Decimal | Missing:
    """B2: 100 - mean x 25 of those answered, if at least 6 of 11 are."""
    answered = [] if isinstance(items, Missing) else [i for i in items if i is not None]
    if len(answered) < 6:
        return MISSING
    return rounded(100 - sum(answered) * 25 / Decimal(len(answered)))


def psfs(scores: list | Missing) -> Decimal | Missing:
    """B2: the mean of those given."""
    given = [] if isinstance(scores, Missing) else [s for s in scores if s is not None]
    return rounded(sum(given) / Decimal(len(given))) if given else MISSING


def complete_sum(items: list | Missing, length: int) -> Decimal | Missing:
    """The sum, if every one of ``length`` items was answered."""
    answered = [] if isinstance(items, Missing) else [i for i in items if i is not None]
    return sum(answered, Decimal(0)) if len(answered) == length else MISSING


def tsk11(person: Values) -> Decimal | Missing:
    """B2: all 11 items count before the typed total, the total before nothing."""
    from_items = complete_sum(person["tsk11_items"], 11)
    return person["tsk11_total"] if isinstance(from_items, Missing) else from_items


def bmi(person: Values) -> Decimal | Missing:
    """M-BMI: kg / (m x m)."""
    metres = person["height_cm"] / Decimal(100)
    return rounded(person["body_mass_kg"] / (metres * metres))


def wells(items: Values | Missing) -> Decimal:
    """B8: +1 for each of nine items, -2 if another diagnosis is at least as likely."""
    ticked = [] if isinstance(items, Missing) else [item for item, yes in items.items() if yes]
    return Decimal(sum(-2 if item == "alternative_as_likely" else 1 for item in ticked))


def total(items: Values | Missing) -> Decimal | Missing:
    """M-FPI and M-LSD: the sum of the items of one side."""
    return sum(items.values(), Decimal(0)) if items else MISSING


def fpi_category(fpi: Decimal | Missing) -> str | Missing:
    """M-FPI: the class of the foot."""
    if -12 <= fpi <= -5:
        return "HIGHLY_SUPINATED"
    if -4 <= fpi <= -1:
        return "SUPINATED"
    if 0 <= fpi <= 5:
        return "NORMAL"
    if 6 <= fpi <= 9:
        return "PRONATED"
    return "HIGHLY_PRONATED" if 10 <= fpi <= 12 else MISSING


def lsd_quality(lsd: Decimal | Missing) -> str | Missing:
    """M-LSD: 0-1 good, 2-3 moderate, 4-6 poor."""
    if 0 <= lsd <= 1:
        return "GOOD"
    if 2 <= lsd <= 3:
        return "MODERATE"
    return "POOR" if 4 <= lsd <= 6 else MISSING


def change(before: Decimal | Missing, after: Decimal | Missing) -> Decimal | Missing:
    """M-LOAD and M-SPIKE: (after - before) / before x 100; before 0 gives no value."""
    return MISSING if before == 0 else rounded((after - before) / before * 100)


def lsi(chart: Chart) -> Values:
    """M-LSI: index / other x 100; none when both knees hurt or the other is 0 or missing."""
    fields = {muscle: f"{muscle}_force_n" for muscle in MUSCLES} | {"heel_raise": "heel_raise_reps"}
    if chart.person["affected_side"] == "BOTH":
        return Values()
    ratios = {
        name: rounded(chart.index[field] / chart.other[field] * 100)
        for name, field in fields.items()
        if chart.other[field] != 0
    }
    return Values({name: r for name, r in ratios.items() if not isinstance(r, Missing)})


def torque(chart: Chart) -> Values:
    """M-NMKG of the index side: N x m / kg, two decimals."""
    newton_metres = {
        muscle: chart.index[f"{muscle}_force_n"] * chart.person[f"{muscle}_lever_m"]
        for muscle in MUSCLES
    }
    mass = chart.person["body_mass_kg"]
    per_kg = {muscle: rounded(nm / mass, "0.01") for muscle, nm in newton_metres.items()}
    return Values({muscle: t for muscle, t in per_kg.items() if not isinstance(t, Missing)})


def heel_raise_pct_norm(chart: Chart) -> Decimal | Missing:
    """M-CALF: index heel raises / norm x 100; under 20 uses 20-29, X uses F."""
    age, sex = chart.person["age_years"], chart.person["sex_at_birth"]
    if not sex:
        return MISSING
    norm: int | Missing = MISSING
    if age < 30:
        norm = 37 if sex == "M" else 30
    elif 30 <= age <= 39:
        norm = 32 if sex == "M" else 27
    elif 40 <= age <= 49:
        norm = 28 if sex == "M" else 24
    elif 50 <= age <= 59:
        norm = 23 if sex == "M" else 21
    elif 60 <= age <= 69:
        norm = 19
    elif age >= 70:
        norm = 14 if sex == "M" else 16
    return rounded(chart.index["heel_raise_reps"] / norm * 100)


def hip_abd_norm_minus_1sd(person: Values) -> Decimal | Missing:
    """M-HIPN: the eccentric hip abduction floor in Nm/kg, kept at three decimals."""
    if person["hip_abd_mode"] != "eccentric_break" or not person["sex_at_birth"]:
        return MISSING
    male = Decimal("0.215") if person["sex_at_birth"] == "M" else Decimal(0)
    return Decimal("1.600") - Decimal("0.005") * person["age_years"] + male - Decimal("0.354")
