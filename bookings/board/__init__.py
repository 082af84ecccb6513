"""The front desk's day on one page: who comes when, to whom, and how far along they are.

``layout`` is the pure arithmetic of it, ``reading`` asks the database, ``sheet`` puts the answers
into columns. What other apps know about a visit they register in ``facts``, as a yes or a no;
nothing clinical has a way in. Writes go through ``bookings.actions``.
"""
