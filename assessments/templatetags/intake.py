"""Words of the pure cores, which are marked for translation and translated here."""

from django import template
from django.utils.translation import gettext

register = template.Library()


@register.filter
def said(words: str) -> str:
    """Return a marked text in the reader's language."""
    return gettext(words)
