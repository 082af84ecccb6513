"""The rules: from charted findings to a gate, a classification and an explained draft plan.

Pure: no Django, no clock, no chance. Every number is passed in from the library, every rule is
one small named function whose docstring is its line of the clinical specification.

``draft.draft(findings, rulebook)`` runs them all.
"""
