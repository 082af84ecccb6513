"""Who may do what in the admin, as data. ``sync_roles`` turns it into groups after a migration.

Clinical models are registered in no admin, so no role lists them. Access to one patient's
record comes from a care relation or a grant (``clinic.access``), never from a role alone.
"""

from django.apps import AppConfig, apps
from django.contrib.auth.models import Group, Permission

FRONT_DESK = "front desk"
MANAGER = "manager"
CLINICAL_LEAD = "clinical lead"
PHYSIO = "physio"
STUDENT = "student"
COACH = "coach"  # exercise physiologist, strength and conditioning, after a hand-over
IN_ADMIN = (FRONT_DESK, MANAGER, CLINICAL_LEAD)

_DIARY = {
    "bookings.appointment": "view add change",
    "bookings.callbackrequest": "view add change",
    "bookings.cliniciancall": "view add",
    "bookings.waitingentry": "view change",
    "bookings.absence": "view add change",
    "bookings.affectedvisit": "view change",
    "bookings.hourschange": "view",
    "bookings.series": "view add",
    "bookings.package": "view add change",
    "bookings.groupsession": "view add change",
    "bookings.service": "view",
    "bookings.serviceoffer": "view",
    "bookings.workinghours": "view add change delete",
    "bookings.breaktime": "view add change delete",
    "bookings.changedday": "view add change delete",
    "bookings.timeoff": "view add change delete",
    "bookings.closure": "view add change delete",
    "bookings.dutyday": "view add change delete",
    "bookings.room": "view",
    "clinic.patient": "view add change",
    "clinic.guardian": "view add change",
    "clinic.generalpractitioner": "view add change",
    "clinic.practitioner": "view",
    "clinic.location": "view",
    "clinic.message": "view",
    "clinic.correctionrequest": "view change",
}

ROLES: dict[str, dict[str, str]] = {
    FRONT_DESK: _DIARY,
    MANAGER: {
        **_DIARY,
        "bookings.service": "view add change",
        "bookings.serviceoffer": "view add change delete",
        "bookings.room": "view add change",
        "bookings.practitionerfeed": "view add change",
        "clinic.practitioner": "view add change",
        "clinic.location": "view add change",
        "clinic.practice": "view change",
        "clinic.messagetext": "view change",
        "clinic.news": "view add",
        "clinic.user": "view add change",
        "clinic.auditevent": "view",
        "clinic.emergencyaccess": "view change",
        "clinic.recordrequest": "view change",
        "clinic.erasure": "view add change",
        "clinic.retentionlist": "view add change",
        "assessments.libraryversion": "view",
    },
    CLINICAL_LEAD: {
        "assessments.libraryversion": "view change",
        "assessments.chartpreset": "view add change delete",
        "assessments.exerciselink": "view add change delete",
        # The second of the two who decide, where a clinic has one manager.
        "clinic.erasure": "view change",
    },
    PHYSIO: {},
    STUDENT: {},
    COACH: {},
}


def permissions_of(role: str) -> list[str]:
    """Return the permissions of a role as Django writes them: ``bookings.view_service``."""
    return [
        f"{label.split('.')[0]}.{verb}_{label.split('.')[1]}"
        for label, verbs in ROLES[role].items()
        for verb in verbs.split()
    ]


def _last_app_with_models() -> AppConfig:
    return [config for config in apps.get_app_configs() if config.models_module is not None][-1]


def sync_roles(**kwargs: object) -> None:
    """Make the groups say exactly what ROLES says. Runs at the end of every ``migrate``."""
    migrated = kwargs.get("app_config")  # migrate calls once per app; only the last has them all
    if migrated is not None and migrated is not _last_app_with_models():
        return
    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.select_related("content_type")
    }
    for role in ROLES:
        group, _ = Group.objects.get_or_create(name=role)
        group.permissions.set([known[name] for name in permissions_of(role) if name in known])
