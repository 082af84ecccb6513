"""Who works here and as what: roles given and taken, sign-ins switched off."""

from collections.abc import Collection

from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic import audit, roles
from clinic.actions.emergency import end_all
from clinic.actions.records import save_record
from clinic.actions.users import invite_user
from clinic.errors import ClinicError
from clinic.models import Practitioner, User
from clinic.models.users import normal_email

CLINICAL = (roles.PHYSIO, roles.STUDENT, roles.COACH, roles.CLINICAL_LEAD)


class OwnClinicalRole(ClinicError):  # noqa: N818  # the name says what happened
    text = _("Nobody gives themselves a clinical role. Ask another manager.")


class SignsInAlready(ClinicError):  # noqa: N818
    text = _("This practitioner has a sign-in already.")


class AddressInUse(ClinicError):  # noqa: N818
    text = _("This address belongs to another practitioner's sign-in.")


class OwnSwitchOff(ClinicError):  # noqa: N818
    text = _("You cannot switch off your own sign-in. Ask another manager.")


class LastManager(ClinicError):  # noqa: N818
    text = _("This is the only manager. Make somebody else a manager first.")


def save_staff(user: User, *, role_names: Collection[str], by: User) -> User:
    """Save a sign-in with exactly these roles. Switched off, its sessions end at once.

    Raises OwnClinicalRole, OwnSwitchOff or LastManager; then nothing was written.
    """
    held = set(user.groups.values_list("name", flat=True))
    if fault := staff_fault(user, held=held, wanted=set(role_names), by=by):
        raise fault
    with transaction.atomic():
        user.is_staff = not set(roles.IN_ADMIN).isdisjoint(role_names)
        user.save(update_fields=["name", "is_active", "is_staff"])
        user.groups.set(Group.objects.filter(name__in=role_names))
        changes = {
            "given": sorted(set(role_names) - held),
            "taken": sorted(held - set(role_names)),
            "active": user.is_active,
        }
        audit.record("staff_saved", user, by=audit.actor_of(by), data=changes)
        if not user.is_active:
            end_sessions(user)
            end_all(user, now=timezone.now(), by=audit.actor_of(by))
    return user


def invite_practitioner(
    practitioner: Practitioner, email: str, *, role: str, by: User
) -> Practitioner:
    """Invite somebody who treats by e-mail; the sign-in is theirs from then on.

    Raises OwnClinicalRole, SignsInAlready or AddressInUse; then nothing was written.
    """
    address = normal_email(email)
    if address == by.email:
        raise OwnClinicalRole
    with transaction.atomic():
        found = Practitioner.objects.select_for_update(of=("self",)).get(pk=practitioner.pk)
        if found.user_id is not None:
            raise SignsInAlready
        if Practitioner.objects.filter(user__email=address).exists():
            raise AddressInUse
        by_whom = audit.actor_of(by)
        user, _token = invite_user(address, name=found.name, role_names=[role], by=by_whom)
        found.user = user
        save_record(found, by=by, changed=["user"])
    return found


def staff_fault(user: User, *, held: set[str], wanted: set[str], by: User) -> ClinicError | None:
    """Return why a change of roles may not be, or None."""
    if user.pk == by.pk and (wanted - held) & set(CLINICAL):
        return OwnClinicalRole()
    if user.pk == by.pk and not user.is_active:
        return OwnSwitchOff()
    stays = roles.MANAGER in wanted and user.is_active
    if roles.MANAGER in held and not stays and not _other_managers(user):
        return LastManager()
    return None


def end_sessions(user: User) -> int:
    """Sign somebody out everywhere; return how many sessions ended.

    Sessions are stored sealed, so each live one has to be opened to see whose it is. A clinic has
    hundreds of them, and this happens when somebody leaves.
    """
    ended = 0
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()
            ended += 1
    return ended


def _other_managers(user: User) -> bool:
    others = User.objects.filter(groups__name=roles.MANAGER, is_active=True)
    return others.exclude(pk=user.pk).exists()
