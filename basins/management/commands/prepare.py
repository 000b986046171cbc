"""`manage.py prepare`: brings the database to the last version; `--demo` loads the demo basins."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from alize.common.errors import Refusal
from basins import provisioning
from basins.boot import check_twins_are_closed


class Command(BaseCommand):
    requires_system_checks: list[str] = []  # migrations come before what checks may read
    help = "Migre `public` et tous les bassins ; avec --demo, charge les bassins de démonstration."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", action="store_true", help="charger la démonstration")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["demo"] and not settings.DEMO:
            raise CommandError(
                "La démonstration ne se charge qu'avec les réglages de démonstration."
            )
        if options["demo"]:
            self._refuse_real_records()
        self.stdout.write("Mise à jour de la base nationale")
        provisioning.migrate_public()
        provisioning.blueprint()
        provisioning.migrate_basins(
            lambda step: self.stdout.write(f"Bassin {step.basin.name} ({step.done}/{step.total})")
        )
        check_twins_are_closed()
        if options["demo"]:
            from alize.demo.loading import load

            try:
                load(report=print)
            except Refusal as refusal:
                raise CommandError(refusal.reason) from refusal

    @staticmethod
    def _refuse_real_records() -> None:
        from alize.demo.loading import holds_only_the_demo

        if not holds_only_the_demo():
            raise CommandError(
                "La base désignée par DATABASE_URL contient déjà un bassin ou un compte étranger"
                " à la démonstration : donnez-en une vide, rien n'a été fait."
            )
