"""On the timeline: what patients told between visits: runs, how mornings were, and flares.

A run and a morning have a day and no hour: they stand before everything else of that day.
"""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from assessments.attention import flare_words
from assessments.models import Flare, MorningLog, RunLog
from assessments.running_part import km_words
from assessments.timeline.kinds import Pairs, begins, shipped, today_of
from assessments.timeline.registry import Reader
from clinic.persons import theirs


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run and its distance in words; "" where only the stage is known."""

    run: RunLog
    distance: str


@dataclass(frozen=True, slots=True)
class FlareRow:
    """A flare in words; which questions were answered with yes is for those who examine."""

    flare: Flare
    words: str


def runs(reader: Reader, most: int) -> Pairs:
    """Runs by their day, of one day what was said last on top. One query."""
    found = RunLog.objects.filter(theirs(reader.patient), on__lte=today_of(reader))
    for run in found.order_by("-on", "-said_at", "-client_id")[:most]:
        yield begins(run.on), RunRow(run, km_words(run.km) if run.km is not None else "")


def mornings(reader: Reader, most: int) -> Pairs:
    """Each morning once, as it was told last. One query."""
    whose = MorningLog.objects.filter(theirs(reader.patient))
    later = Q(said_at__gt=OuterRef("said_at")) | Q(
        said_at=OuterRef("said_at"), client_id__gt=OuterRef("client_id")
    )
    last = ~Exists(whose.filter(later, on=OuterRef("on")))
    found = whose.filter(last, on__lte=today_of(reader))
    return [(begins(each.on), each) for each in found.order_by("-on")[:most]]


def flares(reader: Reader, most: int) -> Pairs:
    """Flares by when they were told. One query."""
    found = Flare.objects.filter(theirs(reader.patient), reported_at__lte=reader.now)
    for flare in found.order_by("-reported_at", "-pk")[:most]:
        yield flare.reported_at, FlareRow(flare, flare_words(flare, examines=reader.examines))


shipped("run", _("Runs"), runs, clinical=False, order=62)
shipped("morning", _("Mornings"), mornings, clinical=False, order=64)
shipped("flare", _("Flares"), flares, clinical=False, order=66)
