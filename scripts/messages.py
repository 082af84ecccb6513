"""`make messages`: bring the catalogues in step with the words in the code.

Needs none of gettext's tools.

Collects what patients can meet from the templates and modules named in ``locale/patients.txt``,
adds what is new to every ``.po`` file, untranslated, and takes out what is gone. ``--check`` writes
nothing and fails where a text is missing, unsure, or holds other placeholders than the English.
"""

import argparse
import ast
import fnmatch
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polib
from django.conf import settings
from django.utils.translation.template import templatize

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from assessments.intake.steps import STEPS, field_of

ROOT = Path(__file__).resolve().parent.parent
INTAKE = ROOT / "assessments" / "intake" / "steps.py"
LISTED = ROOT / "locale" / "patients.txt"
CATALOGUES = "locale/*/LC_MESSAGES/django.po"

# Which arguments of a call are the text, its plural and its context.
CALLS = {
    "gettext": (0, None, None), "gettext_lazy": (0, None, None), "gettext_noop": (0, None, None),
    "ngettext": (0, 1, None), "ngettext_lazy": (0, 1, None),
    "pgettext": (1, None, 0), "pgettext_lazy": (1, None, 0),
    "npgettext": (1, 2, 0), "npgettext_lazy": (1, 2, 0),
}  # fmt: skip
OTHER_TEMPLATE = re.compile(r"{%-?\s*(?:include|extends)\s+[\"']([^\"']+)[\"']")
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|(?<!\{)\{(\w+)\}(?!\})|(%[sd])")
TAGS = re.compile(r"</?[a-z][^>]*>")


@dataclass
class Text:
    """One text of the code: itself, its plural, its context, and the files it stands in."""

    text: str
    plural: str = ""
    context: str | None = None
    files: list[str] = field(default_factory=list)
    formatted: bool = False

    @property
    def key(self) -> tuple[str | None, str]:
        return self.context, self.text


def sources() -> list[tuple[Path, str]]:
    """Return the files that hold what patients meet: those listed, and templates they include.

    Beside each the one name within it that is meant, or "".
    """
    lines = [line.strip() for line in LISTED.read_text().splitlines()]
    wanted = [line for line in lines if line and not line.startswith(("#", "!"))]
    without = {path for line in lines if line.startswith("!") for path in ROOT.glob(line[1:])}
    found: dict[tuple[Path, str], None] = {}
    for line in wanted:
        pattern, _, only = line.partition(":")
        paths = sorted(path for path in ROOT.glob(pattern) if path not in without)
        if not paths:
            sys.exit(f"{LISTED.relative_to(ROOT)}: no file fits {pattern}")
        for path in paths:
            _add(path, only, found)
    return list(found)


def _add(path: Path, only: str, found: dict[tuple[Path, str], None]) -> None:
    if (path, only) in found:
        return
    found[path, only] = None
    if path.suffix == ".py":
        return
    for name in OTHER_TEMPLATE.findall(path.read_text()):
        other = ROOT / "templates" / name
        if other.exists():
            _add(other, "", found)


def texts_of(path: Path, only: str) -> Iterator[Text]:
    """Yield every text of a module or a template."""
    source = path.read_text()
    if path.suffix == ".py":
        yield from _of_module(ast.parse(source), only)
    else:
        yield from _of_template(templatize(source, origin=str(path)))


def _of_module(module: ast.AST, only: str = "") -> Iterator[Text]:
    """Yield the texts of a module, or of its classes, functions and constants of one name."""
    parts = [module]
    if only:
        parts = [node for node in ast.walk(module) if fnmatch.filter(_names(node), only)]
        if not parts:
            raise SystemExit(f"nothing is called {only}")
    names = {name: name for name in CALLS}
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom):  # Django's, or that of the cores
            names |= {one.asname: one.name for one in node.names if one.asname in ("_", "_t")}
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Name):  # _ = gettext_noop
            names |= dict.fromkeys(_names(node) & {"_", "_t"}, node.value.id)
    for node in (each for part in parts for each in ast.walk(part)):
        if not isinstance(node, ast.Call):
            continue
        called = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if (place := CALLS.get(names.get(called, ""))) is None:
            continue
        given = [one.value if isinstance(one, ast.Constant) else None for one in node.args]
        text, plural, context = (
            given[each] if each is not None and each < len(given) else None for each in place
        )
        if isinstance(text, str):
            yield _text(text, plural, context)


def _names(node: ast.AST) -> set[str]:
    targets = getattr(node, "targets", [getattr(node, "target", None)])
    return {getattr(node, "name", "")} | {getattr(each, "id", "") for each in targets}


# What Django makes of a template for gettext's own tool: calls between letters of no meaning.
_CALL = re.compile(r"(?<!\w)(gettext|ngettext|pgettext|npgettext|_)\(")


def _of_template(code: str) -> Iterator[Text]:
    for match in _CALL.finditer(code):
        call = _balanced(code, match.start())
        tree = ast.parse(call.replace("\n", "\\n") if "\n" in call else call, mode="eval")
        node = tree.body
        assert isinstance(node, ast.Call)
        given = [one.value if isinstance(one, ast.Constant) else None for one in node.args]
        place = CALLS["gettext" if match[1] == "_" else match[1]]
        text, plural, context = (given[each] if each is not None else None for each in place)
        if isinstance(text, str):
            yield _text(text, plural, context)


