"""The public page about a sore kneecap, put together from one version of the library.

Pure: the library and what was ticked go in, texts come out. What conflicts word for patients is
quoted from there, so that a wording is changed in one place.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from assessments.library.rule_entries import Band
from assessments.library.texts import Phrase, Source
from assessments.library.translating import AS_WRITTEN, Speaker
from assessments.library.version import Library

GROUP = "knee_page"
MOST = 3  # ticks from which the four statements are mostly true


class Evidence(NamedTuple):
    """A source of the times, and in a word how it was seen: ``seen``, ``clinic default`` …"""

    source: Source
    seen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KneePage:
    """Everything the page says, in its order."""

    what: Phrase
    emergencies: tuple[Phrase, ...]
    checks: tuple[Phrase, ...]
    causes_intro: Phrase
    causes: tuple[Phrase, ...]
    triggers: Phrase
    come: Phrase
    visit: Phrase
    times: Phrase
    bands: tuple[Band, ...]
    expectations: tuple[Phrase, ...]
    evidence: tuple[Evidence, ...]
    questions: tuple[Phrase, ...]
    disclaimer: Phrase

    def texts(self) -> Iterator[str]:
        """Yield every text of the page."""
        phrases = (
            self.what, *self.emergencies, *self.checks, self.causes_intro, *self.causes,
            self.triggers, self.come, self.visit, self.times, *self.expectations,
            *self.questions, self.disclaimer,
        )  # fmt: skip
        for phrase in phrases:
            yield from (phrase.title, phrase.text, *phrase.items)
        yield from (band.text for band in self.bands)


def has_page(library: Library) -> bool:
    """Say whether a version knows the page: those published before it was written do not."""
    return bool(library.phrases(GROUP))


def knee_page(
    library: Library, *, emergency_number: str, speaker: Speaker = AS_WRITTEN
) -> KneePage:
    """Return what the page says by this version. Raises KeyError where a text is missing."""

    def one(name: str) -> Phrase:
        return _said(library, library.phrase_by_id[name], speaker)

    def group(name: str) -> tuple[Phrase, ...]:
        return tuple(_said(library, phrase, speaker) for phrase in library.phrases(name))

    times = one(f"{GROUP}.times")
    return KneePage(
        what=one(f"{GROUP}.what"),
        emergencies=(
            speaker.told(library.phrase_by_id["emergency.now"], number=emergency_number),
            one("emergency.today"),
        ),
        checks=group("knee_check"),
        causes_intro=one(f"{GROUP}.causes"),
        causes=group("knee_cause"),
        triggers=one(f"{GROUP}.triggers"),
        come=one(f"{GROUP}.come"),
        visit=one(f"{GROUP}.visit"),
        times=times,
        bands=tuple(
            replace(band, text=speaker.say(band.text))
            for band in sorted(library.rulebook.bands, key=lambda band: band.weeks)
        ),
        expectations=tuple(
            one(f"expectation.{name}") for name in ("every_band", "early", "no_promise")
        ),
        evidence=_evidence(library, library.phrase_by_id[f"{GROUP}.times"], speaker),
        questions=group("knee_faq"),
        disclaimer=one(f"{GROUP}.disclaimer"),
    )


def answer(library: Library, ticked: Collection[str], speaker: Speaker = AS_WRITTEN) -> Phrase:
    """Return what the page says to these ticked statements. It never names a condition as found.

    ticked  numbers of the statements as the form sends them; what is no number of one is ignored
    """
    known = {str(number) for number, _ in enumerate(library.phrases("knee_check"), start=1)}
    count = len(known & set(ticked))
    name = "most" if count >= MOST else "some" if count else "none"
    return speaker.told(library.phrase_by_id[f"knee_answer.{name}"])


def _evidence(library: Library, times: Phrase, speaker: Speaker) -> tuple[Evidence, ...]:
    """Return what the times rest on, each source once for each way it was seen."""
    bands = library.rulebook.bands
    cited = dict.fromkeys([*times.sources, *(each for band in bands for each in band.sources)])
    return tuple(
        Evidence(
            library.source_by_key[citation.key],
            speaker.say(library.phrase_by_id[f"evidence_tag.{citation.tag}"].title),
        )
        for citation in cited
    )


def _said(library: Library, phrase: Phrase, speaker: Speaker) -> Phrase:
    wordings = {name: speaker.say(library.conflict_by_id[name].wording) for name in phrase.values}
    return speaker.told(phrase, **wordings)
