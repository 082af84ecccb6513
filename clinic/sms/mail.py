"""Text messages through a provider's mail gateway: one short mail per message.

``SMS_MAIL_TO`` is the gateway's address with the number in it, for example
``{number}@sms.example.com``; ``{digits}`` is the number without its plus sign.
"""

from django.conf import settings
from django.core.mail import EmailMessage

from clinic import smtp


def address(to: str) -> str:
    """Return the gateway's address for a number."""
    return settings.SMS_MAIL_TO.replace("{number}", to).replace("{digits}", to.lstrip("+"))


def send(to: str, text: str, reference: str) -> None:
    """Mail the text to the gateway. Raises NotSent, Refused or MaybeSent."""
    mail = EmailMessage(
        subject="",
        body=text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[address(to)],
        headers={"X-Reference": reference},
    )
    with smtp.troubles():
        mail.send()
