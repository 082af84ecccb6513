"""Formulas for numbers derived from measurements: one function per formula, numbers in and out.

A missing measurement gives None, never a value that could pass for normal. Strength units are
newtons, metres and kilograms, so that only Nm/kg is compared: N/kg ignores leg length.
"""

from collections.abc import Mapping
from decimal import Decimal

from assessments.scoring.rounding import percent, ratio, round_half_up, whole

# Single-leg heel raises from this age on, by sex: HEB17 [V]; another open copy differs by one.
HEEL_RAISE_NORMS: tuple[tuple[int, Mapping[str, int]], ...] = (
    (70, {"M": 14, "F": 16}),
    (60, {"M": 19, "F": 19}),
    (50, {"M": 23, "F": 21}),
    (40, {"M": 28, "F": 24}),
    (30, {"M": 32, "F": 27}),
    (0, {"M": 37, "F": 30}),  # the 20-29 band, also used under 20
)
HIP_FLOOR_START, HIP_FLOOR_PER_YEAR = Decimal("1.600"), Decimal("0.005")
HIP_FLOOR_MALE, HIP_FLOOR_SD = Decimal("0.215"), Decimal("0.354")
CADENCE_LOW, CADENCE_HIGH = Decimal("1.05"), Decimal("1.10")

Number = Decimal | int


def bmi(mass_kg: Number | None, height_cm: Number | None) -> Decimal | None:
    """M-BMI: body mass over height squared, kg/m², one decimal. Shown, used by no rule."""
    if mass_kg is None or height_cm is None:
        return None
    return ratio(mass_kg * 10000, height_cm * height_cm, 1)


def lsi(index: Number | None, other: Number | None) -> Decimal | None:
    """M-LSI: the index side as a percentage of the other, one decimal.

    None when a side is missing or the other side is 0. Not for two painful knees: the caller
    leaves it out.
    """
    if index is None or not other:
        return None
    return percent(index, other)


def torque_per_kg(
    force_n: Number | None, lever_m: Number | None, mass_kg: Number | None
) -> Decimal | None:
    """M-NMKG: force times lever over body mass, Nm/kg, two decimals."""
    if force_n is None or lever_m is None or mass_kg is None:
        return None
    return ratio(force_n * lever_m, mass_kg, 2)


def hip_abduction_floor(age_years: int | None, sex: str | None) -> Decimal | None:
    """M-HIPN: predicted eccentric hip abduction minus one SD, Nm/kg, three decimals.

    1.600 - 0.005 x age + 0.215 (male only) - 0.354. X uses the female value. The one number
    that is compared with three decimals.

    Source: RAM14 [V].
    """
    if age_years is None or sex is None:
        return None
    male = HIP_FLOOR_MALE if sex == "M" else Decimal(0)
    floor = HIP_FLOOR_START - HIP_FLOOR_PER_YEAR * age_years + male - HIP_FLOOR_SD
    return round_half_up(floor, 3)


def heel_raise_norm(age_years: int | None, sex: str | None) -> int | None:
    """Return the usual number of single-leg heel raises for an adult of this age.

    Under 20 uses the band 20-29; X uses the female value.

    Source: HEB17 [V].
    """
    if age_years is None or sex is None:
        return None
    band = next(norms for start, norms in HEEL_RAISE_NORMS if age_years >= start)
    return band["M" if sex == "M" else "F"]


def heel_raise_pct_norm(reps: int | None, age_years: int | None, sex: str | None) -> Decimal | None:
    """M-CALF: heel raises as a percentage of the norm for age and sex, one decimal."""
    norm = heel_raise_norm(age_years, sex)
    if reps is None or norm is None:
        return None
    return percent(reps, norm)


def load_change_pct(usual_km: Number | None, peak_km: Number | None) -> Decimal | None:
    """M-LOAD: how far the highest week rose above the usual one, %, one decimal.

    None when the usual week was 0: see ``is_new_starter``.
    """
    return _rise(usual_km, peak_km)


def is_new_starter(usual_km: Number | None, peak_km: Number | None) -> bool:
    """Has somebody begun to run who ran nothing in a usual week?"""
    return usual_km is not None and peak_km is not None and usual_km == 0 and peak_km > 0


def session_spike_pct(prior_km: Number | None, longest_km: Number | None) -> Decimal | None:
    """M-SPIKE: how far one run rose above the longest of the 30 days before, %, one decimal.

    None when there was no run before; that is not a new starter.
    """
    return _rise(prior_km, longest_km)


def cadence_target_spm(cadence: int) -> tuple[int, int]:
    """M-CAD: 5 to 10 % above one's own cadence, whole steps per minute."""
    return whole(cadence * CADENCE_LOW), whole(cadence * CADENCE_HIGH)


def _rise(before: Number | None, after: Number | None) -> Decimal | None:
    if after is None or not before:
        return None
    return percent(after - before, before)
