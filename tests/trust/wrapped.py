"""A made-up French whose every text stands in ⟦brackets⟧, and what is left outside of them."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from html.parser import HTMLParser
from pathlib import Path

import polib
from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils import translation
from django.utils.dates import MONTHS, MONTHS_3, WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation.trans_real import translation as catalogue_of

from assessments.library.translations import shipped_translations

TEXTS = Path(settings.BASE_DIR) / "locale/fr/LC_MESSAGES/django.po"
WORD = re.compile(r"[^\W\d_]{2,}")
ADDRESS = re.compile(r"https?://\S+")
PLACE = re.compile(r"\{\w+\}|%\(\w+\)[sd]")
CHOICE = re.compile(r"\{\w+\|([^{}]*)\}")  # {days|jour|jours}: by how many there are
INITIALS = re.compile(r"[A-Z]{2}")
# Attributes that are read out or shown; data-… goes into pages by our scripts.
SAID = {"aria-label", "aria-description", "title", "placeholder", "alt", "label"}
NOT_SAID = {"script", "style", "code", "template"}
OURS = {"clinic", "bookings", "assessments"}
# Symbols and names that are the same in every language.
SAME = {
    "km", "min", "PDF", "ZIP", "UTC", "AKPS", "PSFS", "English", "Français", "OpenStreetMap", "ics",
}  # fmt: skip


def wrapped(to: Path) -> Path:
    """Write the catalogue of the made-up language; return the folder it is in."""
    texts = polib.pofile(str(TEXTS))
    for one in texts:
        if one.msgid_plural:
            one.msgstr_plural = {0: f"⟦{one.msgid}⟧", 1: f"⟦{one.msgid_plural}⟧"}
        elif "|" in one.msgid:  # several words in one, which the page takes apart
            one.msgstr = "|".join(f"⟦{each}⟧" for each in one.msgid.split("|"))
        else:
            one.msgstr = f"⟦{one.msgid}⟧"
    place = to / "fr/LC_MESSAGES/django.mo"
    place.parent.mkdir(parents=True)
    texts.save_as_mofile(str(place))
    return to


class Said(HTMLParser):
    """Collects what a page says to somebody who reads it or has it read out."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside: list[str] = []
        self._foreign: list[str] = []
        self._depth = 0  # a text with tags in it is open across several pieces
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        if tag not in ("br", "hr", "img", "input", "link", "meta", "source", "wbr"):
            self._inside.append(tag)
            # Words marked as being in another language are meant to be.
            self._foreign.append(told.get("lang", "") if tag != "html" else "")
        for name, value in attrs:
            shown = name in SAID or (name.startswith("data-") and " " in (value or ""))
            button = tag == "input" and name == "value" and told.get("type") == "submit"
            if value and (shown or button) and not any(self._foreign):
                self.found.append(outside(value)[0])

    def handle_endtag(self, tag):
        while self._inside:
            self._foreign.pop()
            if self._inside.pop() == tag:
                return

    def handle_data(self, data):
        if not NOT_SAID.intersection(self._inside) and not any(self._foreign):
            left, self._depth = outside(data, self._depth)
            self.found.append(left)


def outside(text: str, depth: int = 0) -> tuple[str, int]:
    """Return what of a text stands in no brackets, and how many are open at its end."""
    result = []
    for char in text:
        depth += char == "⟦"
        if not depth:
            result.append(char)
        depth -= char == "⟧"
    return " ".join("".join(result).split()), depth


class Known:
    """What may stand on a page untranslated: what people typed, the library, names of days."""

    def __init__(self, more: Iterable[str] = ()) -> None:
        self.learn([*self._all(), *more])

    def learn(self, value: object) -> None:
        """Take what a value holds, to any depth, for the words of somebody else."""
        found = {
            " ".join(each.replace("%%", "%").split())
            for text in _strings(value)
            for each in _of_any_number(text)
        }
        self.whole = {each for each in found | getattr(self, "whole", set()) if WORD.search(each)}
        # What says most comes first: the "%(n)s ans" of a form is part of many a sentence.
        said = sorted(self.whole, key=lambda each: len(PLACE.sub("", each)), reverse=True)
        self.patterns = [_filled(each) for each in said if WORD.search(PLACE.sub(" ", each))]

    @staticmethod
    def _all() -> Iterator[str]:
        for model in apps.get_models():
            yield from _typed_into(model)
        with translation.override("fr"):
            for days in (WEEKDAYS, WEEKDAYS_ABBR, MONTHS, MONTHS_3):
                yield from (str(each) for each in days.values())
        yield from SAME
        yield from shipped_translations("fr").values()
        # What Django's and allauth's own French says.
        for said in catalogue_of("fr")._catalog._catalogs:
            yield from (each for each in said.values() if isinstance(each, str) and "⟦" not in each)

    def left_of(self, text: str) -> str:
        """Return what of a piece outside all brackets nothing known explains, or "".

        What was filled in for a placeholder has to be known as well.
        """
        left = ADDRESS.sub(" ", text)
        if left in self.whole or INITIALS.fullmatch(left):
            return ""
        for pattern in self.patterns:
            if not WORD.search(left):
                return ""
            left = pattern.sub(lambda found: " ".join(found.groups()) or " ", left)
        return " ".join(left.split()) if WORD.search(left) else ""


def _of_any_number(text: str) -> list[str]:
    """Return a text of the library as it reads for one, and for many."""
    if not CHOICE.search(text):
        return [text]
    return [CHOICE.sub(lambda found, n=n: found[1].split("|")[n], text) for n in (0, -1)]


def _filled(text: str) -> re.Pattern[str]:
    """Return what a text looks like once its placeholders, if it has any, are filled in."""
    literal = "(.{1,60})".join(re.escape(each) for each in PLACE.split(text))
    return re.compile(rf"(?<!\w){literal}(?!\w)")


def _typed_into(model: type[models.Model]) -> Iterator[str]:
    """Yield what people wrote into a table; codes with words of their own are not it."""
    texts = [
        each
        for each in model._meta.concrete_fields
        if isinstance(each, models.CharField | models.TextField | models.JSONField)
        and not each.choices
    ]
    if model._meta.app_label not in OURS or not texts:
        return
    for row in model._default_manager.values_list(*(each.attname for each in texts)):
        for value in row:
            yield from _strings(value)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
        yield from value.splitlines()
        if value[:1] in "[{":
            try:
                yield from _strings(json.loads(value))
            except ValueError:
                return
    elif is_dataclass(value) and not isinstance(value, type):
        yield from _strings([getattr(value, each.name) for each in fields(value)])
    elif isinstance(value, dict):
        yield from _strings(list(value.values()))
    elif isinstance(value, Iterable):
        for each in value:
            yield from _strings(each)
