"""Rule 28: workers killed with SIGKILL while sending lose nothing, double nothing, hide nothing.

A small share of ``make storm ARGS=--worker``, on the engine of this run.
"""

import os
import re
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection


@pytest.mark.race
def test_rule_28_two_workers_killed_again_and_again(tmp_path):
    engine = "SQLite" if connection.vendor == "sqlite" else "PostgreSQL"
    command = [sys.executable, "scripts/storm.py", "--worker", "--engine", engine]
    command += ["--messages", "16", "--kills", "3"]

    done = subprocess.run(
        command,
        cwd=settings.BASE_DIR,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    # A kill may miss every letter under way; each server must have seen some that did not.
    killed = [int(each) for each in re.findall(r"(\d+) workers killed while sending", done.stdout)]
    assert len(killed) == 2
    assert min(killed) > 0
    assert "everything held" in done.stdout
