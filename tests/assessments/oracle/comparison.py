"""Compare two result objects: numbers as numbers, everything else exactly."""

from decimal import Decimal


def exact(value: object) -> object:
    """Return ``value`` with every number as Decimal, so that 1, 1.0 and Decimal("1.00") agree.

    True and 1 stay different, and so do "1" and 1.
    """
    if isinstance(value, dict):
        return {key: exact(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [exact(item) for item in value]
    if isinstance(value, bool):
        return f"bool {value}"
    return Decimal(str(value)) if isinstance(value, int | float | Decimal) else value


def differences(expected: object, got: object, path: str = "") -> list[str]:
    """List where two results differ, as ``plan.blocks_optional: expected ..., got ...``."""
    if isinstance(expected, dict) and isinstance(got, dict):
        lines = []
        for key in [*expected, *(key for key in got if key not in expected)]:
            where = f"{path}.{key}".lstrip(".")
            lines += differences(expected.get(key, "(absent)"), got.get(key, "(absent)"), where)
        return lines
    if exact(expected) == exact(got):
        return []
    return [f"{path}: expected {expected}, got {got}"]
