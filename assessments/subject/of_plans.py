"""Tables of plans with all their versions, and of what was logged to them."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from assessments.keep_going import FLARE, KEEP
from assessments.models import (
    ExerciseLog,
    ExercisePhoto,
    Flare,
    MorningLog,
    PhaseStep,
    Plan,
    PlanKept,
    PlanLine,
    PlannedRun,
    RunLog,
    RunningTest,
    StrengthDays,
)
from assessments.screen.words import code_words
from assessments.subject.of_charts import signed_charts
from assessments.subject.sources import Ids, Source, column, csv_only
from bookings.models.hours import Weekday


def issued(ids: Ids) -> QuerySet[Plan]:
    """Return every version that was issued; none from a chart about somebody else."""
    charts = signed_charts(ids).values("pk")
    return Plan.objects.filter(
        episode__patient__in=ids, assessment__in=charts, issued_at__isnull=False
    )


def _of_plans(model: Any, *related: str, order: str = "pk") -> Callable[[Ids], Iterable[Any]]:
    def rows(ids: Ids) -> Iterable[Any]:
        found = model.objects.filter(plan__in=issued(ids).values("pk"))
        return found.select_related("plan", *related).order_by(order, "pk")

    return rows


def _logged(model: Any, *related: str, order: str = "on") -> Callable[[Ids], Iterable[Any]]:
    def rows(ids: Ids) -> Iterable[Any]:
        found = model.objects.filter(patient__in=ids)
        return found.select_related(*related).order_by(order, "pk")

    return rows


def _phase(plan: Plan) -> str:
    return code_words(plan.start_phase)


def _easier(line: PlanLine) -> str:
    """Say what stands in for a line after a flare, and for how many days; empty where nothing."""
    if not line.easier_exercise:
        return ""
    said = {**line.easier, "days": line.easier_days}
    return _t("%(name)s, %(dose)s, for %(days)s days: %(instruction)s") % said


def _said(part: str) -> Callable[[Plan], str]:
    """Return what a part of the plan's texts says, phrase by phrase."""

    def said(plan: Plan) -> str:
        phrases = plan.texts.get(part) or ()
        return " ".join(
            " ".join([f"{each['title']}:" if each["title"] else "", each["text"], *each["items"]])
            for each in phrases
        ).strip()

    return said


def _words(flare: Flare) -> str:
    return ", ".join(str(each) for each in flare.words)


def _days(chosen: StrengthDays) -> str:
    return ", ".join(str(Weekday(day).label) for day in chosen.days)


def photo_name(photo: ExercisePhoto) -> str:
    """Return the name of a photograph in the ZIP."""
    return f"{photo.exercise}-{photo.added_at:%Y-%m-%d}-{str(photo.pk)[:8]}.jpg"


PAIN = column(_("pain, 0 to 10"), "pain")

