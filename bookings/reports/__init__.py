"""What managers and the desk want to know about some days: counted on request, kept nowhere.

``figures`` and ``charts`` are pure: they count, and lay out bars. ``reading`` asks the database,
one module a report puts words to it, ``tables`` makes pages and files of the same rows.
"""
