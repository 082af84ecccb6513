"""What a guest's browser remembers in its session: its own key, and what was typed.

The key is made when a time is first chosen; looking at pages leaves no session.
"""

from collections.abc import Mapping

from django.http import HttpRequest

from bookings.tokens import new_token, sha256

KEY = "browser"
TYPED = "booking_typed"


def key_of(request: HttpRequest) -> str:
    """Return this browser's secret key, or "" if it never chose a time."""
    return request.session.get(KEY, "")


def mark_of(request: HttpRequest) -> str:
    """Return what the database keeps of this browser's key, or ""."""
    key = key_of(request)
    return sha256(key) if key else ""


def new_key() -> str:
    """Return a key for a browser that has none yet; it counts once it is remembered."""
    return new_token()


def remember_key(request: HttpRequest, key: str) -> None:
    """Keep a browser's key in its session. A key already there is not written again."""
    if key_of(request) != key:
        request.session[KEY] = key


def keep_typed(request: HttpRequest, typed: Mapping[str, str]) -> None:
    """Remember what was typed, for somebody who has to choose another time."""
    request.session[TYPED] = dict(typed)


def typed_before(request: HttpRequest) -> dict[str, str]:
    return request.session.get(TYPED, {})


def forget_typed(request: HttpRequest) -> None:
    request.session.pop(TYPED, None)
