"""``manage.py draft_plan FILE``: assessments in, results out, without a database.

The result goes to standard output as JSON. When anything is wrong, standard output stays empty,
every fault is one line on the error stream, and the command ends with 2.
"""

import json
import sys
from argparse import ArgumentParser
from decimal import Decimal
from pathlib import Path
from typing import NoReturn

from django.core.management.base import BaseCommand
from django.db import DatabaseError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from assessments.findings import Findings, parse
from assessments.library import Library
from assessments.library.loader import shipped
from assessments.library.reading import LARGEST, Item, read_submission
from assessments.library.rule_entries import Rulebook
from assessments.library.rulebook import shipped_rulebook
from assessments.library.yaml_events import UnreadableError
from assessments.library_store import library_of
from assessments.models import LibraryVersion
from assessments.review import in_words
from assessments.rules.draft import Draft, draft

REFUSED = 2


class Command(BaseCommand):
    help = gettext_noop("Draft a plan for the assessments in a YAML or JSON file.")
    requires_system_checks = ()  # nothing here needs the web app or a database to be in order

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help=_("the file, or - for standard input"))
        parser.add_argument("--library", type=int, help=_("number of a published library version"))
        parser.add_argument("--explain", action="store_true", help=_("add the reasons"))

    def handle(self, *args: object, **options: object) -> None:
        try:
            submission = read_submission(_content(str(options["file"])))
            rulebook = _rulebook(options["library"])
        except UnreadableError as error:
            self._refuse([str(error)])
        found, faults = _assessments(submission.items, listed=submission.listed)
        if faults:
            self._refuse(faults)
        library = _library(options["library"]) if options["explain"] else None
        lines = [_line(draft(each, rulebook), library) for each in found]
        self.stdout.write("[\n" + ",\n".join(lines) + "\n]" if submission.listed else lines[0])

    def _refuse(self, faults: list[str]) -> NoReturn:
        for line in faults:
            self.stderr.write(line)
        sys.exit(REFUSED)


def _content(name: str) -> bytes:
    """Return what the file holds, but never more than a little over what would be read."""
    try:
        if name == "-":
            return sys.stdin.buffer.read(LARGEST + 1)
        with Path(name).open("rb") as file:
            return file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UnreadableError("{name}: {reason}", name=name, reason=reason) from None


def _rulebook(number: object) -> Rulebook:
    """Return the shipped rules, or those of a published version."""
    if number is None:
        return shipped_rulebook()
    try:
        return library_of(int(str(number))).rulebook
    except (LibraryVersion.DoesNotExist, DatabaseError):
        raise UnreadableError(
            _("no library version {number} is published here"), number=number
        ) from None


def _library(number: object) -> Library:
    """Return the texts that belong to the rules; call it once those are known to exist."""
    return shipped() if number is None else library_of(int(str(number)))


def _assessments(items: tuple[Item, ...], *, listed: bool) -> tuple[list[Findings], list[str]]:
    """Return the assessments that can be read and every fault of the others."""
    found: list[Findings] = []
    faults: list[str] = []
    for number, item in enumerate(items, start=1):
        prefix = f"item {number}: " if listed else ""
        parsed = None if item.troubles else parse(item.raw)
        if parsed and parsed.findings:
            found.append(parsed.findings)
        complaints = parsed.faults if parsed else item.troubles
        faults += [f"{prefix}{complaint}" for complaint in complaints]
    return found, faults


def _line(drafted: Draft, library: Library | None) -> str:
    """Write one result; with a library also its records, each with the same in plain words."""
    answer = drafted.as_dict()
    if library:
        records = [each.as_dict() for each in drafted.explanations]
        answer["explanations"] = [each | {"words": in_words(each, library)} for each in records]
    return json.dumps(answer, default=_number)


def _number(value: object) -> float:
    """Let JSON write a decimal as a number; results have at most three decimals."""
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"not a number: {value!r}")
