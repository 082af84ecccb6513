"""Whether patients can book online yet. Before that, managers may try it out by themselves."""

from django.http import HttpRequest

from bookings.errors import NotOpenYet
from clinic import access, practice, roles
from clinic.models import User


def are_open() -> bool:
    """Say whether patients can book online. Nobody is asked who they are for that."""
    return practice.current().is_open_for_booking


def may_try(request: HttpRequest) -> bool:
    """Say whether somebody may book although the doors are closed: a manager who tries it out."""
    return isinstance(request.user, User) and access.has_role(request.user, roles.MANAGER)


def check(*, trial: bool = False) -> None:
    """Raise NotOpenYet where nobody may book online."""
    if not (are_open() or trial):
        raise NotOpenYet
