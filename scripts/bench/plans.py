"""What drafting plans costs: a thousand assessments from one file, against reading that file."""

import json
import os
import subprocess
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
CASES = sorted((ROOT / "tests/assessments/cases").glob("*.yaml"))
PLANS = 1000
BAR = 5.0  # seconds of CPU for a file of 1,000 assessments on one core


def measure(folder: Path) -> tuple[float, float]:
    """Return the CPU seconds of drafting, and of reading and writing the same JSON."""
    inputs = [yaml.safe_load(path.read_text())["input"] for path in CASES]
    path = folder / "thousand.json"
    path.write_text(json.dumps([inputs[n % len(inputs)] for n in range(PLANS)]))
    code = "import json,sys; json.dump(json.load(open(sys.argv[1])), sys.stdout)"
    work, answer = _child([str(ROOT / "manage.py"), "draft_plan", str(path)])
    baseline, _ = _child(["-c", code, str(path)])
    assert len(json.loads(answer)) == PLANS
    return work, baseline


def _child(arguments: list[str]) -> tuple[float, bytes]:
    """Run Python once; return its CPU seconds and what it printed."""
    before = os.times()
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, check=True)
    after = os.times()
    used = after.children_user + after.children_system
    return used - before.children_user - before.children_system, done.stdout
