"""The plan on paper: the lines of the page, laid out by typst as a tagged PDF (PDF/UA-1).

Everything travels as data, never as markup, so that a name like ``#[evil`` prints as it is.
"""

from functools import cache
from pathlib import Path

from django.utils import formats, translation
from django.utils.translation import gettext as _

from assessments.models import Plan
from assessments.photos import on_paper
from assessments.plan_history import Changed
from assessments.sheet import Easier, Sheet, SheetLine, Texts
from clinic.models import Patient, Practice
from clinic.paper import set_paper

TEMPLATE = Path(__file__).parent / "typst" / "plan.typ"
DAYS_ON_PAPER = 7
WEEKS_ON_PAPER = 2


def plan_pdf(
    sheet: Sheet,
    patient: Patient,
    clinic: Practice,
    *,
    changed: Changed | None = None,
    large: bool = False,
) -> bytes:
    """Return the plan as a PDF.

    changed  what it changes about the version before it, if there is one
    large    in print for who sees little: the same words, no letter under 16 points
    """
    paper = paper_of(sheet, patient, clinic) | {"large": large}
    return set_paper(template_source(), paper | {"changed": changed_words(changed)})


def changed_words(changed: Changed | None) -> dict[str, object] | None:
    """Say what the page says of it: without the reasons, which are the clinician's."""
    if changed is None:
        return None
    same = _("Exercises, doses and limits are the same.")
    return {
        "title": _("What changed since your plan of %(when)s")
        % {"when": _day(changed.since.issued_at)},
        "items": [str(each) for each in changed.changes] or [same],
    }


@cache
def template_source() -> bytes:
    return TEMPLATE.read_bytes()


def paper_of(sheet: Sheet, patient: Patient, clinic: Practice) -> dict[str, object]:
    """Return what is printed, every text ready to be set."""
    plan = sheet.plan
    return {
        "lang": translation.get_language() or "en",
        "clinic": clinic.name,
        "contact": " · ".join(
            each for each in (clinic.phone and clinic.phone.as_national, clinic.email) if each
        ),
        "title": _("Your plan"),
        "large": False,
        "changed": None,
        "patient": str(patient),
        "about": [
            (_("Phase"), sheet.phase),
            (_("From"), _day(plan.issued_at)),
            (_("Looked at again on"), _day(sheet.review_on)),
            (_("Version"), str(plan.version)),
        ],
        "draft": "" if plan.issued_at else _("Draft, not issued"),
        "unreviewed": sheet.unreviewed,
        "translation": list(sheet.translation),
        "note": plan.note,
        "words": _words(sheet),
        "lines": [_line(line, plan) for line in sheet.exercises],
        "others": [_line(line, plan) for line in sheet.others],
        "advice": [_phrase(each) for each in sheet.advice],
        "pain": [_phrase(each) for each in sheet.pain],
        "running": _running(sheet),
        "stages": _stages(sheet),
        "checks": [_phrase(each) for each in (sheet.walk_jog or {}).get("checks", [])],
        "expect": [str(sheet.expect.get("text", "")), *_texts(sheet.expect.get("notes") or ())],
        "flare": _phrase({} if sheet.flare_steps else sheet.flare),
        "keep_going": [_phrase(each) for each in sheet.keep_going],
        "flare_steps": [_phrase(each) for each in sheet.flare_steps],
        "emergency": [_phrase(each) for each in sheet.emergency],
        "days": DAYS_ON_PAPER * WEEKS_ON_PAPER,
    }


def _words(sheet: Sheet) -> dict[str, str]:
    """The headings and labels of the paper."""
    return {
        "exercises": _("Exercises"),
        "others": _("Also part of your plan"),
        "pain": _("How much pain is fine"),
        "running": _("Running"),
        "expect": _("How long it may take"),
        "emergency": _("When to get help"),
        "keep_going": _("Keep it going"),
        "flare": _("If it flares up"),
        "limit": _("Pain limit:"),
        "need": _("You need:"),
        "care": _("Take care:"),
        "why": _("Why:"),
        "kept": _("Written down with it:"),
        "late": _("Begins with the first walk-jog stage."),
        "done": _("Tick each time you did it"),
        "bend": _("In strength work bend the knee at most to %(degrees)s degrees for now.")
        % {"degrees": sheet.bend_limit}
        if sheet.bend_limit
        else "",
        "stage": _("Stage"),
        "what": _("What"),
        "total": _("Minutes"),
        "page": _("Page"),
    }


