"""Public holidays as closures: shows what would be closed and whom it touches, and writes it."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils import timezone

from bookings import clock
from bookings.actions import holidays
from bookings.errors import BookingError
from bookings.public_holidays import public_holidays
from clinic.audit import SYSTEM
from clinic.models import Location

ALL = "all"


class Command(BaseCommand):
    """Preview unless told to apply; running it again closes nothing twice."""

    help = "Shows the public holidays of a year as closures; --apply writes them."

    def add_arguments(self, parser):
        parser.add_argument("--country", required=True, help="two letters, such as CA")
        parser.add_argument("--subdivision", default="", help="province or state, such as AB")
        parser.add_argument("--year", required=True, type=int)
        parser.add_argument("--location", required=True, help="a location's short name, or all")
        parser.add_argument("--apply", action="store_true", help="write the closures")

    def handle(self, *args, **options):
        places = _places(options["location"])
        try:
            days = public_holidays(options["country"], options["subdivision"], options["year"])
        except BookingError as error:
            raise CommandError(str(error)) from error
        now = timezone.now()
        found = holidays.look(days, places, now=now)
        for place in places:
            self._show(place, [holiday for holiday in found if holiday.location == place])
        count = sum(holiday.is_new for holiday in found)
        if options["apply"]:
            made = holidays.close(found, by=SYSTEM, now=now).made
            self.stdout.write(f"Written: {len(made)} closures. No visit was changed.")
        else:
            self.stdout.write(f"Preview: --apply writes {count} closures.")

    def _show(self, place, found):
        self.stdout.write(f"{place.name} ({place.slug})")
        for holiday in found:
            note = "already closed" if holiday.closed else "over" if holiday.over else "closes"
            self.stdout.write(f"  {holiday.day:%Y-%m-%d}  {note:14}  {holiday.name}")
            for visit in holiday.visits:
                time = clock.wall(visit.starts_at, place.tz)
                page = reverse("admin:bookings_appointment_change", args=[visit.pk])
                self.stdout.write(
                    f"    visit at {time} with {visit.practitioner}: {settings.SITE_URL}{page}"
                )


def _places(slug):
    if slug == ALL:
        return list(Location.objects.open())
    found = list(Location.objects.filter(slug=slug))
    if not found:
        known = ", ".join(Location.objects.open().values_list("slug", flat=True))
        raise CommandError(f"There is no location {slug}. Known are: {known}, or {ALL}.")
    return found
