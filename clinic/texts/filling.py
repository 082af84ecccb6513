"""Placeholders: which a text uses, what is wrong with it, and filling them in. Pure, no Django."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
BREAK = re.compile(r"\n[ \t]*\n\s*")


@dataclass(frozen=True, slots=True)
class Block:
    """A value with a shape of its own: lines in plain text, a table or a button in HTML.

    ``html`` is used where the placeholder is a paragraph by itself, else ``text``.
    """

    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph, filled in; ``html`` only where it is a block by itself."""

    text: str
    html: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """A subject and paragraphs with nothing left to fill in."""

    subject: str
    paragraphs: tuple[Paragraph, ...]

    @property
    def text(self) -> str:
        return "\n\n".join(paragraph.text for paragraph in self.paragraphs)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with a text: where (subject or body), what, and with which placeholder."""

    where: str
    kind: str  # "empty", "unknown", "missing" or "brace"
    name: str = ""


def used(text: str) -> list[str]:
    """Return the placeholders of a text, each once, in order."""
    return list(dict.fromkeys(PLACEHOLDER.findall(text)))


def faults(
    subject: str,
    body: str,
    *,
    known: Collection[str],
    required: Collection[str],
    has_subject: bool = True,
) -> list[Fault]:
    """Return everything wrong with a text, the subject's faults first."""
    found = []
    parts = {"subject": subject, "body": body} if has_subject else {"body": body}
    for where, text in parts.items():
        if not text.strip():
            found.append(Fault(where, "empty"))
        found += [Fault(where, "unknown", name) for name in used(text) if name not in known]
        if re.search(r"[{}]", PLACEHOLDER.sub("", text)):
            found.append(Fault(where, "brace"))
    found += [Fault("body", "missing", name) for name in required if name not in used(body)]
    return found


def fill(subject: str, body: str, values: Mapping[str, str | Block]) -> Written:
    """Put the values in, once: braces inside a value stay as they are.

    A paragraph whose placeholders all turn out empty, with nothing else in it, is left out.
    Raises KeyError for a placeholder without a value.
    """
    line = _put(subject, values)
    found = [_paragraph(part, values) for part in BREAK.split(body.strip())]
    return Written(" ".join(line.split()), tuple(part for part in found if part.text.strip()))


def _paragraph(text: str, values: Mapping[str, str | Block]) -> Paragraph:
    alone = PLACEHOLDER.fullmatch(text.strip())
    if alone and isinstance(value := values[alone[1]], Block):
        return Paragraph(value.text.strip("\n"), value.html)
    return Paragraph(_put(text, values))


def _put(text: str, values: Mapping[str, str | Block]) -> str:
    def value_of(match: re.Match[str]) -> str:
        value = values[match[1]]
        return value.text.strip() if isinstance(value, Block) else str(value)

    return PLACEHOLDER.sub(value_of, text)
