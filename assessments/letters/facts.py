"""What a signed chart and its episode say for a letter, in words. Only reads."""

from collections.abc import Iterable, Mapping

from django.utils import formats
from django.utils.translation import gettext as _

from assessments.actions.episodes import age_on
from assessments.course import Charted as Visited
from assessments.course import charts_behind, findings_by_visit, visits_of
from assessments.findings import FIELDS, NOT_TESTED, Findings
from assessments.judging import part
from assessments.letters.drafting import Charted, Course, Flag, Pairs
from assessments.library_store import library_of
from assessments.models import Assessment, EpisodeOfCare, Plan
from assessments.rules.gate import QUESTIONS
from assessments.screen.signed import judgement_of
from assessments.screen.words import held_words, label_of, side_words, value_words
from assessments.storage import findings_of, plain
from assessments.where import seen_on
from clinic.models import Patient
from clinic.persons import theirs

# What somebody outside wants to know, in the order of an examination.
TOLD = (
    "symptom_duration_weeks", "onset_type", "pain_location", "nprs_now", "nprs_worst_7d",
    "settle_minutes", "effusion", "knee_flexion_deg", "knee_extension_deg", "gait_walking",
)  # fmt: skip
SCORES = ("akps_total", "psfs_mean", "koos_pf")
COMPARED = ("nprs_now", "nprs_worst_7d")


def charted(assessment: Assessment) -> Charted:
    """Return what a signed chart says; of an amendment, on the day of the visit it is about."""
    findings, library = findings_of(assessment), library_of(assessment.library_id)
    judged = judgement_of(assessment.result or {}, library)
    patient, seen = assessment.episode.patient.survivor, seen_on(charts_behind(assessment)[-1])
    plan = current_plan_of(patient)
    affected = str(findings.value("affected_side") or findings.index_side or "")
    born = patient.date_of_birth
    return Charted(
        patient=str(patient),
        seen_on=formats.date_format(seen, "j F Y"),
        knee={"L": _("left knee"), "R": _("right knee")}.get(affected, _("knees")),
        age=str(age_on(born, seen)) if born else "",
        found=_found(findings),
        answered=tuple(label_of(each) for each in QUESTIONS if findings.value(each) == "yes"),
        scores=_scores(part(assessment.result, "metrics")),
        gate=judged.title,
        flags=tuple(Flag(each.id, each.text, each.timeframe) for each in judged.flags),
        cautions=tuple(each.text for each in judged.cautions),
        view=judged.classified,
        contributors=tuple(each.text.lower() for each in judged.contributors),
        plan=tuple(f"{line.name}: {line.dose}" for line in _lines(plan)),
        review_on=formats.date_format(plan.review_on, "j F Y") if plan and plan.review_on else "",
    )


def course(episode: EpisodeOfCare) -> Course:
    """Return how an episode went, from its first signed chart to its last."""
    visits = visits_of(episode)
    findings = findings_by_visit(visits[:1] + visits[-1:]) if len(visits) > 1 else []
    reason = episode.get_discharge_reason_display() if episode.discharge_reason else ""
    return Course(
        first_seen=formats.date_format(visits[0].on, "j F Y"),
        last_seen=formats.date_format(visits[-1].on, "j F Y"),
        visits=len(visits),
        reason=reason,
        changes=tuple(_changes(visits[0], visits[-1], *findings)) if findings else (),
    )


def current_plan_of(patient: Patient) -> Plan | None:
    """Return the plan a patient has now, with its lines, if there is one."""
    found = (
        Plan.objects.filter(
            theirs(patient, "episode__patient"),
            issued_at__isnull=False,
            replaced_at__isnull=True,
        )
        .select_related("episode", "assessment__appointment__location")
        .prefetch_related("lines")
    )
    return found.order_by("-issued_at").first()


def _lines(plan: Plan | None) -> Iterable:
    if plan is None:
        return ()
    kept = (line for line in plan.lines.all() if line.home and line.change != "removed")
    return sorted(kept, key=lambda line: line.position)


def _found(findings: Findings) -> Pairs:
    sides = ("R", "L") if findings.index_side == "R" else ("L", "R")
    return tuple(
        (_(FIELDS[name].label), said)
        for name in TOLD
        if findings.state(name) == "known" and (said := _said(findings, name, sides))
    )


def _said(findings: Findings, name: str, sides: tuple[str, ...]) -> str:
    """Say one recorded value; of two sides only what was recorded or not tested."""
    field, held = FIELDS[name], findings.values.get(name)
    if not field.sided:
        return ", ".join(f"{label} {value}".strip() for label, value in held_words(field, held))
    values = held if isinstance(held, Mapping) else {}
    return ", ".join(
        f"{side_words(side)} "
        + (_("not tested") if values[side] == NOT_TESTED else value_words(name, values[side]))
        for side in sides
        if values.get(side) is not None
    )


def _scores(metrics: Mapping[str, object]) -> Pairs:
    known = ((name, metrics.get(name)) for name in SCORES)
    return tuple(
        (label_of(name), value_words(name, value)) for name, value in known if value is not None
    )


def _changes(first: Visited, last: Visited, before: Findings, after: Findings):
    """Yield what was recorded at the first and at the last visit: label, then, now."""
    for name in COMPARED:
        then, now = before.value(name), after.value(name)
        if then is not None and now is not None:
            yield (
                _(FIELDS[name].label),
                value_words(name, plain(then)),
                value_words(name, plain(now)),
            )
    then_scores, now_scores = (part(v.assessment.result, "metrics") for v in (first, last))
    for name in SCORES:
        then, now = then_scores.get(name), now_scores.get(name)
        if then is not None and now is not None:
            yield label_of(name), value_words(name, then), value_words(name, now)
