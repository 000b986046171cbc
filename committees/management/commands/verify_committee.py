"""`manage.py verify_committee`: proves votes, results, decisions and minutes, basin by basin."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from basins import tenancy
from basins.models import Basin
from committees.queries import verification


class Command(BaseCommand):
    help = (
        "Recompte chaque scrutin clos et compare bulletins, résultats, présences, décisions et "
        "procès-verbaux avec le journal scellé ; dit où quelque chose a changé."
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
            self.stdout.write(f"{basin.name} : {report.ballots} scrutins vérifiés, {words}.")
            for finding in report.findings:
                self.stdout.write(f"  {finding}")
        if found:
            raise CommandError(f"{found} écart(s) avec le journal scellé.")

    def _basins(self, slug: str | None) -> list[Basin]:
        if not slug:
            return tenancy.every_basin()
        basin = tenancy.find(slug)
        if basin is None:
            raise CommandError(f"Aucun bassin à l'adresse « {slug} ».")
        return [basin]
