"""Secrets in addresses. The database keeps only what they hash to.

A browser gets one random key, kept in its session. The token of a held time is worked out from
that key and the visit's id, so that nothing has to be remembered per hold, and only the browser
that chose a time can open its details. The same token later opens the visit.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from uuid import UUID


def new_token() -> str:
    """Return 32 random bytes as text for an address."""
    return secrets.token_urlsafe(32)


def sha256(token: str) -> str:
    """Return what the database keeps of a token: 64 hexadecimal digits."""
    return hashlib.sha256(token.encode()).hexdigest()


def hold_token(browser: str, appointment_id: UUID) -> str:
    """Return the token under which this browser holds this visit; 43 characters."""
    made = hmac.digest(browser.encode(), appointment_id.bytes, "sha256")
    return urlsafe_b64encode(made).rstrip(b"=").decode()
