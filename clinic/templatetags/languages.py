"""The languages a visitor may change to."""

from django import template
from django.utils.translation import get_language

from clinic import languages

register = template.Library()


@register.simple_tag
def other_languages() -> list[tuple[str, str]]:
    """The languages a page is not in, each by its own name."""
    return [(code, name) for code, name in languages.offered() if code != get_language()]
