"""Asking for every address as everybody, and saying in a letter or two what they got."""

from django.db import transaction
from django.test import Client

SIGN_IN = ("/accounts/login/", "/accounts/2fa/authenticate/")
# How the table calls what an answer amounts to.
READS, LED_ON, SENDS, NOTHING, SIGNED_OUT = "R", "→", "W", "–", "in"


class Browser:
    """One person's browser. With ``undo`` the next one finds all as it was."""

    def __init__(self, user=None, *, with_link: bool = False, strict: bool = False) -> None:
        self.with_link = with_link or user is not None
        self.client = Client(raise_request_exception=False, enforce_csrf_checks=strict)
        if user is not None:
            self.client.force_login(user)
        self.kept = self.client.cookies.output(header="", sep=";")

    def ask(self, method: str, address: str, data=None, *, undo: bool = True, **kwargs):
        self.client.cookies.clear()
        self.client.cookies.load(self.kept)
        send = getattr(self.client, method)
        if not undo:
            return send(address, data, **kwargs)
        with transaction.atomic():
            answer = send(address, data, **kwargs)
            if answer.streaming:
                list(answer.streaming_content)
            transaction.set_rollback(True)
        return answer


def outcome(answer) -> str:
    """Return what an answer to a GET amounts to; "?500" and the like for what may never be."""
    status, leads_to = answer.status_code, answer.headers.get("Location", "")
    if status == 401 or leads_to.startswith(SIGN_IN):
        return SIGNED_OUT
    if status in (404, 405, 410):
        return ""
    if status in (200, 304):
        return READS
    return LED_ON if 300 <= status < 400 else f"?{status}"


def sent(answer) -> str:
    """Return what an answer to a form amounts to: taken in some way, nothing, or the sign-in."""
    found = outcome(answer)
    if found.startswith("?5") or found in ("", SIGNED_OUT):
        return found
    return SENDS
