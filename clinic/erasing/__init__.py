"""Erasing a person, and at the end of its time their record. Who may decide: ``docs/security.md``.

``rules`` says for every table about patients what becomes of its rows; apps register theirs.
``reading`` finds the rows, when the record is over, and what stands in the way; ``doing`` erases.
"""
