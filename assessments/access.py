"""Which charts and plans may this person open? Narrows what ``clinic.access`` allows.

A draft belongs to its author; what is signed is open to whoever looks after the patient. An
exercise physiologist or coach sees plans and logs, never what was found. Whoever asks for more
gets 404, as if there were nothing, and the asking is written down.
"""

from uuid import UUID

from django.db.models import Exists, Model, OuterRef, Q
from django.http import Http404

from assessments import trail
from assessments.models import Assessment, HandOver, Letter, Note, Plan, PlanLine, Referral
from bookings.models import Appointment, ClinicianCall
from bookings.models.calls import ClinicianCallQuerySet
from clinic import access, emergency, roles
from clinic.models import EmergencyAccess, Patient, Practitioner, User
from clinic.persons import known_as

EXAMINERS = (roles.PHYSIO, roles.STUDENT)


def examiner_of(user: User) -> Practitioner:
    """Return the practitioner who may examine patients with this sign-in, else 404."""
    practitioner = access.practitioner_of(user)
    if not access.has_role(user, *EXAMINERS):
        raise Http404
    return practitioner


def may_examine(user: User) -> bool:
    """Say whether this sign-in may see what was found, not only what is planned."""
    return access.has_role(user, *EXAMINERS)


def may_sign(user: User) -> bool:
    """Say whether this sign-in may sign charts and issue plans: physios, not students."""
    return access.has_role(user, roles.PHYSIO)


def needs_cosign(practitioner: Practitioner) -> bool:
    """Say whether what this practitioner signs waits for somebody else's signature."""
    user = practitioner.user
    return practitioner.supervised or user is None or not may_sign(user)


def may_cosign(practitioner: Practitioner, signed: Assessment | Note) -> bool:
    """Say whether this practitioner may put the second signature under what waits for it.

    Whether they look after its patient is asked elsewhere.
    """
    another = practitioner.user_id != signed.signed_by_id
    return signed.waits_for_cosign and another and not needs_cosign(practitioner)


def patient_for(
    user: User, practitioner: Practitioner, pk: UUID, opened: EmergencyAccess | None = None
) -> Patient:
    """Return this patient if the practitioner looks after them; else 404, written down.

    opened  what stands open in an emergency; given by pages that only read, and by no other
    """
    if opened is not None and emergency.covers(opened, pk):
        return opened.patient.survivor
    try:
        return access.patient_for_practitioner(practitioner, pk)
    except Http404:
        patient = Patient.objects.filter(pk=pk).first()
        if patient is not None:
            trail.refused("chart.opened", patient, by=user, patient_id=patient.pk)
        raise


