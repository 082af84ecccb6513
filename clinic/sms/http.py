"""Text messages over HTTPS, to the one address in ``SMS_HTTP_URL`` and nowhere else.

The request is a POST of ``{"to", "text", "reference"}`` as JSON with a bearer token and an
``Idempotency-Key``. Redirects are not followed and proxies of the environment are not used, so
that numbers and texts reach that host only.
"""

import json
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from django.conf import settings

from clinic.troubles import MaybeSent, NotSent, Refused

BUSY = {408, 425, 429}


def send(to: str, text: str, reference: str) -> None:
    """Hand the text to the gateway. Raises NotSent, Refused or MaybeSent."""
    url = urlsplit(settings.SMS_HTTP_URL)
    kind = HTTPSConnection if url.scheme == "https" else HTTPConnection  # http: loopback only
    line = kind(url.hostname or "", url.port, timeout=settings.EMAIL_TIMEOUT)
    try:
        try:
            line.connect()
        except OSError as error:
            raise NotSent(type(error).__name__) from error
        code = _post(line, url.path or "/", url.query, to, text, reference)
    finally:
        line.close()
    if code in BUSY or code == 503:  # "come back later": not taken
        raise NotSent(f"The SMS gateway answered {code}.", answered=True)
    if code >= 500:  # it broke while it had the text
        raise MaybeSent(f"The SMS gateway answered {code}.")
    if not 200 <= code < 300:
        raise Refused(f"The SMS gateway answered {code}.")


def _post(line, path: str, query: str, to: str, text: str, reference: str) -> int:
    body = json.dumps({"to": to, "text": text, "reference": reference}).encode()
    headers = {"Content-Type": "application/json", "Idempotency-Key": reference}
    if settings.SMS_HTTP_TOKEN:
        headers["Authorization"] = f"Bearer {settings.SMS_HTTP_TOKEN}"
    try:
        line.request("POST", f"{path}?{query}" if query else path, body=body, headers=headers)
        answer = line.getresponse()
        answer.read(1)
    except (OSError, HTTPException) as error:
        raise MaybeSent("The SMS gateway took the text and did not answer.") from error
    return answer.status
