"""The history of a row, for the admin's own history page."""

from datetime import datetime

from django import template
from django.db.models import Model

from clinic import zones
from clinic.admin.desk import history_of

register = template.Library()


@register.simple_tag
def history(obj: Model) -> list[dict[str, object]]:
    """Who did what to this row, newest first."""
    return history_of(obj)


@register.filter
def told(at: datetime, pattern: str) -> str:
    """A moment as ``date`` writes it, with its zone where the clinic has several."""
    return zones.told(at, pattern)
