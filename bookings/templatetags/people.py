"""How the desk's pages write about patients."""

from datetime import date

from django import template
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from clinic import practice
from clinic.minors import years_old

register = template.Library()


@register.filter
def born(day: date) -> str:
    """A date of birth with the age on the clinic's own day: 4 May 1990 (36)."""
    today = timezone.localdate(timezone=practice.current().tz)
    values = {"day": formats.date_format(day, "j M Y"), "age": years_old(day, today)}
    return _("%(day)s (%(age)d)") % values
