"""What the clinical lead does with the library: begin a draft, change it, check it, publish it.

A published version never changes. Whoever reviewed it is a fact about it and may be recorded
later. Audit rows name paths of what changed, never what it says.
"""
# ruff: noqa: N818  # a name says what happened

import json
from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.errors import RecordError
from assessments.library import Library, LibraryFault, fingerprint, library_faults
from assessments.library.later import completed
from assessments.library.rulebook import BrokenRulebookError
from assessments.library.rulebook_faults import fault
from assessments.library.shape import ShapeError
from assessments.library_desk.contents import part_named
from assessments.library_desk.drafting import drafting_faults
from assessments.library_desk.parts import changed, faults_in, seal_of, values_in
from assessments.library_desk.slots import copied
from assessments.models import LibraryVersion
from clinic import audit, practice
from clinic.models import User

CHANGE = "assessments.change_libraryversion"
State = LibraryVersion.State


class DraftOpen(RecordError):
    """There is a draft already; ``number`` says which."""

    def __init__(self, number: int) -> None:
        self.number = number
        open_as = _("Version %(number)s is open as a draft. Go on there.")
        super().__init__(open_as % {"number": number})


class NotADraft(RecordError):
    text = gettext_lazy("This version is published and can no longer change.")


class NotPublished(RecordError):
    text = gettext_lazy("This is possible for a published version only.")


class UnknownPart(RecordError):
    text = gettext_lazy("The library has no such part.")


class NothingChanged(RecordError):
    text = gettext_lazy(
        "This draft says the same as the version before it. Change something first."
    )


class ValuesRefused(RecordError):
    """Some values may not stand; ``errors`` maps the name of each to a sentence."""

    text = gettext_lazy("Some values cannot be kept as they are.")

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = dict(errors)
        super().__init__()


class StaleDraft(RecordError):
    """Somebody changed the same part in the meantime; ``theirs`` is what it says now."""

    text = gettext_lazy("Somebody else changed this in the meantime. Compare, then save again.")

    def __init__(self, theirs: Mapping[str, object]) -> None:
        self.theirs = dict(theirs)
        super().__init__()


class CannotPublish(RecordError):
    """A check fails; ``faults`` says what and where."""

    text = gettext_lazy("This draft breaks a check. Put right what is listed, then publish.")

    def __init__(self, faults: list[LibraryFault]) -> None:
        self.faults = tuple(faults)
        super().__init__()


def open_draft() -> LibraryVersion | None:
    """Return the draft that is being worked on, if there is one."""
    return LibraryVersion.objects.filter(state=State.DRAFT).order_by("number").first()


@transaction.atomic
def begin_draft(
    from_version: LibraryVersion, *, by: User, now: datetime, note: str = ""
) -> LibraryVersion:
    """Copy a published version into a draft of the next one and return it.

    Raises PermissionDenied, DraftOpen (one draft at a time) and NotPublished.
    """
    _may(by)
    # Two leads asking at once are served one after the other: the newest version is the queue.
    newest = (
        LibraryVersion.objects.select_for_update(no_key=True)
        .filter(state=State.PUBLISHED)
        .latest("number")
    )
    begun = open_draft()
    if begun is not None:
        raise DraftOpen(begun.number)
    if from_version.state != State.PUBLISHED:
        raise NotPublished
    number = newest.number + 1
    data = copied(completed(from_version.data))
    data["meta"] = {"version": number, "language": from_version.language}
    draft = LibraryVersion.objects.create(
        number=number,
        state=State.DRAFT,
        language=from_version.language,
        data=data,
        note=note.strip()[:300],
        created_at=now,
    )
    _did("library.draft_begun", draft, by, now, {"from": from_version.number})
    return draft


@transaction.atomic
def change_draft(
    version: LibraryVersion,
    key: str,
    values: Mapping[str, object],
    *,
    by: User,
    now: datetime,
    base: str | None = None,
) -> LibraryVersion:
    """Change values of one part of a draft and return the draft as it is now.

    key     the part: ``exercise/EX12``, ``thresholds/limits``, ``phrase/notice.draft``
    values  slot name -> new value (see ``library_desk.slots``); what is not named stays
    base    ``seal_of`` the part when the values were read; None: they were not read before

    Raises PermissionDenied, NotADraft, UnknownPart, StaleDraft, and ValuesRefused with a sentence
    for each value outside its limits, unknown, missing, or holding a word no patient reads.
    """
    _may(by)
    draft = _draft(version)
    part = part_named(draft.data, key)
    if part is None or not values.keys() <= {slot.name for slot in part.slots}:
        raise UnknownPart
    if base is not None and base != seal_of(draft.data, part):
        raise StaleDraft(values_in(draft.data, part))
    values = {name: tuple(v) if isinstance(v, list) else v for name, v in values.items()}
    wrong = faults_in(draft.data, part, values)
    if wrong:
        raise ValuesRefused(wrong)
    draft.data, names = changed(draft.data, part, values)
    if names:
        draft.save(update_fields=["data"])
        _did("library.changed", draft, by, now, {"paths": [f"{key}/{name}" for name in names]})
    return draft


@transaction.atomic
def note_draft(version: LibraryVersion, note: str, *, by: User, now: datetime) -> LibraryVersion:
    """Keep the sentence that says what this version changes. Raises NotADraft."""
    _may(by)
    draft = _draft(version)
    draft.note = note.strip()[:300]
    draft.save(update_fields=["note"])
    _did("library.noted", draft, by, now)
    return draft


