"""The parts of a page of free times that are written once for everybody who sees the same."""

import secrets
from typing import Any, cast

from django import template
from django.http import QueryDict
from django.utils.translation import get_language

from bookings.forms import TimesForm
from bookings.schedule import Kept
from bookings.timetable import Sheet

register = template.Library()

# Stands in a kept grid where each visitor's own token goes; nobody can guess and write it.
_TOKEN = f"token-{secrets.token_hex(16)}"
_kept = Kept(24)


class FreeDaysNode(template.Node):
    """What ``bookings/_days.html`` makes of a sheet, with the reader's own CSRF token put in."""

    def __init__(self, sheet: template.base.FilterExpression) -> None:
        self.sheet = sheet

    def render(self, context: template.Context) -> str:
        sheet: Sheet = self.sheet.resolve(context)
        shown = {name: context.get(name) for name in ("to", "names", "or_any")}
        asked = (sheet.stamp, get_language(), *shown.values())
        written = _kept.get(
            asked if sheet.stamp else "",
            lambda: self._write(context, {**shown, "days": sheet.days}),
        )
        return written.replace(_TOKEN, str(context.get("csrf_token", "")))

    @staticmethod
    def _write(context: template.Context, shown: dict[str, Any]) -> str:
        grid = _part(context, "bookings/_days.html")
        return str(grid.render(context.new({**shown, "csrf_token": _TOKEN})))


class FiltersNode(template.Node):
    """What ``bookings/_filters.html`` makes of a form that could be read."""

    def __init__(self, form: template.base.FilterExpression) -> None:
        self.form = form

    def render(self, context: template.Context) -> str:
        form: TimesForm = self.form.resolve(context)
        stamp = "" if form.errors else form.stamp
        data = cast(QueryDict, form.data)
        asked = tuple((name, tuple(data.getlist(name))) for name in form.fields)
        return _kept.get(
            (stamp, asked, get_language()) if stamp else "",
            lambda: str(
                _part(context, "bookings/_filters.html").render(context.new({"form": form}))
            ),
        )


def _part(context: template.Context, name: str) -> template.base.Template:
    return context.template.engine.get_template(name)  # type: ignore[union-attr]


@register.tag
def time_filters(parser: template.base.Parser, token: template.base.Token) -> FiltersNode:
    """Write the filters above the free times: ``{% time_filters form %}``."""
    _, form = token.split_contents()
    return FiltersNode(parser.compile_filter(form))


@register.tag
def free_days(parser: template.base.Parser, token: template.base.Token) -> FreeDaysNode:
    """Write the free times of a sheet: ``{% free_days sheet %}``.

    Wants ``to``, ``names`` and ``or_any`` as ``bookings/_days.html`` does.
    """
    _, sheet = token.split_contents()
    return FreeDaysNode(parser.compile_filter(sheet))
