"""Erasing: proposed by one person, confirmed by another, done in one transaction.

The door past the guards (``clinic.door``) is opened here and nowhere else.
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from clinic import audit, practice
from clinic.audit import Actor
from clinic.door import NEVER as NO_KEY
from clinic.erasing import files, holdings, ledger, rules, sign_ins
from clinic.erasing.reading import ids_of, look, stands_erased
from clinic.errors import ClinicError
from clinic.guards import Guard
from clinic.models import Erasure, ErasureKey, KeptIdentity, Patient, Tombstone, User
from clinic.models.patients import erased_name

AT_ONCE = 500  # rows
SIGNED = ("signed_at", "issued_at", "fixed_at", "written_at")
Scope = Erasure.Scope


class StandsAgainst(ClinicError):  # noqa: N818  # the name says what happened
    """Something forbids it; ``str(error)`` says all of it."""

    def __init__(self, obstacles: Sequence[Any]) -> None:
        super().__init__()
        self.obstacles = obstacles

    def __str__(self) -> str:
        return " ".join(str(each) for each in self.obstacles)


class ErasedAlready(ClinicError):  # noqa: N818
    text = _("This was decided meanwhile. Nothing was changed.")


class OwnProposal(ClinicError):  # noqa: N818
    text = _("You proposed this yourself. A second person has to confirm it.")


def propose(patient: Patient, basis: str, *, by: User, now: datetime) -> Erasure:
    """Propose to erase a person; proposing twice is proposing once.

    Raises StandsAgainst or ErasedAlready; then nothing was written.
    """
    person = patient.survivor
    with transaction.atomic():
        Patient.objects.select_for_update().get(pk=person.pk)
        if stands_erased(person):
            raise ErasedAlready
        if waiting := Erasure.objects.waiting().filter(patient=person).first():
            return waiting
        if against := look(person, now).obstacles:
            raise StandsAgainst(against)
        made = Erasure.objects.create(
            patient=person, scope=Scope.PERSON, basis=basis, asked_at=now, asked_by=by
        )
        _record("patient_erasure_proposed", made, by=audit.actor_of(by), now=now, basis=basis)
    return made


def drop(erasure: Erasure, *, by: User, now: datetime) -> None:
    """Let a proposal go. Raises ErasedAlready once it was decided."""
    with transaction.atomic():
        found = _locked(erasure)
        found.dropped_at = now
        found.save(update_fields=["dropped_at"])
        _record("patient_erasure_dropped", found, by=audit.actor_of(by), now=now)


def confirm(erasure: Erasure, *, by: User, now: datetime) -> Erasure:
    """Confirm it as a second person, and erase.

    Raises ErasedAlready, OwnProposal or StandsAgainst; then nothing was changed.
    """
    with transaction.atomic():
        found = _locked(erasure)
        if found.asked_by_id == by.pk:
            raise OwnProposal
        carry_out(found, by=by, now=now)
    return found


def carry_out(erasure: Erasure, *, by: User, now: datetime, anew: bool = False) -> None:
    """Erase what a decision names, in the caller's transaction; by whom it was confirmed.

    anew  it was done once and a backup brought the person back: ``keep_until`` was decided then,
          and what stood in the way then was seen to. A legal hold still counts.
    """
    person = Patient.objects.select_for_update().get(pk=erasure.patient_id)
    seen = look(person, now)
    against = holdings.held(ids_of(person), now) if anew else seen.obstacles
    if against:
        raise StandsAgainst(against)
    erasure.confirmed_at, erasure.confirmed_by = now, by
    erasure.save(update_fields=["confirmed_at", "confirmed_by"])
    ids = ids_of(person)
    if erasure.scope == Scope.PERSON:
        if not anew:
            erasure.keep_until = seen.keep_until
        counts = _person(erasure, person, ids, now)
    else:
        if not _kept_long_enough(person, now):
            raise StandsAgainst([_("The record has to be kept for longer.")])
        counts = _apply(erasure, rules.RECORD, ids, now)
    erasure.done_at, erasure.counts = now, counts
    erasure.save(update_fields=["done_at", "counts", "keep_until"])
    _record(
        f"patient_{erasure.scope}_erased", erasure, by=audit.actor_of(by), now=now,
        basis=erasure.basis, counts=counts, tombstones=tombstones_digest(erasure),
    )  # fmt: skip
    if not anew:
        transaction.on_commit(lambda: ledger.write(erasure))
    transaction.on_commit(lambda: files.clear(Tombstone.objects.filter(erasure=erasure)))
    if erasure.scope == Scope.PERSON and erasure.keep_until is None:
        whole = Erasure.objects.create(
            patient=person, scope=Scope.RECORD, basis=erasure.basis, asked_at=now,
            asked_by=erasure.asked_by,
        )  # fmt: skip
        carry_out(whole, by=by, now=now, anew=anew)


def _kept_long_enough(person: Patient, now: datetime) -> bool:
    """Say whether the day that was worked out when the person was erased is over.

    Their date of birth is known no longer, so the day itself is what counts.
    """
    erased = stands_erased(person)
    return erased is not None and (
        erased.keep_until is None
        or erased.keep_until <= now.astimezone(practice.current().tz).date()
    )


def tombstones_digest(erasure: Erasure) -> str:
    """Return the SHA-256 over what an erasure removed, for the trail; empty where nothing was."""
    rows = Tombstone.objects.filter(erasure=erasure).order_by("kind", "row", "file")
    lines = [" ".join(row) for row in rows.values_list("kind", "row", "digest", "file")]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest() if lines else ""


def _locked(erasure: Erasure) -> Erasure:
    found = Erasure.objects.select_for_update().get(pk=erasure.pk)
    if found.done_at is not None or found.dropped_at is not None:
        raise ErasedAlready
    return found


def _person(
    erasure: Erasure, person: Patient, ids: Sequence[UUID], now: datetime
) -> dict[str, int]:
    """Empty whatever names a person; keep under lock whose record it is, if it is kept."""
    whose = sign_ins.of(ids)
    if erasure.keep_until is not None:
        KeptIdentity.objects.create(
            erasure=erasure, patient=person, first_name=person.first_name,
            last_name=person.last_name, date_of_birth=person.date_of_birth,
        )  # fmt: skip
    rules.do_besides(ids)
    for model in rules.file_models():
        files.bury(erasure, model, ids)
    counts = _apply(erasure, rules.PERSON, ids, now)
    for each in Patient.objects.filter(pk__in=ids):
        each.first_name, each.last_name = erased_name(each)
        each.date_of_birth = each.general_practitioner = None
        each.email = each.phone = each.address = each.needs = each.desk_note = ""
        each.language, each.erased_at = "en", now
        each.save()
    sign_ins.end(whose)
    return counts | {"clinic.user": len(whose)}


def _apply(erasure: Erasure, when: str, ids: Sequence[UUID], now: datetime) -> dict[str, int]:
    """Find all rows first, for one rule's rows may be found by another's; then let them go."""
    found = []
    for rule in rules.of(when):
        rows = rule.model._default_manager.filter(rules.whose(rule, ids))
        if rule.only is not None:
            rows = rows.filter(rule.only)
        found.append((rule, list(rows.values_list("pk", flat=True).distinct())))
    gone = {rule.model: keys for rule, keys in found if not rule.fields}
    if when == rules.RECORD:
        _loosen(erasure, gone)
    counts: dict[str, int] = {}
    for rule, keys in found:
        fields = {name: value(now) if callable(value) else value
                  for name, value in rule.fields.items()}  # fmt: skip
        for piece in _pieces(keys):
            rows = rule.model._default_manager.filter(pk__in=piece)
            with _opened(erasure, rule.model, piece, blank=bool(fields)):
                if fields:
                    rows.update(**fields)
                else:
                    _bury(erasure, rows)
                    rows._raw_delete(rows.db)
        if keys:
            counts[rule.model._meta.label_lower] = len(keys)
    return counts


def _loosen(erasure: Erasure, gone: dict[type[Model], list[Any]]) -> None:
    """What leads from somebody else's row to a row that goes leads nowhere from now on."""
    for model, name in rules.loose_ends():
        target = model._meta.get_field(name).related_model
        for piece in _pieces(gone.get(target, [])):  # type: ignore[arg-type]
            rows = model._default_manager.filter(**{f"{name}__in": piece})
            keys = [key for key in rows.values_list("pk", flat=True)
                    if key not in set(gone.get(model, []))]  # fmt: skip
            with _opened(erasure, model, keys, blank=True):
                model._default_manager.filter(pk__in=keys).update(**{name: None})


