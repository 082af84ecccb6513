"""What a chart says for its note, in words, and the note drawn from it. Only reads."""

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _

from assessments.actions.remarks import remarks_of
from assessments.findings import Findings
from assessments.findings.field import gettext_noop
from assessments.judging import judge, part, result_of
from assessments.library import Library
from assessments.library_store import library_of
from assessments.models import Assessment
from assessments.models.plan import MAY_HAVE_A_PLAN
from assessments.notes.soap import Facts, Pairs, Section, draw
from assessments.rules.draft import Draft
from assessments.rules.gate import QUESTIONS
from assessments.screen.panel import scores_of
from assessments.screen.signed import Line, judgement_of, parts_of
from assessments.screen.words import code_words, label_of, side_words
from assessments.storage import findings_of
from assessments.treatment.words import whole

INCOMPLETE = "INCOMPLETE"
NO_PLAN = {
    "BLOCKED": gettext_noop("No exercise plan while a red flag stands"),
    INCOMPLETE: gettext_noop("No exercise plan while safety questions are open"),
}


def drawn_soap(
    assessment: Assessment, findings: Findings | None = None, judged: Draft | None = None
) -> dict[str, str]:
    """Return the four parts as the chart writes them now. Two queries, three without findings."""
    held = findings_of(assessment) if findings is None else findings
    verdict = judged or judge(held, assessment.library_id)
    return draw(facts_of(assessment, held, verdict), _)


def facts_of(assessment: Assessment, findings: Findings, judged: Draft) -> Facts:
    """Return everything the note is drawn from."""
    library, result = library_of(assessment.library_id), result_of(judged)
    said = judgement_of(result, library)
    treatments = assessment.treatments.order_by("added_at", "pk")
    return Facts(
        sections=tuple(
            Section(
                code=each.code,
                label=each.label,
                lines=tuple(_lines(each.lines)),
                not_tested=each.not_tested,
                note=each.note,
            )
            for each in parts_of(findings, remarks_of(assessment))
        ),
        answered=tuple(label_of(each) for each in QUESTIONS if findings.value(each) == "yes"),
        open=said.unanswered,
        scores=_scores(result, findings),
        gate=said.title,
        flags=tuple(f"{each.timeframe}: {each.text}" for each in said.flags),
        cautions=tuple(each.text for each in said.cautions),
        view=said.classified if judged.plan_status != INCOMPLETE else (),
        contributors=tuple(each.text for each in said.contributors),
        not_measured=said.not_assessed,
        treatments=tuple(whole(row) for row in treatments),
        plan=tuple(_plan(part(result, "plan"))),
        exercises=tuple(_exercises(part(result, "plan"), library)),
        no_plan=_no_plan(judged.plan_status),
    )


def _scores(result: Mapping[str, object], findings: Findings) -> Pairs:
    """Return the scores; of Wells nothing while nobody asked for it."""
    asked = findings.known("wells")
    found = part(result, "metrics").items()
    return scores_of({name: value for name, value in found if asked or name != "wells_score"})


def _lines(lines: tuple[Line, ...]) -> Iterator[tuple[str, str]]:
    """Yield each finding with its values; of two sides each is named."""
    for line in lines:
        sides = [
            " ".join(filter(None, [side_words(side), ", ".join(map(_joined, values))]))
            for side, values in line.sides
        ]
        yield line.label, ", ".join(sides)


def _joined(pair: tuple[str, str]) -> str:
    label, value = pair
    return f"{label} {value}" if label else value


def _plan(plan: Mapping[str, object]) -> Pairs:
    """Say where the draft starts, how much pain is fine and when it is looked at again."""
    if not plan:
        return ()
    days = {"days": plan.get("review_days")}
    lines = [
        (_("Draft plan, start phase"), code_words(str(plan.get("start_phase", "")))),
        (_("pain limit in exercises"), f"{plan.get('pain_limit_exercise')}/10"),
        (_("running"), code_words(str(plan.get("run_action", "")))),
        (_("review in"), _("%(days)s days") % days),
    ]
    return tuple(lines)


def _exercises(plan: Mapping[str, object], library: Library) -> Iterator[str]:
    found = plan.get("exercises")
    for each in found if isinstance(found, list) else ():
        yield library.exercise_by_id[str(each)].name


def _no_plan(status: str) -> str:
    if status in MAY_HAVE_A_PLAN:
        return ""
    return _(NO_PLAN[status]) if status in NO_PLAN else _("The rules draft no plan")
