"""``manage.py verify``: looks at every invariant and says which rows break one."""

from argparse import ArgumentParser
from collections.abc import Iterator

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from clinic import invariants

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
            "--list", type=int, default=LISTED, metavar="N", help="rows named for one invariant"
        )

    def handle(self, *, parts: list[str], list: int, **options: object) -> None:
        if unknown := sorted(set(parts) - set(invariants.parts())):
            known = ", ".join(invariants.parts())
            raise CommandError(f"There is no part {unknown[0]}; there are {known}.")
        self._take_your_time()
        looked = [self._look_at(each, list) for each in invariants.of(parts)]
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
        return bool(count)

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
