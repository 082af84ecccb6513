"""Building plain values from YAML's events, with nothing in the file trusted.

Working from events keeps the depth in hand and lets every tag, anchor, alias and merge key be
refused where it stands, before anything is built from it. No recursion: a deep file is refused
like any other.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

import yaml

from assessments.findings.field import gettext_noop as _

DEEPEST = 10  # levels of lists and objects; a full assessment in a list has five
MOST_OBJECTS = 500_000  # a full assessment has some sixty
LONGEST_NUMBER = 40  # characters
FARTHEST_EXPONENT = 30

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_TRUTH = {
    word: word.lower() == "true" for word in ("true", "True", "TRUE", "false", "False", "FALSE")
}
_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))([eE][-+]?[0-9]+)?")
_NO_NUMBER = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


class UnreadableError(ValueError):
    """Nothing can be made of the file; ``str(error)`` is one line for people."""

    def __init__(self, template: str, **values: object) -> None:
        super().__init__(template.format(**values))


class Tally:
    """Counts objects while a file is read, so that a flood of empty ones is noticed early."""

    def __init__(self) -> None:
        self.objects = 0

    def one_more(self) -> None:
        self.objects += 1
        if self.objects > MOST_OBJECTS:
            raise UnreadableError(_("more than {limit} objects"), limit=MOST_OBJECTS)


class Doubled:
    """Stands where a key was given twice."""


class Bad:
    """Stands where a number is no number, or has no end."""


Value = object


def whole_number(text: str) -> int | Bad:
    return Bad() if len(text) > LONGEST_NUMBER else int(text)


def decimal_number(text: str) -> Decimal | Bad:
    """Return the number exactly as written, never through a binary float."""
    if len(text) > LONGEST_NUMBER:
        return Bad()
    number = Decimal(text)
    return number if abs(number.adjusted()) <= FARTHEST_EXPONENT else Bad()


def from_yaml(text: str) -> Value:
    """Return what one YAML document holds: dicts, lists, texts, numbers, truth values, None.

    Raises UnreadableError on anything that is not plain data, with the line.
    """
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return _built(yaml.parse(text, Loader=loader))
    except yaml.YAMLError as error:
        raise UnreadableError(_("neither JSON nor YAML: {why}"), why=_one_line(error)) from None


class _Mapping:
    """An object under construction."""

    def __init__(self) -> None:
        self.value: dict[str, Value] = {}
        self.key: str | None = None

    def add(self, value: Value) -> None:
        key = self.key or ""
        self.value[key] = Doubled() if key in self.value else value
        self.key = None


class _List:
    """A list under construction. ``key`` is never open: a list takes values only."""

    key = ""

    def __init__(self) -> None:
        self.value: list[Value] = []

    def add(self, value: Value) -> None:
        self.value.append(value)


def _built(events: Iterator[yaml.Event]) -> Value:
    root = _List()
    open_ones: list[_Mapping | _List] = [root]
    documents, tally = 0, Tally()
    for event in events:
        if isinstance(event, yaml.ScalarEvent):
            _add_scalar(open_ones[-1], event)
        elif isinstance(event, yaml.CollectionStartEvent):
            tally.one_more()
            _open(open_ones, event)
        elif isinstance(event, yaml.CollectionEndEvent):
            closed = open_ones.pop()
            open_ones[-1].add(closed.value)
        elif isinstance(event, yaml.AliasEvent):
            raise _refused(event, _("aliases are not read"))
        elif isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise _refused(event, _("a second document begins"))
    return root.value[0] if root.value else None


def _add_scalar(inside: _Mapping | _List, event: yaml.ScalarEvent) -> None:
    _plain_only(event)
    text: str = event.value
    if inside.key is not None:
        inside.add(text if event.style else _resolved(text))
    elif text == "<<" and not event.style:
        raise _refused(event, _("merge keys are not read"))
    elif isinstance(inside, _Mapping):
        inside.key = text


def _open(open_ones: list[_Mapping | _List], event: yaml.CollectionStartEvent) -> None:
    _plain_only(event)
    if open_ones[-1].key is None:
        raise _refused(event, _("a key must be a word"))
    if len(open_ones) > DEEPEST:
        raise _refused(event, _("nested more than {limit} deep"), limit=DEEPEST)
    open_ones.append(_Mapping() if isinstance(event, yaml.MappingStartEvent) else _List())


def _plain_only(event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
    if event.anchor is not None:
        raise _refused(event, _("anchors are not read"))
    if event.tag is not None:
        raise _refused(event, _("tags are not read"))


def _resolved(text: str) -> Value:
    """Return what an unquoted word means."""
    if text in _NULL:
        return None
    if text in _TRUTH:
        return _TRUTH[text]
    if _WHOLE.fullmatch(text):
        return whole_number(text)
    if _DECIMAL.fullmatch(text):
        return decimal_number(text)
    return Bad() if _NO_NUMBER.fullmatch(text) else text


def _refused(event: yaml.Event, template: str, **values: object) -> UnreadableError:
    line = event.start_mark.line + 1 if event.start_mark else 0
    return UnreadableError(_("line {line}: {why}"), line=line, why=template.format(**values))


def _one_line(error: yaml.YAMLError) -> str:
    """Return what the parser disliked, and where, without the excerpt it prints."""
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error).splitlines()[0]
    return f"line {mark.line + 1}: {problem}" if mark else problem
