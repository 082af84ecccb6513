"""On the timeline: letters, referrals and hand-overs, for those who examine."""

from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from assessments.correspondence import letters_about
from assessments.models import HandOver, Referral
from assessments.timeline.kinds import Pairs, shipped
from assessments.timeline.registry import Reader
from clinic.persons import theirs


def letters(reader: Reader, most: int) -> Pairs:
    """Letters by the day they were finished, drafts by the day they were begun. Two queries."""
    found = (
        letters_about(theirs(reader.patient, "assessment__episode__patient"))
        .annotate(at=Coalesce("fixed_at", "drafted_at"))
        .filter(at__lte=reader.now)
        .order_by("-at", "-pk")[:most]
    )
    return [(letter.at, letter) for letter in found]


def referrals(reader: Reader, most: int) -> Pairs:
    """Referrals by the day they were opened. One query."""
    found = Referral.objects.filter(
        theirs(reader.patient, "assessment__episode__patient"), opened_at__lte=reader.now
    )
    return [(each.opened_at, each) for each in found.order_by("-opened_at", "-pk")[:most]]


def hand_overs(reader: Reader, most: int) -> Pairs:
    """Hand-overs by the day they were sent. One query."""
    found = HandOver.objects.filter(
        theirs(reader.patient, "episode__patient"), sent_at__lte=reader.now
    ).select_related("sender", "receiver")
    return [(each.sent_at, each) for each in found.order_by("-sent_at", "-pk")[:most]]


shipped("letter", _("Letters"), letters, clinical=True, order=70)
shipped("referral", _("Referrals"), referrals, clinical=True, order=72)
shipped("hand_over", _("Hand-overs"), hand_overs, clinical=True, order=74)
