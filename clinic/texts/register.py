"""The messages whose wording a clinic may change. Each app registers its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from clinic.models import Message
from clinic.texts.filling import Block

MAIL, SMS = Message.Channel.EMAIL, Message.Channel.SMS
LONGEST = {MAIL: 4000, SMS: 300}  # characters of a body
LONGEST_SUBJECT = 150


@dataclass(frozen=True, kw_only=True)
class Topic:
    """One message by one channel: the text it ships with and what may stand in it.

    fields    every placeholder and what it stands for
    required  those the body cannot do without
    sample    values for the preview, made when it is shown
    kind      the consent a message needs that is not about a visit or a sign-in; "" if none
    to_staff  it goes to people who work here, who read English
    """

    name: str
    channel: str = MAIL
    label: Any
    subject: Any = ""
    body: Any
    fields: Mapping[str, Any]
    required: tuple[str, ...] = ()
    sample: Callable[[], Mapping[str, str | Block]]
    kind: str = ""
    to_staff: bool = False

    @property
    def key(self) -> str:
        return f"{self.name}.{self.channel}"

    @property
    def has_subject(self) -> bool:
        return self.channel == MAIL

    @property
    def longest(self) -> int:
        return LONGEST[Message.Channel(self.channel)]


_topics: dict[tuple[str, str], Topic] = {}
_names: dict[str, Any] = {}


def register(*found: Topic) -> None:
    """Make topics known to the outbox and to the page where managers change them."""
    for topic in found:
        _topics[topic.name, topic.channel] = topic


def get(name: str, channel: str = MAIL) -> Topic:
    """Return a topic. Raises KeyError for one nobody registered."""
    return _topics[name, channel]


def topics() -> list[Topic]:
    """Return all of them in order of registration."""
    return list(_topics.values())


def label_of(name: str) -> str:
    """Return what messages of a topic are about, in words; "" for one that is not registered."""
    for (known, _), topic in _topics.items():
        if known == name:
            return str(topic.label)
    return str(_names.get(name, ""))


def names() -> dict[str, str]:
    """Return what messages of every known topic are about, by the topic's name."""
    return {name: label_of(name) for name in [*(name for name, _ in _topics), *_names]}


def name_topics(words: Mapping[str, Any]) -> None:
    """Say what letters are about whose wording is not changed here."""
    _names.update(words)
