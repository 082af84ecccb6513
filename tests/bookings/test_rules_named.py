"""Every rule of booking is written down once and has a test that is named after it."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def test_every_rule_has_a_test_and_every_such_test_a_rule():
    written = re.findall(r"^\| (\d+) \|", (ROOT / "docs/booking-rules.md").read_text(), re.M)
    tests = "".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    named = set(map(int, re.findall(r"^def test_rule_(\d\d)_\w+\(", tests, re.M)))

    assert [int(number) for number in written] == list(range(1, 39))
    assert named == set(range(1, 39))
