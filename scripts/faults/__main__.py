"""`make faults`: what can break breaks, in the middle of work, and nothing half done is left.

A real clinic (gunicorn, the worker, a mail server) on a small disk of its own, on SQLite and on a
PostgreSQL server of its own. While guests book, a physio signs and issues and phones log, each
fault strikes, ``--rounds`` times. After every round

- the web answers again, and every message that is due comes to an end;
- what a client was told is done is there, once, with its row of the trail and its messages; what
  nobody answered is there wholly or not at all;
- every message has exactly the letters its state says: none that is sent twice, none hidden;
- ``manage.py verify`` finds every invariant whole.

Half of what was not answered is then sent again, as people do. Prints a table; ends with 1 unless
everything held.
"""

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from scripts.faults import site as sites
from scripts.faults.kinds import FAULTS, Wrong
from tests import fresh

ENGINES = ("SQLite", "PostgreSQL")


def strike(name: str, site: sites.Site) -> tuple[str | None, list[str], Counter]:
    """One round of one fault: what was done, what was wrong, what was looked at."""
    wrong = []
    try:
        note = FAULTS[name](site)
    except Wrong as error:
        note, wrong = "", [str(error)]
    if note is None:
        return None, [], Counter()
    if not site.wait_until_up():
        wrong.append("the web did not answer again")
    unanswered = [deed for deed in site.crowd.ledger if not deed.done]
    for deed in random.sample(unanswered, len(unanswered) // 2):
        site.crowd.again(deed)
    if not site.settle():
        wrong.append("messages that are due did not come to an end")
    found = site.look(site.crowd.take_ledger())
    return note, wrong + found["faults"], Counter(found["seen"])


def tell(engine: str, name: str, number: int, note: str, seen: Counter, took: float) -> None:
    done = sum(n for what, n in seen.items() if " answered, whole" in what)
    open_whole = sum(n for what, n in seen.items() if "unanswered, whole" in what)
    nothing = sum(n for what, n in seen.items() if "unanswered, nothing" in what)
    print(
        f"{engine:<10} {name:<18} {number:>2}  {done:>5} done, {open_whole:>3} unanswered but"
        f" whole, {nothing:>3} nothing  {took:>4.0f} s  {note}",
        flush=True,
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--engine", choices=ENGINES, help="only this one")
    parser.add_argument("--fault", nargs="+", choices=FAULTS, default=list(FAULTS), metavar="NAME")
    parser.add_argument("--stock", type=int, help="charts and plans there are to sign and issue")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    random.seed(options.seed)
    count = options.stock or 30 + 15 * options.rounds * len(options.fault)
    faults: list[str] = []
    for engine in [options.engine] if options.engine else ENGINES:
        with (
            tempfile.TemporaryDirectory(prefix="stepdown-faults-") as folder,
            sites.running(engine, [count, count, 6, options.rounds], Path(folder)) as (site, kind),
        ):
            print(f"{engine}: {count} charts, {count} plans; disk of its own: {kind or 'none'}")
            for number in range(1, options.rounds + 1):
                for name in options.fault:
                    if name == "disk full" and not kind:
                        print(f"{engine:<10} {name:<18}  left out: nobody may mount a small disk")
                        continue
                    began = time.monotonic()
                    note, wrong, seen = strike(name, site)
                    if note is None:
                        continue
                    tell(engine, name, number, note, seen, time.monotonic() - began)
                    for each in wrong[:20]:
                        print(f"  FAIL {each}")
                    faults += wrong
            print(f"{engine}: answers {dict(sorted(site.crowd.seen.items()))}")
    fresh.clear()
    print(f"{len(faults)} faults" if faults else "everything held")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
