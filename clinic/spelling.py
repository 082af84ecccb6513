"""How names are compared: without accents and capitals, and with room for a typing error. Pure.

Letters are folded to what any keyboard has: José → jose, Łukasz → lukasz, Strauß → strauss. One
error is a letter too many, too few or another one, or two neighbours that changed places.
"""

import unicodedata
from collections.abc import Iterable, Iterator

# Letters that Unicode does not take apart into a plain letter and a mark.
PLAIN = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)
QUIET = str.maketrans("", "", "'’‘ʼ`´")  # O'Brien is one word
SHORT = 6  # letters: up to here every spelling with one letter left out is kept


def fold(text: str) -> str:
    """Return the text in small plain letters, words between single spaces."""
    apart = unicodedata.normalize("NFKD", text.translate(QUIET).casefold().translate(PLAIN))
    kept = (c if c.isalnum() else " " for c in apart if not unicodedata.combining(c))
    return " ".join("".join(kept).split())


def left_out(word: str) -> set[str]:
    """Return what remains of a word with any one letter left out."""
    return {word[:at] + word[at + 1 :] for at in range(len(word))}


def near_keys(words: Iterable[str]) -> set[str]:
    """Return what a short word misspelt with one error may share with one of these words.

    The words themselves and each with one letter left out: two words are one error apart when a
    key of the one is a key of the other (not only then, so what is found is measured).
    """
    found = set()
    for word in words:
        found.add(word)
        if 3 <= len(word) <= SHORT + 1:
            found |= left_out(word)
    return found


def trigrams(word: str) -> list[str]:
    """Return the runs of three letters in a word and the space before it."""
    padded = f" {word}"
    return list(dict.fromkeys(padded[at : at + 3] for at in range(len(padded) - 2)))


def errors_allowed(word: str) -> int:
    """Return how many errors a word of this length may have and still be meant."""
    if len(word) < 3:
        return 0
    return 1 if len(word) <= SHORT else 2


def distance(one: str, other: str, most: int) -> int:
    """Return how many errors lie between two words; ``most`` + 1 when there are more.

    The optimal string alignment distance: neighbours that changed places count once.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        above, before, row = before, row, [i]
        for j, wanted in enumerate(other, 1):
            cost = before[j - 1] + (letter != wanted)
            cost = min(cost, before[j] + 1, row[j - 1] + 1)
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, above[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


def is_near(word: str, name: str) -> bool:
    """Say whether a typed word may be this name, or its beginning, with typing errors."""
    allowed = errors_allowed(word)
    if not allowed or (len(word) == 3 and word[0] != name[0]):
        return False
    return any(distance(word, part, allowed) <= allowed for part in _beginnings(word, name))


def _beginnings(word: str, name: str) -> Iterator[str]:
    """Yield the whole name; for a longer one also its beginning, which is still being typed."""
    yield name
    if len(word) > SHORT and len(name) > len(word):
        yield name[: len(word)]
