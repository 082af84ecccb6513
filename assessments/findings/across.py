"""Rules that need more than one finding (V01 to V11), and values that deserve a second look.

A comparison with a value that is not recorded passes.
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from assessments.findings.dictionary import FIELDS
from assessments.findings.faults import Fault, InputError
from assessments.findings.field import NOT_TESTED, Field
from assessments.findings.field import gettext_noop as _
from assessments.findings.reading import lacking, lacking_fault
from assessments.findings.record import Findings

ADULT_NORM_FIELDS = (
    "heel_raise_reps",
    "hip_abd_force_n",
    "hip_er_force_n",
    "hip_ext_force_n",
    "knee_ext_force_n",
    "knee_flex_force_n",
)


def check_across(values: Mapping[str, object]) -> tuple[tuple[Fault, ...], tuple[Fault, ...]]:
    """Return (faults, warnings) of the cross-field rules, in the order of the rules.

    ``values`` are those of a ``Findings``, already read field by field.
    """
    return across(Findings(values))


def across(findings: Findings) -> tuple[tuple[Fault, ...], tuple[Fault, ...]]:
    """Do the same for findings already at hand."""
    faults = [fault for rule in FAULT_RULES for fault in rule(findings)]
    warnings = [fault for rule in WARNING_RULES for fault in rule(findings)]
    return tuple(faults), tuple(warnings)


def limit_warnings(field: Field, value: object, *, side: str = "") -> tuple[Fault, ...]:
    """Return a warning when a number lies outside the band that is usual for it.

    For a finding with sides, ``value`` is that of ``side``, or ``{"L": …, "R": …}``.
    """
    if isinstance(value, Mapping) and field.sided and not side:
        return tuple(
            fault for each, one in value.items() for fault in limit_warnings(field, one, side=each)
        )
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return ()
    if field.warn.holds(value):
        return ()
    error = InputError(_unusual(field), value=str(value), **_ends(field))
    return (error.at(field.id, side),)


def _unusual(field: Field) -> str:
    if field.warn.low is None:
        return _("{value} is unusually high (above {high}): are you sure?")
    if field.warn.high is None:
        return _("{value} is unusually low (below {low}): are you sure?")
    return _("{value} is unusual (outside {low} to {high}): are you sure?")


def _ends(field: Field) -> dict[str, str]:
    return {"low": str(field.warn.low), "high": str(field.warn.high)}


def _index_is_affected(findings: Findings) -> Iterable[Fault]:
    """V01: ``index_side`` = ``affected_side`` unless BOTH."""
    affected, index = findings.value("affected_side"), findings.index_side
    if affected and index and not findings.both and index != affected:
        yield InputError(_("must be the painful side, {side}"), side=str(affected)).at("index_side")


def _worst_is_worst(findings: Findings) -> Iterable[Fault]:
    """V02: ``nprs_worst_7d`` >= ``nprs_now`` and >= ``nprs_avg_7d``."""
    worst = findings.value("nprs_worst_7d")
    for name in ("nprs_now", "nprs_avg_7d"):
        less = findings.value(name)
        if isinstance(worst, int) and isinstance(less, int) and worst < less:
            error = InputError(_("must be at least {other} ({value})"), other=name, value=str(less))
            yield error.at("nprs_worst_7d")


def _runners_run(findings: Findings) -> Iterable[Fault]:
    """V04: ``run_status`` = not_runner exactly when ``is_runner`` = false."""
    status, is_runner = findings.value("run_status"), findings.value("is_runner")
    if status is None or is_runner is None:
        return
    if status == "not_runner" and is_runner:
        yield InputError(_("cannot be not_runner for somebody who runs")).at("run_status")
    if status != "not_runner" and not is_runner:
        yield InputError(_("must be not_runner for somebody who does not run")).at("run_status")


def _objects_are_whole(findings: Findings) -> Iterable[Fault]:
    """V07, V10, V11: trials, an override and each side's foot and step-down items are whole."""
    for field in FIELDS.values():
        value = findings.values.get(field.id)
        if not field.complete or not isinstance(value, Mapping):
            continue
        for side, one in value.items() if field.sided else (("", value),):
            if one != NOT_TESTED:
                yield from (lacking_fault(field, side, part) for part in lacking(field, one))


def _longest_within_week(findings: Findings) -> Iterable[Fault]:
    """V05: warn if ``longest_run_km`` > ``peak_week_km``; limits keep both from going below 0."""
    longest, week = findings.value("longest_run_km"), findings.value("peak_week_km")
    if isinstance(longest, Decimal) and isinstance(week, Decimal) and longest > week:
        error = InputError(
            _("{run} km is more than the highest week ({week} km): are you sure?"),
            run=str(longest),
            week=str(week),
        )
        yield error.at("longest_run_km")


def _instability_again(findings: Findings) -> Iterable[Fault]:
    """V08: AKPS item 11 answer d or e warns: answer ``rf_patella_instability`` again."""
    akps = findings.value("akps")
    if isinstance(akps, Mapping) and akps.get("patella_moves") in ("d", "e"):
        error = InputError(
            _("the AKPS form names a kneecap dislocation: answer this question again")
        )
        yield error.at("rf_patella_instability")


def _adult_norms(findings: Findings) -> Iterable[Fault]:
    """V09: warn if ``age_years`` < 18 and adult norms are shown (heel raise, strength)."""
    age = findings.value("age_years")
    shown = findings.value("hip_abd_mode") == "eccentric_break" or any(
        findings.known(name) for name in ADULT_NORM_FIELDS
    )
    if isinstance(age, int) and age < 18 and shown:
        error = InputError(
            _("strength and heel raises are compared with adults: no adolescent norms were found")
        )
        yield error.at("age_years")


Rule = Callable[[Findings], Iterable[Fault]]
FAULT_RULES: tuple[Rule, ...] = (
    _index_is_affected,
    _worst_is_worst,
    _runners_run,
    _objects_are_whole,
)
WARNING_RULES: tuple[Rule, ...] = (_longest_within_week, _instability_again, _adult_norms)
