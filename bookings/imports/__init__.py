"""Patients and visits out of other systems' files: read, looked at, applied, taken back.

``files`` opens what was uploaded, ``columns`` guesses which column is what, ``values`` reads cells
(these three know no Django models), ``patients`` and ``visits`` turn rows into records.
Writing is in ``bookings.actions.importing``; a look first is the same, rolled back.
"""
