"""``manage.py erase_patient UUID``: looks at an erasure, does it, or does it again."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from clinic.erasing import doing, ledger
from clinic.erasing.reading import look
from clinic.errors import ClinicError
from clinic.models import Erasure, Patient, User


class Command(BaseCommand):
    help = (
        "Show what erasing a patient would do: kinds of rows and numbers. --apply does it, in the"
        " name of two people. --again, after a restore, erases whoever was erased since the backup."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("patient", nargs="?", metavar="UUID", type=UUID)
        parser.add_argument("--apply", action="store_true", help="erase, not only look")
        parser.add_argument("--by", metavar="EMAIL", help="who proposes it")
        parser.add_argument("--second", metavar="EMAIL", help="who confirms it, somebody else")
        parser.add_argument("--basis", default="asked", choices=["asked", "court", "mistake"])
        parser.add_argument(
            "--again", action="store_true", help="erase anew whom ERASURES_FILE names"
        )
        parser.add_argument("--file", type=Path, help="another file of erasures, for --again")

    def handle(self, *, patient: UUID | None, again: bool, **options: object) -> None:
        if again:
            self._again(Path(str(options["file"] or settings.ERASURES_FILE)))
            return
        found = Patient.objects.filter(pk=patient).first() if patient else None
        if found is None:
            raise CommandError("There is no such patient.")
        seen = look(found.survivor, timezone.now())
        for title, counts in (("now", seen.now), ("record", seen.record)):
            for each in counts:
                self.stdout.write(f"{title:8}{each.number:6}  {each.model._meta.label_lower}")
        kept = f"kept until {seen.keep_until}" if seen.keep_until else "not kept"
        self.stdout.write(f"The record is {kept}.")
        for each in seen.obstacles:
            self.stdout.write(f"Against it: {each}")
        if options["apply"]:
            self._apply(found, str(options["by"]), str(options["second"]), str(options["basis"]))

    def _apply(self, patient: Patient, by: str, second: str, basis: str) -> None:
        people = {user.email: user for user in User.objects.filter(
            email__in=[by.lower(), second.lower()], is_active=True, is_staff=True
        )}  # fmt: skip
        if len(people) != 2:
            raise CommandError("Name two people of the staff: --by EMAIL --second EMAIL.")
        now = timezone.now()
        try:
            made = doing.propose(patient, basis, by=people[by.lower()], now=now)
            doing.confirm(made, by=people[second.lower()], now=now)
        except ClinicError as error:
            raise CommandError(str(error)) from error
        self.stdout.write("Erased.")

    def _again(self, path: Path) -> None:
        """Erase anew, in the name of those who decided then."""
        try:
            entries = list(ledger.read(path))
        except (OSError, ValueError) as error:
            raise CommandError(f"{path} cannot be read.") from error
        done = left = 0
        for entry in entries:
            outcome = self._one_again(entry)
            done += outcome == "erased"
            left += outcome == "left"
        self.stdout.write(f"{done} erased anew; {len(entries) - done - left} were erased already.")
        if left:
            raise CommandError(f"{left} could not be erased: see who stands against it.")

    def _one_again(self, entry: ledger.Entry) -> str:
        known = Erasure.objects.filter(
            patient=UUID(entry.patient), scope=entry.scope, done_at__isnull=False
        )
        patient = Patient.objects.filter(pk=entry.patient).first()
        if patient is None or known.exists():
            return "known"
        people = [User.objects.filter(pk=pk).first() if pk else None
                  for pk in (entry.asked_by, entry.confirmed_by)]  # fmt: skip
        asked, second = people
        if second is None or (asked is None and entry.basis != Erasure.Basis.RETENTION):
            self.stderr.write(f"{entry.patient}: who decided is not known any more")
            return "left"
        now = timezone.now()
        try:
            with transaction.atomic():
                waiting = Erasure.objects.waiting().filter(patient=patient, scope=entry.scope)
                waiting.update(dropped_at=now)  # proposed before the backup, decided after it
                day = date.fromisoformat(entry.keep_until) if entry.keep_until else None
                made = Erasure.objects.create(
                    patient=patient.survivor, scope=entry.scope, basis=entry.basis, asked_at=now,
                    asked_by=asked, keep_until=day,
                )  # fmt: skip
                doing.carry_out(made, by=second, now=now, anew=True)
        except ClinicError as error:
            self.stderr.write(f"{entry.patient}: {error}")
            return "left"
        return "erased"
