"""Where the exercises of a plan are shown elsewhere: only what the clinic allows today."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from assessments.models import ExerciseLink
from assessments.outside import outside


@dataclass(frozen=True, slots=True)
class Link:
    """A link as page and paper say it. ``words`` name the host it leads to."""

    url: str
    short: str
    words: str


def links_of(exercises: Collection[str]) -> Mapping[str, Link]:
    """Return the links of exercises whose host is still allowed. One query, none without hosts."""
    hosts = settings.EXERCISE_LINK_HOSTS
    if not hosts or not exercises:
        return {}
    found = {}
    for row in ExerciseLink.objects.filter(exercise__in=exercises):
        page = outside(row.url, hosts)
        if page is not None:
            found[row.exercise] = Link(page.url, page.short, _words(row, page.host))
    return found


def _words(row: ExerciseLink, host: str) -> str:
    if row.shows == ExerciseLink.Shows.FILM:
        return _("See a film of it on %(host)s") % {"host": host}
    return _("See a photo of it on %(host)s") % {"host": host}
