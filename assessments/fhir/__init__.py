"""One person's record as a FHIR R4 bundle (ADR 38): plain dicts made from the rows of the record.

``shapes`` and ``codes`` are pure; ``sent`` is what all mappings look things up in; ``people``,
``visits``, ``care``, ``forms``, ``findings``, ``documents`` and ``plans`` each turn rows into
resources; ``bundle`` puts them together. docs/fhir.md says what becomes of each row.
"""
