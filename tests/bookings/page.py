"""What a page offers, read as a browser without script reads it."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Form:
    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class Page(HTMLParser):
    """The forms of an answer, with what they would send untouched; its links by ``rel``."""

    def __init__(self, response) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.rels: dict[str, str] = {}
        self.links: list[str] = []
        self._form: Form | None = None
        self._area = ""
        self._select = ""
        self.feed(response.content.decode())

    def handle_starttag(self, tag, attrs):
        has = dict(attrs)
        if tag == "a" and "href" in has:
            self.links.append(has["href"])
            for rel in (has.get("rel") or "").split():
                self.rels[rel] = has["href"]
        if tag == "form":
            self._form = Form(has.get("action", ""), has.get("method", "get"))
            if self._form.action != "/language/":  # it stands in the head of every page
                self.forms.append(self._form)
        if self._form is None:
            return
        if tag == "option" and self._select:
            self._form.choices[self._select].append(has.get("value", ""))
            if "selected" in has or self._select not in self._form.fields:
                self._form.fields[self._select] = has.get("value", "")
        if "name" in has:
            self._control(tag, has)

    def _control(self, tag, has):
        name, value = has["name"], has.get("value", "")
        if tag == "button" or has.get("type") == "submit":
            self._form.buttons.append((name, value))
        elif tag == "textarea":
            self._area = name
            self._form.fields[name] = ""
        elif tag == "select":
            self._select = name
            self._form.choices[name] = []
        elif has.get("type") in ("checkbox", "radio"):
            value = has.get("value", "on")
            self._form.choices.setdefault(name, []).append(value)
            if "checked" in has:
                self._form.fields[name] = value
        else:
            self._form.fields[name] = value

    def handle_data(self, data):
        if self._area:
            self._form.fields[self._area] += data

    def handle_endtag(self, tag):
        if tag == "textarea":
            self._form.fields[self._area] = self._form.fields[self._area].removeprefix("\n")
            self._area = ""
        elif tag == "select":
            self._select = ""
        elif tag == "form":
            self._form = None

    def times(self) -> list[dict[str, str]]:
        """What each button with a time would send, in the order of the page."""
        return [
            {**form.fields, name: value}
            for form in self.forms
            for name, value in form.buttons
            if name == "starts_at"
        ]

    def form_with(self, name: str) -> Form:
        return next(form for form in self.forms if name in form.fields or name in form.choices)

    def sent(self, name: str, **typed: str) -> dict[str, str]:
        """What the form with this field sends, some of it typed anew."""
        return {**self.form_with(name).fields, **typed}
