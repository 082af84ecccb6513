"""Mail over SMTP that knows whether a letter was handed over when the line breaks.

Until the whole letter has been written to the connection the server cannot have accepted it.
After that, without an answer, nobody knows: that is ``MaybeSent``, and it is not tried again.
"""

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.mail.backends import smtp

from clinic.troubles import MaybeSent, NotSent, Refused, Trouble

NOT_NOW = range(400, 500)  # answers that mean "try later"; 5xx means "no"
OURS = (
    smtplib.SMTPAuthenticationError,
    smtplib.SMTPConnectError,
    smtplib.SMTPHeloError,
    smtplib.SMTPSenderRefused,
)


class _KnowsWhenHandedOver(smtplib.SMTP):
    """Counts what was written after DATA began: the command itself, then the whole letter."""

    written = 0

    def send(self, s):
        super().send(s)
        self.written += 1

    def data(self, msg):
        self.written = 0
        try:
            code, answer = super().data(msg)
        except smtplib.SMTPServerDisconnected as error:
            if self.written > 1:
                raise MaybeSent("The mail server took the letter and did not answer.") from error
            raise
        if code == -1:  # smtplib's word for an answer that is no number
            raise MaybeSent("The mail server's answer could not be read.")
        return code, answer


class _Encrypted(_KnowsWhenHandedOver, smtplib.SMTP_SSL):
    """The same inside TLS from the first byte."""


class EmailBackend(smtp.EmailBackend):
    """Django's own backend on these connections."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _Encrypted if self.use_ssl else _KnowsWhenHandedOver


@contextmanager
def troubles() -> Iterator[None]:
    """Turn what a mail backend raises into NotSent, Refused or MaybeSent."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        raise _answered(max(code for code, _ in error.recipients.values())) from error
    except OURS as error:  # a wrong password or sender is no fault of this one letter
        raise NotSent(type(error).__name__) from error
    except smtplib.SMTPResponseException as error:
        raise _answered(error.smtp_code) from error
    except OSError as error:  # refused, timed out or cut off before anything was handed over
        raise NotSent(type(error).__name__) from error


def _answered(code: int) -> Trouble:
    text = f"The mail server answered {code}."
    return NotSent(text, answered=True) if code in NOT_NOW else Refused(text)
