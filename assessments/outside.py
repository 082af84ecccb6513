"""An address of somebody else's page that a plan may name, or none at all. Pure: no Django.

The clinic says which hosts may be named; every other address, and every trick that makes one look
like another, is refused.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

LONGEST = 300
START = "https://"
PLAIN = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]!$&()*+,;=%]+")  # no space, no quote, no @, no \


@dataclass(frozen=True, slots=True)
class Outside:
    """A page elsewhere: its address, the host it is on, and how it is said on paper."""

    url: str
    host: str

    @property
    def short(self) -> str:
        return self.url.removeprefix(START)


def outside(url: str, hosts: Collection[str]) -> Outside | None:
    """Return the page an address leads to; None unless it is https, plain, and on one of the hosts.

    A host stands for itself alone: ``example.org`` is not ``www.example.org``.
    """
    if len(url) > LONGEST or not url.startswith(START) or not PLAIN.fullmatch(url):
        return None
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    known = {each.strip().lower() for each in hosts}
    if port is not None or host not in known or parts.netloc.lower() != host:
        return None
    return Outside(url, host)