SOURCES = (
    Source(
        name="plans", title=_("Plans"), models=(Plan,),
        rows=lambda ids: (
            issued(ids).select_related("issued_by__practitioner").order_by("issued_at", "pk")
        ),
        columns=(
            csv_only(_("plan"), "pk"),
            csv_only(_("chart"), "assessment_id"),
            column(_("version"), "version"),
            column(_("issued"), "issued_at"),
            column(_("issued by"), "issued_by.practitioner.name"),
            column(_("phase"), _phase),
            column(_("pain limit in exercises, 0 to 10"), "pain_limit"),
            column(_("pain limit in running, 0 to 10"), "pain_limit_running"),
            column(_("review"), "review_on"),
            column(_("composed by clinician"), "composed"),
            column(_("why composed"), "composed_reason"),
            column(_("note for the patient"), "note"),
            column(_("how to keep it going"), _said(KEEP)),
            column(_("if it flares up"), _said(FLARE)),
            column(_("replaced"), "replaced_at"),
        ),
    ),
    Source(
        name="plan_lines", title=_("Lines of plans"), models=(PlanLine,),
        rows=_of_plans(PlanLine, order="position"),
        columns=(
            csv_only(_("plan"), "plan_id"),
            csv_only(_("version"), "plan.version"),
            csv_only(_("position"), "position"),
            csv_only(_("exercise"), "exercise"),
            column(_("name"), "name"),
            column(_("dose"), "dose"),
            column(_("what to do"), "instruction"),
            csv_only(_("take care"), "precaution"),
            csv_only(_("what you need"), "equipment"),
            csv_only(_("pain limit"), "pain_limit"),
            column(_("why it is here"), "why"),
            column(_("written down with it"), "kept_note"),
            column(_("easier, if it flares"), _easier),
            column(_("changed"), "get_change_display"),
            csv_only(_("reason"), "change_reason"),
        ),
    ),
    Source(
        name="exercise_photos", title=_("Photographs of exercises"), models=(ExercisePhoto,),
        rows=lambda ids: (
            ExercisePhoto.objects.filter(episode__patient__in=ids).select_related("consent")
            .order_by("added_at", "pk")
        ),
        columns=(
            column(_("exercise"), "exercise"),
            column(_("taken"), "added_at"),
            column(_("consent withdrawn"), "consent.withdrawn_at"),
            column(_("file"), photo_name),
            csv_only("SHA-256", "sha256"),
        ),
    ),
    Source(
        name="phase_steps", title=_("Steps to the next phase"), models=(PhaseStep,),
        rows=lambda ids: (
            PhaseStep.objects.filter(plan__in=issued(ids).values("pk")).order_by("made_at", "pk")
        ),
        columns=(
            csv_only(_("plan"), "plan_id"),
            column(_("from phase"), "from_phase"),
            column(_("to phase"), "to_phase"),
            column(_("why now"), "reason"),
            column(_("decided"), "made_at"),
            column(_("decided by"), "name"),
        ),
    ),
    Source(
        name="plans_kept", title=_("Plans kept after a chart was corrected"), models=(PlanKept,),
        rows=_of_plans(PlanKept, order="kept_at"),
        columns=(
            csv_only(_("plan"), "plan_id"),
            column(_("looked at"), "kept_at"),
            column(_("looked at by"), "name"),
            column(_("why it stays"), "reason"),
        ),
    ),
    Source(
        name="strength_days", title=_("Days you chose for strength work"), models=(StrengthDays,),
        rows=_logged(StrengthDays, order="chosen_at"),
        columns=(column(_("days"), _days), column(_("chosen"), "chosen_at")),
    ),
    Source(
        name="exercise_logs", title=_("Exercises you logged"), models=(ExerciseLog,),
        rows=_logged(ExerciseLog, "line"),
        columns=(
            column(_("day"), "on"),
            column(_("exercise"), "line.name"),
            column(_("done"), "get_done_display"),
            PAIN,
            column(_("effort, 0 to 10"), "effort"),
            csv_only(_("logged"), "logged_at"),
        ),
    ),
    Source(
        name="runs", title=_("Runs you logged"), models=(RunLog,), rows=_logged(RunLog),
        columns=(
            column(_("day"), "on"),
            column(_("walk-jog stage"), "stage"),
            column(_("distance in km"), "km"),
            PAIN,
            column(_("back to before within the hour"), "settled"),
            csv_only(_("logged"), "logged_at"),
        ),
    ),
    Source(
        name="mornings", title=_("Mornings you logged"), models=(MorningLog,),
        rows=_logged(MorningLog),
        columns=(
            column(_("day"), "on"),
            column(_("knee this morning"), "get_knee_display"),
            PAIN,
            csv_only(_("logged"), "logged_at"),
        ),
    ),
    Source(
        name="planned_runs", title=_("Runs you planned"), models=(PlannedRun,),
        rows=_logged(PlannedRun),
        columns=(
            column(_("day"), "on"),
            column(_("distance in km"), "km"),
            column(_("longest run before, km"), "longest_km"),
            column(_("reason"), "override_reason"),
        ),
    ),
    Source(
        name="running_tests", title=_("Tests before the first run"), models=(RunningTest,),
        rows=lambda ids: (
            RunningTest.objects.filter(episode__patient__in=ids).order_by("passed_at", "pk")
        ),
        columns=(
            column(_("passed"), "passed_at"),
            column(_("criteria"), lambda row: ", ".join(map(str, row.checks))),
        ),
    ),
    Source(
        name="flares", title=_("Days it ached again"), models=(Flare,),
        rows=_logged(Flare, order="reported_at"),
        columns=(
            column(_("said"), "reported_at"),
            column(_("answered with yes"), _words),
            column(_("pain now, 0 to 10"), "pain"),
        ),
    ),
)  # fmt: skip
