"""Whose time is over: found, listed, confirmed by a manager, carried out by the worker.

Nothing goes without both: the clinic has switched it on, and a manager has confirmed this very
list. What a hold, open money or a visit ahead stands against is left, and looked at anew next time.
"""

import logging
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from clinic import audit, practice
from clinic.erasing import doing, rules
from clinic.erasing.reading import ids_of, own_period, record_ends
from clinic.errors import ClinicError
from clinic.models import Erasure, Patient, RetentionItem, RetentionList, User
from clinic.retention import PERIODS, later

logger = logging.getLogger(__name__)
MOST = 200  # patients on one list: as many as somebody can look through
AT_ONCE = 20  # of them in one turn of the worker
Outcome = RetentionItem.Outcome
Scope = Erasure.Scope


class DecidedAlready(ClinicError):  # noqa: N818  # the name says what happened
    text = _("This list was decided meanwhile. Nothing was changed.")


def due(now: datetime) -> Iterator[tuple[Patient, date]]:
    """Yield whose time is over and since when: kept records first, then whole persons."""
    today = now.astimezone(practice.current().tz).date()
    kept = Erasure.objects.keeping().filter(keep_until__lte=today).select_related("patient")
    for erasure in kept.order_by("keep_until", "pk").iterator():
        if erasure.keep_until is not None:
            yield erasure.patient, erasure.keep_until
    for patient in _quiet(now).order_by("created_at", "pk").iterator():
        since = over_since(patient)
        if since <= today:
            yield patient, since


def over_since(patient: Patient) -> date:
    """Return the first day on which nothing of somebody need be kept.

    For whoever was never seen the years count from the day they became known.
    """
    _last, until, _periods = record_ends(patient, ids_of(patient))
    if until is not None:
        return until
    known = patient.created_at.astimezone(practice.current().tz).date()
    return later(known, own_period("", "").years)


def _quiet(now: datetime):
    """Return the patients of whom nothing was heard for the shortest period there is."""
    years = practice.current().retention_years or min(each.years for each in PERIODS)
    zone = practice.current().tz
    today = now.astimezone(zone).date()
    cutoff = datetime.combine(today - timedelta(days=365 * years), time.min, tzinfo=zone)
    found = Patient.objects.current().filter(created_at__lt=cutoff)
    for heard_of in rules.heard_of_since(cutoff):
        found = found.exclude(pk__in=heard_of)
    return found


def make(*, by: User, now: datetime) -> RetentionList | None:
    """Write down who is due today, in place of a list nobody has confirmed; None: nobody is."""
    found = list(islice(due(now), MOST))
    with transaction.atomic():
        open_lists = RetentionList.objects.select_for_update().filter(
            confirmed_at__isnull=True, dropped_at__isnull=True
        )
        open_lists.update(dropped_at=now)
        if not found:
            return None
        made = RetentionList.objects.create(made_at=now, made_by=by)
        RetentionItem.objects.bulk_create(
            RetentionItem(list=made, patient=patient, due_on=since) for patient, since in found
        )
        _record("retention_listed", made, by=audit.actor_of(by), now=now, number=len(found))
    return made


def confirm(listed: RetentionList, *, by: User, now: datetime) -> None:
    """Confirm a list, all of it. Raises DecidedAlready."""
    with transaction.atomic():
        found = _open(listed)
        found.confirmed_at, found.confirmed_by = now, by
        found.save(update_fields=["confirmed_at", "confirmed_by"])
        _record("retention_confirmed", found, by=audit.actor_of(by), now=now)


def drop(listed: RetentionList, *, by: User, now: datetime) -> None:
    """Let a list go. Raises DecidedAlready."""
    with transaction.atomic():
        found = _open(listed)
        found.dropped_at = now
        found.save(update_fields=["dropped_at"])
        _record("retention_dropped", found, by=audit.actor_of(by), now=now)


def _open(listed: RetentionList) -> RetentionList:
    found = RetentionList.objects.select_for_update().get(pk=listed.pk)
    if found.confirmed_at is not None or found.dropped_at is not None:
        raise DecidedAlready
    return found


def carry_out(now: datetime) -> int:
    """Erase some of what is on confirmed lists; return how many persons or records went."""
    if not practice.current().retention_on:
        return 0
    lists = RetentionList.objects.filter(confirmed_at__isnull=False, done_at__isnull=True)
    erased = left = 0
    for listed in lists.order_by("confirmed_at"):
        waiting = listed.items.filter(outcome=Outcome.WAITS).order_by("pk")
        for item in waiting[:AT_ONCE]:
            done = _one(item, listed.confirmed_by, now)
            erased, left = erased + done, left + (not done)
        if not waiting.exists():
            RetentionList.objects.filter(pk=listed.pk).update(done_at=now)
    if erased or left:
        logger.info("Retention: %d erased, %d left", erased, left)
    return erased


def _one(item: RetentionItem, confirmed_by: User | None, now: datetime) -> bool:
    """Erase one of a list if it is still due and nothing stands against it."""
    if confirmed_by is None:
        return False
    today = now.astimezone(practice.current().tz).date()
    person = item.patient.survivor
    with transaction.atomic():
        if not RetentionItem.objects.select_for_update().filter(
            pk=item.pk, outcome=Outcome.WAITS
        ).exists():  # fmt: skip
            return False
        try:
            with transaction.atomic():
                if person.erased_at is None and over_since(person) > today:
                    raise doing.StandsAgainst([_("Something was added meanwhile.")])
                scope = Scope.PERSON if person.erased_at is None else Scope.RECORD
                Erasure.objects.waiting().filter(patient=person).update(dropped_at=now)
                made = Erasure.objects.create(
                    patient=person, scope=scope, basis=Erasure.Basis.RETENTION, asked_at=now,
                    asked_by=None,
                )  # fmt: skip
                doing.carry_out(made, by=confirmed_by, now=now)
        except ClinicError:
            item.outcome = Outcome.HELD
        else:
            item.outcome = Outcome.ERASED
        item.save(update_fields=["outcome"])
    return item.outcome == Outcome.ERASED


def _record(
    action: str, listed: RetentionList, *, by: audit.Actor, now: datetime, **data: int
) -> None:
    audit.record(action, listed, by=by, at=now, data=data)
