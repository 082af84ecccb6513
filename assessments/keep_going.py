"""What the plan says from discharge on: how to keep the pain away, and what to do when it flares.

Copied into the plan from the library's wording, as its other texts are, with the library's numbers
(specification F6). What was said of the weeks until now is taken out.
"""

from collections.abc import Iterable, Iterator, Mapping

from assessments.library import Library
from assessments.library.sentences import DISTANCE_RULE
from assessments.plan_texts import LOAD, Texts, load_rule

LOAD_RULE = "LOAD_PROG"
NOT_A_RUNNER = "NOT_APPLICABLE"
KEEP, FLARE = "keep_going", "flare_steps"  # where the texts stand in a plan


def keep_going_texts(texts: Mapping[str, object], library: Library) -> Texts:
    """Return the texts of a plan that change when it becomes the keep-going plan."""
    found = texts.get("running")
    running = found if isinstance(found, Mapping) else {}
    runs = running.get("action") not in (None, NOT_A_RUNNER)
    held = texts.get("advice")
    advice = held if isinstance(held, list) else []
    changed: Texts = {
        KEEP: list(_keep(advice, library, runs=runs)),
        FLARE: list(_flare(library, runs=runs)),
        "expect": {},  # the weeks until the knee is ready are over
    }
    if runs:
        changed["running"] = _running(running, library)
        changed["advice"] = [each for each in advice if each.get("block") != LOAD]
    return changed


def _keep(
    advice: Iterable[Mapping[str, object]], library: Library, *, runs: bool
) -> Iterator[Texts]:
    """Strength, the distance rule, shoes, and when somebody asks how it goes."""
    rules = library.running.keep_going
    yield _said(library, "keep_going.strength", sessions=rules.strength_per_week)
    if runs and all(each.get("block") != LOAD_RULE for each in advice):
        yield {"id": LOAD_RULE, "title": DISTANCE_RULE, "text": load_rule(library), "items": []}
    if runs:
        yield _said(library, "keep_going.shoes", km=rules.shoe_km)
    first, second = rules.review_months
    yield _said(library, "keep_going.review", first=first, second=second)


def _flare(library: Library, *, runs: bool) -> Iterator[Texts]:
    days = library.running.keep_going.flare_days
    yield _said(library, "flare.first")
    if runs:
        yield _said(library, "flare.running", days=days)
    window = int(library.rulebook.limit("flare_window_days"))
    yield _said(library, "flare.call", days=days, window=window)
    yield _said(library, "flare.help")


def _running(before: Mapping[str, object], library: Library) -> Texts:
    """Running as long as three checks hold; this week's distance and the beat are over."""
    minutes = library.running.after_run.settle_minutes
    said = _said(library, "keep_going.running", limit=before.get("limit"), minutes=minutes)
    return {**before, **said, "action": "KEEP_GOING", "km": None, "cadence": None}


def _said(library: Library, name: str, **filled: object) -> Texts:
    phrase = library.phrase_by_id[name].filled(**filled)
    return {
        "id": phrase.id,
        "title": phrase.title,
        "text": phrase.text,
        "items": list(phrase.items),
    }
