"""The languages a visitor may change to."""

from django import template
from django.template import Context
from django.utils.translation import get_language

from clinic import languages

register = template.Library()


@register.simple_tag(takes_context=True)
def other_languages(context: Context) -> list[tuple[str, str]]:
    """The languages a page is not in, each by its own name; none on a page of staff."""
    request = context.get("request")
    if request is not None and languages.is_of_staff(request.path):
        return []
    return [(code, name) for code, name in languages.offered() if code != get_language()]