def _line(line: SheetLine, plan: Plan) -> dict[str, object]:
    return {
        "name": line.name,
        "dose": line.dose,
        "instruction": line.instruction,
        "precaution": line.precaution,
        "equipment": line.equipment,
        "limit": line.pain_limit,
        "why": line.why,
        "late": line.late,
        "mark": _mark(line, plan),
        "kept": line.kept_note,
        "link": f"{line.link.words}: {line.link.short}" if line.link else "",
        "photo": on_paper(line.photo) if line.photo else "",
        "photo_shows": _("You, doing: %(name)s") % {"name": line.name},
        "figure": line.drawing.paper if line.drawing else "",
        "shows": line.drawing.words if line.drawing else "",
        "easier": _easier(line.easier) if line.easier else None,
    }


def _mark(line: SheetLine, plan: Plan) -> str:
    """Say whose choice a line is, where no rule drafted it."""
    if not line.composed:
        return ""
    return _("Composed by your clinician.") if plan.composed else _("Your clinician’s choice.")


def _easier(easier: Easier) -> dict[str, str]:
    """Say what stands in for a line after a flare; paper cannot ask, so it says when not to."""
    return {
        "when": _(
            "If it flares up and nothing under “When to get help” fits, for %(days)s days instead:"
        )
        % {"days": easier.days},
        "name": easier.line.name,
        "dose": easier.line.dose,
        "instruction": easier.line.instruction,
        "limit": easier.line.pain_limit,
        "precaution": easier.line.precaution,
        "equipment": easier.line.equipment,
        "figure": easier.line.drawing.paper if easier.line.drawing else "",
        "shows": easier.line.drawing.words if easier.line.drawing else "",
    }


def _phrase(phrase: Texts) -> dict[str, object]:
    return {
        "title": str(phrase.get("title", "")),
        "text": str(phrase.get("text", "")),
        "items": [str(item) for item in phrase.get("items") or ()],
    }


def _texts(phrases) -> list[str]:
    return [str(phrase.get("text", "")) for phrase in phrases]


def _running(sheet: Sheet) -> dict[str, object]:
    """The running advice, with the numbers of this week as sentences."""
    said = _phrase(sheet.running)
    return {**said, "items": running_targets(sheet.running)}


def running_targets(running: Texts) -> list[str]:
    """Say this week's distance and the step rate, where the plan has them."""
    targets = []
    if running.get("km") is not None:
        targets.append(_("This week: %(km)s km.") % {"km": formats.localize(running["km"])})
    if running.get("cadence"):
        low, high = running["cadence"]
        targets.append(
            _("Your own step rate: %(low)s to %(high)s steps a minute.")
            % {"low": low, "high": high}
        )
    return targets


def _stages(sheet: Sheet) -> list[list[str]]:
    return [
        [str(stage["number"]), stage_words(stage), str(stage["total"])]
        for stage in (sheet.walk_jog or {}).get("stages", [])
    ]


def stages_of(sheet: Sheet) -> list[dict[str, object]]:
    """Return the walk-jog stages with their words, for a page."""
    stages = (sheet.walk_jog or {}).get("stages", [])
    return [{**stage, "words": stage_words(stage)} for stage in stages]


def stage_words(stage: Texts) -> str:
    """Say one walk-jog stage: 8 × jog 1 min, walk 2 min."""
    if not stage["walk"]:
        return _("%(repeats)s × jog %(jog)s min") % stage
    return _("%(repeats)s × jog %(jog)s min, walk %(walk)s min") % stage


def _day(moment) -> str:
    return formats.date_format(moment, "j F Y") if moment else "–"
