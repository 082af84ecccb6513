"""Sentences a practitioner writes often. They belong to the person, not to any patient."""

import re
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from assessments.errors import SnippetRefused
from assessments.models import Snippet
from clinic import audit
from clinic.models import Practitioner, User

WORD = re.compile(r"[a-z0-9][a-z0-9-]{0,19}")
LONGEST = 500
MOST = 100


def snippets_of(practitioner: Practitioner) -> list[Snippet]:
    """Return somebody's snippets by their words."""
    return list(practitioner.snippets.order_by("word"))


@transaction.atomic
def save_snippet(
    practitioner: Practitioner, word: str, text: str, *, by: User, now: datetime
) -> Snippet:
    """Keep a sentence under a short word; the word's earlier sentence is replaced.

    Raises SnippetRefused.
    """
    word, text = word.strip().lower().lstrip("."), text.strip()
    if not WORD.fullmatch(word):
        raise SnippetRefused(_("The short word: up to 20 small letters, numbers and hyphens."))
    if not text or len(text) > LONGEST or "\0" in text:
        raise SnippetRefused(_("The sentence: up to 500 characters."))
    if practitioner.snippets.exclude(word=word).count() >= MOST:
        raise SnippetRefused(_("There are 100 snippets. Remove one first."))
    snippet, _made = Snippet.objects.update_or_create(
        practitioner=practitioner, word=word, defaults={"text": text}
    )
    audit.record("snippet.saved", snippet, by=audit.actor_of(by), at=now)
    return snippet


@transaction.atomic
def remove_snippet(practitioner: Practitioner, word: str, *, by: User, now: datetime) -> None:
    """Forget a sentence; one that is gone already, or never was, is no error."""
    if not WORD.fullmatch(word):
        return
    snippet = practitioner.snippets.filter(word=word).first()
    if snippet is not None:
        audit.record("snippet.removed", snippet, by=audit.actor_of(by), at=now)
        snippet.delete()
