"""What somebody typed to find a patient: words of a name, numbers, an e-mail address. Pure.

A number may be part of a phone number, a date of birth in many spellings, or a year, and nobody
says which; so every reading that makes sense is kept.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from clinic.spelling import fold

LONGEST = 120  # characters read; more is not a name
OLDEST = 1900
RUN = re.compile(r"[+(]?\d(?:[\d\s().\-/+]*\d)?")
DATE = re.compile(r"(\d{1,4})[-./\s](\d{1,2})[-./\s](\d{1,4})")
COMPACT = re.compile(r"\d{6}|\d{8}")
MONTH = r"(?P<month>[^\W\d_]{3,})\.?,?"
DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?,?"
YEAR = r"(?P<year>\d{4}|\d{2})(?!\d)"
SPELT = [
    re.compile(rf"(?<!\d){DAY}\s*(?:of\s+)?{MONTH}\s*{YEAR}", re.I),
    re.compile(rf"{MONTH}\s*{DAY}\s+{YEAR}", re.I),
    re.compile(rf"(?<!\d){YEAR}\s*{MONTH}\s*{DAY}", re.I),
]
ENGLISH = {
    name: number
    for number, name in enumerate(
        (
            "january", "february", "march", "april", "may", "june", "july", "august",
            "september", "october", "november", "december",
        ),
        start=1,
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Number:
    """One number: it fits if any of its readings does."""

    days: frozenset[date] = frozenset()
    year: int | None = None
    digits: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Typed:
    """What has to fit, all of it. ``words`` are folded as names are."""

    words: tuple[str, ...] = ()
    numbers: tuple[Number, ...] = ()
    addresses: tuple[str, ...] = ()
    name: str = ""  # the words as they were typed

    def __bool__(self) -> bool:
        """Nothing, or a single plain letter, would list half the clinic."""
        if self.numbers or self.addresses:
            return True
        return bool(self.words) and (len("".join(self.words)) > 1 or not self.words[0].isascii())


def read(text: str, today: date, months: Mapping[str, int] = ENGLISH) -> Typed:
    """Return what was typed.

    today   no date of birth lies after it
    months  names of months in the reader's language, to their numbers; English ones always work
    """
    names = {fold(name): number for name, number in (*ENGLISH.items(), *months.items())}
    whole = text[:LONGEST].split()
    addresses = tuple(word.lower() for word in whole if "@" in word)
    rest = " ".join(word for word in whole if "@" not in word)
    numbers = []
    for pattern in SPELT:
        for found in pattern.finditer(rest):
            days = frozenset(_spelt(found, names, today))
            if days:
                numbers.append(Number(days=days))
                rest = rest.replace(found[0], " ", 1)
    for run in RUN.findall(rest):
        numbers += _numbers(run, today)
    name = " ".join(RUN.sub(" ", rest).split())
    words = dict.fromkeys(fold(name).split())
    return Typed(tuple(words), tuple(numbers), addresses, name)


def _spelt(found: re.Match[str], names: Mapping[str, int], today: date) -> Iterator[date]:
    """Yield the days that "4 May 1990" may mean; none if that is no month."""
    word = fold(found["month"])
    month = next((number for name, number in names.items() if name.startswith(word)), 0)
    for year in _years(found["year"], today):
        yield from _day(year, month, int(found["day"]), today)


def _numbers(run: str, today: date) -> Iterator[Number]:
    """Yield the numbers in a run of digits and what stands between them.

    Usually one; a whole date beside a phone number is one of its own.
    """
    if not DATE.fullmatch(run.strip()):
        chunks = run.split()
        dates = [chunk for chunk in chunks if len(chunk) >= 8 and DATE.fullmatch(chunk)]
        yield from (_number(chunk, today) for chunk in dates)
        run = " ".join(chunk for chunk in chunks if chunk not in dates)
    if run:
        yield _number(run, today)


def _number(run: str, today: date) -> Number:
    digits = "".join(c for c in run.replace("(0)", "") if c.isdigit())
    year = int(digits) if len(digits) == 4 and OLDEST <= int(digits) <= today.year else None
    # The zeros before a number at home, or before a country's code, are not stored.
    shorter = digits.lstrip("0")
    phones = {digits, shorter} if len(shorter) >= 3 else {digits}
    return Number(frozenset(_days(run.strip(), today)), year, frozenset(phones))


def _days(run: str, today: date) -> Iterator[date]:
    """Yield every day that digits may mean: year first, day first, month first."""
    if parts := DATE.fullmatch(run):
        yield from _readings(*parts.groups(), today=today)
    elif COMPACT.fullmatch(run):
        long = len(run) == 8
        cuts = [(2, 4)] + ([(4, 6)] if long else [])
        for one, two in cuts:
            yield from _readings(run[:one], run[one:two], run[two:], today=today)


def _readings(one: str, two: str, three: str, *, today: date) -> Iterator[date]:
    orders = []
    if len(one) in {2, 4} and len(three) <= 2:
        orders.append((one, two, three))
    if len(three) in {2, 4} and len(one) <= 2:
        orders += [(three, two, one), (three, one, two)]
    for year, month, day in orders:
        for full in _years(year, today):
            yield from _day(full, int(month), int(day), today)


def _years(text: str, today: date) -> Iterable[int]:
    """Return the years that two or four digits may mean: 21 is a child's, or a grandparent's."""
    if len(text) == 4:
        return [int(text)]
    return [century + int(text) for century in (OLDEST, OLDEST + 100)]


def _day(year: int, month: int, day: int, today: date) -> Iterator[date]:
    try:
        found = date(year, month, day)
    except ValueError:
        return
    if found.year >= OLDEST and found <= today:
        yield found
