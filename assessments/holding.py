"""What ``verify`` looks for in the record: what was signed is what is stored, and on the trail."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from django.core.files.storage import Storage
from django.db.models import Model, Q, QuerySet

from assessments.library.version import fingerprint_of
from assessments.models import (
    Addendum,
    Assessment,
    CoSignature,
    ExercisePhoto,
    IntakeFile,
    Letter,
    LibraryVersion,
    Note,
    NoteAddendum,
    NoteCoSignature,
    Plan,
    Still,
)
from assessments.models.plan import MAY_BE_COMPOSED, MAY_HAVE_A_PLAN
from assessments.seal import (
    addendum_digest,
    assessment_digest,
    letter_digest,
    note_digest,
    plan_digest,
)
from assessments.wording import PLAN_READY
from clinic.invariants import invariant, named
from clinic.models import AuditEvent, Message, Tombstone
from clinic.uploads import clinical_files, digest_of

STREAM = 200  # documents at a time, each with its rows
Row = TypeVar("Row", bound=Model)


@invariant("signed", "signed.charts", "a signed chart says what was signed")
def charts(now: datetime) -> Iterator[str]:
    rows = Assessment.objects.filter(signed_at__isnull=False).defer("result")
    for batch in _batches(
        rows.prefetch_related("findings", "remarks", "stills", "treatments", "soap")
    ):
        on_trail = _digests("chart.signed", batch)
        for chart in batch:
            words = {remark.name: remark.text for remark in chart.remarks.all()}
            beside = chart.stills.all(), chart.treatments.all(), chart.soap.all()
            held = assessment_digest(chart, chart.findings.all(), words, *beside)
            yield from _against(chart, held, on_trail)


@invariant("signed", "signed.notes", "a signed note says what was signed")
def notes(now: datetime) -> Iterator[str]:
    rows = Note.objects.filter(signed_at__isnull=False).prefetch_related("lines", "treatments")
    for batch in _batches(rows):
        on_trail = _digests("note.signed", batch)
        for note in batch:
            words = {line.name: line.text for line in note.lines.all()}
            yield from _against(note, note_digest(note, words, note.treatments.all()), on_trail)


@invariant("signed", "signed.plans", "an issued plan says what was issued")
def plans(now: datetime) -> Iterator[str]:
    rows = Plan.objects.filter(issued_at__isnull=False).prefetch_related("lines")
    for batch in _batches(rows):
        on_trail = _digests("plan.issued", batch)
        for plan in batch:
            yield from _against(plan, plan_digest(plan, list(plan.lines.all())), on_trail)


@invariant("signed", "signed.letters", "a finished letter says what was finished")
def letters(now: datetime) -> Iterator[str]:
    for batch in _batches(Letter.objects.filter(fixed_at__isnull=False)):
        on_trail = _digests("letter.finished", batch)
        for letter in batch:
            yield from _against(letter, letter_digest(letter.facts or {}), on_trail)


@invariant("signed", "signed.addenda", "what was added to a signed chart says what was added")
def addenda(now: datetime) -> Iterator[str]:
    for row in Addendum.objects.select_related("assessment").order_by("pk").iterator(STREAM):
        held = addendum_digest(row.assessment.content_hash, row.reason, row.text)
        if held != row.content_hash:
            yield named(row, "content")


@invariant("signed", "signed.cosignatures", "a co-signature is under what was signed")
def cosignatures(now: datetime) -> Iterator[str]:
    for row in CoSignature.objects.select_related("assessment").order_by("pk").iterator(STREAM):
        if row.content_hash != row.assessment.content_hash:
            yield named(row, "content")


@invariant("signed", "signed.beside_notes", "what stands beside a signed note is about that note")
def beside_notes(now: datetime) -> Iterator[str]:
    for row in NoteAddendum.objects.select_related("note").order_by("pk").iterator(STREAM):
        if addendum_digest(row.note.content_hash, row.reason, row.text) != row.content_hash:
            yield named(row, "content")
    for mark in NoteCoSignature.objects.select_related("note").order_by("pk").iterator(STREAM):
        if mark.content_hash != mark.note.content_hash:
            yield named(mark, "content")


@invariant("signed", "signed.libraries", "a published library is what was published")
def libraries(now: datetime) -> Iterator[str]:
    published = LibraryVersion.objects.filter(state=LibraryVersion.State.PUBLISHED)
    for version in published.order_by("number").iterator(1):
        if fingerprint_of(version.data, version.language) != version.fingerprint:
            yield named(version, "content")


@invariant("signed", "signed.files", "every photograph and file is there as it was taken in")
def files(now: datetime) -> Iterator[str]:
    store = clinical_files()
    for model in (Still, ExercisePhoto, IntakeFile):
        rows: QuerySet[Any] = model.objects.order_by("pk").only("pk", "name", "sha256")
        buried = set(
            Tombstone.objects.filter(kind=model._meta.label_lower).values_list("row", "digest")
        )
        for row in rows.iterator(STREAM):
            if (str(row.pk), row.sha256) in buried:
                if store.exists(row.name):
                    yield named(row, "erased and still there")
            elif fault := _fault_of(store, row.name, row.sha256):
                yield named(row, fault)


SIGNINGS: Mapping[str, type[Model]] = {
    "chart.signed": Assessment, "note.signed": Note, "plan.issued": Plan,
    "letter.finished": Letter,
}  # fmt: skip


@invariant("signed", "signed.gone", "what was signed is there, or was erased with a tombstone")
def gone(now: datetime) -> Iterator[str]:
    for action, model in SIGNINGS.items():
        events = AuditEvent.objects.filter(action=action, result=AuditEvent.Result.DONE)
        for batch in _batches(events):
            keys = {event.object_id for event in batch}
            there = model._default_manager.filter(pk__in=keys).values_list("pk", flat=True)
            stones = Tombstone.objects.filter(kind=model._meta.label_lower, row__in=keys)
            known = {str(pk) for pk in there} | set(stones.values_list("row", flat=True))
            for key in sorted(keys - known):
                yield f"{model._meta.label_lower} {key}"


@invariant("signed", "signed.gate", "no plan is issued past the gate")
def past_the_gate(now: datetime) -> Iterator[str]:
    may = Q(composed=False, assessment__plan_status__in=MAY_HAVE_A_PLAN) | Q(
        composed=True, assessment__plan_status__in=MAY_BE_COMPOSED
    )
    issued = Plan.objects.filter(issued_at__isnull=False)
    for plan in _stream(issued.exclude(may & Q(assessment__signed_at__isnull=False)).only("pk")):
        yield named(plan)


@invariant("audit", "audit.writes", "every chart, note and plan that was begun is on the trail")
def begun(now: datetime) -> Iterator[str]:
    yield from _not_on_trail(
        Assessment.objects.all(), ["chart.started", "chart.amended", "chart.copied"], "begun"
    )
    yield from _not_on_trail(Note.objects.all(), ["note.started", "note.amended"], "begun")
    yield from _not_on_trail(
        Plan.objects.all(),
        ["plan.drafted", "plan.revised", "plan.composed", "plan.advanced"],
        "drafted",
    )
    saved = ["chart.saved", "chart.carried"]
    yield from _not_on_trail(Assessment.objects.filter(version__gt=0), saved, "saved")
    yield from _not_on_trail(Note.objects.filter(version__gt=0), ["note.saved"], "saved")


@invariant("messages", "messages.of_plans", "a patient with an address is told of a plan, once")
def told_of_plans(now: datetime) -> Iterator[str]:
    """An address that somebody wrote down after the plan was issued owes nothing."""
    issued = Plan.objects.filter(issued_at__isnull=False, episode__patient__merged_into=None)
    rows = issued.exclude(episode__patient__email="").select_related("episode")
    for batch in _batches(rows):
        messages = Message.objects.filter(topic=PLAN_READY, edition=1)
        about = messages.filter(subject_id__in=[str(plan.pk) for plan in batch])
        told = Counter(about.values_list("subject_id", flat=True))
        for plan in batch:
            count = told[str(plan.pk)]
            if count > 1 or (count == 0 and not _address_came_later(plan)):
                yield named(plan)


def _address_came_later(plan: Plan) -> bool:
    later = AuditEvent.objects.filter(chain=str(plan.episode.patient_id), at__gte=plan.issued_at)
    changes = later.filter(action__startswith="patient").values_list("action", "data")
    return any(
        "email" in data.get("fields", []) or "merge" in action
        for action, data in changes.iterator(STREAM)
    )


def _against(row: Any, held: str, on_trail: dict[str, set[str]]) -> Iterator[str]:
    """Compare what is stored with the row's own digest, and that with the trail's."""
    if held != row.content_hash:
        yield named(row, "content")
    if row.content_hash not in on_trail.get(str(row.pk), set()):
        yield named(row, "trail")


def _digests(action: str, rows: Sequence[Model]) -> dict[str, set[str]]:
    """Return the digests that the trail has for these rows, by their keys."""
    events = AuditEvent.objects.filter(
        object_type=rows[0]._meta.label_lower,
        object_id__in=[str(row.pk) for row in rows],
        action=action,
    ).values_list("object_id", "data")
    found: dict[str, set[str]] = {}
    for key, data in events:
        found.setdefault(key, set()).add(str(data.get("digest", "")))
    return found


def _not_on_trail(rows: QuerySet[Any], actions: Sequence[str], what: str) -> Iterator[str]:
    for batch in _batches(rows.only("pk")):
        events = AuditEvent.objects.filter(
            object_type=batch[0]._meta.label_lower,
            object_id__in=[str(row.pk) for row in batch],
            action__in=actions,
        )
        known = set(events.values_list("object_id", flat=True))
        for row in batch:
            if str(row.pk) not in known:
                yield named(row, what)


def _fault_of(store: Storage, name: str, sha256: str) -> str:
    try:
        with store.open(name) as file:
            return "" if digest_of(file) == sha256 else "content"
    except OSError:
        return "missing"


def _stream(rows: QuerySet[Row]) -> Iterable[Row]:
    return rows.order_by("pk").iterator(STREAM)


def _batches(rows: QuerySet[Row]) -> Iterator[list[Row]]:
    stream = iter(_stream(rows))
    while batch := list(islice(stream, STREAM)):
        yield batch
