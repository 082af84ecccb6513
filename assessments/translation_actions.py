"""What the clinical lead does with translations: write one, stand for them after a review.

A row is never changed: what somebody writes or reviews is a new row, and the newest counts. Audit
rows name a text by its digest, never what it says.
"""
# ruff: noqa: N818  # a name says what happened

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.errors import RecordError
from assessments.library import Library
from assessments.library.patient_words import PatientText
from assessments.library.translating import Memory
from assessments.library.translations import LANGUAGES, pair_faults, texts_of
from assessments.library_actions import CHANGE, open_draft
from assessments.library_store import library_of, newest_version
from assessments.models import Translation, TranslationSet
from assessments.translation_store import digest_of, memory_at
from clinic import audit
from clinic.models import User

NAME = 160  # characters of the name of who reviewed


class NoSuchText(RecordError):
    text = gettext_lazy("The library has no such text.")


class TranslationRefused(RecordError):
    """What was written does not fit the text; ``errors`` maps the name of a field to a sentence."""

    text = gettext_lazy("This cannot be kept as it is.")

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = dict(errors)
        super().__init__()


class StaleTranslation(RecordError):
    """Somebody wrote something else meanwhile; ``theirs`` is what it says now."""

    text = gettext_lazy("Somebody else changed this in the meantime. Compare, then save again.")

    def __init__(self, theirs: str) -> None:
        self.theirs = theirs
        super().__init__()


def texts_to_translate() -> dict[str, list[PatientText]]:
    """Return the texts of the newest published version, and of the draft that is worked on."""
    texts = texts_of(library_of(newest_version().number))
    draft = open_draft()
    if draft is not None:
        for text, places in texts_of(Library.from_data(draft.data)).items():
            texts.setdefault(text, places)
    return texts


def seal_of(said: str) -> str:
    """Return a short mark of what a translation said when somebody read it; "" for none."""
    return digest_of(said)[:16] if said else ""


@transaction.atomic
def write_translation(
    language: str,
    source: str,
    said: str,
    *,
    base: str,
    reviewed_by: str = "",
    by: User,
    now: datetime,
) -> Translation:
    """Write a text in another language; with a name, as reviewed by that person.

    base  ``seal_of`` what it said when it was read

    Raises PermissionDenied, NoSuchText, StaleTranslation and TranslationRefused.
    """
    memory = _locked(language, by)
    places = texts_to_translate().get(source)
    if places is None:
        raise NoSuchText
    said, name = said.strip(), _name(reviewed_by)
    held = _held(memory, source)
    if base != seal_of(held) and said != held:
        raise StaleTranslation(held)
    wrong = [each.said(_) for each in pair_faults(source, said, places)]
    if wrong:
        raise TranslationRefused({"text": _("This %(problem)s.") % {"problem": wrong[0]}})
    row = _add(language, source, said, name, by, now)
    _did("library.translated", row, by, now)
    return row


@transaction.atomic
def review_translations(
    language: str, chosen: Mapping[str, str], *, reviewed_by: str, by: User, now: datetime
) -> int:
    """Stand for translations as they were read, in the name of who reviewed them; say how many.

    chosen  digest of a text -> ``seal_of`` its translation when it was read; one that says
            something else by now, or that has no translation, is passed over

    Raises PermissionDenied, and TranslationRefused without a name.
    """
    memory = _locked(language, by)
    name = _name(reviewed_by)
    if not name:
        raise TranslationRefused({"reviewed_by": _("This is needed.")})
    marked = 0
    for source in texts_to_translate():
        held = _held(memory, source)
        if held and chosen.get(digest_of(source)) == seal_of(held):
            row = _add(language, source, held, name, by, now)
            _did("library.translation_reviewed", row, by, now)
            marked += 1
    return marked


def _locked(language: str, by: User) -> Memory:
    """Return the translations as they are now; nobody else writes until this is done.

    Rows get their numbers one after the other, so that what a process keeps under the newest of
    them misses none.
    """
    if not by.has_perm(CHANGE):
        raise PermissionDenied
    if language not in LANGUAGES:
        raise NoSuchText
    sets = TranslationSet.objects.filter(language=language).order_by("pk")
    sets.select_for_update(no_key=True).first()
    return memory_at(language)


def _held(memory: Memory, source: str) -> str:
    found = memory.entries.get(source)
    return found.text if found else ""


def _name(typed: str) -> str:
    name = typed.strip()
    if len(name) > NAME:
        longest = _("At most %(longest)s characters.") % {"longest": NAME}
        raise TranslationRefused({"reviewed_by": longest})
    return name


def _add(
    language: str, source: str, said: str, reviewed_by: str, by: User, now: datetime
) -> Translation:
    earlier = Translation.objects.filter(language=language, digest=digest_of(source))
    return Translation.objects.create(
        language=language,
        digest=digest_of(source),
        number=earlier.count() + 1,
        source=source,
        text=said,
        reviewed_by=reviewed_by,
        written_at=now,
        written_by=by,
    )


def _did(action: str, row: Translation, by: User, now: datetime) -> None:
    said = {"language": row.language, "digest": row.digest, "number": row.number}
    audit.record(action, row, by=audit.actor_of(by), data=said, at=now)
