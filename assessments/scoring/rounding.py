"""Decimal arithmetic as the specification asks for it: half up, ties away from zero.

31.25 becomes 31.3 and -31.25 becomes -31.3. Results are compared after rounding. Nothing here
depends on the decimal context of the caller.
"""

from decimal import ROUND_HALF_UP, Context, Decimal

EXACT = Context(prec=60, rounding=ROUND_HALF_UP)


def round_half_up(number: Decimal | int, places: int) -> Decimal:
    """Return ``number`` with exactly ``places`` decimals; a tiny decrease is 0.0, never -0.0."""
    rounded = Decimal(number).quantize(Decimal((0, (1,), -places)), context=EXACT)
    return EXACT.add(rounded, 0)


def whole(number: Decimal) -> int:
    """Return the nearest whole number."""
    return int(round_half_up(number, 0))


def ratio(numerator: Decimal | int, denominator: Decimal | int, places: int) -> Decimal:
    """Return the quotient, rounded once; ZeroDivisionError if there is nothing to divide by."""
    if denominator == 0:
        raise ZeroDivisionError("a ratio needs something to divide by")
    return round_half_up(EXACT.divide(Decimal(numerator), Decimal(denominator)), places)


def percent(part: Decimal | int, of: Decimal | int) -> Decimal:
    """Return ``part`` as a percentage of ``of``, to one decimal."""
    return ratio(EXACT.multiply(Decimal(part), 100), of, 1)
