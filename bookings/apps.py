from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BookingsConfig(AppConfig):
    name = "bookings"
    verbose_name = _("Bookings")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # They register themselves: texts, letters, sections of a page, jobs.
        from bookings import (  # noqa: F401
            call_letters,
            erasing,
            first_steps,
            holding,
            messages,
            my_packages,
            my_page,
            offer_letters,
            offer_wording,
            periodic,
            wording,
        )
