from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AssessmentsConfig(AppConfig):
    name = "assessments"
    verbose_name = _("Assessments")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # They register themselves.
        from assessments import (  # noqa: F401
            before_visits,
            board,
            check_in_letters,
            erasing,
            handover,
            holding,
            messages,
            my_care,
            periodic,
            queues,
            reproducing,
            reviews,
            series_hint,
        )
        from assessments.library_store import after_migrate
        from assessments.notes import timeline  # noqa: F401
        from assessments.presets import load_shipped_presets
        from assessments.timeline import (
            emergencies,  # noqa: F401
            endings,  # noqa: F401
            kinds,  # noqa: F401
            passed_on,  # noqa: F401
            told,  # noqa: F401
        )
        from assessments.translation_store import after_migrate as load_translations
        from clinic.roles import sync_roles

        # The last of our apps: by now every permission of the others exists.
        post_migrate.connect(sync_roles, sender=self)
        post_migrate.connect(after_migrate, sender=self)
        post_migrate.connect(load_translations, sender=self)
        post_migrate.connect(load_shipped_presets, sender=self)
