"""``manage.py retention --preview``: whose time is over, by id and day. Erases nothing."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from clinic import practice
from clinic.erasing import rules
from clinic.erasing.lists import due
from clinic.erasing.reading import ids_of


class Command(BaseCommand):
    help = (
        "List whose retention period is over: ids, days and what stands against it. Erasing is"
        " confirmed by a manager in the admin, and done by the worker once it is switched on."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--preview", action="store_true", help="list what is due")

    def handle(self, *, preview: bool, **options: object) -> None:
        if not preview:
            raise CommandError("Nothing is erased from here: say --preview to see what is due.")
        now, free, held = timezone.now(), 0, 0
        for patient, since in due(now):
            against = rules.obstacles_of(ids_of(patient), now)
            free, held = free + (not against), held + bool(against)
            scope = "record" if patient.erased_at else "person"
            words = f"  ({' '.join(str(each) for each in against)})" if against else ""
            self.stdout.write(f"{patient.pk}  {scope:6}  due since {since}{words}")
        switched = "on" if practice.current().retention_on else "off"
        self.stdout.write(f"{free} due, {held} held. The worker is switched {switched}.")
