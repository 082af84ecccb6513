"""Text messages: one function, and a backend the settings choose.

A backend is a module with ``send(to, text, reference)``; it raises the troubles of
``clinic.troubles``. ``SMS_BACKEND`` is "" (none), ``file``, ``mail`` or ``http``.
"""

from importlib import import_module

from django.conf import settings

from clinic.troubles import Refused

BACKENDS = {"file": "clinic.sms.file", "mail": "clinic.sms.mail", "http": "clinic.sms.http"}
ONE_PART = 160  # characters of a single text message


def is_on() -> bool:
    """Say whether this clinic sends text messages at all."""
    return bool(settings.SMS_BACKEND)


def send(to: str, text: str, *, reference: str) -> None:
    """Send a text to a number in international form (+14035550100).

    reference  the same for the same message, so that a gateway can recognise a repeat

    Raises NotSent, Refused or MaybeSent.
    """
    if settings.SMS_BACKEND not in BACKENDS:
        raise Refused("No SMS backend is set.")
    import_module(BACKENDS[settings.SMS_BACKEND]).send(to, " ".join(text.split()), reference)