def _bury(erasure: Erasure, rows: QuerySet[Any]) -> None:
    """Leave the digest of what was signed, and when."""
    names = {each.name for each in rows.model._meta.local_concrete_fields}
    if "content_hash" not in names:
        return
    when = next((name for name in SIGNED if name in names), None)
    Tombstone.objects.bulk_create(
        Tombstone(
            erasure=erasure, kind=row._meta.label_lower, row=str(row.pk), digest=row.content_hash,
            signed_at=getattr(row, when) if when else None,
        )
        for row in rows.exclude(content_hash="")
    )  # fmt: skip


@contextmanager
def _opened(
    erasure: Erasure, model: type[Model], keys: Sequence[Any], *, blank: bool
) -> Iterator[None]:
    """Hold the door of a table's guards open for these rows."""
    table = model._meta.db_table
    guarded = any(isinstance(each, Guard) and each.has_door for each in model._meta.constraints)
    if not guarded or table in NO_KEY:
        yield
        return
    stored = model._meta.pk.get_db_prep_value
    made = ErasureKey.objects.bulk_create(
        ErasureKey(erasure=erasure, table=table, row=str(stored(key, connection)), blank=blank)
        for key in keys
    )
    yield
    ErasureKey.objects.filter(pk__in=[each.pk for each in made]).delete()


def _pieces(keys: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(keys), AT_ONCE):
        yield keys[start : start + AT_ONCE]


def _record(action: str, erasure: Erasure, *, by: Actor, now: datetime, **data: Any) -> None:
    audit.record(action, erasure, by=by, patient_id=erasure.patient_id, at=now, data=data)
