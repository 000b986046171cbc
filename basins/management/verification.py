"""What the commands that verify basins one by one have in common."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

from basins import tenancy
from basins.models import Basin
from basins.queries.people import strangers_named

STRANGER = "{} : une personne que le bassin ne connaît pas"


class VerificationCommand(BaseCommand):
    """Verifies every basin or one, lists what it finds, fails when it found something."""

    counted: str
    """What is verified, in the plural, with its participle."""
    source: str
    """What the findings are told against."""

    def verify(self) -> tuple[int, Sequence[object]]:
        """In the current basin, how many were verified and what was found."""
        raise NotImplementedError

    def verify_network(self) -> Sequence[object] | None:
        """What was found in `public`, when every basin is verified; None when it has nothing."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--basin", help="l'adresse d'un seul bassin, par exemple savoie")

    def handle(self, *args: Any, **options: Any) -> None:
        found = 0
        for basin in self._basins(options["basin"]):
            with tenancy.inside(basin), one_snapshot():
                verified, findings = self.verify()
                findings = [*findings, *map(STRANGER.format, strangers_named())]
            found += self._tell(f"{basin.name} : {verified} {self.counted}", findings)
        if not options["basin"]:
            with tenancy.national(), one_snapshot():
                findings = self.verify_network()
            if findings is not None:
                found += self._tell("Réseau : journal vérifié", findings)
        if found:
            raise CommandError(f"{found} écart(s) {self.source}.")

    def _tell(self, what: str, findings: Sequence[object]) -> int:
        words = "conforme" if not findings else f"{len(findings)} écart(s)"
        self.stdout.write(f"{what}, {words}.")
        for finding in findings:
            self.stdout.write(f"  {finding}")
        return len(findings)

    def _basins(self, slug: str | None) -> list[Basin]:
        if not slug:
            return tenancy.every_basin()
        basin = tenancy.find(slug)
        if basin is None:
            raise CommandError(f"Aucun bassin à l'adresse « {slug} ».")
        return [basin]


@contextmanager
def one_snapshot() -> Iterator[None]:
    """Read all as it was at one moment, whatever people do meanwhile; write nothing."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        # Sent as it is: a cursor of ours would first ask for its schema, and the moment be taken.
        connection.connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
