"""Scores of the outcome forms, derived metrics and meaningful change.

Pure: numbers in, numbers out, Decimal and rounded half up. ``metrics.metrics(findings)`` is the
one call that works out everything; ``instruments``, ``derived`` and ``change`` hold the formulas.
"""
