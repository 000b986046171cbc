"""`manage.py open_basin`: adds a basin to the programme, with its local operator and its space."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
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
        parser.add_argument("--representative", default="", help="son représentant légal")
        parser.add_argument(
            "--representative-email",
            type=_address,
            help="son adresse, prévenue quand un rôle qui touche à l'argent est donné",
        )
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
                    representative=options["representative"],
                    representative_email=options["representative_email"] or "",
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


def _address(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError as error:
        raise ArgumentTypeError(f"« {text} » n'est pas une adresse électronique.") from error
    return text
