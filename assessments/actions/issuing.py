"""Hand a plan to the patient: the moment from which it can no longer change."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments import trail
from assessments.access import may_sign
from assessments.actions.easier import stands_beside
from assessments.errors import CannotIssue, PlanIsFinal, StudentsDoNotSign
from assessments.findings import FIELDS
from assessments.library_store import library_of
from assessments.messages import owe_plan_ready
from assessments.models import Assessment, EpisodeOfCare, Plan, PlanLine
from assessments.models.plan import MAY_BE_COMPOSED, MAY_HAVE_A_PLAN
from assessments.plan_lines import unasked_for
from assessments.rules.blocks import missing_essentials
from assessments.rules.gate import BLOCKED
from assessments.seal import plan_digest
from assessments.storage import findings_of
from clinic.models import User
from clinic.persons import records_of

REFUSALS = {
    "BLOCKED": gettext_lazy(
        "A red flag stands. There is no plan until a new assessment has cleared it."
    ),
    "INCOMPLETE": gettext_lazy(
        "The gate is incomplete: safety questions or required findings are open."
    ),
    "NOT_INDICATED": gettext_lazy("Neither place nor triggers fit pain from the kneecap joint."),
}


@transaction.atomic
def issue_plan(plan: Plan, *, by: User, now: datetime) -> Plan:
    """Make this version the patient's plan, end the one before, and tell the patient.

    Raises PlanIsFinal, StudentsDoNotSign, and CannotIssue with every reason against it.
    """
    EpisodeOfCare.objects.select_for_update(no_key=True).get(pk=plan.episode_id)
    locked = (
        Plan.objects.select_for_update(no_key=True, of=("self",))
        .select_related("episode__patient", "assessment__mistake", "assessment__cosignature")
        .get(pk=plan.pk)
    )
    if locked.issued_at is not None:
        raise PlanIsFinal
    if not may_sign(by):
        raise StudentsDoNotSign
    lines = list(locked.lines.order_by("position"))
    reasons = against_issuing(locked, lines)
    if reasons:
        raise CannotIssue(reasons)
    locked.unasked = []
    locked.content_hash = plan_digest(locked, lines)
    locked.issued_at, locked.issued_by = now, by
    locked.save(update_fields=["unasked", "content_hash", "issued_at", "issued_by"])
    end_plans(locked.episode.patient_id, now, but=locked)  # one plan at a time
    owe_plan_ready(locked)
    trail.did(
        "plan.issued",
        locked,
        by=by,
        patient_id=locked.episode.patient_id,
        now=now,
        data={"version": locked.version, "digest": locked.content_hash},
    )
    return locked


def against_issuing(plan: Plan, lines: Sequence[PlanLine]) -> list[str]:
    """Return everything that stands between this plan and the patient, as sentences."""
    against = against_composing if plan.composed else against_any_plan
    refusal = against(plan.assessment)
    if refusal:
        return [refusal]
    library = library_of(plan.library_id)
    kept = [line for line in lines if line.change != PlanLine.Change.REMOVED]
    reasons = [
        _("Not asked: %(question)s. Amend the assessment with the answer, or take the line out.")
        % {"question": _(FIELDS[field].label)}
        for field in unasked_for(kept, findings_of(plan.assessment), library)
    ]
    blocks = tuple(line.block for line in kept)
    for block in missing_essentials(blocks, library.rulebook):
        name = library.rulebook.block_by_id[block].name
        reasons.append(_("A plan needs at least one line of: %(block)s.") % {"block": name})
    reasons += [
        _("%(easier)s is in the plan: it cannot stand in for %(line)s after a flare too.")
        % {"easier": line.easier["name"], "line": line.name}
        for line in kept
        if line.easier_exercise and stands_beside(line.easier_exercise, kept)
    ]
    if red_flag_stands(plan.episode.patient_id):
        reasons.append(_("A later assessment recorded a red flag, which stands."))
    if plan.episode.discharged_at is not None:
        reasons.append(_("The episode is closed."))
    if any(not line.explanation for line in kept):
        reasons.append(_("A line has no reason on record."))
    if plan.assessment.waits_for_cosign:
        reasons.append(_("The chart waits for a co-signature."))
    if plan.assessment.amendments.signed().exists():
        reasons.append(_("The assessment was amended: draft the plan from the amendment."))
    return reasons


def against_any_plan(assessment: Assessment) -> str:
    """Return why this assessment may have no plan at all; empty when it may."""
    if assessment.in_error:
        return _("This chart was entered in error. Its plan is withdrawn.")
    if assessment.signed_at is None:
        return _("The assessment is not signed.")
    if assessment.plan_status in MAY_HAVE_A_PLAN:
        return ""
    other = _("The gate of this assessment allows no plan.")
    return str(REFUSALS.get(assessment.plan_status, other))


def against_composing(assessment: Assessment) -> str:
    """Return why nobody may put a plan together by hand from this assessment; empty when one may.

    Only where the rules say NOT_INDICATED: a red flag and an incomplete gate allow no plan at all.
    """
    if assessment.in_error:
        return _("This chart was entered in error. Its plan is withdrawn.")
    if assessment.signed_at is None:
        return _("The assessment is not signed.")
    if assessment.plan_status not in MAY_BE_COMPOSED:
        other = _("The rules draft a plan from this assessment. Change that draft instead.")
        return str(REFUSALS.get(assessment.plan_status, other))
    if red_flag_stands(assessment.episode.patient_id):
        return _("A later assessment recorded a red flag, which stands.")
    if assessment.amendments.signed().exists():
        return _("The assessment was amended: go on from the amendment.")
    if assessment.episode.discharged_at is not None:
        return _("The episode is closed.")
    return ""


def red_flag_stands(patient_id: UUID) -> bool:
    """Say whether the newest word on this patient is a red flag that blocks every plan.

    A chart that waits for a co-signature may raise a flag and cannot clear one.
    """
    signed = Assessment.objects.signed().filter(episode__patient__in=records_of(patient_id))
    raised = signed.filter(plan_status=BLOCKED).aggregate(at=Max("signed_at"))["at"]
    if raised is None:
        return False
    settled = signed.exclude(plan_status=BLOCKED).exclude(
        cosign_needed=True, cosignature__isnull=True
    )
    return not settled.filter(signed_at__gt=raised).exists()


def end_plans(patient_id: UUID, now: datetime, but: Plan | None = None) -> int:
    """End the plans a patient has, all but one if named; return how many."""
    current = Plan.objects.filter(
        episode__patient__in=records_of(patient_id),
        issued_at__isnull=False,
        replaced_at__isnull=True,
    )
    if but is not None:
        current = current.exclude(pk=but.pk)
    return current.update(replaced_at=now)
