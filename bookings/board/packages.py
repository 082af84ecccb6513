"""How many visits somebody has left of what they paid for, for everybody on the board in one query,
and which visits that pays for.

What counts is decided in ``bookings.packages``; here its rows are only read, all at once.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from bookings.models import BLOCKING, Appointment, Package, Service
from bookings.packages import Balance, Bought, Counted, balances, used

State = Appointment.State
COUNTED = {*BLOCKING, State.NO_SHOW, State.LATE_CANCELLED} - {State.HELD}
GONE = (State.NO_SHOW, State.LATE_CANCELLED)


class Packages:
    """The packages of some patients, with the balance of each."""

    def __init__(self, patients: Collection[UUID], now: datetime) -> None:
        self._now = now
        self._bought: dict[UUID, dict[str, Bought]] = defaultdict(dict)
        self._visits: dict[UUID, dict[str, Counted]] = defaultdict(dict)
        self._balances: dict[UUID, dict[str, Balance]] = {}
        self._covered: set[str] = set()
        if patients:
            self._read(patients)

    def _read(self, patients: Collection[UUID]) -> None:
        theirs = "patient__appointments"
        rows = Package.objects.filter(patient__in=patients).values_list(
            "patient_id", "pk", "service_id", "visits", "bought_on", "expires_on",
            theirs, f"{theirs}__state", f"{theirs}__starts_at", f"{theirs}__location__time_zone",
            f"{theirs}__service_id", f"{theirs}__service__price",
        )  # fmt: skip
        for patient, pk, service, number, first, last, *visit in rows:
            key, which = str(pk), str(service) if service else None
            self._bought[patient][key] = Bought(key, which, number, first, last)
            self._count(patient, *visit)
        for patient, bought in self._bought.items():
            visits = self._visits[patient].values()
            found = balances(bought.values(), visits)
            self._balances[patient] = {one.key: one for one in found}
            taken = used(bought.values(), visits).values()
            self._covered |= {visit.key for theirs in taken for visit in theirs}

    def _count(self, patient, pk, state, starts_at, zone, service, price) -> None:
        if state not in COUNTED:
            return
        day = starts_at.astimezone(ZoneInfo(zone)).date()
        ahead = starts_at > self._now and state not in GONE
        self._visits[patient][str(pk)] = Counted(str(pk), str(service), day, price > 0, ahead)

    def covers(self, visit: Appointment) -> bool:
        """Say whether a package pays for this visit."""
        return str(visit.pk) in self._covered

    def left(self, patient: UUID | None, service: Service, day: date) -> tuple[int, int] | None:
        """Return (left, bought) of what pays for a visit of that day; None where no package does.

        Of several packages that would pay the sums.
        """
        if patient is None or patient not in self._balances:
            return None
        fitting = [
            self._balances[patient][key]
            for key, one in self._bought[patient].items()
            if (service.price > 0 if one.service is None else one.service == str(service.pk))
            and one.first <= day
            and (one.last is None or day <= one.last)
        ]
        if not fitting:
            return None
        return sum(one.left for one in fitting), sum(one.bought for one in fitting)
