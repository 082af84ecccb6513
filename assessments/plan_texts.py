"""What a plan says besides its exercises: copied from the library's wording when it is drafted.

Only the emergency number is filled in when the page is shown, for it belongs to the place.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from assessments.library import Library
from assessments.library.rule_entries import Block
from assessments.library.sentences import LOAD_RULE
from assessments.library.texts import Phrase
from assessments.rules.draft import Draft
from assessments.rules.prescribe import Plan
from assessments.storage import plain

PER_CENT = 100
LOAD = "LOAD_MGMT"  # the block that prints the running advice (specification D4)
Texts = dict[str, object]


def texts_of(judged: Draft, library: Library) -> Texts:
    """Return every text of the patient's page, by the part of the page it belongs to."""
    plan = judged.plan
    if plan is None:
        return {}
    return {
        "notice": _said(library, "notice.plan"),
        "education": _group(library, "education"),
        "pain": _pain(plain(plan.pain_limit_exercise), library),
        "running": _running(plan, library),
        "walk_jog": _walk_jog(library) if "RTR" in plan.blocks_included else None,
        "advice": _advice(plan, library),
        "expect": _expectations(judged, library),
        "flare": _said(library, "flare.plan", days=library.running.keep_going.flare_days),
        "emergency": _group(library, "emergency"),
        "bend_limit": plain(plan.knee_flexion_limit_deg),
        "phase": library.phase_by_id[plan.start_phase].name,
    }


def composed_texts(phase: str, limit: int, library: Library) -> Texts:
    """Return the texts of a plan a clinician put together by hand: what holds for any exercise.

    Nothing that the rules would have worked out: no running advice, no expected time, no flare
    plan.

    limit  the pain limit the clinician chose, 0 to 10
    """
    return {
        "notice": _said(library, "notice.plan"),
        "pain": _pain(limit, library),
        "emergency": _group(library, "emergency"),
        "phase": library.phase_by_id[phase].name,
    }


def _pain(limit: object, library: Library) -> list[Texts]:
    back = library.step_back
    filled = {
        "limit": limit,
        "sessions": back.sessions_over_limit,
        "mornings": back.worse_mornings_in_a_row,
    }
    names = ("pain.green", "pain.amber", "pain.red", "pain.when", "pain.step_back")
    return [_said(library, name, **filled) for name in names]


def _running(plan: Plan, library: Library) -> Texts:
    """The running advice, with this week's distance and the step rate where there is one."""
    limit = plain(plan.pain_limit_running)
    said = _said(library, f"run_action.{plan.run_action}", limit=limit)
    return {
        **said,
        "why": library.rulebook.block_by_id[LOAD].why,
        "action": plan.run_action,
        "limit": limit,
        "km": plain(plan.run_km_target_this_week),
        "cadence": list(plan.cadence_target_spm) if plan.cadence_target_spm else None,
    }


def _walk_jog(library: Library) -> Texts:
    """The walk-jog stages and the three checks after every run (specification F3, F4)."""
    programme, after = library.running.walk_jog, library.running.after_run
    filled = {
        "limit": after.pain_limit,
        "minutes": after.settle_minutes,
        "sessions": programme.clean_sessions_to_move_on,
        "days": after.days_off,
    }
    names = ("during", "hour", "morning", "clean", "repeat", "back")
    return {
        "before": programme.walk_before_min,
        "after": programme.walk_after_min,
        "stages": [
            {
                "number": stage.number,
                "repeats": stage.repeats,
                "jog": stage.jog_min,
                "walk": stage.walk_min,
                "total": stage.total_min,
            }
            for stage in programme.stages
        ],
        "checks": [_said(library, f"after_run.{name}", **filled) for name in names],
    }


def _advice(plan: Plan, library: Library) -> list[Texts]:
    """Blocks that bring no exercise: what they ask for, and why."""
    said: list[Texts] = []
    for block_id in plan.blocks_included:
        block = library.rulebook.block_by_id[block_id]
        if not block.exercises.of(plan.start_phase):
            text = _advice_text(block, plan, library)
            said.append({"block": block_id, "title": block.name, "text": text, "why": block.why})
    return said


def _advice_text(block: Block, plan: Plan, library: Library) -> str:
    """What the block asks for: the running advice, the load rule, or how long it lasts."""
    if block.id == LOAD:
        return str(_running(plan, library)["text"])
    return load_rule(library) if block.id == "LOAD_PROG" else block.dose_cap


def load_rule(library: Library) -> str:
    """Say the training-load rule (specification F5) with the library's numbers."""
    load = library.running.load
    return LOAD_RULE % {
        "run": _per_cent_more(load.run_factor),
        "days": load.run_days,
        "week": _per_cent_more(load.week_factor),
        "gap": load.week_gap,
    }


def _expectations(judged: Draft, library: Library) -> Texts:
    """The expected time and what is honest to say with it (specification G2)."""
    prognosis = judged.prognosis
    if prognosis is None:
        return {}
    names = ["every_band", "early", "no_promise"]
    if prognosis.guarded:
        names.append("guarded")
    return {
        "weeks": list(prognosis.weeks),
        "guarded": prognosis.guarded,
        "band": prognosis.band,
        "text": library.rulebook.band_by_id[prognosis.band].text,
        "notes": [_said(library, f"expectation.{name}") for name in names],
    }


def _group(library: Library, group: str) -> list[Texts]:
    return [_phrase(each, {}) for each in library.phrases(group)]


def _said(library: Library, name: str, **filled: object) -> Texts:
    return _phrase(library.phrase_by_id[name], filled)


def _phrase(phrase: Phrase, filled: Mapping[str, object]) -> Texts:
    """Return a phrase with the values it names put in; others keep their braces."""
    return {
        "id": phrase.id,
        "title": _fill(phrase.title, phrase.values, filled),
        "text": _fill(phrase.text, phrase.values, filled),
        "items": [_fill(item, phrase.values, filled) for item in phrase.items],
    }


def _fill(text: str, names: Iterable[str], filled: Mapping[str, object]) -> str:
    for name in names:
        if name in filled:
            text = text.replace(f"{{{name}}}", str(filled[name]))
    return text


def _per_cent_more(factor: Decimal) -> str:
    """Say a factor as a rise: 1.10 is 10."""
    return format(((factor - 1) * PER_CENT).normalize(), "f")
