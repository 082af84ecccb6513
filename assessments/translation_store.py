"""Translations of the library: the shipped ones put in place, and all of them read for a reader.

What is read is kept per process under the newest row it was made of; rows are only ever added.
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache

from django.apps import apps as installed
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import get_language

from assessments.library.translating import Memory, Rendering, Speaker
from assessments.library.translations import LANGUAGES, shipped_translations
from assessments.models import Translation, TranslationSet

WRITTEN = "en"  # the language libraries are written in, and plans are kept in


def digest_of(text: str) -> str:
    """Return what a translation is found by: the SHA-256 of the text it translates."""
    return hashlib.sha256(text.encode()).hexdigest()


def load_shipped_translations(using: str = DEFAULT_DB_ALIAS, apps=installed) -> int:
    """Put what ships in place where it is not the newest; return how many sets were added.

    ``apps`` are the models as far as the migrations have come.
    """
    try:
        sets = apps.get_model("assessments", "TranslationSet")
    except LookupError:
        return 0
    if sets._meta.db_table not in connections[using].introspection.table_names():
        return 0
    added = 0
    for language in LANGUAGES:
        texts = dict(shipped_translations(language))
        canonical = json.dumps(texts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        mark = digest_of(canonical)
        newest = sets.objects.using(using).filter(language=language).order_by("-pk").first()
        if newest is None or newest.fingerprint != mark:
            sets.objects.using(using).create(
                language=language, fingerprint=mark, texts=texts, loaded_at=timezone.now()
            )
            added += 1
    return added


def after_migrate(using: str = DEFAULT_DB_ALIAS, apps=installed, **kwargs: object) -> None:
    """Make ``migrate`` alone enough for reading a plan in another language."""
    load_shipped_translations(using, apps)


def speaker() -> Speaker:
    """Return who says texts of the library in the active language. One query unless English."""
    return Speaker(memory_for(get_language() or WRITTEN), WRITTEN)


def memory_for(code: str) -> Memory | None:
    """Return the translations for a language code (``fr``, ``fr-ca``); None for the library's own.

    One query; three more when there is something new.
    """
    language = code.split("-")[0].lower()
    if language == WRITTEN:
        return None
    newest = (
        TranslationSet.objects.filter(language=language)
        .annotate(last=Subquery(_newest_row()))
        .order_by("-pk")
        .values_list("pk", "fingerprint", "last")
        .first()
    )
    return _kept(language, *(newest or (None, "", None)))


def forget() -> None:
    """Read everything anew the next time."""
    _kept.cache_clear()


@lru_cache(maxsize=4)
def _kept(language: str, newest_set: int | None, mark: str, last: int | None) -> Memory:
    return memory_at(language, newest_set=newest_set, last=last)


def memory_at(
    language: str,
    *,
    at: datetime | None = None,
    newest_set: int | None = None,
    last: int | None = None,
) -> Memory:
    """Return the translations into a language as they are, or as they were at a moment."""
    sets = TranslationSet.objects.filter(language=language)
    rows = Translation.objects.filter(language=language)
    if at is not None:
        sets, rows = sets.filter(loaded_at__lte=at), rows.filter(written_at__lte=at)
    if newest_set is not None:
        sets = sets.filter(pk__lte=newest_set)
    if last is not None:
        rows = rows.filter(pk__lte=last)
    shipped = sets.order_by("-pk").first()
    entries = {text: Rendering(said) for text, said in (shipped.texts if shipped else {}).items()}
    entries |= {row.source: Rendering(row.text, bool(row.reviewed_by)) for row in _in_order(rows)}
    return Memory(language, entries)


def _newest_row() -> QuerySet:
    """The newest row of the same language, as part of another query."""
    rows = Translation.objects.filter(language=OuterRef("language"))
    return rows.order_by("-pk").values("pk")[:1]


def _in_order(rows: QuerySet[Translation]) -> Iterator[Translation]:
    yield from rows.order_by("number", "pk").iterator()
