"""What becomes of the rows of each table about patients. Apps register; nothing here knows them.

A table nobody said anything about belongs to the record: its rows go when the record does. So a
new table is erased without being named here, at the latest possible time.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Model, Q

Ids = Sequence[UUID]  # all records of one person
PERSON, RECORD, NEVER = "person", "record", "never"


@dataclass(frozen=True, slots=True)
class Rule:
    """What becomes of the rows of a table.

    when    with the person, with the record, or never (they say nothing but ids and times)
    fields  what the columns become; none: the rows are deleted
            a function is given the time and returns the value
    whose   finds the rows of a person, where foreign keys do not lead there
    only    of those, the rows of this condition
    """

    label: str
    when: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    whose: Callable[[Ids], Q] | None = None
    only: Q | None = None

    @property
    def model(self) -> type[Model]:
        return apps.get_model(self.label)


_rules: list[Rule] = []
_not_theirs: set[tuple[str, str]] = set()
_loosened: list[tuple[str, str]] = []


def removed(label: str, when: str, *, whose: Callable[[Ids], Q] | None = None) -> None:
    """Rows of this table are deleted."""
    _rules.append(Rule(label, when, whose=whose))


def emptied(
    label: str,
    when: str,
    fields: Mapping[str, Any],
    *,
    whose: Callable[[Ids], Q] | None = None,
    only: Q | None = None,
) -> None:
    """Rows of this table stay, and lose what these columns say."""
    _rules.append(Rule(label, when, fields, whose, only))


def kept(*labels: str) -> None:
    """Rows of these tables stay for ever: they say nothing but ids, codes and times."""
    _rules.extend(Rule(label, NEVER) for label in labels)


def loosened(label: str, name: str) -> None:
    """This column may lead from somebody else's row to a person's; then it leads nowhere."""
    _not_theirs.add((label, name))
    _loosened.append((label, name))


def not_theirs(label: str, name: str) -> None:
    """This column does not say whose the row is."""
    _not_theirs.add((label, name))


def file_models() -> list[type[Model]]:
    """Return the tables about patients whose rows name a file in the store, which goes at once."""
    about = [apps.get_model(label) for label in sorted(paths())]
    marks = {"name", "size", "sha256"}
    return [each for each in about if marks <= {one.name for one in each._meta.fields}]


def loose_ends() -> list[tuple[type[Model], str]]:
    return [(apps.get_model(label), name) for label, name in _loosened]


def of(when: str) -> list[Rule]:
    """Return the rules of one moment; with those of tables that nobody said anything about."""
    said = [each for each in _rules if each.when == when]
    if when != RECORD:
        return said
    known = {each.label for each in _rules}
    unsaid = [Rule(label, RECORD) for label in sorted(paths()) if label not in known]
    return [*said, *unsaid]


@cache
def paths() -> dict[str, tuple[str, ...]]:
    """Return every table about patients by its label, with the lookups that lead to the patient."""
    found: dict[str, tuple[str, ...]] = {"clinic.Patient": ("pk",)}
    models = [each for each in apps.get_models(include_auto_created=True) if not each._meta.proxy]
    grown = True
    while grown:
        grown = False
        for model in models:
            if model._meta.label in found:
                continue
            if mine := _leads(model, found):
                found[model._meta.label] = mine
                grown = True
    # Once all are known: every way there, for a row may have one and not the other.
    return {label: _leads(apps.get_model(label), found) or ways for label, ways in found.items()}


def _leads(model: type[Model], found: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    ways: list[str] = []
    for each in model._meta.local_concrete_fields:
        target = each.related_model
        if target is None or target is model or (model._meta.label, each.name) in _not_theirs:
            continue
        known = found.get(target._meta.label, ())[:2]
        ways += [each.name if way == "pk" else f"{each.name}__{way}" for way in known]
    return tuple(sorted(set(ways), key=lambda way: (way.count("__"), way)))


def whose(rule: Rule, ids: Ids) -> Q:
    """Return the condition that a row is this person's."""
    if rule.whose is not None:
        return rule.whose(ids)
    condition = Q(pk__in=[])
    for way in paths()[rule.label]:
        condition |= Q(**{f"{way}__in": ids})
    return condition


Service = tuple[datetime, str, str]  # when, and in which country and region
_services: list[Callable[[Ids], Sequence[Service]]] = []
_obstacles: list[Callable[[Ids, datetime], Sequence[Any]]] = []


def services(look: Callable[[Ids], Sequence[Service]]) -> Callable[[Ids], Sequence[Service]]:
    """Register a function that finds when somebody was last seen or written about."""
    _services.append(look)
    return look


def obstacles(
    look: Callable[[Ids, datetime], Sequence[Any]],
) -> Callable[[Ids, datetime], Sequence[Any]]:
    """Register a function that says, in words, what stands against an erasure."""
    _obstacles.append(look)
    return look


_heard_of: list[Callable[[datetime], Any]] = []


def heard_of(look: Callable[[datetime], Any]) -> Callable[[datetime], Any]:
    """Register a query of the ids of patients of whom something was heard since a time."""
    _heard_of.append(look)
    return look


def heard_of_since(at: datetime) -> list[Any]:
    return [look(at) for look in _heard_of]


_besides: list[Callable[[Ids], None]] = []


def besides(work: Callable[[Ids], None]) -> Callable[[Ids], None]:
    """Register what else is done when a person is erased, while their name is still known."""
    _besides.append(work)
    return work


def do_besides(ids: Ids) -> None:
    for work in _besides:
        work(ids)


def services_of(ids: Ids) -> list[Service]:
    return [one for look in _services for one in look(ids)]


def obstacles_of(ids: Ids, now: datetime) -> list[Any]:
    return [words for look in _obstacles for words in look(ids, now)]
