"""Everything that is kept about one person, as files to take away (ADR 34).

``sources`` says what a table is; ``of_practice``, ``of_visits``, ``of_charts`` and ``of_plans``
name those there are; ``coverage`` says what is left out and why, and a test holds both against
the database. ``reading`` reads them, ``paper`` sets the PDF, ``archive`` puts the ZIP together
while it is sent; ``assessments.fhir`` tells the same rows to other programs.
"""
