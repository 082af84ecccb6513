"""How a message leaves: what it is made of, and what may go wrong on the way.

Three kinds of trouble, because three different things follow: ``NotSent`` is tried again,
``Refused`` is shown to the desk at once, ``MaybeSent`` is shown as unsure and never repeated by
itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import make_msgid
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from clinic import practice, sms, smtp
from clinic.models import Message
from clinic.troubles import MaybeSent, NotSent, Refused, Trouble

__all__ = ["Attachment", "Letter", "MaybeSent", "NotSent", "Refused", "Trouble", "deliver"]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that travels with a mail."""

    name: str
    content: bytes
    mimetype: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as it leaves: plain text always, HTML and files if there are any.

    A text message is its ``text`` alone. ``wording`` is the version of the clinic's own text.
    """

    subject: str
    text: str
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    wording: int = 0


def deliver(message: Message, letter: Letter) -> None:
    """Send it. Raises NotSent, Refused or MaybeSent."""
    if message.channel == Message.Channel.SMS:
        sms.send(message.to, letter.text, reference=f"m{message.pk}")
        return
    mail = _mail(message, letter)
    with smtp.troubles():
        mail.send()


def _mail(message: Message, letter: Letter) -> EmailMultiAlternatives:
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    clinic = practice.current()
    mail = EmailMultiAlternatives(
        subject=" ".join(letter.subject.split()),
        body=letter.text,
        from_email=f'"{clinic.name.replace(chr(34), "")}" <{settings.DEFAULT_FROM_EMAIL}>',
        to=[message.to],
        reply_to=[clinic.email] if clinic.email else None,
        headers={"Message-ID": make_msgid(f"m{message.pk}", host), **letter.headers},
    )
    if letter.html:
        mail.attach_alternative(letter.html, "text/html")
    for attachment in letter.attachments:
        mail.attach(attachment.name, attachment.content, attachment.mimetype)
    return mail
