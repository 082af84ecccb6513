"""The text a topic has now: the clinic's own last version, else the one that ships.

Each language has texts of its own. Where the clinic wrote none in a language, its readers get the
text that ships in it, never the clinic's own in another.
"""

from dataclasses import dataclass

from django.utils.translation import get_language

from clinic import languages
from clinic.models import MessageText
from clinic.texts.filling import Fault, faults
from clinic.texts.register import Topic


@dataclass(frozen=True, slots=True)
class Wording:
    """A subject and a body with placeholders. Version 0 is the text that ships."""

    subject: str
    body: str
    version: int = 0


def shipped(topic: Topic) -> Wording:
    """Return the text that comes with Stepdown, in the active language."""
    return Wording(str(topic.subject), str(topic.body))


def current(topic: Topic) -> Wording:
    """Return the text to use now, in the active language.

    One that no longer fits its topic gives way to the shipped.
    """
    language = languages.known(get_language() or "")
    row = MessageText.objects.of(topic.name, topic.channel, language).first()
    if row is None or row.is_reset or faults_of(topic, row.subject, row.body):
        return shipped(topic)
    return Wording(row.subject, row.body, row.version)


def faults_of(topic: Topic, subject: str, body: str) -> list[Fault]:
    """Return what is wrong with a text for this topic."""
    return faults(
        subject,
        body,
        known=topic.fields,
        required=topic.required,
        has_subject=topic.has_subject,
    )
