"""`manage.py prepare`: brings the database to the last version; `--demo` loads the demo basins.

`--versions` only says which version each basin has.
"""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from alize.common.errors import Refusal
from basins import provisioning
from basins.boot import check_no_temporary_tables, check_twins_are_closed


class Command(BaseCommand):
    requires_system_checks: list[str] = []  # migrations come before what checks may read
    help = "Migre `public` et tous les bassins ; avec --demo, charge les bassins de démonstration."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", action="store_true", help="charger la démonstration")
        parser.add_argument(
            "--versions", action="store_true", help="dire la version de chaque bassin, sans migrer"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["versions"]:
            self._show_versions()
            return
        if options["demo"] and not settings.DEMO:
            raise CommandError(
                "La démonstration ne se charge qu'avec les réglages de démonstration."
            )
        if options["demo"]:
            self._refuse_real_records()
        self.stdout.write("Mise à jour de la base nationale")
        provisioning.migrate_public()
        provisioning.blueprint()
        try:
            provisioning.migrate_basins(self._show_progress)
        except provisioning.MigrationFailed as failure:
            raise CommandError(failure.reason) from failure
        check_twins_are_closed()
        check_no_temporary_tables()
        if options["demo"]:
            from alize.demo.loading import load

            try:
                load(report=print)
            except Refusal as refusal:
                raise CommandError(refusal.reason) from refusal

    def _show_progress(self, step: provisioning.Progress) -> None:
        self.stdout.write(f"Bassin {step.basin.name} ({step.done}/{step.total})")

    def _show_versions(self) -> None:
        for version in provisioning.versions():
            said = [f"il manque {name}" for name in version.missing]
            said += [f"{name} est inconnue de ce code" for name in version.unknown]
            basin = version.basin
            self.stdout.write(f"{basin.schema_name} {basin.name} : {', '.join(said) or 'à jour'}")

    @staticmethod
    def _refuse_real_records() -> None:
        from alize.demo.loading import holds_only_the_demo

        if not holds_only_the_demo():
            raise CommandError(
                "La base désignée par DATABASE_URL contient déjà un bassin ou un compte étranger"
                " à la démonstration : donnez-en une vide, rien n'a été fait."
            )
