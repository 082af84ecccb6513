"""On the timeline: that an episode was closed, how its criteria stood, and that it was reopened."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from assessments.models import CheckIn, Discharge
from assessments.phase_words import step_words
from assessments.timeline.kinds import Pairs, shipped
from assessments.timeline.registry import Reader
from clinic.persons import theirs


@dataclass(frozen=True, slots=True)
class EndingRow:
    """A discharge, or that it was taken back; ``criteria`` in words for those who examine."""

    made: Discharge
    reopened: bool
    criteria: Sequence[str] = ()


def endings(reader: Reader, most: int) -> Pairs:
    """Discharges, each with its way back if there was one, newest first. One query."""
    found = Discharge.objects.filter(theirs(reader.patient, "episode__patient"))
    rows = []
    for made in found.select_related("plan").order_by("-made_at"):
        words = step_words(made) if reader.examines else ()
        rows.append((made.made_at, EndingRow(made, reopened=False, criteria=words)))
        if made.reopened_at is not None:
            rows.append((made.reopened_at, EndingRow(made, reopened=True)))
    told = [(at, row) for at, row in rows if at <= reader.now]
    return sorted(told, key=lambda each: each[0], reverse=True)[:most]


def check_ins(reader: Reader, most: int) -> Pairs:
    """Answers of the months after a discharge. One query."""
    found = CheckIn.objects.filter(
        theirs(reader.patient, "discharge__episode__patient"), answered_at__lte=reader.now
    ).annotate(at=F("answered_at"))
    return [(each.at, each) for each in found.order_by("-at", "-pk")[:most]]


shipped("ending", _("Discharges"), endings, clinical=False, order=52)
shipped("check_in", _("Check-ins"), check_ins, clinical=False, order=68)
