"""Second-factor secrets, encrypted at rest (security.md D22), and the change of their key."""

import logging

from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from alize.common.errors import Refusal

logger = logging.getLogger("alize.accounts")
SECRETS = {"secret", "seed"}
"""What allauth asks to encrypt in the data of an application and of recovery codes."""


def encrypt(text: str) -> str:
    """Write a secret under the key in force."""
    return _keys().encrypt(text.encode()).decode()


def decrypt(encrypted: str) -> str:
    """Read a secret, under the key in force or a former one.

    :raises ValidationError: no key reads it; the form of a code says so.
    """
    try:
        return _keys().decrypt(encrypted.encode()).decode()
    except InvalidToken:
        logger.error("second_factor.unreadable", extra={"setting": "FIELD_ENCRYPTION_KEY"})
        raise ValidationError(
            "Votre code ne peut pas être vérifié : le site n'a plus la clé qui lit les codes."
            " Prévenez ASTREES ; une clé d'accès, si vous en avez une, vous connecte toujours."
        ) from None


@transaction.atomic
def reencrypt() -> int:
    """Write under the key in force what a former one wrote; returns how many factors.

    :raises Refusal: no key reads some of them, and nothing is changed.
    """
    in_force, keys = Fernet(settings.FIELD_ENCRYPTION_KEY), _keys()
    changed, unread = [], set()
    for factor in Authenticator.objects.select_for_update(of=("self",)).select_related("user"):
        for name in SECRETS & factor.data.keys():
            if not _reads(in_force, factor.data[name]):
                try:
                    factor.data[name] = keys.rotate(factor.data[name].encode()).decode()
                    changed.append(factor)
                except InvalidToken:
                    unread.add(factor.user.email)
    if unread:
        raise Refusal(
            "Aucune clé n'ouvre le second facteur de "
            + ", ".join(sorted(unread))
            + " : ajoutez la bonne à FIELD_ENCRYPTION_KEY_FALLBACKS. Rien n'a été changé."
        )
    Authenticator.objects.bulk_update(changed, ["data"])
    return len(changed)


def _reads(key: Fernet, secret: str) -> bool:
    try:
        key.decrypt(secret.encode())
    except InvalidToken:
        return False
    return True


def _keys() -> MultiFernet:
    keys = [settings.FIELD_ENCRYPTION_KEY, *settings.FIELD_ENCRYPTION_KEY_FALLBACKS]
    return MultiFernet([Fernet(key) for key in keys])
