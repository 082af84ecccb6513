"""What can be said against an input: one line per fault, with the place it belongs to.

The sentence is kept as a template with values, so that a page can translate it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

LONGEST_SHOWN = 40  # characters of an untrusted value that are repeated in a message
HUGE_BITS = 200  # a whole number beyond this is named, not printed


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong, or worth a second look, at ``field``, ``part`` and ``side``.

    message   the English sentence, ready to print
    template  the same sentence before its values were put in; what translators see
    """

    field: str
    side: str  # "L", "R" or "" where the fault is not about one side
    message: str
    part: str = ""
    template: str = ""
    values: tuple[tuple[str, str], ...] = ()

    @property
    def item(self) -> str:
        """Return the name the value has in storage: the field, or ``field.part``."""
        return f"{self.field}.{self.part}" if self.part else self.field

    def said(self, translate: Callable[[str], str]) -> str:
        """Return the sentence in another language; ``translate`` is a gettext function."""
        if not self.template:
            return translate(self.message)
        return translate(self.template).format(**dict(self.values))

    def __str__(self) -> str:
        place = ".".join(name for name in (self.item, self.side) if name)
        return f"{place}: {self.message}" if place else self.message


class InputError(Exception):
    """A value was refused; the reader that knows the place turns it into a ``Fault``."""

    def __init__(self, template: str, **values: str) -> None:
        super().__init__(template)
        self.template = template
        self.values = tuple(values.items())

    def at(self, field: str, side: str = "", part: str = "") -> Fault:
        message = self.template.format(**dict(self.values))
        return Fault(field, side, message, part, self.template, self.values)


class RefusedError(ValueError):
    """A value for one finding was refused; ``faults`` holds every reason."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(str(fault) for fault in self.faults))


def shown(raw: object) -> str:
    """Return a short, printable, one-line picture of an untrusted value."""
    if raw is None:
        return "null"
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, int) and raw.bit_length() > HUGE_BITS:
        return f"{'-' if raw < 0 else ''}1e{int(raw.bit_length() * 0.30103)}"
    if isinstance(raw, str | int | float | Decimal):
        text = str(raw)
        cut = repr(text[:LONGEST_SHOWN])[1:-1] + ("…" if len(text) > LONGEST_SHOWN else "")
        return f'"{cut}"' if isinstance(raw, str) else cut
    return "{…}" if isinstance(raw, Mapping) else "[…]" if isinstance(raw, list | tuple) else "?"
