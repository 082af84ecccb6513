"""Sign an assessment, after which nobody can change it, and correct it by amending."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from assessments import trail
from assessments.access import needs_cosign
from assessments.actions.carrying import copy_treatments
from assessments.actions.charting import locked_draft
from assessments.actions.issuing import end_plans
from assessments.actions.referrals import open_referral
from assessments.actions.remarks import remarks_of
from assessments.actions.soap import copy_soap, keep_soap
from assessments.actions.timing import keep_time
from assessments.errors import (
    AmendedAlready,
    CannotSign,
    InError,
    NotInCare,
    NotSigned,
    ReasonMissing,
)
from assessments.findings import Fault, Findings, check_across
from assessments.judging import ENGINE, judge, result_of
from assessments.library_store import newest_version
from assessments.models import Assessment, Finding, Remark
from assessments.rules.draft import Draft
from assessments.rules.gate import BLOCKED
from assessments.screen.spent import Spent
from assessments.seal import assessment_digest
from assessments.storage import findings_from, stored_rows
from clinic import access, practice
from clinic.models import Practitioner, User
from clinic.persons import known_as


def before_signing(assessment: Assessment) -> tuple[Findings, Draft, tuple[Fault, ...]]:
    """Return what would be signed, what the rules say of it, and what contradicts itself."""
    findings = findings_from(stored_rows(assessment))
    faults, _ = check_across(findings.values)
    return findings, judge(findings, assessment.library_id), faults


@transaction.atomic
def sign(
    assessment: Assessment, *, by: User, now: datetime, spent: Spent | None = None
) -> Assessment:
    """Freeze an assessment with what the rules say of it.

    Everything is read anew under a lock, so that what is signed is what is stored. A chart with
    gaps may be signed: the gate then says INCOMPLETE and no plan follows. A red flag ends the plan
    the patient has from before, and opens a referral. What a student signs, or somebody else
    under supervision, waits for a co-signature.

    Raises AlreadySigned, NotTheAuthor, and CannotSign when values contradict
    each other.
    """
    locked = locked_draft(assessment, by)
    keep_time(locked, spent)
    rows = stored_rows(locked)
    findings = findings_from(rows)
    faults, _ = check_across(findings.values)
    if faults:
        raise CannotSign(faults)
    judged = judge(findings, locked.library_id)
    locked.result = result_of(judged)
    locked.engine = ENGINE
    locked.plan_status = judged.plan_status
    locked.gate_level = judged.gate.level
    keep_soap(locked, findings, judged)
    locked.content_hash = digest_of(locked, rows)
    locked.late_entry = is_late(locked, now)
    locked.cosign_needed = needs_cosign(locked.author)
    locked.signed_at, locked.signed_by = now, by
    locked.save(
        update_fields=[
            "result", "engine", "plan_status", "gate_level", "content_hash", "late_entry",
            "cosign_needed", "signed_at", "signed_by",
        ]
    )  # fmt: skip
    blocked = judged.plan_status == BLOCKED
    ended = end_plans(locked.episode.patient_id, now) if blocked else 0
    if blocked:
        open_referral(locked, findings, judged.gate.red_flags, by=by, now=now)
    trail.did(
        "chart.signed",
        locked,
        by=by,
        patient_id=locked.episode.patient_id,
        now=now,
        data={"digest": locked.content_hash, "library": locked.library_id, "plans_ended": ended},
    )
    return locked


def digest_of(assessment: Assessment, rows: Iterable[Finding]) -> str:
    """Return the digest of these findings and of everything that stands beside them."""
    beside = assessment.stills.all(), assessment.treatments.all(), assessment.soap.all()
    return assessment_digest(assessment, rows, remarks_of(assessment), *beside)


def is_late(assessment: Assessment, now: datetime) -> bool:
    """Say whether a signature now comes later after the visit than the practice allows for.

    A correction is late by its nature, and says when it was written.
    """
    if assessment.amends_id is not None:
        return False
    hours = timedelta(hours=practice.current().late_entry_hours)
    return now > assessment.examined_at + hours


@transaction.atomic
def amend(
    assessment: Assessment, reason: str, practitioner: Practitioner, *, by: User, now: datetime
) -> Assessment:
    """Begin a correction of a signed assessment: a new one that starts from the same values.

    The original stays as it was signed and is shown beside the correction, which is judged by the
    newest library. Asked again before it is signed, the same correction is returned.

    Raises NotSigned, ReasonMissing, NotInCare, or AmendedAlready: then the amendment is amended.
    """
    original = locked_signed(assessment)
    if not reason.strip():
        raise ReasonMissing
    patient_id = original.episode.patient_id
    if not access.caseload(practitioner).filter(known_as(patient_id)).exists():
        raise NotInCare
    if original.amendments.signed().exists():
        raise AmendedAlready
    drafts = original.amendments.standing().filter(signed_at__isnull=True)
    begun = drafts.filter(author=practitioner).first()
    if begun is not None:
        return begun
    amendment = Assessment.objects.create(
        episode=original.episode,
        author=practitioner,
        kind=original.kind,
        library=newest_version(),
        started_at=now,
        amends=original,
        amend_reason=reason.strip()[:300],
    )
    _carry_over(original, amendment, now)
    trail.did(
        "chart.amended",
        amendment,
        by=by,
        patient_id=patient_id,
        now=now,
        data={"amends": str(original.pk)},
    )
    return amendment


def locked_signed(assessment: Assessment) -> Assessment:
    """Lock and read anew a chart that something is to be added to. Raises NotSigned or InError."""
    found = (
        Assessment.objects.select_for_update(no_key=True, of=("self",))
        .select_related("episode", "mistake", "cosignature")
        .get(pk=assessment.pk)
    )
    if found.signed_at is None:
        raise NotSigned
    if found.in_error:
        raise InError
    return found


def _carry_over(original: Assessment, amendment: Assessment, now: datetime) -> None:
    """Copy every finding, with who recorded it and when, the words, and what was done."""
    copies = [
        Finding(
            assessment=amendment,
            item=row.item,
            side=row.side,
            state=row.state,
            number=row.number,
            text=row.text,
            origin=Finding.Origin.CARRIED,
            recorded_by_id=row.recorded_by_id,
            recorded_at=row.recorded_at,
        )
        for row in stored_rows(original)
    ]
    Finding.objects.bulk_create(copies)
    Remark.objects.bulk_create(
        Remark(assessment=amendment, name=name, text=text)
        for name, text in remarks_of(original).items()
    )
    copy_treatments(original.treatments.all(), amendment)
    copy_soap(original, amendment)
