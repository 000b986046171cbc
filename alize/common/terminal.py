"""What a command asks of the person in front of it."""

from getpass import getpass

from django.core.management.base import CommandError


def ask_secret(prompt: str) -> str:
    """What somebody types and nobody reads.

    :raises CommandError: there is no terminal to type in.
    """
    try:
        return getpass(prompt)
    except EOFError as error:
        raise CommandError(
            "Un secret se tape dans un terminal : relancez cette commande depuis l'un d'eux."
        ) from error
