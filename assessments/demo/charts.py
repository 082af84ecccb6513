"""What the demo's physiotherapists found. Invented knees, entered through the chart's action."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from assessments.actions import save_values
from assessments.models import Assessment
from assessments.screen.entries import Entry
from clinic.models import User

FOLDER = Path(__file__).parent / "knees"
SIDES = {"L", "R"}


@cache
def knee(name: str) -> Mapping[str, Any]:
    """Return the findings of one demo knee, on top of what all of them share."""
    shared = yaml.safe_load((FOLDER / "safe.yaml").read_text())
    own = yaml.safe_load((FOLDER / f"{name}.yaml").read_text())
    return {**shared, **own}


def entries(findings: Mapping[str, Any]) -> list[Entry]:
    """Turn findings as written into values for the chart, left and right apart."""
    listed = []
    for field, value in findings.items():
        if field == "triggers":
            listed += [Entry(f"triggers.{part}", "", score) for part, score in value.items()]
        elif isinstance(value, dict) and set(value) <= SIDES:
            listed += [Entry(field, side, one) for side, one in value.items()]
        else:
            listed.append(Entry(field, "", value))
    return listed


def fill(assessment: Assessment, name: str, *, by: User, now: datetime) -> None:
    """Chart a demo knee. Raises ValueError if the dictionary refuses any of it."""
    saved = save_values(assessment, assessment.version, entries(knee(name)), by=by, now=now)
    if saved.errors:
        raise ValueError("; ".join(str(fault) for fault in saved.errors))
