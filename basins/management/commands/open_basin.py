"""`manage.py open_basin`: adds a basin to the programme, with its local operator and its space."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from alize.common.errors import InvalidInput
from basins.opening import OperatorFacts, open_basin


class Command(BaseCommand):
    help = "Ouvre un bassin : son adresse, son opérateur local, son espace vide."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="son adresse : savoie")
        parser.add_argument("name", help="son nom : Savoie")
        parser.add_argument("--departments", nargs="+", required=True, metavar="CODE")
        parser.add_argument("--operator", required=True, help="le nom de l'opérateur local")
        parser.add_argument("--operator-short", help="son nom court")
        parser.add_argument("--siren", default="", help="son SIREN")
        parser.add_argument("--installed-on", type=date.fromisoformat, metavar="AAAA-MM-JJ")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            basin = open_basin(
                slug=options["slug"],
                name=options["name"],
                departments=options["departments"],
                operator=OperatorFacts(
                    name=options["operator"],
                    short_name=options["operator_short"] or options["operator"],
                    siren=options["siren"],
                ),
                installed_on=options["installed_on"] or timezone.localdate(),
                at=timezone.now(),
            )
        except InvalidInput as refusal:
            raise CommandError(refusal.reason) from refusal
        self.stdout.write(
            f"{basin.name} est ouvert à /bassins/{basin.slug}/. ASTREES y invite maintenant "
            "l'opérateur local, par la page « Réglages » du bassin."
        )
