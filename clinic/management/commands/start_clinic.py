"""``manage.py start_clinic``: the practice and its first manager, by a link that works once."""

from argparse import ArgumentParser
from urllib.parse import urljoin

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.urls import reverse

from clinic import actions
from clinic.errors import AlreadyStarted


class Command(BaseCommand):
    help = "Make the clinic and its first manager; print the link with which they set a password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--clinic", required=True, metavar="NAME")
        parser.add_argument("--email", required=True, help="the manager's own address")
        parser.add_argument("--manager", default="", metavar="NAME", help="their name")
        parser.add_argument(
            "--treats", action="store_true", help="the manager is a physiotherapist here as well"
        )
        parser.add_argument("--time-zone", default="America/Edmonton", metavar="ZONE")

    def handle(
        self,
        *,
        clinic: str,
        email: str,
        manager: str,
        time_zone: str,
        treats: bool = False,
        **options: object,
    ) -> None:
        try:
            validate_email(email)
            user, token = actions.start_clinic(
                clinic, time_zone=time_zone, email=email, manager=manager, treats=treats
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except AlreadyStarted as error:
            raise CommandError(str(error)) from error
        path = reverse("accept-invitation", args=[user.pk, token])
        days = settings.PASSWORD_RESET_TIMEOUT // 86_400
        self.stdout.write(
            f"Open this link to choose your password. It works once, for {days} days:"
        )
        self.stdout.write(urljoin(settings.SITE_URL, path))