def assessment_for(
    user: User, practitioner: Practitioner, pk: UUID, opened: EmergencyAccess | None = None
) -> Assessment:
    """Return this assessment if it may be read: signed, or the practitioner's own draft.

    opened  what stands open in an emergency, as for ``patient_for``; drafts can then be read too
    """
    found = (
        Assessment.objects.select_related(
            "episode__patient",
            "author__supervisor",
            "appointment__location",
            "mistake",
            "cosignature",
            "copied_from",
        )
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Http404
    patient = found.episode.patient
    if emergency.covers(opened, patient.pk):
        return found
    cared_for = access.caseload(practitioner).filter(known_as(patient.pk)).exists()
    hidden = found.signed_at is None and found.author_id != practitioner.pk
    if hidden or not cared_for:
        trail.refused("chart.opened", found, by=user, patient_id=patient.pk)
        raise Http404
    return found


def draft_for(user: User, practitioner: Practitioner, pk: UUID) -> Assessment:
    """Return the practitioner's own assessment, signed or not; anybody else's is 404."""
    found = assessment_for(user, practitioner, pk)
    if found.author_id != practitioner.pk:
        raise Http404
    return found


def note_for(
    user: User, practitioner: Practitioner, pk: UUID, opened: EmergencyAccess | None = None
) -> Note:
    """Return this note if it may be read: signed, or the practitioner's own draft.

    opened  what stands open in an emergency, as for ``patient_for``; of notes only signed ones
    """
    near = (
        "patient", "author__supervisor", "appointment__location", "booked__service",
        "booked__location", "cosignature",
    )  # fmt: skip
    note = Note.objects.select_related(*near, "amends").filter(pk=pk).first()
    if note is None:
        raise Http404
    if note.signed_at is not None and emergency.covers(opened, note.patient_id):
        return note
    cared_for = access.caseload(practitioner).filter(known_as(note.patient_id)).exists()
    hidden = note.signed_at is None and note.author_id != practitioner.pk
    if hidden or not cared_for:
        trail.refused("note.opened", note, by=user, patient_id=note.patient_id)
        raise Http404
    return note


def own_note(user: User, practitioner: Practitioner, pk: UUID) -> Note:
    """Return the practitioner's own note, signed or not; anybody else's is 404."""
    note = note_for(user, practitioner, pk)
    if note.author_id != practitioner.pk:
        raise Http404
    return note


def calls_for(user: User, practitioner: Practitioner) -> ClinicianCallQuerySet:
    """Return the calls before visits that are this practitioner's to make: theirs, or told of."""
    mine = Q(appointment__practitioner=practitioner) | Exists(
        ClinicianCall.told.through.objects.filter(cliniciancall=OuterRef("pk"), user=user)
    )
    return ClinicianCall.objects.filter(mine)


def visit_for(
    user: User, practitioner: Practitioner, pk: UUID, opened: EmergencyAccess | None = None
) -> Appointment:
    """Return this visit if its patient is looked after; else 404, written down.

    opened  what stands open in an emergency, as for ``patient_for``
    """
    found = Appointment.objects.with_people().filter(pk=pk, patient__isnull=False).first()
    if found is None or found.patient is None:
        raise Http404
    if emergency.covers(opened, found.patient.pk):
        return found
    if not access.caseload(practitioner).filter(pk=found.patient.pk).exists():
        trail.refused("intake.opened", found, by=user, patient_id=found.patient.pk)
        raise Http404
    return found


def own_visit(practitioner: Practitioner, pk: UUID) -> Appointment:
    """Return this visit of a patient if it stands in the practitioner's own diary, else 404.

    Its time and place are diary, not record: it is not asked whether the patient is still looked
    after.
    """
    rows = Appointment.objects.visits().with_people()
    found = rows.filter(pk=pk, practitioner=practitioner, patient__isnull=False).first()
    if found is None:
        raise Http404
    return found


def line_for(plan: Plan, pk: UUID) -> PlanLine:
    """Return one line of this plan, else 404."""
    line = plan.lines.filter(pk=pk).first()
    if line is None:
        raise Http404
    return line


def letter_for(user: User, practitioner: Practitioner, pk: UUID) -> Letter:
    """Return this letter if its patient is looked after; else 404, written down."""
    letters = Letter.objects.select_related(
        "assessment__episode__patient__merged_into", "assessment__appointment__location"
    )
    found = letters.filter(pk=pk).first()
    if found is None:
        raise Http404
    _in_care(user, practitioner, found, "letter.opened", found.assessment.episode.patient_id)
    return found


def referral_for(user: User, practitioner: Practitioner, pk: UUID) -> Referral:
    """Return this referral if its patient is looked after; else 404, written down."""
    referrals = Referral.objects.select_related(
        "assessment__episode__patient__merged_into", "assessment__appointment__location",
        "assessment__author", "opened_by", "sent_by", "answered_by", "closed_by",
    )  # fmt: skip
    found = referrals.filter(pk=pk).first()
    if found is None:
        raise Http404
    _in_care(user, practitioner, found, "chart.opened", found.assessment.episode.patient_id)
    return found


def hand_over_for(user: User, practitioner: Practitioner, pk: UUID) -> HandOver:
    """Return this hand-over to its receiver, until it is returned or over, and to its physios.

    A receiver needs no care relation to read what they are asked to take on; accepting makes one.
    """
    found = (
        HandOver.objects.select_related(
            "episode__patient__merged_into", "plan__assessment__appointment__location",
            "sender", "receiver",
        )
        .filter(pk=pk)
        .first()
    )  # fmt: skip
    if found is None:
        raise Http404
    if found.episode.patient.survivor.erased_at is not None:
        raise Http404
    if found.receiver_id == practitioner.pk:
        if found.ended_at is None and found.accepted is not False:
            return found
    elif may_examine(user):
        _in_care(user, practitioner, found, "hand_over.opened", found.episode.patient_id)
        return found
    trail.refused("hand_over.opened", found, by=user, patient_id=found.episode.patient_id)
    raise Http404


def _in_care(
    user: User, practitioner: Practitioner, target: Model, action: str, patient_id: UUID
) -> None:
    """Raise 404, written down, unless the practitioner looks after this patient."""
    if not access.caseload(practitioner).filter(known_as(patient_id)).exists():
        trail.refused(action, target, by=user, patient_id=patient_id)
        raise Http404


def own_patient(user: User, pk: UUID) -> Patient:
    """Return the patient whose own pages this sign-in may read; else 404, written down."""
    try:
        return access.patient_for_user(user, pk)
    except Http404:
        patient = Patient.objects.filter(pk=pk).first()
        if patient is not None:
            trail.refused("plan.opened", patient, by=user, patient_id=patient.pk)
        raise
