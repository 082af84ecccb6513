"""A phone without script, and the thumb that fills in the form before a visit: taps are counted.

A tap is a press on an answer, a press into a field to type, or a press on a button or link.
"""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.http import QueryDict
from django.test import Client


class Controls(HTMLParser):
    """What the form that takes answers holds: values sent untouched, answers, buttons."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.action = ""
        self.sent: list[tuple[str, str]] = []
        self.answers: set[tuple[str, str]] = set()
        self.single: set[str] = set()
        self.fields: set[str] = set()
        self.buttons: list[tuple[str, str]] = []
        self._inside = False
        self._area = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        has = dict(attrs)
        if tag == "form":
            action = has.get("action", "")
            self._inside = "/intake/" in action and "/files/" not in action
            if self._inside:
                self.action = action
        if not self._inside or tag not in ("input", "textarea", "button"):
            return
        name, value, kind = has.get("name", ""), has.get("value", ""), has.get("type", "text")
        if tag == "button":
            self.buttons.append((name, value))
        elif kind in ("radio", "checkbox"):
            self.answers.add((name, value))
            if kind == "radio":
                self.single.add(name)
            if "checked" in has:
                self.sent.append((name, value))
        elif kind == "hidden":
            self.sent.append((name, value))
        else:
            self.fields.add(name)
            self.sent.append((name, value))
            self._area = name if tag == "textarea" else ""

    def handle_data(self, data):
        if self._area:
            self.sent = [(n, v + data if n == self._area else v) for n, v in self.sent]

    def handle_endtag(self, tag):
        if tag == "textarea":
            self._area = ""
        elif tag == "form":
            self._inside = False


@dataclass
class Phone:
    """One browser; ``taps`` and ``typed`` count what the thumb did."""

    client: Client = field(default_factory=Client)
    taps: int = 0
    typed: int = 0

    def open(self, address: str):
        """Follow a link of a mail; not counted."""
        self.at, self.answer = address, self.client.get(address)
        self._read()
        return self.answer

    def _read(self):
        self.page = self.answer.content.decode()
        self.controls = Controls(self.page)

    def tap(self, name: str, value: str):
        """Press an answer that is on the screen."""
        assert (name, value) in self.controls.answers, (name, value, self.at)
        self.taps += 1
        if name in self.controls.single:
            self.controls.sent = [each for each in self.controls.sent if each[0] != name]
        self.controls.sent.append((name, value))

    def type(self, name: str, text: str):
        """Press into a field and type."""
        assert name in self.controls.fields, (name, self.at)
        self.taps += 1
        self.typed += len(text)
        self.controls.sent = [each for each in self.controls.sent if each[0] != name]
        self.controls.sent.append((name, text))

    def press(self, name: str = "", value: str = ""):
        """Press a button of the form; the first unnamed one unless it is named. Follows a 303."""
        assert (name, value) in self.controls.buttons, (name, self.controls.buttons, self.at)
        self.taps += 1
        form = QueryDict(mutable=True)
        for each, one in [*self.controls.sent, *([(name, value)] if name else [])]:
            form.appendlist(each, one)
        self.answer = self.client.post(
            self.controls.action or self.at,
            form.urlencode(),
            content_type="application/x-www-form-urlencoded",
        )
        self.status = self.answer.status_code
        if self.status == 303:
            self.at = self.answer["Location"]
            self.answer = self.client.get(self.at)
        self._read()
        return self.status

    @property
    def heading(self) -> str:
        """The words of the first heading."""
        return re.sub(r"<[^>]+>", "", re.search(r"<h1[^>]*>(.*?)</h1>", self.page, re.S)[1]).strip()
