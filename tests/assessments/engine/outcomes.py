"""What the engine says of a hundred charts, by one library that stays as it is here for ever.

    python -m tests.assessments.engine.outcomes

writes the outcomes of a new engine down, after ``judging.ENGINE`` was raised. It refuses while
the engine has the number of the outcomes that are written down and says something else.
"""

import hashlib
import json
import os
import sys
from pathlib import Path

import yaml

HERE = Path(__file__).parent
KEPT = HERE / "outcomes.json"
MORE = HERE.parent / "cases_more"
SEEDS = 75


def charts():
    """Yield a name and the input of the worked cases, fifteen more, and generated ones."""
    from tests.assessments.case_files import all_cases
    from tests.assessments.random_assessments import random_assessment

    for case in all_cases():
        yield f"case {case['case']}", case["input"]
    for path in sorted(MORE.glob("*.yaml")):
        yield f"case {path.stem}", yaml.safe_load(path.read_text(encoding="utf-8"))["input"]
    for seed in range(SEEDS):
        yield f"seed {seed}", random_assessment(seed)


def outcomes():
    """Return the digest of everything that is stored of a judged chart and its draft, by name."""
    from assessments.findings import parse
    from assessments.judging import explanations_of, result_of
    from assessments.library import Library
    from assessments.library.later import completed
    from assessments.plan_lines import drafted_lines
    from assessments.plan_texts import texts_of
    from assessments.reproducing import COPIED
    from assessments.rules.draft import draft

    library = Library.from_data(completed(json.loads((HERE / "library.json").read_text())))
    found = {}
    for name, raw in charts():
        judged = draft(parse(raw).findings, library.rulebook)
        lines = drafted_lines(judged, library)
        said = {
            "status": judged.plan_status,
            "gate": judged.gate.level,
            "result": result_of(judged),
            "explanations": explanations_of(judged),
            "texts": texts_of(judged, library),
            "lines": [{each: getattr(line, each) for each in COPIED} for line in lines],
        }
        text = json.dumps(said, sort_keys=True, default=str)
        found[name] = hashlib.sha256(text.encode()).hexdigest()[:16]
    return found


def main():
    from assessments.judging import ENGINE

    kept, found = json.loads(KEPT.read_text()) if KEPT.exists() else None, outcomes()
    if kept and kept["engine"] == ENGINE and kept["charts"] != found:
        sys.exit(f"Engine {ENGINE} says something else than it did: raise judging.ENGINE first.")
    KEPT.write_text(json.dumps({"engine": ENGINE, "charts": found}, indent=1) + "\n")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
    import django

    django.setup()
    main()
