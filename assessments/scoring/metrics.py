"""Numbers derived from the findings: scores, sides compared, strength per kilogram, load.

A metric that cannot be worked out is None, and absent from ``as_dict``: it never has a value
that could pass for normal. Strength is compared in Nm/kg only; N/kg ignores leg length.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal, localcontext
from types import MappingProxyType

from assessments.findings import Findings
from assessments.scoring import derived, instruments
from assessments.scoring.rounding import EXACT

MUSCLES = ("hip_abd", "hip_er", "hip_ext", "knee_ext", "knee_flex")


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """The derived numbers of one assessment, each already rounded.

    ``fpi_*``, ``lsd_*``, torque and heel raises are those of the index side.
    """

    akps_total: int | None  # 0-100
    koos_pf: Decimal | None  # 0-100
    psfs_mean: Decimal | None  # 0-10
    lefs_total: int | None  # 0-80
    tsk11_total: int | None  # 11-44
    bmi: Decimal | None  # kg/m²
    wells_score: int  # -2..9, 0 when nothing is ticked
    fpi_total: int | None  # -12..12
    fpi_category: str | None
    lsd_total: int | None  # 0-6
    lsd_quality: str | None
    load_change_pct: Decimal | None  # %
    session_spike_pct: Decimal | None  # %
    lsi_pct: Mapping[str, Decimal]  # %, by muscle and heel_raise
    torque_nm_per_kg_index: Mapping[str, Decimal]  # Nm/kg, by muscle
    heel_raise_pct_norm: Decimal | None  # %
    hip_abd_norm_minus_1sd: Decimal | None  # Nm/kg, three decimals
    new_starter: bool  # runs, and ran nothing in a usual week before

    def as_dict(self) -> dict[str, object]:
        """Return the metrics of a result: what has no value is left out, and so is
        ``new_starter``, which only the load rule reads."""
        found: dict[str, object] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name == "new_starter" or value is None or value == {}:
                continue
            found[field.name] = dict(value) if isinstance(value, Mapping) else value
        return found


def metrics(findings: Findings) -> Metrics:
    """Work out every metric the findings allow, whatever the caller's decimal context."""
    with localcontext(EXACT):
        return _metrics(findings)


def _metrics(findings: Findings) -> Metrics:
    age, sex = _count(findings.value("age_years")), _code(findings.value("sex_at_birth"))
    usual, peak = _measure(findings, "usual_week_km"), _measure(findings, "peak_week_km")
    prior = _measure(findings, "longest_run_prior30d_km")
    fpi = instruments.fpi_total(_items(findings.index("fpi")))
    lsd = instruments.lsd_total(_items(findings.index("lsd")))
    raises = _count(findings.index("heel_raise_reps"))
    return Metrics(
        akps_total=instruments.akps_total(_letters(findings.value("akps"))),
        koos_pf=instruments.koos_pf(_answers(findings.value("koos_pf_items"))),
        psfs_mean=instruments.psfs_mean(_answers(findings.value("psfs"))),
        lefs_total=instruments.lefs_total(_answers(findings.value("lefs_items"))),
        tsk11_total=instruments.tsk11_total(
            _answers(findings.value("tsk11_items")), _count(findings.value("tsk11_total"))
        ),
        bmi=derived.bmi(_measure(findings, "body_mass_kg"), _measure(findings, "height_cm")),
        wells_score=instruments.wells_score(_ticks(findings.value("wells"))),
        fpi_total=fpi,
        fpi_category=instruments.fpi_category(fpi),
        lsd_total=lsd,
        lsd_quality=instruments.lsd_quality(lsd),
        load_change_pct=derived.load_change_pct(usual, peak),
        session_spike_pct=derived.session_spike_pct(prior, _measure(findings, "longest_run_km")),
        lsi_pct=_lsi_by_test(findings),
        torque_nm_per_kg_index=_torque_by_muscle(findings),
        heel_raise_pct_norm=derived.heel_raise_pct_norm(raises, age, sex),
        hip_abd_norm_minus_1sd=_hip_floor(findings, age, sex),
        new_starter=derived.is_new_starter(usual, peak),
    )


def _lsi_by_test(findings: Findings) -> Mapping[str, Decimal]:
    """M-LSI for forces and heel raises; none at all when both knees hurt."""
    if findings.both:
        return MappingProxyType({})
    tests = {muscle: f"{muscle}_force_n" for muscle in MUSCLES}
    tests["heel_raise"] = "heel_raise_reps"
    compared = {
        name: derived.lsi(_count(findings.index(item)), _count(findings.other(item)))
        for name, item in tests.items()
    }
    return _with_value(compared)


def _torque_by_muscle(findings: Findings) -> Mapping[str, Decimal]:
    """M-NMKG of the index side, whether one knee hurts or both."""
    mass = _measure(findings, "body_mass_kg")
    torques = {
        muscle: derived.torque_per_kg(
            _count(findings.index(f"{muscle}_force_n")),
            _measure(findings, f"{muscle}_lever_m"),
            mass,
        )
        for muscle in MUSCLES
    }
    return _with_value(torques)


def _hip_floor(findings: Findings, age: int | None, sex: str | None) -> Decimal | None:
    """M-HIPN only for the eccentric test, with or without a force."""
    if findings.value("hip_abd_mode") != "eccentric_break":
        return None
    return derived.hip_abduction_floor(age, sex)


def _with_value(numbers: Mapping[str, Decimal | None]) -> Mapping[str, Decimal]:
    return MappingProxyType({name: n for name, n in numbers.items() if n is not None})


def _measure(findings: Findings, field_id: str) -> Decimal | None:
    value = findings.value(field_id)
    return value if isinstance(value, Decimal) else None


def _count(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _code(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _answers(value: object) -> instruments.Answers | None:
    return value if isinstance(value, tuple) else None


def _items(value: object) -> Mapping[str, int] | None:
    return value if isinstance(value, Mapping) else None


def _letters(value: object) -> Mapping[str, str] | None:
    return value if isinstance(value, Mapping) else None


def _ticks(value: object) -> Mapping[str, bool] | None:
    return value if isinstance(value, Mapping) else None
