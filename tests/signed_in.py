"""A browser of somebody who has just given their password once more."""

from django.test import Client


def just_now(browser: Client) -> Client:
    """Give the password of a ``UserFactory`` again, as before a change of roles."""
    browser.post("/accounts/reauthenticate/", {"password": "correct horse battery"})
    return browser
