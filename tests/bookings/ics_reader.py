"""A calendar program small enough to trust: reads files by RFC 5545 and does what RFC 5546 asks.

Written against the standards, not against our writer: it shares no code with it.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

LINE = re.compile(r"([A-Za-z0-9-]+)((?:;[A-Za-z0-9-]+=(?:\"[^\"]*\"|[^\";:,]*))*):(.*)", re.S)
LONGEST_LINE = 75  # octets, RFC 5545 section 3.1


@dataclass
class Component:
    """What stands between BEGIN and END."""

    name: str
    properties: list[tuple[str, str, str]] = field(default_factory=list)
    children: list["Component"] = field(default_factory=list)

    def all(self, name: str) -> list[str]:
        return [value for found, _, value in self.properties if found == name]

    def one(self, name: str) -> str:
        values = self.all(name)
        assert len(values) == 1, f"{self.name} has {len(values)} {name}"
        return values[0]

    def text(self, name: str) -> str:
        return re.sub(r"\\([nN,;\\])", lambda m: "\n" if m[1] in "nN" else m[1], self.one(name))

    def instant(self, name: str) -> datetime:
        value = self.one(name)
        assert re.fullmatch(r"\d{8}T\d{6}Z", value), f"{name} is not in UTC: {value}"
        return datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def read(content: bytes) -> Component:
    """Return the VCALENDAR of a file; AssertionError for anything the standard forbids."""
    assert content.endswith(b"\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert all(len(line) <= LONGEST_LINE for line in content.split(b"\r\n"))
    whole = re.sub(rb"\r\n[ \t]", b"", content).decode()
    root = Component("root")
    stack = [root]
    for line in whole.split("\r\n")[:-1]:
        match = LINE.fullmatch(line)
        assert match, f"not a content line: {line!r}"
        name, parameters, value = match[1].upper(), match[2], match[3]
        if name == "BEGIN":
            stack.append(Component(value.upper()))
            stack[-2].children.append(stack[-1])
        elif name == "END":
            assert stack.pop().name == value.upper()
        else:
            stack[-1].properties.append((name, parameters, value))
    assert stack == [root]
    [calendar] = root.children
    assert calendar.name == "VCALENDAR"
    assert calendar.one("VERSION") == "2.0"
    assert calendar.one("PRODID")
    return calendar


@dataclass
class Entry:
    """One appointment as its owner sees it."""

    sequence: int
    starts: datetime
    ends: datetime
    title: str
    place: str
    status: str = "CONFIRMED"


class Diary:
    """Somebody's calendar: takes files as they arrive by mail."""

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}
        self.gone: dict[str, int] = {}

    def receive(self, content: bytes) -> None:
        """Apply a file: a newer REQUEST replaces, a CANCEL takes out, an older one is ignored."""
        calendar = read(content)
        for event in (child for child in calendar.children if child.name == "VEVENT"):
            assert event.one("DTSTAMP")
            assert event.one("ORGANIZER").lower().startswith("mailto:")
            uid, sequence = event.one("UID"), int(event.one("SEQUENCE"))
            known = self.entries.get(uid)
            newest = max(known.sequence if known else -1, self.gone.get(uid, -1))
            if sequence < newest:
                continue
            if calendar.one("METHOD") == "CANCEL":
                assert event.one("STATUS") == "CANCELLED"
                self.entries.pop(uid, None)
                self.gone[uid] = sequence
            elif calendar.one("METHOD") == "REQUEST":
                assert event.one("STATUS") in ("CONFIRMED", "TENTATIVE")
                self.entries[uid] = Entry(
                    sequence,
                    event.instant("DTSTART"),
                    event.instant("DTEND"),
                    event.text("SUMMARY"),
                    event.text("LOCATION"),
                    event.one("STATUS"),
                )
