"""`manage.py open_account`: the first account of ASTREES, from which all others are invited."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.utils import timezone

from alize.common.errors import InvalidInput
from alize.common.terminal import ask_secret
from basins.operations import open_first_account


class Command(BaseCommand):
    help = "Ouvre un compte d'administration nationale ; les autres comptes se font par invitation."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("first_name")
        parser.add_argument("last_name")

    def handle(self, *args: Any, email: str, first_name: str, last_name: str, **_: Any) -> None:
        password = ask_secret("Mot de passe : ")
        if password != ask_secret("Le même, une seconde fois : "):
            raise CommandError("Les deux mots de passe diffèrent : rien n'a été fait.")
        try:
            validate_email(email)
            validate_password(password)
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        try:
            open_first_account(
                email=email,
                first_name=first_name,
                last_name=last_name,
                password=password,
                at=timezone.now(),
            )
        except InvalidInput as refusal:
            raise CommandError(refusal.reason) from refusal
        self.stdout.write(
            f"{email} administre le réseau. Un second facteur sera demandé à la première connexion."
        )
