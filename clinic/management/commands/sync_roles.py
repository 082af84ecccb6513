"""``manage.py sync_roles``: makes the groups say exactly what ``clinic.roles`` says."""

from django.core.management.base import BaseCommand

from clinic import roles


class Command(BaseCommand):
    help = "Bring the permissions of every role up to date. Runs after migrate by itself."

    def handle(self, *args: object, **options: object) -> None:
        roles.sync_roles()
        self.stdout.write(f"{len(roles.ROLES)} roles are up to date.")
