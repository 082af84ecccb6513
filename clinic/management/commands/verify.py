"""``manage.py verify``: looks at every invariant and says which rows break one."""

from argparse import ArgumentParser
from collections.abc import Iterator

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from clinic import invariants, seals

LISTED = 20  # rows named for one invariant, unless more are asked for


class Command(BaseCommand):
    help = (
        "Look at every invariant and name the rows that break one, by kind and id only. Exits 0"
        " when all hold, 1 otherwise. Reads in a stream beside a clinic at work; writes nothing."
    )
    requires_system_checks: list[str] = []  # a guard that is missing is found and told below

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "parts", nargs="*", metavar="PART", help=f"only {', '.join(invariants.parts())}"
        )
        parser.add_argument(
            "--checkpoint",
            metavar="N:DIGEST",
            help="a seal of the audit trail that was kept elsewhere, and must be there unchanged",
        )
        parser.add_argument(
            "--list", type=int, default=LISTED, metavar="N", help="rows named for one invariant"
        )

    def handle(
        self, *, parts: list[str], list: int, checkpoint: str | None, **options: object
    ) -> None:
        if unknown := sorted(set(parts) - set(invariants.parts())):
            known = ", ".join(invariants.parts())
            raise CommandError(f"There is no part {unknown[0]}; there are {known}.")
        self._take_your_time()
        looked = [self._look_at(each, list) for each in invariants.of(parts)]
        if checkpoint:
            looked.append(not self._fits(checkpoint))
        if not parts or "audit" in parts:
            self._tell_seals()
        if broken := sum(looked):
            raise CommandError(f"{broken} of {len(looked)} invariants are broken.")
        self.stdout.write(f"All {len(looked)} invariants hold.")

    def _look_at(self, each: invariants.Invariant, most: int) -> bool:
        """Write what breaks an invariant as it is found; return whether anything does."""
        count = 0
        for name in self._found(each):
            if not count:
                self.stdout.write(f"BROKEN  {each.name}: {each.about}")
            count += 1
            if count <= most:
                self.stdout.write(f"        {name}")
        if count > most:
            self.stdout.write(f"        and {count - most} more")
        if not count:
            self.stdout.write(f"ok      {each.name}: {each.about}")
        if aside := each.aside():
            self.stdout.write(f"note    {each.name}: {aside}")
        return bool(count)

    def _fits(self, checkpoint: str) -> bool:
        """Look for a seal that was kept elsewhere, and say whether it is there."""
        try:
            fits = seals.fits(checkpoint)
        except ValueError as error:
            raise CommandError("A checkpoint is a number, a colon and 64 digits.") from error
        word = "ok    " if fits else "BROKEN"
        number = checkpoint.partition(":")[0]
        self.stdout.write(f"{word}  audit.checkpoint: seal {number} is there as it was kept")
        return fits

    def _tell_seals(self) -> None:
        """Say how far the trail is sealed. What is not yet is no fault: the worker comes to it."""
        seal, open_rows = seals.newest(), seals.unsealed().count()
        if seal is None:
            self.stdout.write("The trail is not sealed yet: the worker does it.")
        else:
            made = f"{seal.made_at:%Y-%m-%d %H:%M} UTC"
            self.stdout.write(
                f"Newest seal, of {made}; keep it elsewhere: {seals.checkpoint(seal)}"
            )
            self.stdout.write(f"Rows not sealed yet: {open_rows}")

    @staticmethod
    def _found(each: invariants.Invariant) -> Iterator[str]:
        """Yield what breaks an invariant; rows that cannot even be read break it too."""
        try:
            yield from each.look(timezone.now())
        except Exception as error:  # its words may quote what is stored
            yield f"could not be looked at ({type(error).__name__})"

    @staticmethod
    def _take_your_time() -> None:
        """A page is given seconds for a statement; this may read for minutes."""
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET statement_timeout = 0")
