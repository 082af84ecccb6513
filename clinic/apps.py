from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ClinicConfig(AppConfig):
    name = "clinic"
    verbose_name = _("Clinic")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from clinic import (  # noqa: F401  # they register themselves
            checks,
            correction_letters,
            emergency,
            emergency_letters,
            first_steps,
            holding,
            letters,
            my_choices,
            my_devices,
            newsletter,
            periodic,
            record_letters,
            roles,
        )
        from clinic.erasing import holdings  # noqa: F401

        post_migrate.connect(roles.sync_roles, dispatch_uid="clinic.sync_roles")