def _balanced(code: str, start: int) -> str:
    """Return the call that begins here, up to its closing bracket."""
    depth, quote, at = 0, "", start
    while at < len(code):
        char = code[at]
        if quote:
            if char == "\\":
                at += 1
            elif char == quote:
                quote = ""
        elif char in "\"'":
            quote = char
        elif char == "(":
            depth += 1
        elif char == ")":
            depth -= 1
            if not depth:
                return code[start : at + 1]
        at += 1
    raise ValueError(f"a call without an end: {code[start : start + 60]}")


def _text(text: str, plural: object, context: object) -> Text:
    return Text(
        text,
        plural if isinstance(plural, str) else "",
        context if isinstance(context, str) else None,
        formatted=bool(re.search(r"%\(\w+\)[sd]", text)),
    )


def of_the_intake() -> Iterator[Text]:
    """Yield the words of the findings a patient is asked about; most findings are a clinician's."""
    for step in STEPS:
        for item in step.items:
            entry = field_of(item.field)
            asked = entry.asked
            yield Text(asked.question if asked else entry.label)
            plain = dict(asked.labels) if asked else {}
            yield from (Text(plain.get(code, words)) for code, words in entry.choices)
            yield from (Text(words) for words in ([entry.unit] if entry.unit else []))
            if asked:
                yield from (Text(words) for words in [asked.hint] if words)
                yield from (Text(words) for _number, words in asked.picks)
                yield from (Text(unit) for unit, _many in asked.per_unit)


def collected() -> dict[tuple[str | None, str], Text]:
    """Return every text patients can meet, in the order of the files."""
    found: dict[tuple[str | None, str], Text] = {}
    for path, only in sources():
        name = str(path.relative_to(ROOT))
        for one in [*texts_of(path, only), *(of_the_intake() if path == INTAKE else ())]:
            if not one.text.strip():
                continue
            known = found.setdefault(one.key, one)
            known.plural = known.plural or one.plural
            if name not in known.files:
                known.files.append(name)
    return found


def update(catalogue: Path) -> tuple[int, int]:
    """Add what is new to a catalogue, take out what is gone; return how many of each."""
    before = polib.pofile(str(catalogue), wrapwidth=98)
    said = {(one.msgctxt, one.msgid): one for one in before if not one.obsolete}
    after = polib.POFile(wrapwidth=98)
    after.header, after.metadata = before.header, before.metadata
    new = 0
    for key, text in collected().items():
        entry = said.pop(key, None)
        if entry is None:
            new += 1
            entry = polib.POEntry(msgctxt=text.context, msgid=text.text)
        if text.plural and entry.msgid_plural != text.plural:
            entry.msgid_plural = text.plural
            entry.msgstr, entry.msgstr_plural = "", entry.msgstr_plural or {0: "", 1: ""}
        entry.occurrences = [(name, "") for name in text.files]
        if text.formatted and "python-format" not in entry.flags:
            entry.flags.append("python-format")
        after.append(entry)
    after.save(str(catalogue))
    return new, len(said)


def faults(catalogue: Path) -> Iterator[str]:
    """Yield what is wrong with a catalogue, a line each."""
    said = {(one.msgctxt, one.msgid): one for one in polib.pofile(str(catalogue))}
    language = catalogue.parents[1].name
    for key, text in collected().items():
        entry = said.pop(key, None)
        where = f"{language}: {text.files[0]}: {text.text!r}"
        if entry is None or not entry.translated():
            yield f"{where} is not translated"
            continue
        if entry.fuzzy:
            yield f"{where} is marked as unsure"
        if text.plural and entry.msgid_plural != text.plural:
            yield f"{where} has another plural"
        for form in entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]:
            yield from (f"{where} {fault}" for fault in differences(entry, form))
    yield from (f"{language}: {key[1]!r} is in no file any more" for key in said)


def differences(entry: polib.POEntry, form: str) -> Iterator[str]:
    """Yield how one translated form does not fit: placeholders, tags, blanks at the ends."""
    wanted = _parts(entry.msgid) | (_parts(entry.msgid_plural) if entry.msgid_plural else set())
    got = _parts(form)
    if entry.msgid_plural:  # "one" may be said without its number
        fits = got <= wanted and _parts(entry.msgid) & _parts(entry.msgid_plural) - got <= {"n"}
    else:
        fits = got == wanted
    if not fits:
        yield f"has other placeholders: {sorted(wanted)}, {sorted(got)}"
    if sorted(TAGS.findall(entry.msgid)) != sorted(TAGS.findall(form)):
        yield "has other tags"
    if entry.msgid[:1].isspace() != form[:1].isspace():
        yield "begins with another blank"
    if entry.msgid[-1:].isspace() != form[-1:].isspace():
        yield "ends with another blank"


def _parts(text: str) -> set[str]:
    return {one or two or three for one, two, three in PLACEHOLDER.findall(text)}


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--check", action="store_true", help="fail where something is missing")
    checks = arguments.parse_args().check
    settings.configure(USE_I18N=False)
    count = 0
    for catalogue in sorted(ROOT.glob(CATALOGUES)):
        if not checks:
            new, gone = update(catalogue)
            print(f"{catalogue.relative_to(ROOT)}: {new} new, {gone} gone")
        for fault in faults(catalogue) if checks else ():
            count += 1
            print(fault)
    return bool(count)


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
