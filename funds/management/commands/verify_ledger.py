"""`manage.py verify_ledger`: proves the entries, their chain and their figures, by basin."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from basins import tenancy
from basins.models import Basin
from funds.queries import verification


class Command(BaseCommand):
    help = (
        "Recompte chaque écriture, sa chaîne et ses numéros, les avances, les deux comptes et "
        "l'identité du fonds ; dit où quelque chose a changé."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--basin", help="l'adresse d'un seul bassin, par exemple savoie")

    def handle(self, *args: Any, **options: Any) -> None:
        found = 0
        for basin in self._basins(options["basin"]):
            with tenancy.inside(basin):
                report = verification.verify()
            found += len(report.findings)
            words = "conforme" if not report.findings else f"{len(report.findings)} écart(s)"
            self.stdout.write(f"{basin.name} : {report.entries} écritures vérifiées, {words}.")
            for finding in report.findings:
                self.stdout.write(f"  {finding}")
        if found:
            raise CommandError(f"{found} écart(s) dans le grand livre.")

    def _basins(self, slug: str | None) -> list[Basin]:
        if not slug:
            return tenancy.every_basin()
        basin = tenancy.find(slug)
        if basin is None:
            raise CommandError(f"Aucun bassin à l'adresse « {slug} ».")
        return [basin]
