"""Who is asking, and what may they open? The one door to anything about a patient.

``…_of`` is "the one I am", ``…_for`` is "this one, if I may". A stranger gets 404, never 403: an
answer must not tell that a record exists. Nothing here knows of charts or visits; the apps above
narrow their own querysets with the patients, practitioners and grants found here.
"""

from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest
from django.utils import timezone

from clinic import roles
from clinic.models import CareRelation, Patient, PatientGrant, Practitioner, User
from clinic.models.users import normal_email
from clinic.persons import known_as

CHARTING = (roles.PHYSIO, roles.STUDENT, roles.COACH)


class Request(HttpRequest):
    """A request from somebody signed in, which LoginRequiredMiddleware ensures."""

    user: User
    id: str


def has_role(user: User, *names: str) -> bool:
    """Say whether this active user holds one of the roles; read anew on every request."""
    if not user.is_authenticated or not user.is_active:
        return False
    held = getattr(user, "_roles_held", None)
    if held is None:
        held = set(user.groups.values_list("name", flat=True))
        user._roles_held = held  # type: ignore[attr-defined]  # kept for this request only
    return not held.isdisjoint(names)


def practitioner_of(user: User) -> Practitioner:
    """Return the practitioner this sign-in belongs to, else 404."""
    if not has_role(user, *CHARTING):
        raise Http404
    practitioner = Practitioner.objects.filter(user=user, is_active=True).first()
    if practitioner is None:
        raise Http404
    practitioner.user = user  # and the roles read for this request with it
    return practitioner


def caseload(practitioner: Practitioner) -> QuerySet[Patient]:
    """Return the patients with an active care relation to this practitioner, or to somebody who
    works under their supervision.
    """
    own = Q(practitioner=practitioner)
    supervised = Q(practitioner__supervisor=practitioner, practitioner__is_active=True)
    relations = CareRelation.objects.active(timezone.now()).filter(own | supervised)
    whose = relations.values("patient_id")
    survived = Patient.objects.filter(pk__in=whose, merged_into__isnull=False)
    theirs = Q(pk__in=whose) | Q(pk__in=survived.values("merged_into"))
    return Patient.objects.current().filter(theirs)


def patient_for_practitioner(practitioner: Practitioner, pk: UUID) -> Patient:
    """Return this patient if the practitioner cares for them, else 404."""
    patient = caseload(practitioner).filter(known_as(pk)).first()
    if patient is None:
        raise Http404
    return patient


def patients_of(user: User) -> QuerySet[Patient]:
    """Return the patients whose own pages this sign-in may read."""
    grants = PatientGrant.objects.filter(user=user, revoked_at__isnull=True)
    return Patient.objects.current().filter(pk__in=grants.values("patient_id"))


def patient_for_user(user: User, pk: UUID) -> Patient:
    """Return this patient if the sign-in was granted them, else 404."""
    patient = patients_of(user).filter(known_as(pk)).first()
    if patient is None:
        raise Http404
    return patient


def patients_at(email: str) -> QuerySet[Patient]:
    """Return the patients whose own contact address this is, in any mix of capitals.

    The database folds more letters together than mail servers do (a dotless i counts as i), so
    what it finds is compared once more here.
    """
    address = normal_email(email)
    alike = Patient.objects.current().filter(email__iexact=address).values_list("pk", "email")
    same = [pk for pk, stored in alike if address and normal_email(stored) == address]
    return Patient.objects.filter(pk__in=same)


def claimable_by(user: User) -> QuerySet[Patient]:
    """Return patients who gave this very address and were never granted to this sign-in."""
    held = PatientGrant.objects.filter(user=user).values("patient_id")
    return patients_at(user.email).exclude(pk__in=held).order_by("first_name", "created_at")


def claimable_for(user: User, pk: UUID) -> Patient:
    """Return this patient if the sign-in may ask for them, else 404."""
    patient = claimable_by(user).filter(pk=pk).first()
    if patient is None:
        raise Http404
    return patient
