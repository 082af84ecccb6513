"""Promises about the project itself, kept by tests."""

import ast
import os
import re
import subprocess
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from tests.browser.demo_site import chromium

ROOT = Path(__file__).resolve().parent.parent
APPS = ("clinic", "bookings", "assessments")
TOP = {"manage.py", *APPS, "templates", "requirements.txt", "tests", "docker-compose.yml"}


def tracked(*patterns: str) -> list[Path]:
    """Files git tracks (or would), so that leftovers of a machine do not count."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


def hand_written(*patterns: str) -> list[Path]:
    return [path for path in tracked(*patterns) if "migrations" not in path.parts]


def test_the_prescribed_top_level_is_there():
    assert {name for name in TOP if not (ROOT / name).exists()} == set()


@pytest.mark.django_db
def test_migrations_match_the_models():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_system_checks_are_silent():
    call_command("check", fail_level="WARNING")


def test_no_hand_written_file_grows_past_400_lines():
    files = hand_written("*.py", "*.html", "*.css", "*.js")
    assert len(files) > 50
    assert [p for p in files if len(p.read_text().splitlines()) > 400] == []


def test_views_and_forms_never_write():
    writes = re.compile(r"\.(save|create|update|delete|bulk_create|get_or_create)\(")
    files = [
        path
        for path in hand_written("*.py")
        if path.parts[len(ROOT.parts)] in APPS
        and ("views" in path.parts or path.stem in {"views", "forms", "feeds", "api"})
        and "actions" not in path.parts
    ]
    assert len(files) > 5
    offenders = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in files
        for line in path.read_text().splitlines()
        if writes.search(line) and "session" not in line
    ]
    assert offenders == []


def test_no_module_is_named_after_nothing():
    vague = {"utils", "helpers", "common", "misc", "util"}
    assert [p for p in hand_written("*.py") if p.stem in vague or vague & set(p.parts)] == []


def test_imports_stand_at_the_top():
    """A function-level import hides a cycle; only an app's ``ready`` may need one."""
    offenders = []
    for path in hand_written("*.py"):
        if path.parts[len(ROOT.parts)] not in APPS or path.name == "apps.py":
            continue
        tree = ast.parse(path.read_text())
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef):
                inside = [
                    n for n in ast.walk(function) if isinstance(n, ast.Import | ast.ImportFrom)
                ]
                offenders += [f"{path.relative_to(ROOT)}:{node.lineno}" for node in inside]
    assert offenders == []


def test_templates_hold_no_inline_style_or_handler():
    pattern = re.compile(r"\sstyle=\"|\son[a-z]+=\"|javascript:|\|safe\b|<style\b(?![^>]*nonce)")
    offenders = [
        str(path.relative_to(ROOT))
        for path in hand_written("templates/*.html")
        if "/mail/" not in str(path) and pattern.search(path.read_text())
    ]
    assert offenders == []


def test_nothing_trusts_markup_by_force():
    pattern = re.compile(r"\bmark_safe\(|csrf_exempt|SafeString\(")
    offenders = [
        str(p.relative_to(ROOT))
        for p in hand_written("*.py")
        if p.parts[len(ROOT.parts)] in APPS and pattern.search(p.read_text())
    ]
    # Mail programs end a subscription by a POST without a cookie (RFC 8058).
    assert offenders == ["clinic/views/choices.py"]


def test_every_direct_dependency_says_why():
    for name in ("requirements.in", "requirements-dev.in"):
        for line in (ROOT / name).read_text().splitlines():
            if line and not line.startswith(("#", "-")):
                assert re.search(r"  # \w", line), line


def test_requirements_are_pinned_and_hashed():
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text()
        pins = re.findall(r"^[a-z0-9].*$", text, re.M)
        assert pins
        assert all("==" in pin for pin in pins)
        assert text.count("--hash=sha256:") >= len(pins)
        assert "index-url" not in text


def test_every_page_name_is_its_view_name():
    """One search finds the address, the view and the template of our own pages."""
    from django.urls import get_resolver

    offenders = [
        pattern.name
        for pattern in _patterns(get_resolver())
        if getattr(pattern.callback, "__module__", "").split(".")[0] in APPS
        and pattern.name
        and pattern.callback.__name__ != pattern.name.replace("-", "_")
        and not pattern.name.endswith(("_changelist", "_delete"))  # Django's names, pages of ours
    ]
    assert offenders == []


def _patterns(resolver):
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from _patterns(pattern)
        else:
            yield pattern


@pytest.mark.skipif(
    not os.environ.get("STEPDOWN_NOTHING_SKIPPED"), reason="only CI promises a whole machine"
)
def test_ci_has_everything_the_suite_can_use():
    assert chromium()
    wanted = "postgresql" if os.environ.get("TEST_DATABASE_URL") else "sqlite"
    assert connection.vendor == wanted
