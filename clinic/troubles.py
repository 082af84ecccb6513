"""What can go wrong between us and a mail or SMS server. The text is for the desk.

It names no address and no person.
"""
# ruff: noqa: N818  # NotSent says what happened; an ending would say it twice


class Trouble(Exception):
    """A message did not leave as it should."""


class NotSent(Trouble):
    """It has certainly not left: try again.

    answered  the server is there and said "not now" to this one; otherwise nobody was reached,
              and the next message would fare no better
    """

    def __init__(self, text: str, *, answered: bool = False) -> None:
        super().__init__(text)
        self.answered = answered


class Refused(Trouble):
    """The server said no for good; trying again by itself would not help."""


class MaybeSent(Trouble):
    """It was handed over and nobody answered: it may have arrived or not."""
