"""Published versions of the library: the shipped one put in place, any of them read back."""

from functools import cache

from django.apps import apps as installed
from django.db import DEFAULT_DB_ALIAS, connections
from django.utils import timezone

from assessments.library import Library, fingerprint, shipped
from assessments.library.later import completed
from assessments.models import LibraryVersion

SHIPPED = 1


def load_shipped_library(using: str = DEFAULT_DB_ALIAS, apps=installed) -> bool:
    """Publish the shipped library as version 1 unless it is there; return whether it was added.

    ``apps`` are the models as far as the migrations have come.
    """
    try:
        versions = apps.get_model("assessments", "LibraryVersion")
    except LookupError:
        return False
    if versions._meta.db_table not in connections[using].introspection.table_names():
        return False
    library, now = shipped(), timezone.now()
    _, added = versions.objects.using(using).get_or_create(
        number=SHIPPED,
        defaults={
            "state": "published",
            "language": library.language,
            "data": library.as_data(),
            "fingerprint": fingerprint(library),
            "note": "As shipped",
            "created_at": now,
            "published_at": now,
        },
    )
    return added


def after_migrate(using: str = DEFAULT_DB_ALIAS, apps=installed, **kwargs: object) -> None:
    """Make ``migrate`` alone enough for drafting plans."""
    load_shipped_library(using, apps)


def newest_version() -> LibraryVersion:
    """Return the published version that new charts are judged by."""
    published = LibraryVersion.objects.filter(state=LibraryVersion.State.PUBLISHED)
    return published.defer("data").latest("number")


@cache
def library_of(number: int) -> Library:
    """Return a published version, read once per process: it can never change.

    Raises LibraryVersion.DoesNotExist for a number that is not published.
    """
    version = LibraryVersion.objects.get(number=number, state=LibraryVersion.State.PUBLISHED)
    return Library.from_data(completed(version.data))
