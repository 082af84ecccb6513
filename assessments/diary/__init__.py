"""A practitioner's own diary, from the chart: book, move, cancel, block, and what is free today.

Everything here goes through the actions of ``bookings``, so that the same rules say the same no.
"""
