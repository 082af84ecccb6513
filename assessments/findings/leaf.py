"""Read one untrusted number, code, yes/no or text. Each reader returns the value or complains.

Nothing is converted on the way: a number given as text is refused, and so is a number with more
decimals than its field has, because rounding it would store what nobody measured.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal

from assessments.findings.faults import HUGE_BITS, InputError, shown
from assessments.findings.field import Span
from assessments.findings.field import gettext_noop as _

EXACT = Context(prec=40, rounding=ROUND_HALF_UP)


def read_int(raw: object, hard: Span) -> int:
    """Return a whole number within ``hard``; 31.0 is the whole number 31, 31.5 is none."""
    return int(read_decimal(raw, hard, 0))


def read_decimal(raw: object, hard: Span, decimals: int) -> Decimal:
    """Return a number within ``hard``, held with exactly ``decimals`` places."""
    number = _number(raw)
    if not hard.holds(number):
        raise _outside(raw, hard)
    if _places(number) > decimals:
        raise _too_fine(raw, decimals)
    exact = number.quantize(Decimal((0, (1,), -decimals)), context=EXACT)
    return abs(exact) if exact.is_zero() else exact  # minus nought is nought


def _number(raw: object) -> Decimal:
    """Return the exact decimal a person meant; a float means its shortest decimal text."""
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal):
        raise InputError(_("must be a number, not {value}"), value=shown(raw))
    if isinstance(raw, int) and raw.bit_length() > HUGE_BITS:
        return Decimal("Infinity")  # outside every limit, and quicker than its digits
    number = Decimal(repr(raw)) if isinstance(raw, float) else Decimal(raw)
    if not number.is_finite():
        raise InputError(_("must be a number, not {value}"), value=shown(raw))
    return number


def _outside(raw: object, hard: Span) -> InputError:
    return InputError(
        _("must be between {low} and {high}, not {value}"),
        low=str(hard.low),
        high=str(hard.high),
        value=shown(raw),
    )


def _too_fine(raw: object, decimals: int) -> InputError:
    if decimals == 0:
        return InputError(_("must be a whole number, not {value}"), value=shown(raw))
    return InputError(
        _("has too many decimals ({value}); at most {decimals}"),
        value=shown(raw),
        decimals=str(decimals),
    )


def _places(number: Decimal) -> int:
    """Count the decimals that carry information: 5.10 has one."""
    _sign, digits, exponent = number.as_tuple()
    places = -int(exponent)
    for digit in reversed(digits):
        if digit or places <= 0:
            break
        places -= 1
    return max(places, 0)


def read_bool(raw: object) -> bool:
    if not isinstance(raw, bool):
        raise InputError(_("must be true or false, not {value}"), value=shown(raw))
    return raw


def read_code(raw: object, codes: Sequence[str]) -> str:
    """Return one of ``codes``. Codes are text: the effusion grade is "0", not 0."""
    if not isinstance(raw, str) or raw not in codes:
        raise InputError(
            _("must be one of {codes}, not {value}"), codes=", ".join(codes), value=shown(raw)
        )
    return raw


def read_text(raw: object, longest: int) -> str | None:
    """Return the text as it was written; blank text is nothing recorded."""
    if not isinstance(raw, str):
        raise InputError(_("must be text, not {value}"), value=shown(raw))
    if len(raw) > longest:
        raise InputError(_("is longer than {longest} characters"), longest=str(longest))
    if any(character == "\0" or "\ud800" <= character <= "\udfff" for character in raw):
        raise InputError(_("holds a character that cannot be stored"))
    return raw if raw.strip() else None
