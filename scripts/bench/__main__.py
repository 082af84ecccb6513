"""`make bench`: what things cost, as ratios against a baseline measured in the same run.

CPU time of web and database processes decides; it is read from the system, per operation, and
interleaved with the baseline so that both see the same machine. The bare view
(``scripts/bench/addresses.py``) does one query for the same appointments and returns them as JSON.

Needs PostgreSQL: BENCH_DATABASE_URL or TEST_DATABASE_URL names a server where databases may be
made and dropped.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from scripts.bench import plans, speed
from scripts.bench.server import databases, serving
from scripts.bench.speed import Line

SERVER = os.environ.get("BENCH_DATABASE_URL") or os.environ.get("TEST_DATABASE_URL", "")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--appointments", type=int, default=250_000)
    parser.add_argument("--requests", type=int, default=10_000, help="for the memory of a worker")
    parser.add_argument(
        "--server", default=SERVER, help="a PostgreSQL, as postgres://user@host:5432/"
    )
    parser.add_argument("--only", choices=["plans", "site"], help="one half of it")
    options = parser.parse_args()
    print(f"{'work':<58}{'bar':<24}{'figure':>8}")
    held = True
    if options.only != "site":
        held &= show(_plans())
    if options.only != "plans":
        if not options.server.startswith("postgres"):
            print("  The site is measured on PostgreSQL: set BENCH_DATABASE_URL.")
            return 2
        for line in _site(options):
            held &= show(line)
    return 0 if held else 1


def _plans() -> Line:
    work, baseline = plans.measure(Path(tempfile.mkdtemp(prefix="stepdown-bench-")))
    title = f"draft_plan, {plans.PLANS} assessments in a file"
    detail = f"{work / baseline:.0f} × reading and writing the file"
    return Line(title, f"≤ {plans.BAR:.0f} s CPU", work, work <= plans.BAR, detail)


def _site(options: argparse.Namespace) -> Iterator[Line]:
    with ExitStack() as stack:
        small_url, large_url = stack.enter_context(databases(options.server, options.appointments))
        small, large = (stack.enter_context(serving(url)) for url in (small_url, large_url))
        yield from speed.reading(large, options.rounds)
        yield from speed.growth(small, large, options.rounds)
        yield speed.booking(large, options.rounds * 2)
        yield speed.crowd(large, 8, 2.0)
        yield speed.crowd(large, 32, 1.8)
        yield speed.memory(large, options.requests)


def show(line: Line) -> bool:
    """Print one line of the table; return whether its bar was held."""
    mark = "" if line.held else "  OVER"
    print(f"{line.work:<58}{line.bar:<24}{line.figure:>8.2f}{mark}   {line.detail}", flush=True)
    return line.held


if __name__ == "__main__":
    sys.exit(main())
