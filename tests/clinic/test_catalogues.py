"""The check of the catalogues finds what it is there for."""

import re
import subprocess
import sys

import polib
import pytest
from django.conf import settings

from scripts import messages

TEXT = "%(n)s exercise of %(all)s"


def entry(msgstr="", **more) -> polib.POEntry:
    return polib.POEntry(msgid=more.pop("msgid", TEXT), msgstr=msgstr, **more)


def test_the_catalogues_are_complete():
    done = subprocess.run(
        [sys.executable, "scripts/messages.py", "--check"],
        cwd=settings.BASE_DIR, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.stdout, done.returncode) == ("", 0)


@pytest.mark.parametrize(
    ("one", "found"),
    [
        pytest.param(entry("%(n)s exercice sur %(all)s"), "", id="fits"),
        pytest.param(entry("%(n)s exercice"), "has other placeholders", id="one is missing"),
        pytest.param(entry("%(n)s sur %(tous)s"), "has other placeholders", id="one is new"),
        pytest.param(entry("{nom}", msgid="{name}"), "has other placeholders", id="braces too"),
        pytest.param(
            entry("<b>Non</b>", msgid="<strong>No</strong>"), "has other tags", id="another tag"
        ),
        pytest.param(entry("Non", msgid="No "), "ends with another blank", id="a blank"),
    ],
)
def test_a_translation_that_does_not_fit_is_found(one, found):
    assert " ".join(messages.differences(one, one.msgstr)).startswith(found)


def test_the_words_of_templates_and_modules_are_collected(tmp_path):
    page, module = tmp_path / "a.html", tmp_path / "a.py"
    page.write_text(
        '{% load i18n %}{% translate "One" %} {{ day|date:_("j M") }}'
        "{% blocktranslate count n=n %}{{ n }} time{% plural %}{{ n }} times{% endblocktranslate %}"
    )
    module.write_text(
        "from x import gettext_noop as _\n_('Two' ' words')\nclass A:\n    b = _('Three')\n"
    )

    assert [(one.text, one.plural) for one in messages.texts_of(page, "")] == [
        ("One", ""), ("j M", ""), ("%(n)s time", "%(n)s times"),
    ]  # fmt: skip
    assert [one.text for one in messages.texts_of(module, "")] == ["Two words", "Three"]
    assert [one.text for one in messages.texts_of(module, "A")] == ["Three"]


def test_a_text_without_a_translation_and_one_that_is_gone_are_found(tmp_path):
    real = settings.BASE_DIR / "locale/fr/LC_MESSAGES/django.po"
    texts = polib.pofile(str(real))
    first, second, *_rest = texts
    first.msgstr = ""
    second.flags.append("fuzzy")
    texts.append(polib.POEntry(msgid="Nowhere", msgstr="Nulle part"))
    changed = tmp_path / "fr/LC_MESSAGES/django.po"
    changed.parent.mkdir(parents=True)
    texts.save(str(changed))

    found = list(messages.faults(changed))

    assert len(found) == 3
    assert re.search(re.escape(repr(first.msgid)) + " is not translated", found[0])
    assert "is not translated" in found[1] or "is marked as unsure" in found[1]
    assert found[2].endswith("'Nowhere' is in no file any more")
