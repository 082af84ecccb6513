"""What the documents say is true of the code."""

import ast
import re
from pathlib import Path
from urllib.parse import unquote

from django.core.management import get_commands

from clinic import invariants

ROOT = Path(__file__).resolve().parent.parent
OURS = {"clinic", "bookings", "assessments"}
READERS = {"env.str", "env.bool", "env.int", "env.db", "env.email_url", "required"}
PAGES = [
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    ROOT / "CONTRIBUTING.md",
    *ROOT.glob("docs/**/*.md"),
]


def test_every_environment_variable_is_in_the_example():
    tree = ast.parse((ROOT / "clinic/settings.py").read_text())
    used = {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in READERS
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    listed = {
        line.removeprefix("# ").partition("=")[0]
        for line in (ROOT / ".env.example").read_text().splitlines()
        if re.match(r"(# )?[A-Z_]+=", line)
    }
    assert used == listed


def test_every_command_is_in_the_readme():
    readme = (ROOT / "README.md").read_text()
    ours = {name for name, app in get_commands().items() if app in OURS}
    assert ours
    assert {name for name in ours if f"manage.py {name}" not in readme} == set()


def test_the_readme_names_the_make_targets():
    readme = (ROOT / "README.md").read_text()
    targets = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.M)[1].split()
    hidden = {"help", "setup", "clean", "lock"}
    assert {t for t in targets if t not in hidden and f"make {t}" not in readme} == set()


def test_links_inside_the_documents_lead_somewhere():
    broken = []
    for page in PAGES:
        for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
            if target.startswith(("http://", "https://", "mailto:", "#")):
                continue
            path = page.parent / unquote(target.partition("#")[0])
            if not path.exists():
                broken.append(f"{page.relative_to(ROOT)} → {target}")
    assert broken == []


def test_decisions_are_numbered_once_and_listed():
    records = sorted(path.name for path in (ROOT / "docs/adr").glob("*.md"))
    numbers = [name[:4] for name in records]
    assert numbers == [f"{n:04d}" for n in range(1, len(records) + 1)]


def test_packages_named_in_the_architecture_exist():
    text = (ROOT / "docs/architecture.md").read_text()
    named = set(
        re.findall(r"`((?:clinic|bookings|assessments|templates|tests|scripts)/[\w./-]*)`", text)
    )
    assert named
    assert {name for name in named if not (ROOT / name).exists()} == set()


def test_commands_in_the_documents_are_there():
    """Every ``manage.py`` command a page tells somebody to run, and every file it points at."""
    known = get_commands()
    told = {
        (page.name, name)
        for page in PAGES
        for name in re.findall(r"manage\.py ([a-z_]+)", page.read_text())
    }
    assert {each for each in told if each[1] not in known} == set()


def test_what_security_names_as_shown_is_there():
    text = (ROOT / "docs/security.md").read_text()
    named = set(re.findall(r"`((?:tests|clinic|bookings|assessments)/[\w./]*\.py)`", text))
    assert len(named) > 10
    assert {name for name in named if not (ROOT / name).exists()} == set()


def test_operations_names_the_invariants_there_are():
    text = (ROOT / "docs/operations.md").read_text()
    names = {each.name for each in invariants.of()}
    told = set(re.findall(r"`((?:guards|audit|signed|plans|messages|visits)\.[a-z_]+)`", text))
    assert told - names == {"audit.checkpoint"}  # asked for by its option
    assert all(f"`{part}`" in text for part in invariants.parts())
