"""Django's sessions in the database; a session is read with a statement that is written once.

Reading it is the first thing every page does for somebody who is known.
"""

from typing import Any

from django.contrib.sessions.backends import db
from django.utils import timezone

from clinic.statements import Statement, stored_time

_READ = Statement(
    "session",
    "SELECT session_data FROM django_session WHERE session_key = %(key)s AND expire_date > %(now)s",
)


class SessionStore(db.SessionStore):
    """As Django's own in everything but how a session is found."""

    def load(self) -> dict[str, Any]:
        found = _READ.fetch({"key": self.session_key, "now": stored_time(timezone.now())})
        if not found:
            self._session_key = None
            return {}
        return self.decode(found[0][0])
