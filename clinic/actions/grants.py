"""Which sign-in may read which patient's own pages.

An address proves who opens a mailbox, not whose record it is. So a sign-in claims a patient with
the date of birth (three tries), and some claims are for the front desk alone:

- the patient's own contact address is another one,
- no date of birth is recorded,
- the patient is an adult and another adult gave the same address.

An adult's record is therefore never opened to somebody else's address unless the desk confirmed
it with that adult (``confirmed_by``). Without a date of birth somebody counts as an adult.
"""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from clinic import access, audit, practice
from clinic.errors import BirthDateDiffers, ClaimLocked, ClinicError, DeskMustConfirm
from clinic.models import AuditEvent, Guardian, Patient, PatientGrant, User
from clinic.models.users import normal_email

ADULT = 18  # years
TRIES = 3
LOCK = timedelta(hours=24)
WRONG_DATE = "patient_claim_wrong_date"
REFUSALS = {
    BirthDateDiffers: WRONG_DATE,
    ClaimLocked: "patient_claim_locked",
    DeskMustConfirm: "patient_claim_left_to_desk",
}


def claim_patient(user: User, patient: Patient, date_of_birth: date) -> PatientGrant:
    """Grant ``patient`` to the sign-in that knows the date of birth, and return the grant.

    Raises DeskMustConfirm, BirthDateDiffers, or ClaimLocked from the third wrong date on; every
    refusal leaves an audit row.
    """
    with transaction.atomic():
        # Tries sent at the same time are counted one after the other.
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        tries, last = _wrong_dates(user, patient)
        refusal = _refusal(user, patient, date_of_birth, tries)
        if refusal is None:
            return grant_patient(user, patient, by=user)
        audit.record(
            REFUSALS[refusal],
            patient,
            by=audit.actor_of(user),
            patient_id=patient.pk,
            result=AuditEvent.Result.REFUSED,
            data={"try": tries + 1} if refusal is BirthDateDiffers else {},
        )
    if refusal is ClaimLocked:
        raise ClaimLocked(last + LOCK)
    if refusal is BirthDateDiffers and tries + 1 >= TRIES:
        raise ClaimLocked(timezone.now() + LOCK)
    raise refusal


def grant_patient(
    user: User, patient: Patient, *, by: User, confirmed_by: User | None = None
) -> PatientGrant:
    """Let ``user`` read this patient's own pages; a grant that stands is returned as it is.

    confirmed_by  who at the desk confirmed it with the patient (for a child, with whoever answers
                  for them); required where an address alone proves too little

    Raises DeskMustConfirm without it.
    """
    if confirmed_by is None and must_be_confirmed(user, patient):
        raise DeskMustConfirm
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        standing = PatientGrant.objects.filter(user=user, patient=patient, revoked_at__isnull=True)
        if grant := standing.first():
            return grant
        grant = PatientGrant.objects.create(
            user=user, patient=patient, granted_at=timezone.now(), confirmed_by=confirmed_by
        )
        proof = "desk" if confirmed_by else "date_of_birth"
        _record("patient_granted", grant, audit.actor_of(by), proof=proof)
    return grant


def revoke_grant(grant: PatientGrant, *, by: User, reason: str = "") -> None:
    """End a grant at once. Asking twice changes nothing; only the desk can grant it again."""
    _revoke(grant, audit.actor_of(by), reason)


def end_childhood_grants(now: datetime) -> int:
    """Take a parent's view off a record on the eighteenth birthday; return how many ended.

    An unconfirmed grant given while the patient was a child ends when somebody else stands behind
    the address: a guardian, or another patient. The desk may grant it anew with the patient.
    """
    zone = practice.current().tz
    today = timezone.localdate(now, zone)
    grants = PatientGrant.objects.filter(
        revoked_at__isnull=True,
        confirmed_by__isnull=True,
        patient__date_of_birth__lte=today - timedelta(days=ADULT * 365),
    ).select_related("patient", "user")
    ended = 0
    for grant in grants:
        came_of_age = _is_adult(grant.patient, today) and not _is_adult(
            grant.patient, timezone.localdate(grant.granted_at, zone)
        )
        if came_of_age and _is_shared(grant):
            _revoke(grant, audit.SYSTEM, "The patient came of age.")
            ended += 1
    return ended


def must_be_confirmed(user: User, patient: Patient) -> bool:
    """Say whether only the desk may grant ``patient`` to ``user`` (the rules are above)."""
    if patient.date_of_birth is None or normal_email(patient.email) != user.email:
        return True
    today = timezone.localdate(timezone=practice.current().tz)
    if not _is_adult(patient, today):
        return False
    others = access.patients_at(user.email).exclude(pk=patient.pk)
    return any(_is_adult(other, today) and not _same_person(other, patient) for other in others)


def locked_until(user: User, patient: Patient) -> datetime | None:
    """Return when this sign-in may try this patient's date of birth again; None: now."""
    tries, last = _wrong_dates(user, patient)
    return last + LOCK if tries >= TRIES else None


def _refusal(
    user: User, patient: Patient, date_of_birth: date, tries: int
) -> type[ClinicError] | None:
    """Return why the claim fails; the right date is no help to somebody who is locked out."""
    if tries >= TRIES:
        return ClaimLocked
    if must_be_confirmed(user, patient):
        return DeskMustConfirm
    return None if date_of_birth == patient.date_of_birth else BirthDateDiffers


def _wrong_dates(user: User, patient: Patient) -> tuple[int, datetime]:
    """Return how many wrong dates count against this sign-in, and when the last was given.

    A day without a try forgets them. They are read from the audit trail, which nobody can edit
    and no restart loses.
    """
    now = timezone.now()
    last = (
        AuditEvent.objects.filter(
            actor_id=user.pk, at__gt=now - LOCK, action=WRONG_DATE, patient_id=patient.pk
        )
        .order_by("-position")
        .first()
    )
    return (last.data["try"], last.at) if last else (0, now)


def _same_person(one: Patient, other: Patient) -> bool:
    """Say whether two rows are one person who booked as a guest: same name, same birth."""
    names = {(p.first_name.casefold(), p.last_name.casefold()) for p in (one, other)}
    return len(names) == 1 and one.date_of_birth == other.date_of_birth


def _is_adult(patient: Patient, on: date) -> bool:
    born = patient.date_of_birth
    if born is None:
        return True
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day)) >= ADULT


def _is_shared(grant: PatientGrant) -> bool:
    """Say whether a guardian or another patient uses the address of this sign-in."""
    address = grant.user.email
    if Guardian.objects.filter(patient=grant.patient, email__iexact=address).exists():
        return True
    return access.patients_at(address).exclude(pk=grant.patient_id).exists()


def _revoke(grant: PatientGrant, actor: audit.Actor, reason: str) -> None:
    with transaction.atomic():
        ended = PatientGrant.objects.filter(pk=grant.pk, revoked_at__isnull=True).update(
            revoked_at=timezone.now()
        )
        if ended:
            _record("patient_grant_revoked", grant, actor, reason=reason)


def _record(
    action: str, grant: PatientGrant, actor: audit.Actor, *, reason: str = "", proof: str = ""
) -> None:
    data = {"user": str(grant.user_id)} | ({"proof": proof} if proof else {})
    audit.record(action, grant, by=actor, patient_id=grant.patient_id, reason=reason, data=data)
