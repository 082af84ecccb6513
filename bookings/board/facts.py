"""What other apps know about a visit, as a yes or a no: the intake is done, the plan is sent.

An app registers an expression; it becomes a column of the one query that reads the board's visits.
The board learns that something exists, never what it says. Nothing here knows who registers.
"""

from collections.abc import Callable
from enum import Enum

from django.db.models import BooleanField, Value
from django.db.models.expressions import BaseExpression, Combinable

Fact = Callable[[], BaseExpression | Combinable]


class Name(Enum):
    """The facts the board has words for."""

    INTAKE_DONE = "intake_done"
    PLAN_SENT = "plan_sent"


_facts: dict[Name, Fact] = {}


def on_the_board(name: Name) -> Callable[[Fact], Fact]:
    """Register a function that returns a yes-or-no expression over a visit (``OuterRef("pk")``)."""

    def register(fact: Fact) -> Fact:
        _facts[name] = fact
        return fact

    return register


def columns() -> dict[str, BaseExpression | Combinable]:
    """Return every fact as a column; what nobody registered is no."""
    nobody = Value(False, output_field=BooleanField())
    return {name.value: _facts[name]() if name in _facts else nobody for name in Name}