@transaction.atomic
def discard_draft(version: LibraryVersion, *, by: User, now: datetime) -> None:
    """Throw a draft away; nothing was ever drafted from it. Raises NotADraft."""
    _may(by)
    draft = _draft(version)
    _did("library.discarded", draft, by, now)
    draft.delete()


def check_draft(version: LibraryVersion) -> list[LibraryFault]:
    """Return everything that keeps a version from being published; an empty list is a sound one.

    The parts fit each other and the rules, no patient text holds a banned word, and the ten
    drafting cases still come out as they must (specification H).
    """
    try:
        library = Library.from_data(completed(version.data, since=_newest().data))
    except BrokenRulebookError as error:
        return list(error.faults)
    except ShapeError as error:
        return [fault("library", "-", "{reason}", reason=str(error))]
    # A library whose parts do not fit cannot be drafted from, so the cases come last.
    return library_faults(library) or drafting_faults(library)


@transaction.atomic
def publish(
    version: LibraryVersion, *, by: User, now: datetime, base: str | None = None
) -> LibraryVersion:
    """Make a draft the version that new assessments are judged by, for ever.

    base  ``seal`` of the draft when it was last read; None: it was not read before

    Raises PermissionDenied, NotADraft, StaleDraft, NothingChanged, and CannotPublish with every
    fault and where it is.
    """
    _may(by)
    draft = _draft(version)
    if base is not None and base != seal(draft):
        raise StaleDraft({})
    newest = _newest()
    if draft.number != newest.number + 1:
        raise NotADraft
    faults = check_draft(draft)
    if faults:
        raise CannotPublish(faults)
    library = Library.from_data(completed(draft.data, since=newest.data))
    draft.fingerprint = fingerprint(library)
    if draft.fingerprint == newest.fingerprint:
        raise NothingChanged
    draft.data = library.as_data()  # written the one way there is, whatever was typed
    draft.state = State.PUBLISHED
    draft.published_at, draft.published_by = now, by
    draft.save()
    _did("library.published", draft, by, now, {"fingerprint": draft.fingerprint})
    return draft


@transaction.atomic
def record_review(
    version: LibraryVersion,
    *,
    reviewed_by: str,
    registration: str,
    on: date | None,
    remarks: str = "",
    by: User,
    now: datetime,
) -> LibraryVersion:
    """Record which registered physiotherapist reviewed a published version, and when.

    Recording again corrects it; the audit trail keeps that it happened. From then on drafts,
    plans and PDFs of this version no longer say that nobody reviewed it.

    Raises PermissionDenied, NotPublished, and ValuesRefused by ``reviewed_by``,
    ``registration`` and ``on``.
    """
    _may(by)
    held = LibraryVersion.objects.select_for_update(no_key=True).get(pk=version.pk)
    if held.state != State.PUBLISHED:
        raise NotPublished
    wrong = _review_faults(reviewed_by, registration, on, now)
    if wrong:
        raise ValuesRefused(wrong)
    held.reviewed_by, held.reviewer_registration = reviewed_by.strip(), registration.strip()
    held.reviewed_on, held.review_remarks = on, remarks.strip()[:1000]
    held.save(
        update_fields=["reviewed_by", "reviewer_registration", "reviewed_on", "review_remarks"]
    )
    _did("library.reviewed", held, by, now)
    return held


def _review_faults(name: str, registration: str, on: date | None, now: datetime) -> dict[str, str]:
    wrong = {}
    for field, value, longest in (("reviewed_by", name, 160), ("registration", registration, 40)):
        if not value.strip():
            wrong[field] = _("This is needed.")
        elif len(value.strip()) > longest:
            wrong[field] = _("At most %(longest)s characters.") % {"longest": longest}
    if on is None:
        wrong["on"] = _("This is needed.")
    elif on > timezone.localdate(now, practice.current().tz):
        wrong["on"] = _("This day is still to come.")
    return wrong


def seal(version: LibraryVersion) -> str:
    """Return a digest of everything a draft says, so that nobody publishes what they never saw."""
    return sha256(json.dumps(version.data, sort_keys=True).encode()).hexdigest()[:32]


def newest_before(version: LibraryVersion) -> LibraryVersion | None:
    """Return the published version before this one; None for the first."""
    return (
        LibraryVersion.objects.filter(number__lt=version.number, state=State.PUBLISHED)
        .order_by("-number")
        .first()
    )


def _newest() -> LibraryVersion:
    return LibraryVersion.objects.filter(state=State.PUBLISHED).latest("number")


def _may(by: User) -> None:
    """Raise PermissionDenied unless this is a clinical lead."""
    if not by.has_perm(CHANGE):
        raise PermissionDenied


def _draft(version: LibraryVersion) -> LibraryVersion:
    """Lock a draft and read it anew. Raises NotADraft, also when it was thrown away."""
    held = LibraryVersion.objects.select_for_update(no_key=True).filter(pk=version.pk).first()
    if held is None or held.state != State.DRAFT:
        raise NotADraft
    return held


def _did(
    action: str,
    version: LibraryVersion,
    by: User,
    now: datetime,
    data: dict[str, Any] | None = None,
) -> None:
    said = {"version": version.number, **(data or {})}
    audit.record(action, version, by=audit.actor_of(by), data=said, at=now)
