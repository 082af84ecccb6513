"""The wording of messages: what ships, what a clinic changed, and how placeholders are filled.

A text is plain words with placeholders such as ``{first_name}`` from a closed list. Filling in is
one pass of plain substitution: no template language, nothing a text or a name could execute.
"""

from clinic.texts.filling import Block, Paragraph, Written, faults, fill
from clinic.texts.register import Topic, get, label_of, name_topics, names, register, topics

__all__ = [
    "Block",
    "Paragraph",
    "Topic",
    "Written",
    "faults",
    "fill",
    "get",
    "label_of",
    "name_topics",
    "names",
    "register",
    "topics",
]
