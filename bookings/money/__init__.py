"""Money, small: what is due for a visit, what came in, the day's takings, receipts.

``figures`` adds up and knows no Django; ``accounts`` and ``takings`` read rows for it; ``papers``
says what a receipt says and sets it as a PDF. Writing is in ``bookings.actions.payments``.
"""
