"""`manage.py reencrypt`: what a former FIELD_ENCRYPTION_KEY wrote, under the one in force."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from alize.accounts.encryption import reencrypt
from alize.common.errors import Refusal


class Command(BaseCommand):
    help = "Chiffre avec la clé en vigueur les seconds facteurs qu'une ancienne clé chiffrait."

    def handle(self, *args: Any, **_: Any) -> None:
        try:
            count = reencrypt()
        except Refusal as refusal:
            raise CommandError(refusal.reason) from refusal
        self.stdout.write(f"Seconds facteurs passés à la clé en vigueur : {count}.")
