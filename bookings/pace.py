"""How often an address may read in a minute. Counted in the process's own memory.

Reading changes nothing, so it is not counted in the database: each web process counts for itself,
and together they let through a little more than the limit. What books is counted in
``bookings.limits``.
"""

from datetime import datetime

MINUTE = 60  # seconds
MOST = 10_000  # addresses remembered; beyond that a minute begins anew


class Pace:
    """So many uses a minute for each address."""

    def __init__(self) -> None:
        self._minute = 0
        self._used: dict[str, int] = {}

    def wait(self, who: str, allowed: int, now: datetime) -> int:
        """Count one use; return 0, or the seconds to wait when the minute's uses are spent."""
        second = int(now.timestamp())
        minute = second // MINUTE
        if minute != self._minute or len(self._used) > MOST:
            self._minute, self._used = minute, {}
        used = self._used[who] = self._used.get(who, 0) + 1
        return MINUTE - second % MINUTE if used > allowed else 0
