"""Fill the demo clinic: places, people, visits and charts, anchored to today."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from assessments.demo import busy, clinic, places

SIGN_INS = [
    ("Patient", "patient@example.com", "by code, born 1994-06-15"),
    ("Physiotherapist", "physio@example.com", ""),
    ("Front desk", "desk@example.com", ""),
    ("Manager", "manager@example.com", ""),
    ("Clinical lead", "lead@example.com", ""),
]


class Command(BaseCommand):
    help = "Make the demo clinic, or top it up to today. Only in demo mode, never beside real data."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--busy", action="store_true", help="fill the diaries for load tests as well"
        )
        parser.add_argument("--practitioners", type=int, default=10, metavar="N")
        parser.add_argument("--days", type=int, default=365, metavar="N")

    def handle(self, *args, **options) -> None:
        if not settings.DEMO:
            raise CommandError(
                "The demo clinic is only for STEPDOWN_MODE=demo. Nothing was changed."
            )
        try:
            fresh = clinic.fill(timezone.now())
        except clinic.NotADemoError:
            raise CommandError(
                "This database holds data the demo did not make, so the demo stays away from it."
                " Point DATABASE_URL at an empty database. Nothing was changed."
            ) from None
        self.stdout.write(
            "The demo clinic is ready." if fresh else "The demo clinic is up to date."
        )
        if options["busy"]:
            self.fill_diaries(options["practitioners"], options["days"])
        self.stdout.write(f"\n  Site           {settings.SITE_URL}/")
        self.stdout.write(f"  Front desk     {settings.SITE_URL}/admin/")
        self.stdout.write(f"  Chart          {settings.SITE_URL}/chart/")
        self.stdout.write(f"  Patient        {settings.SITE_URL}/me/\n")
        for role, email, how in SIGN_INS:
            self.stdout.write(f"  {role:<15} {email:<22} {how or places.PASSWORD}")
        self.stdout.write(f"\n  Outgoing mail lands in {mail_folder()}\n")

    def fill_diaries(self, practitioners: int, days: int) -> None:
        """Make the load test's visits and say what to ask for."""
        if practitioners < 1 or days < 1:
            raise CommandError("Ask for at least one practitioner and one day.")
        made = busy.fill(timezone.now(), practitioners=practitioners, days=days)
        page = f"{settings.SITE_URL}/book/{busy.SERVICES[0]}/?location={busy.PLACE}"
        self.stdout.write(f"  Load test      {made} visits made; the page: {page}")


def mail_folder() -> str:
    folder = Path(settings.MAIL_DIR or settings.VAR / "mail")
    try:
        return str(folder.relative_to(Path.cwd()))
    except ValueError:
        return str(folder)
