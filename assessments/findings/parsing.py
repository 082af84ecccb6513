"""Read a whole assessment from an untrusted mapping: every fault named, none an exception."""

from collections.abc import Mapping
from dataclasses import dataclass

from assessments.findings.across import across, limit_warnings
from assessments.findings.dictionary import FIELDS, TRIGGERS, position
from assessments.findings.faults import Fault, InputError, shown
from assessments.findings.field import NOT_TESTED, Field
from assessments.findings.field import gettext_noop as _
from assessments.findings.reading import Faults, read
from assessments.findings.record import Findings


@dataclass(frozen=True, slots=True)
class Parsed:
    """``findings`` is None when there is any fault; warnings never stand in the way."""

    findings: Findings | None
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]


def parse(raw: object) -> Parsed:
    """Read one assessment: ids of the data dictionary, and one ``triggers`` object.

    Numbers may be int, float or Decimal. Faults and warnings come in the order of the
    dictionary, what is not in the dictionary last. A key given twice cannot be seen in a
    mapping: whoever reads the file refuses it.
    """
    if not isinstance(raw, Mapping):
        error = InputError(
            _("must be an object with named findings, not {value}"), value=shown(raw)
        )
        return Parsed(None, (error.at(""),), ())
    faults: Faults = []
    answers = _answers(raw, faults)
    held = {name: read(FIELDS[name], answers[name], None, faults) for name in answers}
    values = {name: value for name, value in held.items() if value is not None}
    findings = Findings(values)
    broken, warnings = across(findings)
    second_looks = [
        *(fault for name, value in values.items() for fault in limit_warnings(FIELDS[name], value)),
        *(
            fault
            for name in answers
            for fault in _odd_answer(FIELDS[name], answers[name], held[name])
        ),
        *warnings,
    ]
    faults.extend(broken)
    return Parsed(None if faults else findings, _ordered(faults), _ordered(second_looks))


def _answers(raw: Mapping[object, object], faults: Faults) -> dict[str, object]:
    """Lay triggers beside the other findings; refuse what the dictionary does not have."""
    answers: dict[str, object] = {}
    for name, value in raw.items():
        if name == "triggers":
            answers.update(_trigger_answers(value, faults))
        elif isinstance(name, str) and name in FIELDS and name not in TRIGGERS.values():
            answers[name] = value
        else:
            faults.append(_unknown(name))
    return answers


def _trigger_answers(raw: object, faults: Faults) -> dict[str, object]:
    if raw is None:
        return {}
    if isinstance(raw, str) and raw == NOT_TESTED:
        return dict.fromkeys(TRIGGERS.values(), NOT_TESTED)
    if not isinstance(raw, Mapping):
        error = InputError(
            _("must be an object with one number each, not {value}"), value=shown(raw)
        )
        faults.append(error.at("triggers"))
        return {}
    for name in raw:
        if not isinstance(name, str) or name not in TRIGGERS:
            faults.append(InputError(_("has no part {name}"), name=shown(name)).at("triggers"))
    return {TRIGGERS[name]: raw[name] for name in TRIGGERS if name in raw}


def _unknown(name: object) -> Fault:
    if isinstance(name, str) and name in TRIGGERS.values():
        return InputError(_("belongs inside triggers")).at(name)
    plain = isinstance(name, str) and name.isprintable() and 0 < len(name) <= 40
    return InputError(_("is not in the data dictionary")).at(str(name) if plain else shown(name))


def _odd_answer(field: Field, raw: object, held: object) -> tuple[Fault, ...]:
    """An answer that is neither yes nor no counts as unanswered; say so."""
    if field.kind != "yes_no" or raw is None or held is not None:
        return ()
    error = InputError(
        _("{value} is neither yes nor no and counts as unanswered"), value=shown(raw)
    )
    return (error.at(field.id),)


def _ordered(faults: list[Fault]) -> tuple[Fault, ...]:
    return tuple(sorted(faults, key=lambda fault: position(fault.field)))
